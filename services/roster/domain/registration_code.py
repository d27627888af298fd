"""A pupil's registration code: issued with the enrolment, spent by the first guardian, void when a new one is issued. A private stream."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from shared.eventsourcing.decider import Decider
from shared.eventsourcing.event import Fact, NewEvent


@dataclass(frozen=True, slots=True)
class Registration:
    """code: hash of the valid code. spent: somebody has registered with it; further guardians may still use it, and wait."""

    pupil: str
    code: str = ""
    spent: bool = False


@dataclass(frozen=True, slots=True)
class Issue:
    """code: hash of the new code; the one before is void."""

    code: str


@dataclass(frozen=True, slots=True)
class Spend:
    pass


Command = Issue | Spend


def decide(command: Command, registration: Registration) -> Sequence[NewEvent]:
    if isinstance(command, Issue):
        return [NewEvent("registration.issued", {"code": command.code})]
    return [] if registration.spent or not registration.code else [NewEvent("registration.spent")]


def evolve(registration: Registration, event: Fact) -> Registration:
    if event.type == "registration.issued":
        return Registration(registration.pupil, event.data["code"])
    if event.type == "registration.spent":
        return replace(registration, spent=True)
    return registration


def registration_decider(pupil: str) -> Decider[Command, Registration]:
    return Decider(Registration(pupil), decide, evolve)
