"""Figures for people: scope first, then a unit with its rates and its children."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from services.stats.domain.tree import Tree, Unit
from services.stats.projection.cache import Cache, Drill, Learned, drill_school, drill_unit, rates, shares
from services.stats.projection.queries_mongo import Reads, Register
from shared.infrastructure.clock import Clock, day_of
from shared.infrastructure.errors import Refused
from shared.language import path as paths
from shared.language.scope import Scope
from shared.service.auth import Caller, require_path

CLASS_ID = re.compile(r"([0-9A-Z]{6,12})[a-z]\d{6,7}\Z")


class FiguresQuery:
    """A projection behind questions. Nothing is answered outside the caller's scope."""

    def __init__(self, reads: Reads, register: Register, clock: Clock) -> None:
        self._reads, self._register, self._clock, self._cache = reads, register, clock, Cache(reads)

    @property
    def reads(self) -> Reads:
        return self._reads

    @property
    def cache(self) -> Cache:
        return self._cache

    def today(self) -> str:
        return day_of(self._clock.now())

    def figures(self, caller: Caller, campaign: str, code: str, day: str = "", tree_day: str = "") -> dict[str, Any]:
        """The answer of GET /v1/figures. Raises Refused: outside-scope, not-found."""
        day = day or self.today()
        tree_day = tree_day or day
        with self._cache.learned() as learned:
            self.admit(caller, learned, code, tree_day)
            drill = self.drill(learned, campaign, code, day, tree_day)
            trail = trail_of(learned.tree(tree_day), drill, caller.scope)
        open_ends = day > self._register.settled_through() or bool(drill.unplaced) or self._reads.parked_count() > 0
        return {
            "campaign": campaign,
            "unit": {**shown(drill.unit), "path": drill.path},
            "trail": [shown(unit) for unit in trail],
            "day": day,
            "tree_day": tree_day,
            **counted(drill.measures),
            "children": [{**shown(line.unit), **counted(line.measures)} for line in drill.children],
            "closed_through": self._register.closed_through(),
            "unsettled": open_ends,
        }

    def admit(self, caller: Caller, learned: Learned, code: str, tree_day: str) -> str:
        """The path of a unit or class in the tree of a day, if the caller may see it there and where it is today.

        Both, because a school that has gone to another county is not the old one's any more, whatever tree is asked for.
        """
        today = self.today()
        path = path_in(learned.tree(tree_day), code)
        for each in {path, path_in(learned.tree(today), code) or path}:
            if not each:
                raise Refused("not-found", f"There is no unit {code} in the tree of {tree_day}.", where="unit")
            require_path(caller, each)
        return path

    def drill(self, learned: Learned, campaign: str, code: str, day: str, tree_day: str, session: Any = None) -> Drill:
        """A unit, a school with its classes, or a class. Raises Refused("not-found")."""
        tree = learned.tree(tree_day)
        unit = tree.unit(code)
        if unit and unit.level != "school":
            return drill_unit(learned, tree, campaign, unit, day)
        school = unit or tree.unit(school_of(code))
        if school is None:
            raise Refused("not-found", f"There is no unit {code} in the tree of {tree_day}.", where="unit")
        whole = drill_school(learned, tree, campaign, school, self._reads.classes(school.code, tree_day, session), day)
        return whole if unit else _one_class(whole, code)


def _one_class(school: Drill, code: str) -> Drill:
    line = next((line for line in school.children if line.unit.code == code), None)
    if line is None:
        raise Refused("not-found", f"The school has no class {code}.", where="unit")
    return Drill(line.unit, paths.child(school.path, code), line.measures, ())


def school_of(class_id: str) -> str:
    """The school in a class's id; "" for what is no class."""
    found = CLASS_ID.match(class_id)
    return found[1] if found else ""


def path_in(tree: Tree, code: str) -> str:
    """The path of a unit or of a class, "" where the tree has no place for it."""
    school = school_of(code)
    if not school or tree.path(code):
        return tree.path(code)
    return paths.child(tree.path(school), code) if tree.path(school) else ""


def trail_of(tree: Tree, drill: Drill, scope: Scope) -> list[Unit]:
    """The units from the topmost one within the scope down to this one: what the caller may look at on the way."""
    *above, _ = paths.codes(drill.path)
    units = [unit for code in above if (unit := tree.unit(code)) and scope.allows(tree.path(code))]
    return [*units, drill.unit]


def shown(unit: Unit) -> dict[str, str]:
    return {"code": unit.code, "name": unit.name, "level": unit.level}


def counted(measures: Mapping[str, int]) -> dict[str, Any]:
    return {"measures": dict(measures), "rates": rates(measures), "shares": shares(measures)}
