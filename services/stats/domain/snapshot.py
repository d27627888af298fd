"""Flows and units as of one moment, and their sums by day: PURE, but remembers the sums that it has taken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping
from typing import NamedTuple

from services.stats.domain.fold import StreamHistory
from services.stats.domain.tree import Tree, tree_of

SUMS_KEPT = 4096  # (slot, campaign, day) sums in memory
TREES_KEPT = 8  # trees of other days: each holds every unit


class Flow(NamedTuple):
    """The changes at a school on a day. total: measure -> change; classes: class -> measure -> change."""

    campaign: str
    school: str
    day: str
    total: Mapping[str, int]
    classes: Mapping[str, Mapping[str, int]]


class Snapshot:
    """Flows by slot, units by slot and stream."""

    def __init__(self) -> None:
        self._flows: dict[int, list[Flow]] = {}
        self._units: dict[int, Mapping[str, StreamHistory]] = {}
        self._sums: dict[tuple[int, str, str], dict[str, Counter[str]]] = {}
        self._trees: dict[str, Tree] = {}

    def replace_flows(self, slots: Iterable[int], flows: Mapping[int, list[Flow]]) -> None:
        """Replace the flows of these slots; a slot without flows is dropped."""
        changed = set(slots)
        self._flows = {slot: kept for slot, kept in self._flows.items() if slot not in changed} | dict(flows)
        self._sums = {name: sums for name, sums in self._sums.items() if name[0] not in changed}

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
            for flow in self._flows[slot]:
                if flow.campaign == campaign and flow.day <= day:
                    sums.setdefault(flow.school, Counter()).update(flow.total)
        return self._sums[slot, campaign, day]

    def classes(self, campaign: str, school: str, day: str) -> dict[str, Counter[str]]:
        """Class -> its figures at the end of a day."""
        out: dict[str, Counter[str]] = {}
        for flow in self._flows_of(campaign, day):
            if flow.school == school:
                for class_, changes in flow.classes.items():
                    out.setdefault(class_, Counter()).update(changes)
        return out

    def changes(self, campaign: str, schools: Container[str], day: str) -> dict[str, Counter[str]]:
        """Day -> the changes of these schools' figures on it, through a day."""
        out: dict[str, Counter[str]] = {}
        for flow in self._flows_of(campaign, day):
            if flow.school in schools:
                out.setdefault(flow.day, Counter()).update(flow.total)
        return out

    def class_changes(self, campaign: str, school: str, class_: str, day: str) -> dict[str, Counter[str]]:
        """Day -> the changes of a class's figures on it, through a day."""
        out: dict[str, Counter[str]] = {}
        for flow in self._flows_of(campaign, day):
            if flow.school == school and class_ in flow.classes:
                out.setdefault(flow.day, Counter()).update(flow.classes[class_])
        return out

    def _flows_of(self, campaign: str, day: str) -> Iterator[Flow]:
        """The flows of a campaign through a day."""
        return (
            flow for flows in self._flows.values() for flow in flows if flow.campaign == campaign and flow.day <= day
        )


def _both(one: Counter[str], other: Counter[str]) -> Counter[str]:
    both = Counter(one)
    both.update(other)
    return both
