"""A unit of the administration or a school. Trees of any depth: a unit lies below any unit of a higher level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from shared.eventsourcing.decider import Decider
from shared.eventsourcing.event import Fact, NewEvent
from shared.infrastructure.errors import Refused
from shared.infrastructure.known_fields import known
from shared.language.code_alone import UNDECIDED
from shared.language.contracts.roster import LEVELS

SCHOOL = "school"
CODE_ALONE_DECIDED = "unit.code-alone-decided"
REGIONS = ("province", "city", "county")  # levels that decide on the way by the upload code alone


@dataclass(frozen=True, slots=True)
class Unit:
    """parent: "" for the nation. kind: first two digits of a school's code, else "". effective_from: a day.

    code_alone: the unit's own decision on uploads by the upload code alone, see shared/language/code_alone.py.
    """

    code: str
    name: str = ""
    level: str = ""
    parent: str = ""
    kind: str = ""
    open: bool = False
    effective_from: str = ""
    code_alone: str = UNDECIDED

    @property
    def exists(self) -> bool:
        return bool(self.level)


@dataclass(frozen=True, slots=True)
class OpenUnit:
    """parent_level: the level of the parent, "" without one."""

    name: str
    level: str
    parent: str
    parent_level: str
    kind: str
    effective_from: str


@dataclass(frozen=True, slots=True)
class RenameUnit:
    """effective_from: a day that has come, not before the unit's latest version. today: a day."""

    name: str
    effective_from: str
    today: str


@dataclass(frozen=True, slots=True)
class MoveUnit:
    parent: str
    parent_level: str
    effective_from: str


@dataclass(frozen=True, slots=True)
class CloseUnit:
    """below: open units directly below it. pupils: those who are at the school."""

    below: int = 0
    pupils: int = 0


@dataclass(frozen=True, slots=True)
class DecideCodeAlone:
    """code_alone: a word of shared/language/code_alone.py; UNDECIDED takes the decision back."""

    code_alone: str


Command = OpenUnit | RenameUnit | MoveUnit | CloseUnit | DecideCodeAlone


def _check_parent(level: str, parent: str, parent_level: str) -> None:
    """Schools are run by any level of the administration; every other unit lies below one of a higher level."""
    if level == LEVELS[0]:
        if parent:
            raise Refused("nation-has-no-parent", "The nation has no parent.", where="parent")
    elif parent_level not in LEVELS or LEVELS.index(parent_level) >= LEVELS.index(level):
        raise Refused("wrong-parent", "The parent must be an open unit of a higher level.", where="parent")


def decide(command: Command, unit: Unit) -> Sequence[NewEvent]:
    if isinstance(command, OpenUnit):
        if unit.exists:
            raise Refused(
                "unit-exists",
                "There is a unit with this code, and codes are never used again.",
                kind="conflict",
                where="code",
            )
        _check_parent(command.level, command.parent, command.parent_level)
        return [
            NewEvent(
                "unit.opened",
                {
                    "name": command.name,
                    "level": command.level,
                    "parent": command.parent,
                    "kind": command.kind,
                    "effective_from": command.effective_from,
                },
            )
        ]
    if not unit.open:
        raise Refused("unit-closed", "There is no open unit with this code.", kind="conflict", where="code")
    if isinstance(command, RenameUnit):
        return _rename(command, unit)
    if isinstance(command, MoveUnit):
        _check_parent(unit.level, command.parent, command.parent_level)
        return (
            [NewEvent("unit.moved", {"parent": command.parent, "effective_from": command.effective_from})]
            if command.parent != unit.parent
            else []
        )
    if isinstance(command, DecideCodeAlone):
        return _decide_code_alone(command, unit)
    return _close(command, unit)


def _rename(command: RenameUnit, unit: Unit) -> Sequence[NewEvent]:
    """A day to come is refused: pages, forms and the tree of today would show the name before it holds."""
    if command.name == unit.name:
        return []
    if not unit.effective_from <= command.effective_from <= command.today:
        raise Refused(
            "day-out-of-range",
            f"Choose a day from {unit.effective_from} to {command.today}; record a later change on its day.",
            where="effective_from",
            extra={
                "message_zh": f"请选 {unit.effective_from} 到 {command.today} 之间的一天；以后的更改，请到那天再登记。"
            },
        )
    return [NewEvent("unit.renamed", {"name": command.name, "effective_from": command.effective_from})]


def _close(command: CloseUnit, unit: Unit) -> Sequence[NewEvent]:
    if unit.level == LEVELS[0]:
        raise Refused("nation-stays", "The nation is not closed.", where="code")
    if command.below:
        raise Refused(
            "units-below",
            f"{command.below} open units lie below this one; close them first, or move them.",
            kind="conflict",
            where="code",
            extra={"message_zh": f"还有 {command.below} 个下级单位没有撤销，请先办理它们。"},
        )
    if command.pupils:
        raise Refused(
            "pupils-there",
            f"{command.pupils} pupils are at this school; record first where they have gone.",
            kind="conflict",
            where="code",
            extra={"message_zh": f"还有 {command.pupils} 名学生在这所学校，请先登记他们转到哪里、毕业或离校。"},
        )
    return [NewEvent("unit.closed")]


def _decide_code_alone(command: DecideCodeAlone, unit: Unit) -> Sequence[NewEvent]:
    if unit.level not in REGIONS:
        raise Refused(
            "not-a-region", "A province, a city or a county decides this, for itself and the units below.", where="code"
        )
    return [NewEvent(CODE_ALONE_DECIDED, asdict(command))] if command.code_alone != unit.code_alone else []


def evolve(unit: Unit, event: Fact) -> Unit:
    if event.type == "unit.closed":
        return replace(unit, open=False)
    if event.type == "unit.opened":
        return Unit(unit.code, open=True, **known(Unit, event.data))
    if event.type in ("unit.renamed", "unit.moved", CODE_ALONE_DECIDED):
        return replace(unit, **known(Unit, event.data))
    return unit


def public(unit: Unit) -> Mapping[str, Any]:
    return asdict(unit)


def unit_decider(code: str) -> Decider[Command, Unit]:
    return Decider(Unit(code), decide, evolve, public)
