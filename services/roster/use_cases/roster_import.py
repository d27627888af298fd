"""One import: the file is read, its pupils are admitted, and what came of it is kept without anything personal."""
from __future__ import annotations

import uuid
from collections.abc import Mapping
from functools import cache, partial
from typing import Any

from services.roster.dependencies import Roster
from services.roster.roster_file.parse import Parsed, School, parse
from services.roster.unit_of_work import recalled
from services.roster.use_cases.admission import Admission, Outcome
from services.roster.use_cases.organisation import regions
from shared.eventsourcing.event import NewEvent
from shared.eventsourcing.store import Append, Command
from shared.infrastructure.errors import Conflict, Refused

IMPORTS = uuid.UUID("0c0f6b5e-88b7-4d5f-9d4e-5b1f6f0a7a11")
KEPT = 500   # findings that are kept of an import; whoever has more mends these first


@cache
def region_codes() -> frozenset[str]:
    return frozenset(code for code, _ in regions())


def run_import(roster: Roster, school: str, data: bytes, command: Command, *, dry_run: bool) -> Mapping[str, Any]:
    """Import a school's roster file. The same command again is answered as before, the same file again changes nothing."""
    if (seen := recalled(roster.store, command)) is not None:
        return import_of(roster, seen["import"])
    parsed = parse(data, School(school, roster.tree.classes(school), region_codes(), roster.today()))
    outcome = Admission(roster.store, roster.tables, roster.secrets, school).admit(parsed, command, dry_run=dry_run)
    id = uuid.uuid5(IMPORTS, command.id).hex
    report = _report(school, parsed, outcome, dry_run)
    if not dry_run:
        _keep(roster, id, report, command)
    return {"import": "" if dry_run else id, **report}


def _report(school: str, parsed: Parsed, outcome: Outcome, dry_run: bool) -> dict[str, Any]:
    counts = {name: outcome.counts[name] for name in ("added", "changed", "unchanged")}
    return {"school": school, "dry_run": dry_run, "rows": parsed.rows, **counts,
            "errors": [finding.as_json() for finding in outcome.errors[:KEPT]], "errors_total": len(outcome.errors),
            "warnings": [finding.as_json() for finding in parsed.warnings[:KEPT]], "warnings_total": len(parsed.warnings)}


def _keep(roster: Roster, id: str, report: Mapping[str, Any], command: Command) -> None:
    also = partial(roster.store.remember, command, {"import": id})
    try:
        roster.store.append([Append(f"import-{id}", 0, [NewEvent("import.finished", report)])], command, also)
    except Conflict:
        return   # the same request ran twice at once; the other one's report holds


def import_of(roster: Roster, id: str) -> Mapping[str, Any]:
    """Raises Refused("not-found")."""
    history = roster.store.load(f"import-{id}")
    if not history:
        raise Refused("not-found", "There is no import with this id.", where="import")
    return {"import": id, **history[0].data}
