"""Scope: a caller sees their own unit and the units below it."""

from __future__ import annotations

from services.stats.dependencies import Dependencies
from services.stats.domain.snapshot import Snapshot
from services.stats.projection.figures_query import unknown_unit
from shared.service.auth import Caller, require_path


def require_unit(deps: Dependencies, caller: Caller, snapshot: Snapshot, code: str, tree_day: str) -> None:
    """Require the caller's scope to cover a unit or class in the tree of a day and in that of today.

    Both, because a school that has moved to another county is out of the old one's scope in every tree. Raises Refused:
    not-found, outside-scope.
    """
    path = deps.figures.path(snapshot, code, tree_day)
    for each in {path, deps.figures.path(snapshot, code, deps.today()) or path}:
        if not each:
            raise unknown_unit(code, tree_day)
        require_path(caller, each)
