"""Classes of a school."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.roster.authorization import may_see, require_sight
from services.roster.dependencies import Dependencies
from services.roster.domain.school_class import CloseClass, OpenClass, SchoolClass, class_decider
from services.roster.tables.lookups import pupils_there
from services.roster.tables.rows import ClassRow
from shared.eventsourcing.commands import UnitOfWork, execute
from shared.eventsourcing.store import CommandContext
from shared.language.class_names import class_id, class_name, default_name, grade_name, grade_of
from shared.language.path import child
from shared.service.auth import Caller


def list_classes(deps: Dependencies, caller: Caller, school: str) -> list[Mapping[str, Any]]:
    """The classes of a school, as far as the caller may see them."""
    path = deps.tree.path(school)
    require_sight(caller, path)
    classes = deps.tree.classes(school)
    return [_response(class_, deps.today()) for class_ in classes if may_see(caller, child(path, class_.id))]


def open_class(
    deps: Dependencies, context: CommandContext, school: str, *, stage: str, entry_year: int, number: int, name: str
) -> Mapping[str, Any]:
    """A new class. name: "" for the default one."""
    id = class_id(school, stage, entry_year, number)
    name = name.strip() or default_name(stage, entry_year, number)

    def plan(work: UnitOfWork) -> Mapping[str, Any]:
        row = deps.tables.classes.get(id) or ClassRow(0, SchoolClass(id))
        command = OpenClass(school, stage, entry_year, number, name)
        version, class_ = work.decide(class_decider(id), f"class-{id}", row.version, row.state, command)
        work.put(deps.tables.classes, ClassRow(version, class_))
        return _response(class_, deps.today())

    return execute(deps.store, context, plan)


def close_class(deps: Dependencies, context: CommandContext, id: str) -> Mapping[str, Any]:
    """Close a class that nobody is in any more. Raises Refused("pupils-there", "class-closed")."""
    return execute(deps.store, context, lambda work: close_in(deps, work, id))


def close_in(deps: Dependencies, work: UnitOfWork, id: str) -> Mapping[str, Any]:
    """The closing of a class as part of a command."""
    row = deps.tables.classes.get(id) or ClassRow(0, SchoolClass(id))
    command = CloseClass(pupils_there(deps.tables, "class", id))
    version, class_ = work.decide(class_decider(id), f"class-{id}", row.version, row.state, command)
    work.put(deps.tables.classes, ClassRow(version, class_))
    return _response(class_, deps.today())


def _response(class_: SchoolClass, today: str) -> dict[str, Any]:
    grade = grade_name(class_.stage, grade_of(class_.entry_year, today))
    return {
        "id": class_.id,
        "name": class_name(class_.id, today),
        "grade": grade,
        "stage": class_.stage,
        "entry_year": class_.entry_year,
        "number": class_.number,
        "open": class_.open,
    }
