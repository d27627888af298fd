"""The organisation tree of a day, from the histories of units: PURE.

Any depth: a unit has a code, a level and a parent, nothing more.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

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


class Tree:
    """Units by code. A unit with an unknown parent, or in a cycle, is not in the tree: its figures are unplaced."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self._units = {unit.code: unit for unit in units}
        self._below: dict[str, list[Unit]] = {}
        for unit in sorted(self._units.values(), key=lambda u: u.code):
            self._below.setdefault(unit.parent, []).append(unit)
        self._paths = {paths.NATION: paths.ROOT} if paths.NATION in self._units else {}
        waiting = [paths.NATION]
        while waiting:
            code = waiting.pop()
            for unit in self._below.get(code, ()):
                if unit.code not in self._paths and code in self._paths:
                    self._paths[unit.code] = paths.child(self._paths[code], unit.code)
                    waiting.append(unit.code)

    def unit(self, code: str) -> Unit | None:
        return self._units[code] if code in self._paths else None

    def path(self, code: str) -> str:
        """The path of a unit, "" if it is not in the tree."""
        return self._paths.get(code, "")

    def children(self, code: str) -> list[Unit]:
        """The units directly below, by code."""
        return [unit for unit in self._below.get(code, ()) if unit.code in self._paths]

    def within(self, code: str) -> list[str]:
        """The unit and all units below it."""
        found = [code]
        for each in found:
            found.extend(unit.code for unit in self.children(each))
        return found

    def version(self) -> str:
        """A hash of the whole tree: reports name it."""
        rows = [[u.code, u.name, u.level, u.parent, u.open] for _, u in sorted(self._units.items())]
        return hashlib.sha256(orjson.dumps(rows)).hexdigest()


def unit_on(stream_history: StreamHistory, day: str) -> Unit | None:
    """A unit in the tree of a day: of the versions recorded by then, the last one that is in force.

    A unit that is recorded but not yet in force lies where it will lie, so that no figure is unplaced.
    """
    recorded = [
        stream_history[version].state for version in sorted(stream_history) if stream_history[version].day <= day
    ]
    if not recorded:
        return None
    state = next((state for state in reversed(recorded) if state["effective_from"] <= day), recorded[0])
    return Unit(state["code"], state["name"], state["level"], state["parent"], state["open"])


def tree_of(histories: Mapping[str, StreamHistory], day: str) -> Tree:
    """The tree of a day. histories: those of units, by stream."""
    return Tree(unit for history in histories.values() if (unit := unit_on(history, day)))
