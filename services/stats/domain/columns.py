"""The flows of a slot in columns of numbers, one row for a school's day in a campaign: PURE.

A nation has millions of rows. A row holds the figures at the end of its day, not the changes, so the figures of a
school at the end of any day are looked up in its last row until then, and nothing is added up.

    schools  first      rows: days        figures (a column for each measure)
    4        0          0     11-01       1200  0
    7        2          1     11-03       1200  16
                        2     11-02       800   0
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from services.stats.domain.measures import NAMES

Numbers = npt.NDArray[np.integer[Any]]
Chosen = npt.NDArray[np.bool_]
SMALL = np.iinfo(np.int16)
NOTHING = dict.fromkeys(NAMES, 0)
all_measures = itemgetter(*NAMES)  # the quickest way: it is done for millions of rows


class Flow(NamedTuple):
    """The changes at a school on a day. total: measure -> change."""

    campaign: str
    school: str
    day: str
    total: Mapping[str, int]


class Part(NamedTuple):
    """The figures of some schools. figures: school, measure."""

    schools: Numbers
    figures: Numbers


class Columns:
    """The flows of a slot in a campaign. Schools are numbers."""

    __slots__ = ("_days", "_figures", "_first", "_schools")

    def __init__(self, schools: Sequence[int], days: Sequence[str], totals: Iterable[Mapping[str, int]]) -> None:
        ordinals = np.fromiter(map(_ordinal, days), np.int32, len(days))
        order = np.lexsort((ordinals, np.asarray(schools)))
        cells = chain.from_iterable(all_measures({**NOTHING, **total}) for total in totals)
        changes = np.fromiter(cells, np.int64).reshape(-1, len(NAMES))[order]
        self._days = ordinals[order]
        self._schools, self._first = np.unique(np.asarray(schools, np.int32)[order], return_index=True)
        running = changes.cumsum(axis=0)
        of_schools_before = (running - changes)[self._first]
        self._figures = _narrow(running - np.repeat(of_schools_before, self._rows_of_schools(), axis=0))

    def at_end_of(self, day: str) -> Part:
        """The schools that had flows by the end of a day, each once, and their figures then."""
        rows = np.add.reduceat(self._days <= _ordinal(day), self._first, dtype=np.intp)
        had = rows > 0
        return Part(self._schools[had], self._figures[self._first[had] + rows[had] - 1])

    def by_day(self, chosen: Chosen) -> dict[str, Numbers]:
        """Day -> the changes of all chosen schools on it. chosen: by the number of a school."""
        rows = np.flatnonzero(np.repeat(chosen[self._schools], self._rows_of_schools()))
        if not rows.size:
            return {}
        is_first = np.zeros(len(self._days), np.bool_)
        is_first[self._first] = True
        before = np.where(is_first[rows, None], 0, self._figures[rows - 1])
        by_day = np.argsort(self._days[rows], kind="stable")
        changes = (self._figures[rows].astype(np.int64) - before)[by_day]
        days, first = np.unique(self._days[rows][by_day], return_index=True)
        sums = np.add.reduceat(changes, first, axis=0)
        return {date.fromordinal(day).isoformat(): sum for day, sum in zip(days.tolist(), sums, strict=True)}

    def _rows_of_schools(self) -> Numbers:
        return np.diff(self._first, append=len(self._days))


def columns_of(flows: Iterable[Flow], numbers: Mapping[str, int]) -> dict[str, Columns]:
    """Campaign -> the columns of its flows. numbers: of schools."""
    by_campaign: dict[str, list[Flow]] = {}
    for flow in flows:
        by_campaign.setdefault(flow.campaign, []).append(flow)
    return {
        campaign: Columns(
            [numbers[flow.school] for flow in found], [flow.day for flow in found], (flow.total for flow in found)
        )
        for campaign, found in by_campaign.items()
    }


@lru_cache(1 << 10)  # a campaign has some 60 days
def _ordinal(day: str) -> int:
    return date.fromisoformat(day).toordinal()


def _narrow(figures: Numbers) -> Numbers:
    """The same figures in two bytes each, where they fit, as pupils of a school do."""
    fits = SMALL.min <= figures.min() and figures.max() <= SMALL.max
    return figures.astype(np.int16) if fits else figures
