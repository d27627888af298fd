"""The organisation tree: units and classes with their paths."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from services.roster.domain.enrolment import Enrolment
from services.roster.domain.school_class import SchoolClass
from services.roster.domain.unit import SCHOOL, Unit
from services.roster.tables.rows import Tables
from shared.infrastructure.errors import Refused
from shared.language.contracts.roster import LEVELS
from shared.language.path import child


class Tree:
    """Paths are always computed upwards from the unit: at most five reads, and never an outdated path."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def unit(self, code: str, where: str = "unit") -> Unit:
        """Raises Refused("not-found")."""
        row = self._tables.units.get(code)
        if row is None:
            raise Refused("not-found", "There is no unit with this code.", where=where)
        return row.state

    def school(self, code: str) -> Unit:
        """Raises Refused("not-found") or Refused("not-a-school")."""
        unit = self.unit(code, where="school")
        if unit.level != SCHOOL:
            raise Refused("not-a-school", "This unit is not a school.", where="school")
        return unit

    def path(self, code: str) -> str:
        """The path of a unit from the nation down. Raises Refused("not-found") also when a parent is missing."""
        path = "/"
        for unit in reversed(self.line(code)):
            path = child(path, unit.code)
        return path

    def line(self, code: str) -> list[Unit]:
        """A unit and those above it, from the unit up to the nation. Raises as `path`."""
        units = [self.unit(code)]
        while parent := units[-1].parent:
            units.append(self.unit(parent))
            if len(units) > len(LEVELS):
                raise Refused("internal", "The organisation tree has a loop.")
        return units

    def paths(self, codes: Iterable[str]) -> list[tuple[Unit, str]]:
        """The units of these codes that exist, each with its path: a read for each level, however many there are."""
        units: dict[str, Unit] = {}
        asked = wanted = set(codes)
        while wanted:
            units |= {row.id: row.state for row in self._tables.units.many(wanted)}
            wanted = {unit.parent for unit in units.values()} - units.keys() - {""}
        return [(units[code], self._path(units, code)) for code in sorted(asked & units.keys())]

    def _path(self, units: Mapping[str, Unit], code: str) -> str:
        parent = units[code].parent
        return child(self._path(units, parent) if parent else "/", code)

    def class_(self, id: str) -> SchoolClass:
        """Raises Refused("not-found")."""
        row = self._tables.classes.get(id)
        if row is None:
            raise Refused("not-found", "There is no class with this id.", where="class")
        return row.state

    def class_path(self, class_: SchoolClass) -> str:
        return child(self.path(class_.school), class_.id)

    def pupil_path(self, enrolment: Enrolment) -> str:
        """The path of the pupil's present class."""
        return child(self.path(enrolment.school), enrolment.class_)

    def below(self, codes: Iterable[str]) -> list[Unit]:
        """The units directly below any of these, by code: one read."""
        return sorted((row.state for row in self._tables.units.find("parent", list(codes))), key=lambda unit: unit.code)

    def children(self, code: str) -> list[Unit]:
        return self.below([code])

    def classes(self, school: str) -> list[SchoolClass]:
        found = (row.state for row in self._tables.classes.find("school", [school]))
        return sorted(found, key=lambda class_: class_.id)
