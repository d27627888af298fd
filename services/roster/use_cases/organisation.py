"""The organisation tree: loaded from the list of regions, extended by admins, walked upwards to make paths."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import TypeVar

from services.roster.domain.school_class import SchoolClass
from services.roster.domain.unit import OpenUnit, Unit, unit_decider
from services.roster.tables.rows import Tables, UnitRow
from shared.eventsourcing.commands import UnitOfWork
from shared.eventsourcing.store import CommandContext, EventStore
from shared.infrastructure.errors import Conflict, Refused
from shared.language.contracts.roster import LEVELS
from shared.language.path import NATION, child

REGIONS = Path(__file__).parents[1] / "data" / "regions.csv"
AS_READ = "2026-09-11"  # the day on which the list of regions was read; see data/README.md
LOADER = "service:roster-tree"
AT_ONCE = 500
# Not in the list of regions, but reported as a province of its own.
CORPS = ("660000", "新疆生产建设兵团", "province", NATION)
T = TypeVar("T")


def regions(path: Path = REGIONS) -> Iterator[tuple[str, OpenUnit]]:
    """Code and opening of the nation, of every region of the list and of the corps, parents before children."""
    with path.open(encoding="utf-8", newline="") as file:
        listed = [(row["code"], row["name"], row["level"], row["parent"]) for row in csv.DictReader(file)]
    all_ = [(NATION, "全国", LEVELS[0], ""), *listed, CORPS]
    level_of = {code: level for code, _, level, _ in all_} | {"": ""}
    for code, name, level, parent in sorted(all_, key=lambda unit: (LEVELS.index(unit[2]), unit[0])):
        yield code, OpenUnit(name, level, parent, level_of[parent], "", AS_READ)


def load_tree(store: EventStore, tables: Tables, path: Path = REGIONS, *, provinces: Collection[str] = ()) -> int:
    """Open every region that is not there yet, a few hundred in a transaction; how many. What was interrupted is finished by the next run.

    provinces: the first two digits of those whose cities and counties are wanted, none = all; every province itself is opened always.
    """
    known = {row.id for row in tables.units.find("level", [level for level in LEVELS if level != "school"])}
    wanted = [
        (code, command)
        for code, command in regions(path)
        if not provinces or code[:2] in provinces or command.level in LEVELS[:2]
    ]
    missing = [(code, command) for code, command in wanted if code not in known]
    for part in batches(missing, AT_ONCE):
        try:
            _open_units(store, tables, part)
        except Conflict:  # another loader, or a person, was faster with one of them: each for itself, and theirs holds
            for one in part:
                with suppress(Conflict):
                    _open_units(store, tables, [one])
    return len(missing)


def _open_units(store: EventStore, tables: Tables, part: Sequence[tuple[str, OpenUnit]]) -> None:
    work = UnitOfWork(store, CommandContext(f"{LOADER}:{AS_READ}", LOADER))
    for code, command in part:
        decider = unit_decider(code)
        version, unit = work.decide(decider, f"unit-{code}", 0, decider.initial, command)
        work.put(tables.units, UnitRow(version, unit))
    work.record()


class Tree:
    """Where units lie. Always walks upwards from the unit: at most five reads, and never an outdated path."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def unit(self, code: str, where: str = "unit") -> Unit:
        """Raises Refused("not-found")."""
        row = self._tables.units.get(code)
        if row is None:
            raise Refused("not-found", "There is no unit with this code.", where=where)
        return row.state

    def school(self, code: str) -> Unit:
        unit = self.unit(code, where="school")
        if unit.level != "school":
            raise Refused("not-a-school", "This unit is not a school.", where="school")
        return unit

    def path(self, code: str) -> str:
        """The path of a unit from the nation down. Raises Refused("not-found") also when a parent is missing."""
        codes = [code]
        while parent := self.unit(codes[-1]).parent:
            codes.append(parent)
            if len(codes) > len(LEVELS):
                raise Refused("internal", "The organisation tree has a loop.")
        path = "/"
        for each in reversed(codes):
            path = child(path, each)
        return path

    def class_(self, id: str) -> SchoolClass:
        row = self._tables.classes.get(id)
        if row is None:
            raise Refused("not-found", "There is no class with this id.", where="class")
        return row.state

    def class_path(self, of: SchoolClass) -> str:
        return child(self.path(of.school), of.id)

    def children(self, code: str) -> list[Unit]:
        return sorted((row.state for row in self._tables.units.find("parent", [code])), key=lambda unit: unit.code)

    def classes(self, school: str) -> list[SchoolClass]:
        return sorted((row.state for row in self._tables.classes.find("school", [school])), key=lambda each: each.id)


def batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    iterator = iter(items)
    while part := list(islice(iterator, size)):
        yield part
