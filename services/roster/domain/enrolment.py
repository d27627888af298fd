"""A pupil's enrolment: school, class and state, independent of campaigns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from shared.eventsourcing.decider import Decider
from shared.eventsourcing.event import Fact, NewEvent
from shared.infrastructure.errors import Refused

IN_SCHOOL, LEFT, VOID = "in-school", "left", "void"
GONE = (LEFT, "graduated", VOID)


@dataclass(frozen=True, slots=True)
class Enrolment:
    """business: a registry business (a transfer, ...) is in progress."""

    pupil: str
    school: str = ""
    class_: str = ""
    state: str = ""
    business: bool = False


@dataclass(frozen=True, slots=True)
class Enrol:
    school: str
    class_: str


@dataclass(frozen=True, slots=True)
class Correct:
    """Personal fields have changed. Events do not say which: the row holds them, sealed."""


@dataclass(frozen=True, slots=True)
class MoveClass:
    school: str  # the school that the class belongs to
    class_: str


@dataclass(frozen=True, slots=True)
class Transfer:
    school: str
    class_: str


@dataclass(frozen=True, slots=True)
class ChangeState:
    state: str  # one of shared.language.contracts.roster.STATES


@dataclass(frozen=True, slots=True)
class SetBusiness:
    open: bool


Command = Enrol | Correct | MoveClass | Transfer | ChangeState | SetBusiness


def decide(command: Command, pupil: Enrolment) -> Sequence[NewEvent]:
    if isinstance(command, Enrol):
        if pupil.school:
            raise Refused("enrolled-already", "The pupil is registered already.", kind="conflict", where="pupil")
        return [NewEvent("enrolment.opened", {"school": command.school, "class": command.class_})]
    if not pupil.school or pupil.state == VOID:
        raise Refused("not-found", "There is no pupil with this id.", where="pupil")
    if isinstance(command, Correct):
        return [NewEvent("enrolment.corrected")]
    if isinstance(command, ChangeState):
        return [NewEvent("enrolment.state-changed", {"state": command.state})] if command.state != pupil.state else []
    if isinstance(command, SetBusiness):
        return (
            [NewEvent(f"enrolment.business-{'opened' if command.open else 'closed'}")]
            if command.open != pupil.business
            else []
        )
    return _move(command, pupil)


def _move(command: MoveClass | Transfer, pupil: Enrolment) -> Sequence[NewEvent]:
    if isinstance(command, MoveClass):
        if command.school != pupil.school:
            raise Refused(
                "class-of-another-school",
                "The class belongs to another school; a change of school is a transfer.",
                where="class",
            )
        return (
            [NewEvent("enrolment.class-moved", {"school": command.school, "class": command.class_})]
            if command.class_ != pupil.class_
            else []
        )
    if command.school == pupil.school:
        raise Refused(
            "same-school",
            "The pupil is at this school; within a school a pupil moves to another class.",
            where="school",
        )
    return [NewEvent("enrolment.transferred", {"school": command.school, "class": command.class_})]


def evolve(pupil: Enrolment, event: Fact) -> Enrolment:
    if event.type == "enrolment.opened":
        return Enrolment(pupil.pupil, event.data["school"], event.data["class"], IN_SCHOOL)
    if event.type in ("enrolment.class-moved", "enrolment.transferred"):
        return replace(pupil, school=event.data["school"], class_=event.data["class"])
    if event.type == "enrolment.state-changed":
        return replace(pupil, state=event.data["state"])
    if event.type in ("enrolment.business-opened", "enrolment.business-closed"):
        return replace(pupil, business=event.type.endswith("opened"))
    return pupil


def public(pupil: Enrolment) -> Mapping[str, Any]:
    return {
        "pupil": pupil.pupil,
        "school": pupil.school,
        "class": pupil.class_,
        "state": pupil.state,
        "business": pupil.business,
    }


def enrolment_decider(pupil: str) -> Decider[Command, Enrolment]:
    return Decider(Enrolment(pupil), decide, evolve, public)
