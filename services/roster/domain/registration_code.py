"""A pupil's registration code, in a private stream: issued at enrolment, spent by the first guardian, replaceable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from shared.eventsourcing.decider import Decider
from shared.eventsourcing.event import Fact, NewEvent


@dataclass(frozen=True, slots=True)
class RegistrationCode:
    """code: hash of the valid code. spent: a guardian has registered with it; others may still use it, and wait."""

    pupil: str
    code: str = ""
    spent: bool = False


@dataclass(frozen=True, slots=True)
class Issue:
    """code: hash of the new code; the previous one is void."""

    code: str


@dataclass(frozen=True, slots=True)
class Spend:
    pass


Command = Issue | Spend


def decide(command: Command, registration_code: RegistrationCode) -> Sequence[NewEvent]:
    if isinstance(command, Issue):
        return [NewEvent("registration.issued", {"code": command.code})]
    return [] if registration_code.spent or not registration_code.code else [NewEvent("registration.spent")]


def evolve(registration_code: RegistrationCode, event: Fact) -> RegistrationCode:
    if event.type == "registration.issued":
        return RegistrationCode(registration_code.pupil, event.data["code"])
    if event.type == "registration.spent":
        return replace(registration_code, spent=True)
    return registration_code


def registration_code_decider(pupil: str) -> Decider[Command, RegistrationCode]:
    return Decider(RegistrationCode(pupil), decide, evolve)


def registration_code_stream(pupil: str) -> str:
    return f"registration-{pupil}"
