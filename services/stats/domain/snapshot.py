"""Flows and units as of one moment, and their sums by day: PURE, but remembers the sums that it has taken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from services.stats.domain.fold import StreamHistory
from services.stats.domain.tree import Tree, tree_of

SUMS_KEPT = 4096  # (slot, campaign, day) sums in memory
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
    """Flows by slot, units by slot and stream."""

    def __init__(self) -> None:
        self._flows: dict[int, FlowsOfSchools] = {}
        self._units: dict[int, Mapping[str, StreamHistory]] = {}
        self._sums: dict[tuple[int, str, str], dict[str, Counter[str]]] = {}
        self._series: dict[tuple[int, str, frozenset[str]], dict[str, Counter[str]]] = {}
        self._trees: dict[str, Tree] = {}

    def replace_flows(self, slots: Iterable[int], flows: Mapping[int, list[Flow]]) -> None:
        """Replace the flows of these slots; a slot without flows is dropped."""
        changed = set(slots)
        self._flows = {slot: kept for slot, kept in self._flows.items() if slot not in changed} | {
            slot: _by_school(found) for slot, found in flows.items()
        }
        self._sums = {name: sums for name, sums in self._sums.items() if name[0] not in changed}
        self._series = {name: days for name, days in self._series.items() if name[0] not in changed}

    def replace_units(self, slots: Iterable[int], units: Mapping[int, Mapping[str, StreamHistory]]) -> None:
        """Replace the units of these slots; a slot without units is dropped."""
        changed = set(slots)
        self._units = {slot: kept for slot, kept in self._units.items() if slot not in changed} | dict(units)
        self._trees = {}

    def tree(self, day: str) -> Tree:
        """The organisation tree of a day."""
        if day not in self._trees:
            if len(self._trees) >= TREES_KEPT:
                self._trees.clear()
            histories = {stream: history for units in self._units.values() for stream, history in units.items()}
            self._trees[day] = tree_of(histories, day)
        return self._trees[day]

    def schools(self, campaign: str, day: str) -> dict[str, Counter[str]]:
        """School -> its figures at the end of a day."""
        out: dict[str, Counter[str]] = {}
        for slot in self._flows:
            for school, figures in self._slot(slot, campaign, day).items():
                out[school] = _both(out[school], figures) if school in out else figures
        return out

    def _slot(self, slot: int, campaign: str, day: str) -> dict[str, Counter[str]]:
        if (slot, campaign, day) not in self._sums:
            if len(self._sums) >= SUMS_KEPT:
                self._sums.clear()
            sums: dict[str, Counter[str]] = {}
            self._sums[slot, campaign, day] = sums
            for (of, school), flows in self._flows[slot].items():
                for flow in flows if of == campaign else ():
                    if flow.day <= day:
                        sums.setdefault(school, Counter()).update(flow.total)
        return self._sums[slot, campaign, day]

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


def _both(one: Counter[str], other: Counter[str]) -> Counter[str]:
    both = Counter(one)
    both.update(other)
    return both
