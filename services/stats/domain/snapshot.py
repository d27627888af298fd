"""Flows and units as of one moment, and their sums by day. PURE, but remembers the sums that it has taken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from services.stats.domain.fold import StreamHistory
from services.stats.domain.roll_up import RollUp
from services.stats.domain.tree import Tree, tree_of
from services.stats.domain.watermark import Watermark

ROLL_UPS_KEPT = 8  # of a campaign at the end of a day in a tree: each holds every unit
SERIES_KEPT = 4096  # (slot, campaign, schools) changes by day in memory
TREES_KEPT = 8  # trees of other days: each holds every unit


class Flow(NamedTuple):
    """The changes at a school on a day. total: measure -> change; classes: class -> measure -> change."""

    campaign: str
    school: str
    day: str
    total: Mapping[str, int]
    classes: Mapping[str, Mapping[str, int]]


FlowsOfSchools = Mapping[tuple[str, str], list[Flow]]  # by campaign and school


class Snapshot:
    """Flows by slot, units by slot and stream; how far they are final, and the moment of all of it in ms."""

    def __init__(self) -> None:
        self.watermark, self.read_at = Watermark(), 0
        self._flows: dict[int, FlowsOfSchools] = {}
        self._units: dict[int, Mapping[str, StreamHistory]] = {}
        self._roll_ups: dict[tuple[str, str, str], RollUp] = {}
        self._series: dict[tuple[int, str, frozenset[str]], dict[str, Counter[str]]] = {}
        self._trees: dict[str, Tree] = {}

    def replace_flows(self, slots: Iterable[int], flows: Mapping[int, list[Flow]]) -> None:
        """Replace the flows of these slots; a slot without flows is dropped."""
        changed = set(slots)
        new = {slot: _by_school(found) for slot, found in flows.items()}
        roll_ups, self._roll_ups = self._roll_ups, {}  # if this fails, none is left that has changed by half
        for slot in changed:
            _replace(roll_ups, self._flows.get(slot, {}), new.get(slot, {}))
        self._flows = {slot: kept for slot, kept in self._flows.items() if slot not in changed} | new
        self._series = {name: days for name, days in self._series.items() if name[0] not in changed}
        self._roll_ups = roll_ups

    def replace_units(self, slots: Iterable[int], units: Mapping[int, Mapping[str, StreamHistory]]) -> None:
        """Replace the units of these slots; a slot without units is dropped."""
        changed = set(slots)
        self._units = {slot: kept for slot, kept in self._units.items() if slot not in changed} | dict(units)
        self._trees, self._roll_ups = {}, {}

    def tree(self, day: str) -> Tree:
        """The organisation tree of a day."""
        if day not in self._trees:
            if len(self._trees) >= TREES_KEPT:
                self._trees.clear()
            histories = {stream: history for units in self._units.values() for stream, history in units.items()}
            self._trees[day] = tree_of(histories, day)
        return self._trees[day]

    def roll_up(self, campaign: str, day: str, tree_day: str) -> RollUp:
        """The figures of every unit at the end of `day`, summed in the tree of `tree_day`."""
        name = campaign, day, tree_day
        if name not in self._roll_ups:
            if len(self._roll_ups) >= ROLL_UPS_KEPT:
                self._roll_ups.clear()
            roll_up = RollUp(self.tree(tree_day))
            for flows in self._flows.values():
                for (of, _), of_school in flows.items():
                    if of == campaign:
                        _add(roll_up, of_school, day)
            self._roll_ups[name] = roll_up
        return self._roll_ups[name]

    def classes(self, campaign: str, school: str, day: str) -> dict[str, Counter[str]]:
        """Class -> its figures at the end of a day."""
        out: dict[str, Counter[str]] = {}
        for flow in self._flows_of(campaign, school, day):
            for class_, changes in flow.classes.items():
                out.setdefault(class_, Counter()).update(changes)
        return out

    def changes(self, campaign: str, schools: frozenset[str], day: str) -> dict[str, Counter[str]]:
        """Day -> the changes of these schools' figures on it, through a day."""
        out: dict[str, Counter[str]] = {}
        for slot in self._flows:
            for each, changes in self._changes(slot, campaign, schools).items():
                if each <= day:
                    out.setdefault(each, Counter()).update(changes)
        return out

    def _changes(self, slot: int, campaign: str, schools: frozenset[str]) -> dict[str, Counter[str]]:
        """Changes of one slot, of all days: a page of a large unit adds up only what has changed since."""
        name = slot, campaign, schools
        if name not in self._series:
            if len(self._series) >= SERIES_KEPT:
                self._series.clear()
            days, flows = self._series.setdefault(name, {}), self._flows[slot]
            few = len(schools) < len(flows)
            for key in ((campaign, school) for school in schools) if few else flows:
                if few or (key[0] == campaign and key[1] in schools):
                    for flow in flows.get(key, ()):
                        days.setdefault(flow.day, Counter()).update(flow.total)
        return self._series[name]

    def class_changes(self, campaign: str, school: str, class_: str, day: str) -> dict[str, Counter[str]]:
        """Day -> the changes of a class's figures on it, through a day."""
        out: dict[str, Counter[str]] = {}
        for flow in self._flows_of(campaign, school, day):
            if class_ in flow.classes:
                out.setdefault(flow.day, Counter()).update(flow.classes[class_])
        return out

    def _flows_of(self, campaign: str, school: str, day: str) -> Iterator[Flow]:
        """The flows of a school in a campaign through a day."""
        every = (flow for flows in self._flows.values() for flow in flows.get((campaign, school), ()))
        return (flow for flow in every if flow.day <= day)


def _by_school(flows: Iterable[Flow]) -> FlowsOfSchools:
    """A page of a class or a school looks at its own flows: a nation has millions."""
    out: dict[tuple[str, str], list[Flow]] = {}
    for flow in flows:
        out.setdefault((flow.campaign, flow.school), []).append(flow)
    return out


def _replace(roll_ups: Mapping[tuple[str, str, str], RollUp], before: FlowsOfSchools, after: FlowsOfSchools) -> None:
    """Bring roll-ups from the flows of a slot to those that replace them, by the schools that differ."""
    for campaign, school in before.keys() | after.keys():
        old, new = (flows.get((campaign, school), []) for flows in (before, after))
        for (of, day, _), roll_up in roll_ups.items() if old != new else ():
            if of == campaign:
                _add(roll_up, old, day, sign=-1)
                _add(roll_up, new, day)


def _add(roll_up: RollUp, flows: Iterable[Flow], day: str, sign: int = 1) -> None:
    """Add flows through a day, or take them back."""
    for flow in flows:
        if flow.day <= day:
            roll_up.add(flow.school, flow.total, sign)
