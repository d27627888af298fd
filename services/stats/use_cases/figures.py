"""Reading figures: a unit with its rates, its children and the trail down to it."""

from __future__ import annotations

from typing import Any

from services.stats.authorization import require_unit
from services.stats.dependencies import Dependencies
from services.stats.domain.totals import Breakdown
from shared.infrastructure.clock import day_of
from shared.infrastructure.errors import Refused
from shared.language import path as paths
from shared.language.scope import Scope
from shared.service.auth import Caller


def read_figures(
    deps: Dependencies, caller: Caller, campaign: str, unit: str, day: str = "", tree_day: str = ""
) -> dict[str, Any]:
    """The response of GET /v1/figures. Raises Refused: outside-scope, not-found, day-in-future."""
    now = deps.clock.now()
    day = day or day_of(now)
    if day > day_of(now):
        raise Refused("day-in-future", "There are no figures of a day that has not come yet.", where="day")
    tree_day = tree_day or day
    with deps.figures.snapshot() as snapshot:
        require_unit(deps, caller, snapshot, unit, tree_day)
        breakdown = deps.figures.breakdown(snapshot, campaign, unit, day, tree_day)
    return {
        "campaign": campaign,
        "unit": breakdown,
        "trail": trail_for(caller.scope, breakdown),
        "day": day,
        "tree_day": tree_day,
        "measures": breakdown.measures,
        "rates": breakdown.rates,
        "shares": breakdown.shares,
        "children": breakdown.children,
        "closed_through": deps.register.closed_through(),
        "unsettled": deps.figures.unsettled(breakdown, day),
        "read_at": now,
    }


def trail_for(scope: Scope, breakdown: Breakdown) -> list[dict[str, Any]]:
    """The units from the nation down to this one. Units above the scope are named, not opened."""
    path, trail = "/", []
    for unit in breakdown.trail:
        path = paths.child(path, unit.code)
        trail.append({"code": unit.code, "name": unit.name, "level": unit.level, "in_scope": scope.allows(path)})
    return trail
