"""A class of a school: stage, year of entry and number for life; its grade is derived from the school year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from shared.eventsourcing.decider import Decider
from shared.eventsourcing.event import Fact, NewEvent
from shared.infrastructure.errors import Refused
from shared.infrastructure.known_fields import known


@dataclass(frozen=True, slots=True)
class SchoolClass:
    """stage: p primary, j junior, s senior, x special. name: as the school calls it, never a person's."""

    id: str
    school: str = ""
    stage: str = ""
    entry_year: int = 0
    number: int = 0
    name: str = ""
    open: bool = False


@dataclass(frozen=True, slots=True)
class OpenClass:
    school: str
    stage: str
    entry_year: int
    number: int
    name: str


@dataclass(frozen=True, slots=True)
class CloseClass:
    """pupils: those who are in the class."""

    pupils: int = 0


Command = OpenClass | CloseClass


def decide(command: Command, class_: SchoolClass) -> Sequence[NewEvent]:
    if isinstance(command, OpenClass):
        if class_.school:
            raise Refused(
                "class-exists",
                "The school has a class with this stage, entry year and number.",
                kind="conflict",
                where="number",
            )
        return [NewEvent("class.opened", asdict(command))]
    if not class_.open:
        raise Refused("class-closed", "There is no open class with this id.", kind="conflict", where="class")
    if command.pupils:
        raise Refused(
            "pupils-there",
            f"{command.pupils} pupils are in this class; move them, or record that they have left.",
            kind="conflict",
            where="class",
            extra={"message_zh": f"还有 {command.pupils} 名学生在这个班，请先转班，或登记他们已离校。"},
        )
    return [NewEvent("class.closed")]


def evolve(class_: SchoolClass, event: Fact) -> SchoolClass:
    if event.type == "class.opened":
        return SchoolClass(class_.id, open=True, **known(SchoolClass, event.data))
    if event.type == "class.closed":
        return replace(class_, open=False)
    return class_


def public(class_: SchoolClass) -> Mapping[str, Any]:
    return asdict(class_)


def class_decider(id: str) -> Decider[Command, SchoolClass]:
    return Decider(SchoolClass(id), decide, evolve, public)
