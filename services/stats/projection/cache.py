"""Figures: what was true at the end of a day, summed above the school in the organisation tree of a day.

Flows are kept per school and day; here they are added up, when somebody asks. The cache knows what it has read: every
slot has a mark that changes with each lesson, and only slots with another mark are read again.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple, Protocol

from services.stats.domain.fold import Part
from services.stats.domain.measures import BY, NAMES
from services.stats.domain.tree import Tree, Unit, tree_of

SUMS_KEPT = 4096  # (slot, campaign, day) sums in memory
TREES_KEPT = 8  # trees of other days: each holds every unit
RATES: Mapping[str, str] = {
    "uploaded": "expected",
    "registered": "expected",
    "printed": "expected",
}  # numerator -> denominator


class Flow(NamedTuple):
    """What changed at a school on a day. total: measure -> change; classes: class -> measure -> change."""

    campaign: str
    school: str
    day: str
    total: Mapping[str, int]
    classes: Mapping[str, Mapping[str, int]]


class Source(Protocol):
    def together(self) -> AbstractContextManager[Any]: ...
    def marks(self, kind: str, session: Any = None) -> Mapping[int, str]: ...
    def flows(self, slot: int, session: Any = None) -> list[Flow]: ...
    def units(self, slots: Iterable[int], session: Any = None) -> Mapping[int, Mapping[str, Part]]: ...


@dataclass(frozen=True, slots=True)
class Line:
    """A unit with its figures."""

    unit: Unit
    measures: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Drill:
    """A unit, its children by code, and the schools whose figures have no place in the tree."""

    unit: Unit
    path: str
    measures: Mapping[str, int]
    children: Sequence[Line]
    unplaced: Sequence[str] = ()


@dataclass
class Learned:
    """A projection in memory, as of the marks that were read with it."""

    marks: dict[str, Mapping[int, str]] = field(default_factory=lambda: {"flows": {}, "units": {}})
    flows: dict[int, list[Flow]] = field(default_factory=dict)
    units: dict[int, Mapping[str, Part]] = field(default_factory=dict)
    sums: dict[tuple[int, str, str], dict[str, Counter[str]]] = field(default_factory=dict)
    trees: dict[str, Tree] = field(default_factory=dict)

    def refresh(self, source: Source, session: Any) -> None:
        """Read again what has another mark, and forget what has none any more: a restored read model may know less."""
        flow_marks, unit_marks = source.marks("flows", session), source.marks("units", session)
        if changed := _changed(self.marks["flows"], flow_marks):
            read = {slot: source.flows(slot, session) for slot in changed if slot in flow_marks}
            self.flows = {slot: flows for slot, flows in self.flows.items() if slot not in changed} | read
            self.sums = {name: sums for name, sums in self.sums.items() if name[0] not in changed}
        if changed := _changed(self.marks["units"], unit_marks):
            parts = source.units(changed & unit_marks.keys(), session)
            self.units = {slot: units for slot, units in self.units.items() if slot not in changed} | dict(parts)
            self.trees = {}
        self.marks = {"flows": flow_marks, "units": unit_marks}

    def tree(self, day: str) -> Tree:
        if day not in self.trees:
            if len(self.trees) >= TREES_KEPT:
                self.trees.clear()
            self.trees[day] = tree_of(
                {stream: part for parts in self.units.values() for stream, part in parts.items()}, day
            )
        return self.trees[day]

    def schools(self, campaign: str, day: str) -> dict[str, Counter[str]]:
        """School -> its figures at the end of a day."""
        out: dict[str, Counter[str]] = {}
        for slot in self.flows:
            for school, figures in self._slot(slot, campaign, day).items():
                out[school] = _both(out[school], figures) if school in out else figures
        return out

    def _slot(self, slot: int, campaign: str, day: str) -> dict[str, Counter[str]]:
        if (slot, campaign, day) not in self.sums:
            if len(self.sums) >= SUMS_KEPT:
                self.sums.clear()
            sums: dict[str, Counter[str]] = {}
            self.sums[slot, campaign, day] = sums
            for flow in self.flows[slot]:
                if flow.campaign == campaign and flow.day <= day:
                    sums.setdefault(flow.school, Counter()).update(flow.total)
        return self.sums[slot, campaign, day]

    def classes(self, campaign: str, school: str, day: str) -> dict[str, Counter[str]]:
        """Class -> its figures at the end of a day."""
        out: dict[str, Counter[str]] = {}
        for flow in (
            flow
            for flows in self.flows.values()
            for flow in flows
            if (flow.campaign, flow.school) == (campaign, school) and flow.day <= day
        ):
            for name, changes in flow.classes.items():
                out.setdefault(name, Counter()).update(changes)
        return out


def _both(one: Counter[str], other: Counter[str]) -> Counter[str]:
    both = Counter(one)
    both.update(other)
    return both


def _changed(before: Mapping[int, str], after: Mapping[int, str]) -> set[int]:
    return {slot for slot, _ in before.items() ^ after.items()}


class Cache:
    """One projection, kept in memory between requests; shared by threads."""

    def __init__(self, source: Source) -> None:
        self._source, self._lock, self._learned = source, threading.Lock(), Learned()
        self._begun = 0  # looks at the source that have begun
        self._shown = 0  # the number of the look whose result is in memory; 0: that of a session's snapshot, or of a look that failed

    @contextmanager
    def learned(self, session: Any = None) -> Iterator[Learned]:
        """All that is learned by now, or as of the snapshot of a session. For the length of the block it is the caller's own.

        Who waited for others takes what a look has brought that began after they came: a crowd looks once, not each by himself.
        """
        begun = self._begun
        with self._lock:
            if session is not None or self._shown <= begun:
                self._look(session)
            yield self._learned

    def _look(self, session: Any) -> None:
        self._begun, self._shown = self._begun + 1, 0
        with nullcontext(session) if session is not None else self._source.together() as snapshot:
            self._learned.refresh(self._source, snapshot)
        self._shown = 0 if session is not None else self._begun


def drill_unit(learned: Learned, tree: Tree, campaign: str, unit: Unit, day: str) -> Drill:
    """A unit above the school, or a school as a whole, with the units directly below it."""
    schools = learned.schools(campaign, day)
    lines = [Line(child, complete(_sum(schools, tree.within(child.code)))) for child in tree.children(unit.code)]
    shown = [line for line in lines if line.unit.open or any(line.measures.values())]
    unplaced = sorted(school for school, figures in schools.items() if any(figures.values()) and not tree.path(school))
    return Drill(unit, tree.path(unit.code), complete(_sum(schools, tree.within(unit.code))), shown, unplaced)


def drill_school(learned: Learned, tree: Tree, campaign: str, school: Unit, classes: Sequence[Unit], day: str) -> Drill:
    """A school with its classes: those that are open, and those that are not and still count somebody."""
    figures = learned.classes(campaign, school.code, day)
    known = {unit.code: unit for unit in classes}
    units = sorted({*known, *(name for name, counted in figures.items() if any(counted.values()))})
    lines = [
        Line(known.get(name, Unit(name, name, "class", school.code)), complete(figures.get(name, {}))) for name in units
    ]
    shown = [line for line in lines if line.unit.open or any(line.measures.values())]
    whole = complete(_sum({name: Counter(line.measures) for name, line in zip(units, lines, strict=True)}, units))
    return Drill(school, tree.path(school.code), whole, shown)


def _sum(figures: Mapping[str, Mapping[str, int]], names: Iterable[str]) -> Counter[str]:
    out: Counter[str] = Counter()
    for name in names:
        out.update(figures.get(name, {}))
    return out


def complete(figures: Mapping[str, int]) -> dict[str, int]:
    """All measures in the order of the table, those that are missing as 0."""
    return {name: figures.get(name, 0) for name in NAMES}


def ratio(part: int, whole: int, digits: int = 6) -> float | None:
    """part / whole, rounded half up; null where there is nothing to divide by."""
    return float((Decimal(part) / whole).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)) if whole else None


def rates(measures: Mapping[str, int]) -> dict[str, float | None]:
    return {name: ratio(measures[name], measures[base]) for name, base in RATES.items()}


def shares(measures: Mapping[str, int]) -> dict[str, float | None]:
    """By whom the current archives were sent, as parts of `uploaded`."""
    return {f"by_{by}": ratio(measures[f"by_{by}"], measures["uploaded"]) for by in BY}
