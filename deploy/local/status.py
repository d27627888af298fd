"""`make status`: the processes of a copy, and the four numbers by which one sees whether it is well, in words."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import httpx
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from deploy.local.settings import Local, is_worker
from deploy.local.stack import Stack
from shared.language.contracts import PUBLISHERS


class Number(NamedTuple):
    """metric: what it is called in the metrics. workers: as long as one of these says nothing of it, a 0 of the others does not count."""

    metric: str
    workers: tuple[str, ...]
    meaning: str


PUBLISHING, LEARNERS = tuple(f"{name}-worker" for name in PUBLISHERS), ("upload-worker", "stats-worker")
# All are 0 when all is well.
NUMBERS: Mapping[str, Number] = {
    "unpublished": Number(
        "rollcall_oldest_unpublished_seconds", PUBLISHING, "seconds that the oldest event has waited for the bus"
    ),
    "lag": Number("rollcall_lag_records", LEARNERS, "records on the bus that are not learned yet"),
    "parked": Number("rollcall_parked_events", LEARNERS, "events that could not be learned and were put aside"),
    "drift": Number(
        "rollcall_drift_slots", ("stats-worker",), "slots whose books differ from the stores at a closed day"
    ),
}
Found = Mapping[str, float | None]


def numbers(stack: Stack) -> Found:
    """The worst of every number over all workers, None where nobody knows it yet. Raises httpx.HTTPError when a worker does not answer."""
    shown = {worker: _samples(stack.metrics(worker)) for worker in stack.names if is_worker(worker)}
    return {
        name: _worst(
            [
                _said(number.metric, samples)
                for worker, samples in shown.items()
                if worker.partition(".")[0] in number.workers
            ]
        )
        for name, number in NUMBERS.items()
    }


def _samples(text: str) -> list[Sample]:
    return [sample for family in text_string_to_metric_families(text) for sample in family.samples]


def _said(metric: str, samples: Iterable[Sample]) -> float | None:
    """What one worker says of a number: the worst over its labels, None if it says nothing."""
    return max((sample.value for sample in samples if sample.name == metric), default=None)


def _worst(said: Sequence[float | None]) -> float | None:
    """One worker is enough for bad news; 0 it is only when all have said so."""
    return max(filter(None, said), default=None if None in said else 0.0)


def at_rest(found: Found) -> bool:
    """Whether every number is known and 0."""
    return all(value == 0 for value in found.values())


def _line(name: str, value: float | None) -> str:
    mark, shown = ("?", "not known yet") if value is None else ("…" if value else "✓", f"{value:.0f}")
    return f"  {mark} {name:12} {shown:>13}  {NUMBERS[name].meaning}"


def _conclusion(all_answer: bool, found: Found) -> str:
    if all_answer and at_rest(found):
        return "All is well: everything that was recorded is counted."
    if all_answer and not any(found.values()):
        return "Not known yet whether all is well. The workers say it within a minute or two; if they do not, see docs/operations.md."
    return "Not at rest. Waiting and lag go down by themselves; for parked events and drift see docs/operations.md."


def main() -> int:
    """Exit status 0 when every process answers and all four numbers are known and 0."""
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
        print(
            f"  {'✓' if is_well else '✗'} {name:16} {'answers' if is_well else 'does not answer; its log: ' + str(asked.data / 'logs' / name) + '.log'}"
        )
    print()
    try:
        found = numbers(stack)
    except httpx.HTTPError:
        print("The four numbers cannot be read while a worker does not answer.")
        return 1
    for number, value in found.items():
        print(_line(number, value))
    print(f"\n{_conclusion(all(well.values()), found)}")
    return 0 if all(well.values()) and at_rest(found) else 1


if __name__ == "__main__":
    sys.exit(main())
