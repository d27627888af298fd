"""Reading figures: a unit with its rates, its children and the trail down to it."""

from __future__ import annotations

from typing import Any

from services.stats.authorization import require_unit
from services.stats.dependencies import Dependencies
from services.stats.domain.totals import Breakdown
from services.stats.projection.figures_query import unsettled
from shared.infrastructure.errors import Refused
from shared.language import path as paths
from shared.language.scope import Scope
from shared.service.auth import Caller


def read_figures(
    deps: Dependencies, caller: Caller, campaign: str, unit: str, day: str = "", tree_day: str = "", max_age_ms: int = 0
) -> dict[str, Any]:
    """The response of GET /v1/figures. Raises Refused: outside-scope, not-found, day-in-future.

    max_age_ms: of the figures; 0 for those of now.
    """
    day = _through(deps, day)
    tree_day = tree_day or day
    with deps.figures.snapshot(max_age_ms=max_age_ms) as snapshot:
        require_unit(deps, caller, snapshot, unit, tree_day)
        breakdown = deps.figures.breakdown(snapshot, campaign, unit, day, tree_day)
        closed_through, read_at = snapshot.watermark.closed_through, snapshot.read_at
        is_unsettled = unsettled(snapshot, breakdown, day)
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
        "closed_through": closed_through,
        "unsettled": is_unsettled,
        "read_at": read_at,
    }


def read_series(
    deps: Dependencies, caller: Caller, campaign: str, unit: str, day: str = "", tree_day: str = "", max_age_ms: int = 0
) -> dict[str, Any]:
    """The response of GET /v1/figures/series. Raises Refused: outside-scope, not-found, day-in-future."""
    day = _through(deps, day)
    tree_day = tree_day or day
    with deps.figures.snapshot(max_age_ms=max_age_ms) as snapshot:
        require_unit(deps, caller, snapshot, unit, tree_day)
        rows = deps.figures.series(snapshot, campaign, unit, day, tree_day)
        closed_through = snapshot.watermark.closed_through
    return {
        "campaign": campaign,
        "unit": unit,
        "tree_day": tree_day,
        "days": [row._asdict() for row in rows],
        "closed_through": closed_through,
    }


def _through(deps: Dependencies, day: str) -> str:
    """The asked day, by default today. Raises Refused("day-in-future")."""
    today = deps.today()
    if day > today:
        raise Refused("day-in-future", "There are no figures of a day that has not come yet.", where="day")
    return day or today


def trail_for(scope: Scope, breakdown: Breakdown) -> list[dict[str, Any]]:
    """The units from the nation down to this one. Units above the scope are named, not opened."""
    path, trail = "/", []
    for unit in breakdown.trail:
        path = paths.child(path, unit.code)
        trail.append({"code": unit.code, "name": unit.name, "level": unit.level, "in_scope": scope.allows(path)})
    return trail
