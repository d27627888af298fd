"""One import: the file is read, its pupils are admitted, and what came of it is kept without anything personal."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from functools import cache
from typing import Any

from services.roster.dependencies import Dependencies
from services.roster.roster_file.parse import Parsed, School, parse
from services.roster.use_cases.admission import Admission, Outcome
from services.roster.use_cases.organisation import regions
from shared.eventsourcing.commands import UnitOfWork, execute, first_response
from shared.eventsourcing.event import NewEvent
from shared.eventsourcing.store import CommandContext
from shared.infrastructure.errors import Refused

IMPORTS = uuid.UUID("0c0f6b5e-88b7-4d5f-9d4e-5b1f6f0a7a11")
KEPT = 500  # findings that are kept of an import; whoever has more mends these first


@cache
def region_codes() -> frozenset[str]:
    return frozenset(code for code, _ in regions())


def run_import(
    deps: Dependencies, school: str, data: bytes, context: CommandContext, *, dry_run: bool
) -> Mapping[str, Any]:
    """Import a school's roster file. The same command again is answered as before, the same file again changes nothing."""
    if (first := first_response(deps.store, context)) is not None:
        return import_of(deps, first["import"])
    parsed = parse(data, School(school, deps.tree.classes(school), region_codes(), deps.today()))
    outcome = Admission(deps.store, deps.tables, deps.personal_data, school).admit(parsed, context, dry_run=dry_run)
    id = uuid.uuid5(IMPORTS, context.id).hex
    report = _report(school, parsed, outcome, dry_run)
    if not dry_run:
        _keep(deps, id, report, context)
    return {"import": "" if dry_run else id, **report}


def _report(school: str, parsed: Parsed, outcome: Outcome, dry_run: bool) -> dict[str, Any]:
    counts = {name: outcome.counts[name] for name in ("added", "changed", "unchanged")}
    return {
        "school": school,
        "dry_run": dry_run,
        "rows": parsed.rows,
        **counts,
        "errors": [finding.as_json() for finding in outcome.errors[:KEPT]],
        "errors_total": len(outcome.errors),
        "warnings": [finding.as_json() for finding in parsed.warnings[:KEPT]],
        "warnings_total": len(parsed.warnings),
    }


def _keep(deps: Dependencies, id: str, report: Mapping[str, Any], context: CommandContext) -> None:
    """When the same request ran twice at once, the report of the other one holds."""

    def plan(work: UnitOfWork) -> Mapping[str, Any]:
        work.append(f"import-{id}", 0, [NewEvent("import.finished", report)])
        return {"import": id}

    execute(deps.store, context, plan)


def import_of(deps: Dependencies, id: str) -> Mapping[str, Any]:
    """Raises Refused("not-found")."""
    history = deps.store.load(f"import-{id}")
    if not history:
        raise Refused("not-found", "There is no import with this id.", where="import")
    return {"import": id, **history[0].data}
