"""`make generation`: begin a new generation of the bus; at the next start the stores publish everything again."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from deploy.local.running import DEFAULT, RUN_PID, entered
from deploy.local.settings import Local


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="make generation", description="Begin a new generation of the bus, published again from the event stores."
    )
    parser.add_argument("--data", type=Path, default=DEFAULT)
    parser.add_argument(
        "--partitions",
        type=int,
        choices=range(1, 1025),
        metavar="1..1024",
        default=0,
        help="of each topic; as many as before by default",
    )
    parser.add_argument("--kafka", action="store_true")
    asked = parser.parse_args()
    if not asked.data.exists():
        print(f"There is no copy in {asked.data}; `{entered('run', asked.data)}` starts one.")
        return 1
    local = Local(asked.data.resolve(), kafka=asked.kafka)
    number = local.raise_generation(asked.partitions)
    stop, run = entered("stop", asked.data), entered("run", asked.data)
    bus, partitions = "Apache Kafka" if asked.kafka else "the embedded bus", local.environment()["BUS_PARTITIONS"]
    print(f"Generation {number} of {bus}, {partitions} partitions per topic.")
    print(
        f"Running processes keep the previous one: `{stop}`, then `{run}`."
        if (asked.data / RUN_PID).exists()
        else f"`{run}` begins it."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
