"""The curve of a campaign, day by day, and its pace: PURE.

Rates are drawn from the campaign's first day to its cut-off, or to the day asked for where that is later.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

WIDTH, HEIGHT = 1000, 100  # of the drawing; a hundredth of its height is one per cent
LINES = ("registered", "uploaded")  # measures as shares of those expected, the main one last and on top
PACE_DAYS = 7  # the pace is the average of so many days

Day = Mapping[str, Any]  # {"day", "measures"}, of GET /v1/figures/series


@dataclass(frozen=True, slots=True)
class Pace:
    """Forms a day. average: of the last `days`. needed: from now until the cut-off; 0 after it."""

    average: int
    days: int
    needed: int


@dataclass(frozen=True, slots=True)
class Chart:
    """lines: measure -> points of an SVG polyline. cutoff: its place from left, 0 to WIDTH. pace: None on one day."""

    days: Sequence[Day]
    first: str
    last: str
    lines: Mapping[str, str]
    cutoff: float
    pace: Pace | None


def chart(series: Sequence[Day], opens: str, cutoff: str, *, is_today: bool) -> Chart | None:
    """The chart of a campaign; None before its second day. is_today: the last day of the series is not over."""
    days = [row for row in series if row["day"] >= opens]
    if len(days) < 2:
        return None
    first, last = days[0]["day"], max(days[-1]["day"], cutoff)
    length = max(1, _between(first, last))

    def x(day: str) -> float:
        return round(WIDTH * _between(first, day) / length, 1)

    lines = {
        measure: " ".join(f"{x(row['day'])},{HEIGHT - _rate(row['measures'], measure)}" for row in days)
        for measure in LINES
    }
    return Chart(days, first, last, lines, min(WIDTH, max(0.0, x(cutoff))), _pace(days, cutoff, is_today))


def _rate(measures: Mapping[str, int], measure: str) -> float:
    """Per cent of those expected, 0 to HEIGHT."""
    expected = measures["expected"]
    return round(HEIGHT * measures[measure] / expected, 2) if expected else 0.0


def _pace(days: Sequence[Day], cutoff: str, is_today: bool) -> Pace | None:
    """Rounded average of the last days, and what is needed a day, rounded up."""
    measures, span = days[-1]["measures"], min(PACE_DAYS, len(days) - 1)
    uploaded = measures["uploaded"] - days[-1 - span]["measures"]["uploaded"]
    left = _between(days[-1]["day"], cutoff) + (1 if is_today else 0)
    missing = max(0, measures["expected"] - measures["uploaded"])
    return Pace(round(uploaded / span), span, -(-missing // left) if left > 0 else 0)


def _between(first: str, last: str) -> int:
    """Days from one day to another."""
    return (date.fromisoformat(last) - date.fromisoformat(first)).days
