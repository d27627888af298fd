"""Reading reports: every edition of the units in scope, and what is published of those above."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.stats.dependencies import Dependencies
from services.stats.report.files import MEDIA_TYPES
from shared.infrastructure.errors import Refused
from shared.language import path as paths
from shared.language.permissions import DRAFT_REPORTS
from shared.service.auth import Caller


def reports_of_unit(deps: Dependencies, caller: Caller, unit: str, campaign: str) -> list[Mapping[str, Any]]:
    """Summaries of the editions that the caller may read, the newest day first. unit: "" for all that concern it."""
    units = [unit] if unit else own_units_and_above(caller)
    found = [summary for each in units for summary in deps.register.reports(each, campaign)]
    readable = [summary for summary in found if may_read(caller, summary)]
    # The sort is stable: of one day the unit that is further up first, of one unit the newest version.
    return sorted(readable, key=lambda summary: str(summary["day"]), reverse=True)


def report_file(deps: Dependencies, caller: Caller, id: str, kind: str) -> tuple[bytes, str]:
    """A file as it was made, and its SHA-256. Raises Refused: not-found, outside-scope, internal."""
    if kind not in MEDIA_TYPES:
        raise Refused("not-found", f"A report is read as {', '.join(MEDIA_TYPES)}.", where="kind")
    summary = deps.register.report(id)
    if summary is None:
        raise Refused("not-found", "There is no such report.", where="id")
    if not may_read(caller, summary):
        raise Refused("outside-scope", "This report is not about your unit, or it is a draft of another one.")
    return deps.files.read(summary, kind), summary["files"][kind]


def own_units_and_above(caller: Caller) -> list[str]:
    """The codes of the caller's paths, the nation first, each once."""
    return list(dict.fromkeys(code for path in caller.scope.paths for code in paths.codes(path)))


def may_read(caller: Caller, summary: Mapping[str, Any]) -> bool:
    """True for an edition of a unit in scope, a draft only for who drafts reports; and for a published one of a unit
    above, as the tree is now: by its code, because its path may have changed since.
    """
    if caller.scope.allows(summary["path"]):
        return bool(summary["published"]) or caller.may(DRAFT_REPORTS, summary["path"])
    return bool(summary["published"]) and summary["unit"] in own_units_and_above(caller)
