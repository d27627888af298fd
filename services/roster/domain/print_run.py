"""The record of one print, in a private stream: school, size, source, and every fetch of its pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from shared.eventsourcing.decider import Decider
from shared.eventsourcing.event import Fact, NewEvent
from shared.infrastructure.errors import Refused
from shared.infrastructure.known_fields import known


@dataclass(frozen=True, slots=True)
class PrintRun:
    """forms: sheets of two pages. source: the network address of the request. fetched: how often."""

    id: str
    campaign: str = ""
    school: str = ""
    forms: int = 0
    source: str = ""
    fetched: int = 0


@dataclass(frozen=True, slots=True)
class Make:
    campaign: str
    school: str
    forms: int
    source: str


@dataclass(frozen=True, slots=True)
class Fetch:
    """The pages were made and handed over. forms: how many of the sheets were still valid."""

    forms: int
    source: str


Command = Make | Fetch


def decide(command: Command, run: PrintRun) -> Sequence[NewEvent]:
    if isinstance(command, Make):
        return [NewEvent("print.made", asdict(command))]
    if not run.school:
        raise Refused("not-found", "There is no print with this id.", where="print")
    return [NewEvent("print.fetched", asdict(command))]


def evolve(run: PrintRun, event: Fact) -> PrintRun:
    if event.type == "print.made":
        return PrintRun(run.id, **known(PrintRun, event.data))
    if event.type == "print.fetched":
        return replace(run, fetched=run.fetched + 1)
    return run


def print_run_decider(id: str) -> Decider[Command, PrintRun]:
    return Decider(PrintRun(id), decide, evolve)
