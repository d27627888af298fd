"""Importing a school's roster file. The report is kept, of a dry run too, without anything personal."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from functools import cache
from typing import Any

from services.roster.authorization import school_in_scope
from services.roster.dependencies import Dependencies
from services.roster.roster_file.parse import parse
from services.roster.roster_file.pupil_line import Parsed, School
from services.roster.use_cases.admission import COUNTS, Admission, ImportResult
from services.roster.use_cases.regions import regions
from shared.eventsourcing.commands import UnitOfWork, execute, first_response
from shared.eventsourcing.event import NewEvent
from shared.eventsourcing.store import CommandContext
from shared.infrastructure.errors import Refused
from shared.infrastructure.security_log import security_event
from shared.service.auth import Caller

IMPORTS = uuid.UUID("0c0f6b5e-88b7-4d5f-9d4e-5b1f6f0a7a11")
KEPT = 500  # findings kept of an import; the totals count all of them


@cache
def region_codes() -> frozenset[str]:
    return frozenset(code for code, _ in regions())


def import_roster(
    deps: Dependencies, caller: Caller, context: CommandContext, school: str, data: bytes, *, dry_run: bool, source: str
) -> Mapping[str, Any]:
    """The report of the import. dry_run: report only, change nothing. Raises Refused for a file it cannot read."""
    report = run_import(deps, context, school, data, dry_run=dry_run)
    counts = {name: report[name] for name in ("rows", "waiting", "proposed")}
    security_event(
        "roster-import",
        account=caller.account,
        role=caller.role,
        target=school,
        source=source,
        dry_run=dry_run,
        **counts,
    )
    return report


def run_import(
    deps: Dependencies, context: CommandContext, school: str, data: bytes, *, dry_run: bool
) -> Mapping[str, Any]:
    """The same without a check of scope."""
    if (first := first_response(deps.store, context)) is not None:
        return _kept(deps, first["import"])
    parsed = parse(deps.reader.rows(data), School(school, deps.tree.classes(school), region_codes(), deps.today()))
    is_first = _is_first(deps, context, school, claim=not dry_run)
    result = Admission(deps, school, is_first).admit(parsed, context, dry_run=dry_run)
    report = _report(school, parsed, result, dry_run)
    return {"import": _keep(deps, context, report), **report}


def _is_first(deps: Dependencies, context: CommandContext, school: str, *, claim: bool) -> bool:
    """True for the first import of a school. Only one command can claim it, and keeps it when repeated."""
    mark = CommandContext(f"first-import:{school}", school)
    if not claim:
        return first_response(deps.store, mark) is None
    first = execute(deps.store, mark, lambda work: {"command": context.id})
    return bool(first["command"] == context.id)


def _report(school: str, parsed: Parsed, result: ImportResult, dry_run: bool) -> dict[str, Any]:
    counts = {name: result.counts[name] for name in COUNTS}
    return {
        "school": school,
        "dry_run": dry_run,
        "rows": parsed.rows,
        **counts,
        "errors": [finding.as_json() for finding in result.errors[:KEPT]],
        "errors_total": len(result.errors),
        "warnings": [finding.as_json() for finding in result.warnings[:KEPT]],
        "warnings_total": len(result.warnings),
    }


def _keep(deps: Dependencies, context: CommandContext, report: Mapping[str, Any]) -> str:
    """The id of the import. Of two simultaneous requests with one key, the first report holds."""
    id = uuid.uuid5(IMPORTS, context.id).hex

    def plan(work: UnitOfWork) -> Mapping[str, Any]:
        work.append(f"import-{id}", 0, [NewEvent("import.finished", report)])
        return {"import": id}

    execute(deps.store, context, plan)
    return id


def read_import(deps: Dependencies, caller: Caller, id: str) -> Mapping[str, Any]:
    """The kept report. Raises Refused("not-found")."""
    report = _kept(deps, id)
    school_in_scope(deps, caller, report["school"])
    return report


def _kept(deps: Dependencies, id: str) -> Mapping[str, Any]:
    history = deps.store.load(f"import-{id}")
    if not history:
        raise Refused("not-found", "There is no import with this id.", where="import")
    return {"import": id, **history[0].data}
