"""The organisation tree of a day, from the histories of units: PURE.

Any depth: a unit has a code, a level and a parent, nothing more. Units have positions in preorder, each before those
below it, so that a unit and everything below it is one span of positions.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from sys import intern
from typing import NamedTuple

import orjson

from services.stats.domain.fold import StreamHistory
from shared.language import path as paths


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as it is on a day. parent: "" for the nation. level: nation, province, city, county, school, class."""

    code: str
    name: str
    level: str
    parent: str
    open: bool = True


class UnitVersion(NamedTuple):
    """A unit as it was recorded on a day, in force from another one on."""

    day: str
    effective_from: str
    unit: Unit


class Span(NamedTuple):
    """Positions from `start` to before `end`."""

    start: int
    end: int


class Tree:
    """Units by code. A unit with an unknown parent, or in a cycle, is not in the tree: its figures are unplaced."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self._all = sorted({unit.code: unit for unit in units}.values(), key=lambda unit: unit.code)
        below: dict[str, list[Unit]] = {}
        for unit in self._all:
            below.setdefault("" if unit.code == paths.NATION else unit.parent, []).append(unit)
        waiting = [unit for unit in below.get("", ()) if unit.code == paths.NATION]
        self._units: list[Unit] = []  # in preorder
        while waiting:
            unit = waiting.pop()
            self._units.append(unit)
            waiting.extend(reversed(below.get(unit.code, ())))
        self._positions = {unit.code: position for position, unit in enumerate(self._units)}
        self._ends = list(range(1, len(self) + 1))
        for position in range(len(self) - 1, 0, -1):
            above = self._positions[self._units[position].parent]
            self._ends[above] = max(self._ends[above], self._ends[position])

    def __len__(self) -> int:
        return len(self._units)

    def unit(self, code: str) -> Unit | None:
        position = self.position(code)
        return None if position is None else self._units[position]

    def position(self, code: str) -> int | None:
        return self._positions.get(code)

    def path(self, code: str) -> str:
        """The path of a unit, "" if it is not in the tree."""
        upwards: list[str] = []
        while (unit := self.unit(code)) is not None:
            upwards.append(code)
            code = "" if code == paths.NATION else unit.parent
        return f"/{'/'.join(reversed(upwards))}/" if upwards else ""

    def span(self, code: str) -> Span:
        """The positions of a unit and of all units below it."""
        position = self._positions[code]
        return Span(position, self._ends[position])

    def below(self, code: str) -> list[int]:
        """The positions of the units directly below, in the order of their codes."""
        position, end = self.span(code)
        found, position = [], position + 1
        while position < end:
            found.append(position)
            position = self._ends[position]
        return found

    def children(self, code: str) -> list[Unit]:
        """The units directly below, by code."""
        return [self._units[position] for position in self.below(code)]

    def version(self) -> str:
        """A hash of the whole tree: reports name it."""
        rows = [[u.code, u.name, u.level, u.parent, u.open] for u in self._all]
        return hashlib.sha256(orjson.dumps(rows)).hexdigest()


def versions_of(stream_history: StreamHistory) -> tuple[UnitVersion, ...]:
    """The versions of a unit, the oldest first: typed, since a nation has 200,000 of them in memory."""
    return tuple(
        UnitVersion(
            intern(recorded.day),
            intern(recorded.state["effective_from"]),
            Unit(
                recorded.state["code"],
                recorded.state["name"],
                intern(recorded.state["level"]),
                intern(recorded.state["parent"]),
                recorded.state["open"],
            ),
        )
        for _, recorded in sorted(stream_history.items())
    )


def unit_on(versions: Sequence[UnitVersion], day: str) -> Unit | None:
    """A unit in the tree of a day: of the versions recorded by then, the last one that is in force.

    A unit that is recorded but not yet in force lies where it will lie, so that no figure is unplaced.
    """
    recorded = [version for version in versions if version.day <= day]
    if not recorded:
        return None
    return next((version for version in reversed(recorded) if version.effective_from <= day), recorded[0]).unit


def days_of_change(histories: Iterable[Sequence[UnitVersion]]) -> list[str]:
    """The days, in order, on which the tree may be another one than on the day before."""
    return sorted({day for versions in histories for version in versions for day in version[:2]})


def tree_of(histories: Iterable[Sequence[UnitVersion]], day: str) -> Tree:
    """The tree of a day. histories: those of units."""
    return Tree(unit for versions in histories if (unit := unit_on(versions, day)))
