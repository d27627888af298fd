"""Notes for the undo of an import: whom a transaction of it has touched, the values before, and the versions after.

They hold personal fields, so they are sealed, and deleted when the import can no longer be undone.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

import orjson

from services.roster.dependencies import Dependencies
from services.roster.domain.arrival import Arrival
from services.roster.domain.correction import correction_stream
from services.roster.domain.proposal import Proposal, proposal_stream
from services.roster.domain.registration_code import registration_code_stream
from services.roster.tables.rows import ArrivalRow, EntryRow, ProposalRow, PupilRow
from services.roster.undo_records.protocol import UNDO_MS, UndoRecord
from shared.eventsourcing.commands import UnitOfWork
from shared.eventsourcing.event import Event

RECORDS = uuid.UUID("2e6d3a8f-7f41-4a53-9f0e-d1f2b7c90a64")
UNDO = "undo:"  # begins the ids of the commands of undos
_OPENED = 1  # version of an entry that was opened after the import, by its campaign: nobody has done anything with it
Notes = Mapping[str, Any]  # as note() makes them


def note(
    deps: Dependencies,
    work: UnitOfWork,
    run: str,
    school: str,
    before: Iterable[PupilRow],
    proposals: Mapping[str, ProposalRow],
    arrivals: Iterable[ArrivalRow],
) -> None:
    """Keep what the transaction has decided so far. before, proposals, arrivals: the rows as they were."""
    tables, known = deps.tables, {row.id: row for row in before}
    asked_before = {row.id: row for row in arrivals}
    pupils, proposed = work.rows(tables.pupils), work.rows(tables.proposals)
    asked = [row for row in work.rows(tables.arrivals) if row.state.school == school]
    if not (pupils or proposed or asked):
        return
    touched = list(dict.fromkeys([*(row.id for row in pupils), *(row.id for row in proposed)]))
    rows = {**{id: known[id] for id in touched if id in known}, **{row.id: row for row in pupils}}
    notes = {
        "added": [row.id for row in pupils if row.id not in known],
        "changed": {row.id: _pupil(deps, known[row.id]) for row in pupils if row.id in known},
        "proposals": {row.id: _proposal(deps, proposals.get(row.id)) for row in proposed},
        "arrivals": {row.id: _arrival(deps, asked_before.get(row.id)) for row in asked},
        "asked": {row.id: [row.state.class_, row.state.content] for row in asked},
        "versions": _versions_after(deps, work, rows),
    }
    id = f"{run}-{_part(work.context.id)}"
    sealed = deps.personal_data.sealer.seal_bytes(f"undo-{id}", orjson.dumps(notes))
    record = UndoRecord(id, run, deps.clock.now() + UNDO_MS, sealed)
    work.also(lambda session: deps.undo_records.keep(record, session))


def _part(command: str) -> str:
    """Identifies the transaction of an import."""
    return uuid.uuid5(RECORDS, command).hex


def undo_command(record: UndoRecord) -> str:
    """The id of the command that takes a transaction of an import back."""
    return f"{UNDO}{record.id}"


def notes_of(deps: Dependencies, record: UndoRecord) -> Notes:
    opened: Notes = orjson.loads(deps.personal_data.sealer.open_bytes(f"undo-{record.id}", record.sealed))
    return opened


def pupils_in(notes: Notes) -> list[str]:
    """All pupils whose streams were touched."""
    return list(dict.fromkeys([*notes["added"], *notes["changed"], *notes["proposals"]]))


# ---- what stands on it
def standing_pupils(deps: Dependencies, notes: Notes) -> list[str]:
    """The touched pupils of whom something is recorded after the import: a change, a print, a guardian, a code."""
    pupils, versions = pupils_in(notes), notes["versions"]
    rows = {row.id: row for row in deps.tables.pupils.many(pupils)}
    streams = list(_streams(deps, rows))
    streams += [(row.state.pupil, _entry_stream(row), row.version) for row in deps.tables.entries.find("pupil", pupils)]
    later = {
        pupil
        for pupil, stream, version in streams
        if version > (known := versions.get(stream, _OPENED if stream.startswith("entry-") else 0))
        and _stands(deps.store.load(stream)[known:])
    }
    return [pupil for pupil in pupils if pupil in later or _was_in_closed_class(deps, notes["changed"].get(pupil))]


def _was_in_closed_class(deps: Dependencies, before: Notes | None) -> bool:
    """True for a pupil whom the undo would put back into a class that has been closed since."""
    return before is not None and not deps.tree.class_(before["class"]).open


def _stands(later: Iterable[Event]) -> bool:
    """False where all of these events are those of later imports that are undone, of their undos, and of new last days.

    A campaign that is extended or closed early tells each entry, and nobody has touched the pupil.
    """
    events = [event for event in later if event.type != "entry.rescheduled"]
    undos = {event.command_id.rpartition("-")[2] for event in events if event.command_id.startswith(UNDO)}
    done = (event.command_id for event in events if not event.command_id.startswith(UNDO))
    return any(_part(command) not in undos for command in done)


def standing_arrivals(deps: Dependencies, notes: Notes) -> list[str]:
    """The requests that were answered or asked otherwise since. Who answers is no difference: the school never sees it.

    So the school cannot tell from an undo that is refused whether somebody has the number.
    """
    return [
        row.id
        for row in deps.tables.arrivals.many(notes["asked"])
        if not row.state.waits or [row.state.class_, row.state.content] != notes["asked"][row.id]
    ]


def _streams(deps: Dependencies, pupils: Mapping[str, PupilRow]) -> Iterator[tuple[str, str, int]]:
    """(pupil, stream, version), of the streams of these pupils without their entries."""
    for row in pupils.values():
        yield row.id, f"enrolment-{row.id}", row.version
    for code in deps.tables.registration_codes.many(pupils):
        yield code.id, registration_code_stream(code.id), code.version
    for proposal in deps.tables.proposals.many(pupils):
        yield proposal.id, proposal_stream(proposal.id), proposal.version
    for corrections in deps.tables.corrections.many(pupils):
        yield corrections.id, correction_stream(corrections.id), corrections.version


def _versions_after(deps: Dependencies, work: UnitOfWork, pupils: Mapping[str, PupilRow]) -> dict[str, int]:
    """Stream -> version once the transaction is recorded."""
    tables = deps.tables
    versions = {stream: version for _, stream, version in _streams(deps, pupils)}
    versions |= {_entry_stream(row): row.version for row in tables.entries.find("pupil", pupils)}
    versions |= {_entry_stream(row): row.version for row in work.rows(tables.entries)}
    versions |= {registration_code_stream(row.id): row.version for row in work.rows(tables.registration_codes)}
    versions |= {correction_stream(row.id): row.version for row in work.rows(tables.corrections)}
    return versions | {proposal_stream(row.id): row.version for row in work.rows(tables.proposals)}


def _entry_stream(row: EntryRow) -> str:
    return f"entry-{row.id}"


# ---- values before
def _pupil(deps: Dependencies, row: PupilRow) -> dict[str, Any]:
    return {"class": row.state.class_, "state": row.state.state, "fields": deps.personal_data.fields(row)}


def _proposal(deps: Dependencies, row: ProposalRow | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return {"state": asdict(row.state), **deps.personal_data.proposal(row)}


def _arrival(deps: Dependencies, row: ArrivalRow | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return {"state": asdict(row.state), **deps.personal_data.arrival(row)}


def proposal_before(pupil: str, noted: Mapping[str, Any] | None) -> tuple[Proposal, Mapping[str, str], str]:
    """(state, wanted fields, the leader's reason)."""
    if noted is None:
        return Proposal(pupil), {}, ""
    state = Proposal(**{**noted["state"], "fields": tuple(noted["state"]["fields"])})
    return state, noted["wanted"], noted["reason"]


def arrival_before(id: str, noted: Mapping[str, Any] | None) -> tuple[Arrival, Mapping[str, str], str]:
    """(state, fields of the row, the reason of an objection)."""
    if noted is None:
        return Arrival(id), {}, ""
    state = Arrival(**{**noted["state"], "answer": tuple(noted["state"]["answer"])})
    return state, noted["fields"], noted["reason"]


def counted(notes: Iterable[Notes], without: Collection[str] = ()) -> dict[str, int]:
    """The numbers that an undo takes back, by kind. without: pupils and requests that stay."""
    kinds = ("added", "changed", "proposals", "arrivals")
    found = list(notes)
    return {kind: sum(id not in without for each in found for id in each[kind]) for kind in kinds}
