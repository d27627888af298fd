"""Rows of a file of accounts as lines: roles by any of their names, places by the code of their unit, from roster."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from services.identity.account_table.reader import TableRow
from services.identity.dependencies import Dependencies
from services.identity.domain.account_fields import wrong_field
from services.identity.domain.issuing_rules import UNIT_KIND
from services.identity.repositories.account_files import LineError
from services.identity.roster_client import Division
from services.identity.use_cases.staff.account_file import AccountLine
from shared.infrastructure.chunks import chunks
from shared.language.path import child
from shared.language.roles import BY_NAME, CLASS

AT_ONCE = 500  # rows whose units are asked for together
CODE = re.compile(r"[0-9A-Za-z]{6,24}\Z")
CLASS_CODE = re.compile(r"([0-9A-Z]{6,12})[a-z][0-9]{6,7}\Z")
NAMES: Mapping[str, str] = {
    text.casefold(): name for name in UNIT_KIND for text in (name, BY_NAME[name].zh, BY_NAME[name].en)
}
Line = AccountLine | LineError


def lines_of(deps: Dependencies, rows: Iterable[TableRow]) -> Iterator[Line]:
    """The lines in their order; those that are none come with the reason. Raises Refused("unavailable")."""
    for some in chunks(rows, AT_ONCE):
        wanted = sorted({_unit_code(row.unit) for row in some if not row.path and CODE.match(row.unit)})
        units = deps.roster.units(wanted) if wanted else {}
        yield from (_line(row, units) for row in some)


def _line(row: TableRow, units: Mapping[str, Division]) -> Line:
    role = NAMES.get(row.role.strip().casefold(), "")
    if not role:
        return LineError(row.number, "role", "unknown-role", "There is no such role.")
    path = row.path or _path(row.unit, role, units)
    if not path:
        return LineError(row.number, "unit", "unknown-unit", "No open unit that fits this role has this code.")
    where, rule = wrong_field(row.login, row.display_name)
    if where:
        return LineError(row.number, where, f"bad-{where.replace('_', '-')}", rule)
    return AccountLine(row.number, role, path, row.login, row.display_name)


def _unit_code(code: str) -> str:
    """The code of the unit that roster knows: a class is found by its school."""
    found = CLASS_CODE.match(code)
    return found[1] if found else code


def _path(code: str, role: str, units: Mapping[str, Division]) -> str:
    unit = units.get(_unit_code(code))
    if unit is None:
        return ""
    levels: Sequence[str] = BY_NAME[role].levels
    if CLASS_CODE.match(code):
        return child(unit.path, code) if CLASS in levels else ""
    return unit.path if unit.level in levels else ""
