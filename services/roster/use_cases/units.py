"""Units of the organisation tree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from services.roster.authorization import may_see, require_sight
from services.roster.dependencies import Dependencies
from services.roster.domain.unit import SCHOOL, CloseUnit, OpenUnit, RenameUnit, Unit, unit_decider
from services.roster.tables.lookups import pupils_there
from services.roster.tables.rows import UnitRow
from services.roster.use_cases.classes import close_in
from shared.eventsourcing.commands import UnitOfWork, execute
from shared.eventsourcing.store import CommandContext
from shared.infrastructure.errors import Refused
from shared.language.path import child
from shared.service.auth import Caller

COUNTY, PUBLIC = "county", ("province", "city")
DIVIDED = ("nation", "province", "city")  # levels whose units may have others than schools below them


def get_unit(deps: Dependencies, caller: Caller, code: str) -> Mapping[str, Any]:
    """A unit in the caller's scope or above it."""
    unit, path = deps.tree.unit(code), deps.tree.path(code)
    require_sight(caller, path)
    return _response(unit, path)


def list_units(deps: Dependencies, caller: Caller, codes: Sequence[str]) -> list[Mapping[str, Any]]:
    """The units of these codes that exist, as far as the caller may see them."""
    return [_response(unit, path) for unit, path in deps.tree.paths(codes) if may_see(caller, path)]


def name_units(deps: Dependencies, codes: Sequence[str]) -> list[Mapping[str, Any]]:
    """The units of these codes that exist, for services."""
    return [_response(unit, path) for unit, path in deps.tree.paths(codes)]


def list_divisions(deps: Dependencies, code: str) -> list[Mapping[str, Any]]:
    """A unit and the provinces, cities and counties below it, from above, for services: a read for each level.

    Nothing is divided below a county but into schools, of which a nation has too many for one response.
    """
    unit, path = deps.tree.unit(code), deps.tree.path(code)
    found = [(unit, path)]
    above = {unit.code: path} if unit.level in DIVIDED else {}
    while above:
        below = [unit for unit in deps.tree.below(above) if unit.level != SCHOOL]
        found += [(unit, child(above[unit.parent], unit.code)) for unit in below]
        above = {unit.code: child(above[unit.parent], unit.code) for unit in below if unit.level in DIVIDED}
    return [_response(unit, path) for unit, path in found]


def list_children(deps: Dependencies, caller: Caller, code: str) -> list[Mapping[str, Any]]:
    """The units directly below, as far as the caller may see them."""
    path = deps.tree.path(code)
    require_sight(caller, path)
    children = [(unit, child(path, unit.code)) for unit in deps.tree.children(code)]
    return [_response(unit, path) for unit, path in children if may_see(caller, path)]


def open_unit(
    deps: Dependencies, context: CommandContext, above: Unit, *, code: str, name: str, level: str, kind: str
) -> Mapping[str, Any]:
    """A new unit or school. above: its parent."""
    is_school = level == SCHOOL
    if is_school != (len(code) == 10) or kind not in ("", code[:2]) or not above.open:
        raise Refused(
            "bad-fields",
            "A school's code has ten digits and begins with its kind, any other unit's has six; the parent is open.",
            where="code",
        )
    command = OpenUnit(name.strip(), level, above.code, above.level, code[:2] if is_school else "", deps.today())

    def plan(work: UnitOfWork) -> Mapping[str, Any]:
        row = deps.tables.units.get(code) or UnitRow(0, Unit(code))
        version, unit = work.decide(unit_decider(code), f"unit-{code}", row.version, row.state, command)
        work.put(deps.tables.units, UnitRow(version, unit))
        return _response(unit, child(deps.tree.path(above.code), code))

    return execute(deps.store, context, plan)


def rename_unit(
    deps: Dependencies, context: CommandContext, unit: Unit, *, name: str, effective_from: date | None
) -> Mapping[str, Any]:
    """Another name from a day on, today by default. Raises Refused("day-out-of-range", "unit-closed")."""
    today = deps.today()
    command = RenameUnit(name.strip(), effective_from.isoformat() if effective_from else today, today)
    return execute(deps.store, context, lambda work: _decide(deps, work, unit.code, command))


def close_unit(deps: Dependencies, context: CommandContext, unit: Unit) -> Mapping[str, Any]:
    """Close a unit without open ones below, or a school without pupils, with its classes: codes are not used again.

    Raises Refused("units-below", "pupils-there", "unit-closed").
    """

    def plan(work: UnitOfWork) -> Mapping[str, Any]:
        below = sum(each.open for each in deps.tree.children(unit.code))
        there = pupils_there(deps.tables, "school", unit.code) if unit.level == SCHOOL else 0
        closed = _decide(deps, work, unit.code, CloseUnit(below, there))
        for class_ in deps.tree.classes(unit.code):
            if class_.open:
                close_in(deps, work, class_.id)
        return closed

    return execute(deps.store, context, plan)


def _decide(deps: Dependencies, work: UnitOfWork, code: str, command: RenameUnit | CloseUnit) -> Mapping[str, Any]:
    row = deps.tables.units.get(code) or UnitRow(0, Unit(code))
    version, unit = work.decide(unit_decider(code), f"unit-{code}", row.version, row.state, command)
    work.put(deps.tables.units, UnitRow(version, unit))
    return _response(unit, deps.tree.path(code))


def open_county(deps: Dependencies, caller: Caller, given: Mapping[str, str]) -> Mapping[str, Any]:
    """A county that a service was asked to open, or the one that is there, open and below the same unit.

    given: code, name, parent, command: its id at the service. Raises Refused("not-found", "unit-exists", "bad-fields").
    """
    above = deps.tree.unit(given["parent"])
    found = deps.tables.units.get(given["code"])
    if found and (found.state.level, found.state.parent, found.state.open) == (COUNTY, above.code, True):
        return _response(found.state, deps.tree.path(found.id))
    context = CommandContext(f"{caller.account}:county:{given['command']}", caller.account, given["code"])
    return open_unit(deps, context, above, code=given["code"], name=given["name"], level=COUNTY, kind="")


def list_regions(deps: Dependencies, code: str) -> list[Mapping[str, Any]]:
    """The open provinces below the nation, or the open cities below a province: names that anybody may know."""
    below = [unit for unit in deps.tree.children(code) if unit.open and unit.level in PUBLIC]
    return [{"code": unit.code, "name": unit.name, "level": unit.level} for unit in below]


def _response(unit: Unit, path: str) -> dict[str, Any]:
    return {
        "code": unit.code,
        "name": unit.name,
        "level": unit.level,
        "parent": unit.parent,
        "path": path,
        "kind": unit.kind,
        "open": unit.open,
    }
