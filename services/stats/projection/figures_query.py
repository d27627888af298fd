"""The figures of a unit. It knows no caller: use cases check the scope first (`authorization.py`)."""

from __future__ import annotations

import re
from contextlib import AbstractContextManager, nullcontext
from typing import Any, NamedTuple

from services.stats.domain.class_flows import changes_of_class, figures_of_classes
from services.stats.domain.series import DayFigures, series
from services.stats.domain.snapshot import Snapshot
from services.stats.domain.totals import Breakdown, break_down_school, break_down_unit, class_of
from services.stats.domain.watermark import Watermark
from services.stats.projection.cache import Cache
from services.stats.projection.queries_mongo import ProjectionQueries
from services.stats.projection.register_mongo import Register
from shared.infrastructure.clock import Clock
from shared.infrastructure.errors import Refused
from shared.language import path as paths

CLASS_ID = re.compile(r"([0-9A-Z]{6,12})[a-z]\d{6,7}\Z")


class Revision(NamedTuple):
    """Number of a projection, and of its cache: while both stay, so does every answer of a day."""

    projection: int
    number: int


class FiguresQuery:
    """One projection with its cache."""

    def __init__(self, queries: ProjectionQueries, register: Register, clock: Clock) -> None:
        self._queries, self._register = queries, register
        self._cache = Cache(queries, clock.now, self._watermark)

    def snapshot(self, session: Any = None, max_age_ms: int = 0) -> AbstractContextManager[Snapshot]:
        """The projection as a session sees it, or as at most so many ms ago. Others wait until the block ends."""
        return self._cache.snapshot(session, max_age_ms)

    def revision(self, max_age_ms: int) -> tuple[Revision, int]:
        """The revision of at most so many ms ago, and ms of that look."""
        number, read_at = self._cache.revision(max_age_ms)
        return Revision(self._queries.projection.number, number), read_at

    def path(self, snapshot: Snapshot, code: str, tree_day: str) -> str:
        """The path of a unit or class in the tree of a day, "" if it is not in it."""
        tree, school = snapshot.tree(tree_day), school_of(code)
        if not school or tree.path(code):
            return tree.path(code)
        return paths.child(tree.path(school), code) if tree.path(school) else ""

    def breakdown(
        self, snapshot: Snapshot, campaign: str, code: str, day: str, tree_day: str, session: Any = None
    ) -> Breakdown:
        """The figures at the end of `day`, summed in the tree of `tree_day`. Raises Refused("not-found")."""
        tree = snapshot.tree(tree_day)
        unit = tree.unit(code)
        if unit and unit.level != "school":
            return break_down_unit(snapshot.roll_up(campaign, day, tree_day), tree, unit)
        school = unit or tree.unit(school_of(code))
        if school is None:
            raise unknown_unit(code, tree_day)
        with nullcontext(session) if session is not None else self._queries.snapshot_session() as moment:
            classes = self._queries.classes(school.code, tree_day, moment)
            flows = self._queries.class_flows(campaign, school.code, moment)
        breakdown = break_down_school(tree, school, classes, figures_of_classes(flows, day))
        if unit:
            return breakdown
        if class_ := class_of(breakdown, code):
            return class_
        raise Refused("not-found", f"The school has no class {code}.", where="unit")

    def series(self, snapshot: Snapshot, campaign: str, code: str, day: str, tree_day: str) -> list[DayFigures]:
        """The figures of a unit or class at the end of each day through `day`, summed in the tree of `tree_day`."""
        if snapshot.tree(tree_day).unit(code):
            return series(snapshot.changes(campaign, code, tree_day), day)
        return series(changes_of_class(self._queries.class_flows(campaign, school_of(code)), code), day)

    def _watermark(self, session: Any) -> Watermark:
        return Watermark(*self._register.through(session), self._queries.parked_count(session))


def unsettled(snapshot: Snapshot, breakdown: Breakdown, day: str) -> bool:
    """True if the figures of a day may still change."""
    mark = snapshot.watermark
    return day > mark.settled_through or bool(breakdown.unplaced) or mark.parked > 0


def unknown_unit(code: str, tree_day: str) -> Refused:
    return Refused("not-found", f"There is no unit {code} in the tree of {tree_day}.", where="unit")


def school_of(class_id: str) -> str:
    """The school in a class's id; "" for other codes."""
    found = CLASS_ID.match(class_id)
    return found[1] if found else ""
