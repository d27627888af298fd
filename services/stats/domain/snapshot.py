"""Flows and units as of one moment, and their sums by day. PURE, but remembers the sums that it has taken."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple, TypeVar

from services.stats.domain.columns import Columns, Flow, Numbers, columns_of
from services.stats.domain.roll_up import Measures, Placement, RollUp, measures
from services.stats.domain.tree import Tree, UnitVersion, days_of_change, tree_of
from services.stats.domain.watermark import Watermark

KEPT = 8  # roll-ups, trees and curves each: in a nation one takes some 15 MB
K = TypeVar("K")
T = TypeVar("T")
Units = Mapping[int, Sequence[Sequence[UnitVersion]]]  # slot -> the versions of each of its units


class RollUpName(NamedTuple):
    """era: the day of change from which on the tree is as it is."""

    campaign: str
    day: str
    era: str


class CurveName(NamedTuple):
    campaign: str
    unit: str
    era: str


Curve = dict[int, Mapping[str, Numbers]]  # slot -> day -> changes: after a change one slot is added up again


class Snapshot:
    """Flows by slot, units by slot; how far they are final, and the moment of all of it in ms."""

    def __init__(self) -> None:
        self.watermark, self.read_at = Watermark(), 0
        self._flows: dict[int, Mapping[str, Columns]] = {}  # slot -> campaign -> columns
        self._numbers: dict[str, int] = {}  # school -> its number in columns
        self._units: Units = {}
        self._days_of_change: Sequence[str] = ()
        self._trees: dict[str, Tree] = {}
        self._placements: dict[str, Placement] = {}
        self._roll_ups: dict[RollUpName, RollUp] = {}
        self._curves: dict[CurveName, Curve] = {}

    def replace_flows(self, slot: int, flows: Iterable[Flow]) -> None:
        """Replace the flows of a slot."""
        read = list(flows)
        self._number(flow.school for flow in read)
        self._flows[slot] = columns_of(read, self._numbers)
        for roll_up in self._roll_ups.values():
            roll_up.stale.add(slot)
        for curve in self._curves.values():
            curve.pop(slot, None)

    def replace_units(self, slots: Iterable[int], units: Units) -> None:
        """Replace the units of these slots; a slot without units is dropped."""
        changed = set(slots)
        self._units = {slot: kept for slot, kept in self._units.items() if slot not in changed} | dict(units)
        self._days_of_change = days_of_change(self._histories())
        self._trees, self._placements, self._roll_ups, self._curves = {}, {}, {}, {}

    def tree(self, day: str) -> Tree:
        """The organisation tree of a day."""
        era = self._era(day)
        return _kept(self._trees, era, lambda: tree_of(self._histories(), era))

    def roll_up(self, campaign: str, day: str, tree_day: str) -> RollUp:
        """The figures of every unit at the end of `day`, summed in the tree of `tree_day`."""
        name = RollUpName(campaign, day, self._era(tree_day))
        roll_up = _kept(self._roll_ups, name, lambda: RollUp(self._placement(tree_day), set(self._flows)))
        for slot in tuple(roll_up.stale):
            columns = self._flows[slot].get(campaign)
            roll_up.replace(slot, columns.at_end_of(day) if columns else None)
        return roll_up

    def changes(self, campaign: str, code: str, tree_day: str) -> dict[str, Measures]:
        """Day -> the changes of a unit's figures on it, summed in the tree of `tree_day`."""
        chosen = self._placement(tree_day).within(code)
        curve = _kept(self._curves, CurveName(campaign, code, self._era(tree_day)), dict)
        out: dict[str, Numbers] = {}
        for slot, columns in self._flows.items():
            if campaign in columns:
                if slot not in curve:
                    curve[slot] = columns[campaign].by_day(chosen)
                for day, changes in curve[slot].items():
                    out[day] = out[day] + changes if day in out else changes
        return {day: measures(changes) for day, changes in out.items()}

    def _histories(self) -> Iterable[Sequence[UnitVersion]]:
        return (versions for units in self._units.values() for versions in units)

    def _era(self, day: str) -> str:
        """The last day of change until this one: trees between two such days are the same. "" before the first one."""
        after = bisect_right(self._days_of_change, day)
        return self._days_of_change[after - 1] if after else ""

    def _placement(self, tree_day: str) -> Placement:
        return _kept(self._placements, self._era(tree_day), lambda: Placement(self.tree(tree_day), list(self._numbers)))

    def _number(self, schools: Iterable[str]) -> None:
        """Give new schools their numbers. They have no place in what was placed before."""
        known = len(self._numbers)
        for school in schools:
            self._numbers.setdefault(school, len(self._numbers))
        if len(self._numbers) > known:
            self._placements, self._roll_ups = {}, {}


def _kept(cache: dict[K, T], name: K, make: Callable[[], T]) -> T:
    """The value kept under this name, or a new one; the one that was not asked for longest is forgotten."""
    cache[name] = found = cache.pop(name) if name in cache else make()
    while len(cache) > KEPT:
        del cache[next(iter(cache))]
    return found
