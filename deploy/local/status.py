"""`make status`: the processes of a copy, and the four numbers by which one sees whether it is well, in words."""
from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

import httpx
from prometheus_client.parser import text_string_to_metric_families

from deploy.local.settings import Local, is_worker
from deploy.local.stack import Stack

# What each is called in the metrics, and what it means. All are 0 when all is well.
NUMBERS: Mapping[str, tuple[str, str]] = {
    "unpublished": ("rollcall_oldest_unpublished_seconds", "seconds that the oldest event has waited for the bus"),
    "lag": ("rollcall_lag_records", "records on the bus that are not learned yet"),
    "parked": ("rollcall_parked_events", "events that could not be learned and were put aside"),
    "drift": ("rollcall_drift_slots", "slots whose books differ from the stores at a closed day"),
}


def numbers(stack: Stack) -> dict[str, float]:
    """The worst of every number over all workers. Raises httpx.HTTPError when one does not answer."""
    found = dict.fromkeys(NUMBERS, 0.0)
    for worker in filter(is_worker, stack.names):
        shown = [sample for family in text_string_to_metric_families(stack.metrics(worker)) for sample in family.samples]
        for number, (metric, _) in NUMBERS.items():
            found[number] = max([found[number], *(sample.value for sample in shown if sample.name == metric)])
    return found


def main() -> int:
    """Exit status 0 when every process answers and all four numbers are 0."""
    parser = argparse.ArgumentParser(prog="make status", description="How is the copy that runs here?")
    parser.add_argument("--data", type=Path, default=Path(".data"))
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--kafka", action="store_true")
    asked = parser.parse_args()
    stack = Stack(Local(asked.data.resolve(), asked.port, asked.kafka))
    well = {name: stack.healthy(name) for name in stack.names}
    if not any(well.values()):
        print("Nothing runs here; `make run` starts it.")
        return 1
    for name, is_well in well.items():
        print(f"  {'✓' if is_well else '✗'} {name:16} {'answers' if is_well else 'does not answer; its log: ' + str(asked.data / 'logs' / name) + '.log'}")
    print()
    try:
        found = numbers(stack)
    except httpx.HTTPError:
        print("The four numbers cannot be read while a worker does not answer.")
        return 1
    for number, value in found.items():
        print(f"  {'✓' if not value else '…'} {number:12} {value:8.0f}  {NUMBERS[number][1]}")
    print("\nAll is well: everything that was recorded is counted." if all(well.values()) and not any(found.values())
          else "\nNot at rest. Waiting and lag go down by themselves; for parked events and drift see docs/operations.md.")
    return 0 if all(well.values()) and not any(found.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
