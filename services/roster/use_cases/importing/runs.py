"""The record of a school's imports that changed something: who, when, how much, and whether it is undone."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from services.roster.dependencies import Dependencies
from services.roster.domain.import_run import (
    COUNTED,
    Command,
    Finish,
    ImportRun,
    Start,
    import_run_decider,
    import_stream,
    undone_meanwhile,
)
from services.roster.tables.lookups import pupils_by
from services.roster.tables.rows import ImportRunRow
from services.roster.undo_records.protocol import UNDO_MS
from shared.eventsourcing.commands import UnitOfWork, execute, first_response, transact
from shared.eventsourcing.event import NewEvent
from shared.eventsourcing.store import CommandContext
from shared.infrastructure.clock import iso

IMPORTS = uuid.UUID("0c0f6b5e-88b7-4d5f-9d4e-5b1f6f0a7a11")
MOST = 100  # runs in a list, the latest first


def run_id(command: str) -> str:
    """The id of the import of a command."""
    return uuid.uuid5(IMPORTS, command).hex


def decide_run(deps: Dependencies, work: UnitOfWork, row: ImportRunRow, command: Command) -> ImportRun:
    version, state = work.decide(import_run_decider(row.id), import_stream(row.id), row.version, row.state, command)
    if version > row.version:
        work.put(deps.tables.import_runs, ImportRunRow(version, state))
    return state


def start(deps: Dependencies, context: CommandContext, id: str, school: str) -> None:
    """Record the run before its first change, so that one that dies can be undone too. Raises Refused once undone."""

    def plan(work: UnitOfWork) -> None:
        row = deps.tables.import_runs.get(id) or ImportRunRow(0, ImportRun(id))
        if row.state.is_taken_back:
            raise undone_meanwhile()
        decide_run(deps, work, row, Start(school, deps.clock.now(), context.actor))

    transact(deps.store, replace(context, id=f"{context.id}:start"), plan)


def keep_report(deps: Dependencies, context: CommandContext, id: str, report: Mapping[str, Any]) -> str:
    """The id of the import. Of two simultaneous requests with one key, the first report holds."""

    def plan(work: UnitOfWork) -> Mapping[str, Any]:
        if report["dry_run"]:
            work.append(import_stream(id), 0, [NewEvent("import.finished", report)])
        elif (row := deps.tables.import_runs.get(id)) is not None:
            decide_run(deps, work, row, Finish(report))
        return {"import": id}

    execute(deps.store, context, plan)
    return id


# ---- the first one
def claim_first(
    deps: Dependencies, context: CommandContext, school: str, file: str, part_of: str, *, claim: bool
) -> bool:
    """True for a school's first import that adds somebody. Only one command can claim it, and keeps it if repeated.

    Once that import is undone and the school is empty again, the next one is its first. file: digest of the file;
    part_of: the same where a part of it is taken. The rest of that file belongs to the first import too.
    """
    mark = CommandContext(f"first-import:{school}", school)
    while (first := first_response(deps.store, mark)) is not None and first["command"] != context.id:
        run = deps.tables.import_runs.get(run_id(first["command"]))
        if run is None or not run.state.is_taken_back:
            return bool(first.get("part_of") == file)
        mark = replace(mark, id=f"first-import:{school}:{run.id}")
    if first is None and mark.id.count(":") > 1 and pupils_by(deps.tables, "school", school):
        return False
    if first is None and claim:
        first = execute(deps.store, mark, lambda work: {"command": context.id, "part_of": part_of})
    return first is None or bool(first["command"] == context.id)


# ---- the list
def list_runs(deps: Dependencies, school: str) -> Sequence[Mapping[str, Any]]:
    """The latest imports of a school, which is in the caller's scope."""
    return [summary(deps, row.state) for row in deps.tables.import_runs.first("school", school, "newest_first", MOST)]


def summary(deps: Dependencies, run: ImportRun) -> dict[str, Any]:
    return {
        "import": run.id,
        "at": iso(run.at),
        "by": run.by,
        "status": run.status,
        **{name: run.counts.get(name, 0) for name in COUNTED},
        "undo_until": until(run) if not run.is_taken_back and until(run) > deps.clock.now() else 0,
    }


def until(run: ImportRun) -> int:
    """The moment up to which the import can be undone."""
    return run.at + UNDO_MS
