"""The way by the upload code alone, without an account: a region's decision, and what holds in a region."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.roster.dependencies import Dependencies
from services.roster.domain.unit import CODE_ALONE_DECIDED, REGIONS, DecideCodeAlone, Unit, unit_decider
from services.roster.tables.rows import UnitRow
from shared.eventsourcing.commands import UnitOfWork, execute
from shared.eventsourcing.store import CommandContext
from shared.infrastructure.clock import iso
from shared.infrastructure.errors import Refused
from shared.language.code_alone import is_on
from shared.service.auth import Caller


def read_code_alone(deps: Dependencies, caller: Caller, code: str) -> Mapping[str, Any]:
    """The state in a unit and in the regions directly below it, with the decision that it comes from."""
    line = deps.tree.line(code)
    below = [unit for unit in deps.tree.children(code) if unit.level in REGIONS]
    return {**_region(line), **_decision(deps, caller, line), "below": [_region([unit, *line]) for unit in below]}


def decide_code_alone(
    deps: Dependencies, caller: Caller, context: CommandContext, code: str, *, code_alone: str, source: str
) -> Mapping[str, Any]:
    """Decide for a region and, where they have not decided themselves, for the regions below it."""

    def plan(work: UnitOfWork) -> Mapping[str, Any]:
        row = deps.tables.units.get(code)
        if row is None:
            raise Refused("not-found", "There is no unit with this code.", where="code")
        decider, command = unit_decider(code), DecideCodeAlone(code_alone)
        version, unit = work.decide(decider, f"unit-{code}", row.version, row.state, command)
        if version > row.version:
            work.put(deps.tables.units, UnitRow(version, unit))
        return {"decided": version}

    decision = code_alone or "as above"
    with deps.trail.acting("code-alone", context, caller, target=code, source=source, decision=decision) as acting:
        execute(deps.store, acting, plan)
    return read_code_alone(deps, caller, code)


def _region(line: list[Unit]) -> dict[str, Any]:
    unit = line[0]
    return {
        "code": unit.code,
        "name": unit.name,
        "level": unit.level,
        "code_alone": unit.code_alone,
        "applies": is_on(each.code_alone for each in line),
    }


def _decision(deps: Dependencies, caller: Caller, line: list[Unit]) -> dict[str, str]:
    """The decision that holds: of the lowest unit with one. Its account is for those whose unit it is, or above."""
    unit = next((each for each in line if each.code_alone), None)
    if unit is None:
        return dict.fromkeys(("decided_in", "decided_in_name", "decided_at", "decided_by"), "")
    event = [event for event in deps.store.load(f"unit-{unit.code}") if event.type == CODE_ALONE_DECIDED][-1]
    return {
        "decided_in": unit.code,
        "decided_in_name": unit.name,
        "decided_at": iso(event.at),
        "decided_by": event.actor if caller.scope.allows(deps.tree.path(unit.code)) else "",
    }
