"""A class of a school: stage, year of entry and number for life; its grade is derived from the school year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from shared.eventsourcing.decider import Decider
from shared.eventsourcing.event import Fact, NewEvent
from shared.infrastructure.errors import Refused

STAGES: Mapping[str, str] = {"p": "小学", "j": "初中", "s": "高中", "x": "特教"}
YEARS: Mapping[str, int] = {"p": 6, "j": 4, "s": 3, "x": 12}  # four years of junior school exist in some provinces
PROMOTION = "08-15"  # the moment in August at which all classes rise by a grade
_NUMBERS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")


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
    pass


Command = OpenClass | CloseClass


def class_id(school: str, stage: str, entry_year: int, number: int) -> str:
    """ "2111000001", "p", 2023, 1 -> "2111000001p202301"."""
    return f"{school}{stage}{entry_year}{number:02d}"


def stage_of(class_: str) -> str:
    """The stage is the only letter in small print in a class id; "" for what is no class id."""
    return next((c for c in class_ if c in STAGES), "")


def grade_of(entry_year: int, day: str) -> int:
    """1 in the first school year. day: any day of the school year asked for; below 1 before it begins."""
    return int(day[:4]) - entry_year + (1 if day[5:] >= PROMOTION else 0)


def grade_name(stage: str, grade: int) -> str:
    """ "三年级", "初一", "高二"; junior grades by their own count, which holds where junior school has four years as well."""
    if grade < 1:
        return "未入学"
    if grade > YEARS.get(stage, 0):
        return "已毕业"
    if stage in "js":
        return f"{'初' if stage == 'j' else '高'}{_NUMBERS[grade - 1]}"
    return f"{_NUMBERS[grade - 1]}年级"


def default_name(stage: str, entry_year: int, number: int) -> str:
    """A name that stays true after promotion."""
    return f"{STAGES[stage]}{entry_year}级{number}班"


def decide(command: Command, of: SchoolClass) -> Sequence[NewEvent]:
    if isinstance(command, OpenClass):
        if of.school:
            raise Refused(
                "class-exists",
                "The school has a class with this stage, entry year and number.",
                kind="conflict",
                where="number",
            )
        return [NewEvent("class.opened", asdict(command))]
    if not of.open:
        raise Refused("class-closed", "There is no open class with this id.", kind="conflict", where="class")
    return [NewEvent("class.closed")]


def evolve(of: SchoolClass, event: Fact) -> SchoolClass:
    if event.type == "class.opened":
        return SchoolClass(of.id, open=True, **event.data)
    if event.type == "class.closed":
        return replace(of, open=False)
    return of


def public(of: SchoolClass) -> Mapping[str, Any]:
    return asdict(of)


def class_decider(id: str) -> Decider[Command, SchoolClass]:
    return Decider(SchoolClass(id), decide, evolve, public)
