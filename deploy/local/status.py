"""`make status`: the processes of a copy, and the four numbers that show whether it is healthy, in words."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import httpx
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from deploy.local.running import DEFAULT, OtherCopy, asked_for, entered
from deploy.local.settings import Local, is_worker
from deploy.local.stack import Stack
from deploy.upgrade.handover import noted
from deploy.upgrade.releases import Releases
from shared.language.contracts import PUBLISHERS
from shared.language.services import SERVICES
from shared.service.heartbeat import SILENT_AFTER


class Number(NamedTuple):
    """metric: its name in Prometheus. workers: all of them must report it before a 0 counts."""

    metric: str
    workers: tuple[str, ...]
    meaning: str


PUBLISHING, READERS = tuple(f"{name}-worker" for name in PUBLISHERS), ("upload-worker", "stats-worker")
# All are 0 when all is well.
NUMBERS: Mapping[str, Number] = {
    "unpublished": Number(
        "rollcall_oldest_unpublished_seconds", PUBLISHING, "seconds that the oldest event has waited for the bus"
    ),
    "lag": Number("rollcall_lag_records", READERS, "records on the bus that are not processed yet"),
    "parked": Number("rollcall_parked_events", READERS, "events that could not be processed and were parked"),
    "drift": Number(
        "rollcall_drift_slots", ("stats-worker",), "slots whose control totals differ from the stores at a closed day"
    ),
}
Found = Mapping[str, float | None]
SILENCE = "rollcall_role_silence_seconds"
NOTHING_RUNS = 3  # exit status; to make an answer like "all is well", and no error


def numbers(stack: Stack, workers: Iterable[str] = (), of: Mapping[str, Number] = NUMBERS) -> Found:
    """The maximum of every number over these workers, by default all; None where one is not reported yet.

    Raises httpx.HTTPError when a worker does not respond.
    """
    asked = list(workers) or [name for name in stack.names if is_worker(name)]
    shown = {worker: _samples(stack.metrics(worker)) for worker in asked}
    return {
        name: _worst(
            [
                _reported(number.metric, samples)
                for worker, samples in shown.items()
                if worker.partition(".")[0] in number.workers
            ]
        )
        for name, number in of.items()
    }


def standing_still(stack: Stack) -> dict[str, list[str]]:
    """Worker -> its roles whose loops hang. Raises httpx.HTTPError when a worker does not respond."""
    shown = {worker: _samples(stack.metrics(worker)) for worker in stack.names if is_worker(worker)}
    hung = {worker: [each.labels["role"] for each in found if _hangs(each)] for worker, found in shown.items()}
    return {worker: roles for worker, roles in hung.items() if roles}


def _hangs(sample: Sample) -> bool:
    return sample.name == SILENCE and sample.value > SILENT_AFTER


def reports(stack: Stack, worker: str, number: Number) -> bool:
    """True if a worker reports a number. Raises httpx.HTTPError when it does not respond."""
    return _reported(number.metric, _samples(stack.metrics(worker))) is not None


def _samples(text: str) -> list[Sample]:
    return [sample for family in text_string_to_metric_families(text) for sample in family.samples]


def _reported(metric: str, samples: Iterable[Sample]) -> float | None:
    """The maximum of a metric over its labels in one worker, None if it is not reported."""
    return max((sample.value for sample in samples if sample.name == metric), default=None)


def _worst(reported: Sequence[float | None]) -> float | None:
    """The maximum over the workers. A 0 needs a report of every worker."""
    return max(filter(None, reported), default=None if None in reported else 0.0)


def is_settled(found: Found) -> bool:
    """True if every number is reported and 0."""
    return all(value == 0 for value in found.values())


def _line(name: str, value: float | None) -> str:
    mark, shown = ("?", "not known yet") if value is None else ("…" if value else "✓", f"{value:.0f}")
    return f"  {mark} {name:12} {shown:>13}  {NUMBERS[name].meaning}"


def _conclusion(silent: Sequence[str], found: Found) -> str:
    """silent: who does not answer."""
    if silent and is_settled(found):
        return (
            f"Everything that was recorded is counted, but {', '.join(silent)} does not answer: "
            'see "A process does not answer" in docs/operations.md.'
        )
    if is_settled(found):
        return "All is well: everything that was recorded is counted."
    if not silent and not any(found.values()):
        return (
            "Not known yet whether all is well. The workers report within a minute or two; "
            "if they do not, see docs/operations.md."
        )
    return (
        "Not settled. `unpublished` and `lag` go down by themselves; "
        "for parked events and drift see docs/operations.md."
    )


def _sentence_on(hung: Mapping[str, Sequence[str]], data: Path) -> str:
    named = "; ".join(f"{worker} ({', '.join(roles)})" for worker, roles in hung.items())
    return (
        f"\nStands still for more than {SILENT_AFTER:.0f} seconds: {named}. The numbers above may be those of before; "
        f"`{entered('stop', data)}`, `{entered('run', data)}` starts it again, and docs/operations.md says more."
    )


def _unfinished(release: Mapping[str, str], of: Mapping[str, str], data: Path) -> str:
    """What to do where an upgrade has stopped half-way; "" where one release runs all. of: as Releases tells."""
    if following := release.get("UNFINISHED"):
        return f"The upgrade is not finished. {following}"
    if len(set(of.values())) <= 1:
        return ""
    if not release:
        return "An upgrade is under way: wait until it has ended, and look again."
    return f"The upgrade is not finished. Next: `make -C {release['FOLDER']} upgrade DATA={data}` goes on from here."


def main() -> int:
    """Exit status 0 when every process answers and all four numbers are reported and 0, 3 when no copy runs, else 1."""
    parser = argparse.ArgumentParser(prog="make status", description="How is the copy that runs here?")
    parser.add_argument("--data", type=Path, default=DEFAULT)
    parser.add_argument("--port", type=int, help="of a copy that `make run` has not started")
    parser.add_argument("--kafka", action="store_true")
    asked = parser.parse_args()
    if not (asked.data / "keys.env").exists():  # who only asks makes no keys
        print(f"There is no copy with its keys in {asked.data}; `{entered('run', asked.data)}` starts one.")
        return NOTHING_RUNS
    try:
        local = asked_for(asked.data.resolve(), asked.port, kafka=asked.kafka)
    except OtherCopy as refused:
        print(refused)
        return 1
    if not local and asked.port:
        local = Local(asked.data.resolve(), asked.port, asked.kafka)
    nothing = f"Nothing runs in {asked.data}; `{entered('run', asked.data)}` starts it."
    if not local:
        print(nothing)
        return NOTHING_RUNS
    stack = Stack(local)
    well = {name: stack.healthy(name) for name in stack.names}
    if not any(well.values()):
        print(nothing)
        return NOTHING_RUNS
    if release := noted(local.data):
        print(f"Release {release['COMMIT']} in {release['FOLDER']}, on port {local.port}:")
    of = Releases(local.data).of(name for name in stack.names if name in SERVICES or is_worker(name))
    differ, unfinished = len(set(of.values())) > 1, _unfinished(release, of, local.data)
    for name, is_well in well.items():
        state = "answers" if is_well else f"does not answer; its log: {asked.data / 'logs' / name}.log"
        print(f"  {'✓' if is_well else '✗'} {name:16} {state}{f', of {of[name]}' if differ and name in of else ''}")
    print(f"\n{unfinished}\n" if unfinished else "")
    try:
        found, hung = numbers(stack), standing_still(stack)
    except httpx.HTTPError:
        print("The four numbers cannot be read while a worker does not answer.")
        return 1
    for number, value in found.items():
        print(_line(number, value))
    if hung:
        print(_sentence_on(hung, asked.data))
        return 1
    if unfinished:
        return 1
    print(f"\n{_conclusion([name for name, is_well in well.items() if not is_well], found)}")
    return 0 if all(well.values()) and is_settled(found) else 1


if __name__ == "__main__":
    sys.exit(main())
