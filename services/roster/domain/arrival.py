"""An arrival: a pupil whom the file of a school claims by a number, in a private stream until somebody answers.

A school that holds the number answers, else the unit above the school that claims it. Both look alike to that school.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import Any

from shared.eventsourcing.decider import Decider
from shared.eventsourcing.event import Fact, NewEvent
from shared.infrastructure.errors import Refused

WAITING, ACCEPTED, OBJECTED = "waiting", "accepted", "objected"
OBJECTION_DAYS = 7  # for which an objection holds


@dataclass(frozen=True, slots=True)
class Arrival:
    """school, class_: that claim the pupil. pupil: who has the number, "" for nobody. answer: units that may answer.

    content: keyed hash of the row of the file. asked, answered: days.
    """

    id: str
    school: str = ""
    class_: str = ""
    pupil: str = ""
    answer: tuple[str, ...] = ()
    content: str = ""
    status: str = ""
    asked: str = ""
    answered: str = ""

    @property
    def waits(self) -> bool:
        return self.status == WAITING


@dataclass(frozen=True, slots=True)
class Ask:
    school: str
    class_: str
    pupil: str
    answer: tuple[str, ...]
    content: str
    day: str


@dataclass(frozen=True, slots=True)
class Redirect:
    """Another pupil, or another unit, has become the one to answer."""

    pupil: str
    answer: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Accept:
    day: str


@dataclass(frozen=True, slots=True)
class Object:
    day: str


@dataclass(frozen=True, slots=True)
class Restore:
    """The import that has asked is undone. before: the request as it was; who answers stays who holds the pupil now."""

    before: Arrival


Command = Ask | Redirect | Accept | Object | Restore


def decide(command: Command, arrival: Arrival) -> Sequence[NewEvent]:
    if isinstance(command, Ask):
        return _ask(command, arrival)
    if not arrival.waits:
        raise Refused("answered-already", "This request has been answered already.", kind="conflict", where="arrival")
    if isinstance(command, Restore):
        before = command.before
        if before.waits:
            before = replace(before, pupil=arrival.pupil, answer=arrival.answer)
        return [NewEvent("arrival.restored", _as_data(before))]
    if isinstance(command, Redirect):
        return [NewEvent("arrival.redirected", {"pupil": command.pupil, "answer": list(command.answer)})]
    return [NewEvent(f"arrival.{ACCEPTED if isinstance(command, Accept) else OBJECTED}", {"day": command.day})]


def _ask(command: Ask, arrival: Arrival) -> Sequence[NewEvent]:
    if arrival.status == OBJECTED and command.day < _end_of_objection(arrival.answered):
        raise Refused("arrival-objected", "The other side has objected; ask again after some days.", where="arrival")
    asked = replace(
        arrival,
        school=command.school,
        class_=command.class_,
        pupil=command.pupil,
        answer=command.answer,
        content=command.content,
    )
    if arrival.waits and asked == arrival:
        return []
    data = {
        "school": command.school,
        "class": command.class_,
        "pupil": command.pupil,
        "answer": list(command.answer),
        "content": command.content,
        "day": command.day,
    }
    return [NewEvent("arrival.asked", data)]


def _as_data(arrival: Arrival) -> dict[str, Any]:
    data = {**asdict(arrival), "class": arrival.class_, "answer": list(arrival.answer)}
    return {name: value for name, value in data.items() if name not in ("id", "class_")}


def _end_of_objection(day: str) -> str:
    return (date.fromisoformat(day) + timedelta(days=OBJECTION_DAYS)).isoformat()


def evolve(arrival: Arrival, event: Fact) -> Arrival:
    data = event.data
    if event.type == "arrival.asked":
        return Arrival(
            arrival.id,
            data["school"],
            data["class"],
            data["pupil"],
            tuple(data["answer"]),
            data["content"],
            WAITING,
            data["day"],
        )
    if event.type == "arrival.restored":
        told = {"class_" if name == "class" else name: value for name, value in data.items()}
        return Arrival(arrival.id, **{**told, "answer": tuple(data["answer"])})
    if event.type == "arrival.redirected":
        return replace(arrival, pupil=data["pupil"], answer=tuple(data["answer"]))
    if event.type in (f"arrival.{ACCEPTED}", f"arrival.{OBJECTED}"):
        return replace(arrival, status=event.type.removeprefix("arrival."), answered=data["day"])
    return arrival


def arrival_decider(id: str) -> Decider[Command, Arrival]:
    return Decider(Arrival(id), decide, evolve)


def arrival_stream(id: str) -> str:
    return f"arrival-{id}"
