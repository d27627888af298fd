"""The progress of running campaigns as metrics: of the nation and of each province, never of anything smaller."""

from __future__ import annotations

from collections.abc import Iterator

from services.stats.dependencies import Dependencies
from services.stats.domain.totals import UnitFigures
from shared.infrastructure.metrics import PROGRESS
from shared.language.campaign_state import RUNNING, campaign_state
from shared.language.path import NATION

SHOWN = ("expected", "printed", "registered", "received", "uploaded", "accepted", "flagged", "returned", "paper")
Labels = tuple[str, str, str]  # campaign, unit, measure


class Progress:
    """Shows the figures of today. A campaign that has ended, or a unit that is gone, is not shown any more."""

    def __init__(self) -> None:
        self._shown: set[Labels] = set()

    def show(self, deps: Dependencies) -> None:
        """Raises Refused("unavailable")."""
        found = dict(_figures(deps))
        for labels, pupils in found.items():
            PROGRESS.labels(*labels).set(pupils)
        for labels in self._shown - found.keys():
            PROGRESS.remove(*labels)
        self._shown = set(found)


def _figures(deps: Dependencies) -> Iterator[tuple[Labels, int]]:
    for campaign in _running(deps):
        for unit in _nation_and_provinces(deps, campaign):
            for measure in SHOWN:
                yield (campaign, unit.code, measure), unit.measures[measure]


def _running(deps: Dependencies) -> list[str]:
    today = deps.today()
    return [
        plan["id"]
        for plan in deps.queries.campaigns(today)
        if campaign_state(plan["open"], plan["cutoff"], plan["last_day"], today) in RUNNING
    ]


def _nation_and_provinces(deps: Dependencies, campaign: str) -> list[UnitFigures]:
    today = deps.today()
    with deps.figures.snapshot() as snapshot:
        if not snapshot.tree(today).unit(NATION):
            return []
        nation = deps.figures.breakdown(snapshot, campaign, NATION, today, today)
    return [nation, *(child for child in nation.children if child.level == "province")]
