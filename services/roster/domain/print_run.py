"""The record of one print: who, when, how many, from where, and every time its pages were fetched. A private stream."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from shared.eventsourcing.decider import Decider
from shared.eventsourcing.event import Fact, NewEvent
from shared.infrastructure.errors import Refused


@dataclass(frozen=True, slots=True)
class Printed:
    """source: the network address from which it was asked for. forms: sheets, each of two pages. fetched: how often."""

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


def decide(command: Command, printed: Printed) -> Sequence[NewEvent]:
    if isinstance(command, Make):
        return [NewEvent("print.made", asdict(command))]
    if not printed.school:
        raise Refused("not-found", "There is no print with this id.", where="print")
    return [NewEvent("print.fetched", asdict(command))]


def evolve(printed: Printed, event: Fact) -> Printed:
    if event.type == "print.made":
        return Printed(printed.id, **event.data)
    if event.type == "print.fetched":
        return Printed(printed.id, printed.campaign, printed.school, printed.forms, printed.source, printed.fetched + 1)
    return printed


def print_decider(id: str) -> Decider[Command, Printed]:
    return Decider(Printed(id), decide, evolve)
