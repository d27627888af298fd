"""The record of a school's prints: who, when, where, which classes, how many sheets, and how many became void."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from services.roster.dependencies import Dependencies
from services.roster.domain.print_run import PrintRun
from shared.infrastructure.clock import iso
from shared.language.class_names import class_name

MOST = 200  # prints in a list, the latest first


def list_prints(deps: Dependencies, school: str) -> Sequence[Mapping[str, Any]]:
    """The latest prints of a school, which is in the caller's scope."""
    return [_print(deps, row.state) for row in deps.tables.prints.first("school", school, "newest_first", MOST)]


def _print(deps: Dependencies, run: PrintRun) -> Mapping[str, Any]:
    return {
        "print": run.id,
        "run": run.run,
        "campaign": run.campaign,
        "at": iso(run.at),
        "by": run.by,
        "code_by": run.code_by,
        "origin": run.origin,
        "source": run.source,
        "classes": [{"id": each, "name": class_name(each, deps.today())} for each in run.classes],
        "forms": run.forms,
        "void": run.void,
    }
