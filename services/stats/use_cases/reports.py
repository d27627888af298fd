"""Reading published reports: the list of a unit's editions, and the files of an edition."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.stats.dependencies import Dependencies
from services.stats.report.files import MEDIA_TYPES
from shared.infrastructure.errors import Refused
from shared.service.auth import Caller, require_path


def reports_of_unit(deps: Dependencies, caller: Caller, unit: str, campaign: str) -> list[Mapping[str, Any]]:
    """Summaries of the editions within the caller's scope, the newest first."""
    summaries = deps.register.reports(unit, campaign)
    return [summary for summary in summaries if caller.scope.allows(summary["path"])]


def report_file(deps: Dependencies, caller: Caller, id: str, kind: str) -> tuple[bytes, str]:
    """A file as it was published, and its SHA-256. Raises Refused: not-found, outside-scope, internal."""
    if kind not in MEDIA_TYPES:
        raise Refused("not-found", f"A report is read as {', '.join(MEDIA_TYPES)}.", where="kind")
    summary = deps.register.report(id)
    if summary is None:
        raise Refused("not-found", "There is no such report.", where="id")
    require_path(caller, summary["path"])
    return deps.files.read(summary, kind), summary["files"][kind]
