"""Undo of an import: new pupils become void, changed ones are as before, as long as nothing later stands on it.

Begun after a yes to its counts, it is carried out a few dozen pupils at a time and cannot stop halfway: the same
request continues it, and so does the worker.
"""

from __future__ import annotations

import logging
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from services.roster.authorization import school_in_scope
from services.roster.dependencies import Dependencies
from services.roster.domain.arrival import Restore as RestoreArrival
from services.roster.domain.arrival import arrival_decider, arrival_stream
from services.roster.domain.campaign import Campaign
from services.roster.domain.enrolment import VOID, ChangeState, Command, Correct, MoveClass, enrolment_decider
from services.roster.domain.import_run import FINISHED, STARTED, UNDOING, UNDONE, BeginUndo, EndUndo, ImportRun
from services.roster.domain.proposal import Restore, proposal_decider, proposal_stream
from services.roster.domain.tally import TakeBack, tally_decider, tally_stream
from services.roster.personal_data import masked
from services.roster.tables.lookups import import_run_row, open_campaigns
from services.roster.tables.rows import ProposalRow, PupilRow, TallyRow
from services.roster.undo_records.protocol import UNDO_DAYS, UndoRecord
from services.roster.use_cases.asking import put_arrival, release_pupil
from services.roster.use_cases.entries import update_from_enrolment
from services.roster.use_cases.importing import undo_notes
from services.roster.use_cases.importing.runs import decide_run, summary, until
from services.roster.use_cases.importing.undo_notes import Notes
from services.roster.use_cases.pupil_changes import decide_pupil
from shared.eventsourcing.commands import UnitOfWork, execute, transact
from shared.eventsourcing.store import CommandContext
from shared.infrastructure.errors import Refused
from shared.language.class_names import class_name
from shared.service.audit_trail.trail import with_act
from shared.service.auth import Caller

CONFIRMATIONS = uuid.UUID("b1c0a6de-6f0a-4c02-8d3f-0f6d1f0c9b77")
SHOWN = 20  # of those who stand on it
UNFINISHED_MS = 15 * 60_000  # no request lives that long: an import that has not finished by then has died
log = logging.getLogger("roster")


# ---- looking
def show_undo(deps: Dependencies, caller: Caller, id: str, source: str) -> Mapping[str, Any]:
    """The view of an undo: what it would take back, or has, and who stands in its way, masked; recorded first."""
    run = run_in_scope(deps, caller, id)
    notes = _all_notes(deps, id)
    pupils, requests = _standing(deps, notes) if run.status in (STARTED, FINISHED) else ([], [])
    shown = {row.id: row for row in deps.tables.pupils.many(pupils[:SHOWN])}
    deps.views.record(caller, "class-list", list(shown), deps.tree.path(run.school), source)
    day = deps.today()
    counts = undo_notes.counted(notes) if not run.undone else {**run.undone}
    return {
        **summary(deps, run),
        "taken_back": {"stayed": 0, **counts},
        "standing": len(pupils) + len(requests),
        "standing_pupils": [
            {"pupil": row.id, "class_name": class_name(row.state.class_, day), **_masked(deps, row)}
            for row in (shown[pupil] for pupil in pupils[:SHOWN] if pupil in shown)
        ],
        "confirm": _confirmation(id, counts) if run.status in (STARTED, FINISHED) else "",
    }


def run_in_scope(deps: Dependencies, caller: Caller, id: str) -> ImportRun:
    run = import_run_row(deps.tables, id).state
    school_in_scope(deps, caller, run.school)
    return run


def _masked(deps: Dependencies, row: PupilRow) -> dict[str, str]:
    if row.state.state == VOID:
        return {"name": "", "number_masked": ""}
    shown = masked(deps.personal_data.fields(row))
    return {"name": shown["name"], "number_masked": shown["number_masked"] or shown["id_number_masked"]}


def _all_notes(deps: Dependencies, id: str) -> list[Notes]:
    return [undo_notes.notes_of(deps, record) for record in deps.undo_records.of_run(id)]


def _standing(deps: Dependencies, notes: Sequence[Notes]) -> tuple[list[str], list[str]]:
    """The pupils and the requests on which something later stands."""
    pupils = [pupil for each in notes for pupil in undo_notes.standing_pupils(deps, each)]
    return pupils, [id for each in notes for id in undo_notes.standing_arrivals(deps, each)]


def _confirmation(id: str, counts: Mapping[str, int]) -> str:
    """The yes to exactly these counts."""
    return uuid.uuid5(CONFIRMATIONS, "\n".join([id, *(f"{name} {n}" for name, n in sorted(counts.items()))])).hex


# ---- doing
def undo_import(
    deps: Dependencies, caller: Caller, context: CommandContext, id: str, confirm: str, source: str
) -> Mapping[str, Any]:
    """The view of the undo, once carried out. An undo that has begun is continued; one that is done changes nothing.

    Raises Refused("import-stands", "undo-not-confirmed", "undo-over" or "import-runs").
    """
    run = run_in_scope(deps, caller, id)
    if not run.is_taken_back:
        act = deps.trail.act("import-undone", caller, target=run.school, source=source, **{"import": id})

        def begin(work: UnitOfWork) -> None:
            row = import_run_row(deps.tables, id)
            if not row.state.is_taken_back:
                _require_free(deps, row.state, confirm)
            decide_run(deps, work, row, BeginUndo(caller.account))

        transact(deps.store, with_act(context, act), begin)
        act.tell()
    finish_undo(deps, id)
    return show_undo(deps, caller, id, source)


def _require_free(deps: Dependencies, run: ImportRun, confirm: str) -> None:
    now = deps.clock.now()
    if run.status == STARTED and now < run.at + UNFINISHED_MS:
        raise Refused(
            "import-runs",
            "This import is still running; try again in a quarter of an hour.",
            kind="conflict",
            where="import",
        )
    if until(run) <= now:
        raise Refused(
            "undo-over",
            f"An import can be undone for {UNDO_DAYS} days; this one is older.",
            kind="gone",
            where="import",
        )
    notes = _all_notes(deps, run.id)
    pupils, requests = _standing(deps, notes)
    if pupils or requests:
        raise Refused(
            "import-stands",
            f"Of {len(pupils)} pupils and {len(requests)} requests of this import something was recorded later: a "
            "change, a print, a guardian, an answer. Take that back first, or correct the pupils one by one.",
            kind="conflict",
            where="import",
            extra={"pupils": len(pupils), "requests": len(requests)},
        )
    if confirm != _confirmation(run.id, undo_notes.counted(notes)):
        raise Refused(
            "undo-not-confirmed",
            "Look at what the undo takes back, and send its `confirm`.",
            kind="conflict",
            where="confirm",
        )


def finish_begun(deps: Dependencies) -> int:
    """Continue every undo that was begun. Returns how many."""
    begun = [row.id for row in deps.tables.import_runs.find("status", [UNDOING])]
    for id in begun:
        finish_undo(deps, id)
        log.info("an undo was continued", extra={"import": id})
    return len(begun)


def finish_undo(deps: Dependencies, id: str) -> None:
    """Carry out, or continue, an undo that was begun. Safe to repeat and to run concurrently."""
    run = import_run_row(deps.tables, id).state
    if run.status == UNDOING:
        undone = Counter(dict.fromkeys(("added", "changed", "proposals", "arrivals", "stayed"), 0))
        for record in reversed(deps.undo_records.of_run(id)):
            undone.update(_take_back(deps, run, record))
        transact(deps.store, CommandContext(f"undo:{id}", run.undone_by), lambda work: _end(deps, work, id, undone))
    if import_run_row(deps.tables, id).state.status == UNDONE:
        deps.undo_records.remove_run(id)


def _end(deps: Dependencies, work: UnitOfWork, id: str, undone: Mapping[str, int]) -> None:
    run = decide_run(deps, work, import_run_row(deps.tables, id), EndUndo(undone))
    if (tally := deps.tables.tallies.get(run.school)) is not None:
        decider, stream = tally_decider(run.school), tally_stream(run.school)
        version, state = work.decide(decider, stream, tally.version, tally.state, TakeBack(id))
        if version > tally.version:
            work.put(deps.tables.tallies, TallyRow(version, state))


def _take_back(deps: Dependencies, run: ImportRun, record: UndoRecord) -> Mapping[str, int]:
    """One transaction of the import, once. What somebody has changed since the undo began stays, and is counted."""

    def plan(work: UnitOfWork) -> Mapping[str, int]:
        notes, campaigns = undo_notes.notes_of(deps, record), open_campaigns(deps.tables)
        stay = {*undo_notes.standing_pupils(deps, notes), *undo_notes.standing_arrivals(deps, notes)}
        rows = {row.id: row for row in deps.tables.pupils.many(undo_notes.pupils_in(notes)) if row.id not in stay}
        for pupil in notes["added"]:
            if pupil in rows:
                _void(deps, work, rows[pupil], campaigns)
        for pupil, before in notes["changed"].items():
            if pupil in rows:
                _restore(deps, work, rows[pupil], before, campaigns)
        for pupil, noted in notes["proposals"].items():
            if pupil in rows:
                _restore_proposal(deps, work, pupil, noted)
        for id, noted in notes["arrivals"].items():
            if id not in stay:
                _restore_arrival(deps, work, id, noted)
        return {**undo_notes.counted([notes], stay), "stayed": len(stay)}

    context = CommandContext(undo_notes.undo_command(record), run.undone_by)
    return execute(deps.store, context, plan)


def _void(deps: Dependencies, work: UnitOfWork, row: PupilRow, campaigns: Sequence[Campaign]) -> None:
    """The pupil was never here: no number finds it, nothing personal is left, and no campaign expects it."""
    decider, stream = enrolment_decider(row.id), f"enrolment-{row.id}"
    version, state = work.decide(decider, stream, row.version, row.state, ChangeState(VOID))
    nobody = f"{VOID}-{row.id}"
    empty = deps.personal_data.sealer.seal(row.id, {})
    work.put(deps.tables.pupils, PupilRow(version, state, (nobody,), nobody, empty))
    release_pupil(deps, work, row.id)
    update_from_enrolment(deps, work, campaigns, state)


def _restore(
    deps: Dependencies, work: UnitOfWork, row: PupilRow, before: Mapping[str, Any], campaigns: Sequence[Campaign]
) -> None:
    commands: list[Command] = []
    if row.state.class_ != before["class"]:
        commands.append(MoveClass(row.state.school, before["class"]))
    if row.state.state != before["state"]:
        commands.append(ChangeState(before["state"]))
    if deps.personal_data.fields(row) != before["fields"]:
        commands.append(Correct())
    if commands:
        decide_pupil(deps, work, row, commands, campaigns, before["fields"])


def _restore_proposal(deps: Dependencies, work: UnitOfWork, pupil: str, noted: Mapping[str, Any] | None) -> None:
    row = deps.tables.proposals.get(pupil)
    if row is None:
        return
    before, wanted, reason = undo_notes.proposal_before(pupil, noted)
    decider, stream = proposal_decider(pupil), proposal_stream(pupil)
    version, state = work.decide(decider, stream, row.version, row.state, Restore(before))
    work.put(
        deps.tables.proposals, ProposalRow(version, state, deps.personal_data.seal_proposal(pupil, wanted, reason))
    )


def _restore_arrival(deps: Dependencies, work: UnitOfWork, id: str, noted: Mapping[str, Any] | None) -> None:
    row = deps.tables.arrivals.get(id)
    if row is None:
        return
    before, fields, reason = undo_notes.arrival_before(id, noted)
    decider, stream = arrival_decider(id), arrival_stream(id)
    version, state = work.decide(decider, stream, row.version, row.state, RestoreArrival(before))
    put_arrival(deps, work, version, state, deps.personal_data.seal_arrival(id, fields, reason))
