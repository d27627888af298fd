"""The time series of a unit's figures: one row for each day from the first change on. PURE."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from services.stats.domain.totals import complete
from shared.infrastructure.clock import day_after


class DayFigures(NamedTuple):
    """The figures at the end of a day: all measures."""

    day: str
    measures: Mapping[str, int]


def series(changes: Mapping[str, Mapping[str, int]], through: str) -> list[DayFigures]:
    """The running totals of daily changes, one row for each day; none before the first change.

    changes: day -> measure -> change. through: the last day, inclusive; later changes do not count.
    """
    rows: list[DayFigures] = []
    figures: Counter[str] = Counter()
    day = min(changes, default="")
    while day and day <= through:
        figures.update(changes.get(day, {}))
        rows.append(DayFigures(day, complete(figures)))
        day = day_after(day)
    return rows
