"""Arrivals waiting for an answer: asked by an import, and kept with the unit that has to answer."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from services.roster.dependencies import Dependencies
from services.roster.domain.arrival import Accept, Arrival, Ask, Redirect, arrival_decider, arrival_stream
from services.roster.domain.enrolment import GONE, Enrolment
from services.roster.domain.guardian import with_given
from services.roster.domain.likeness import without_older_number
from services.roster.domain.proposal import KEY_FIELDS
from services.roster.roster_file.pupil_line import PupilLine
from services.roster.tables.rows import ArrivalRow, PupilRow
from shared.eventsourcing.commands import UnitOfWork
from shared.language import path as paths

ARRIVALS = uuid.UUID("41c7e1d6-2c85-4a0d-9a7e-6f5b0c1f7d33")


def arrival_id(deps: Dependencies, school: str, line: PupilLine) -> str:
    """The same for the same number at the same school, whatever else the row says."""
    key = deps.personal_data.keys(line.fields, line.class_)[0]
    return uuid.uuid5(ARRIVALS, f"{school}:{key}").hex


def who_answers(deps: Dependencies, school: str, holder: Enrolment | None) -> tuple[str, ...]:
    """The units that may answer, each with everything above it: the school that holds the pupil, and where nobody does
    or the pupil has left, the unit above the school that asks."""
    above = deps.tree.unit(school).parent
    if holder is None:
        return (above,)
    return (holder.school, above) if holder.state in GONE else (holder.school,)


def holder_of(deps: Dependencies, fields: Mapping[str, str]) -> PupilRow | None:
    """The pupil with one of these numbers; the pupil number comes first."""
    keys = deps.personal_data.keys(fields, "")
    by_key = {key: row for row in deps.tables.pupils.find("keys", keys) for key in row.keys}
    return next((by_key[key] for key in keys if key in by_key), None)


def asked_fields(deps: Dependencies, line: PupilLine, before: ArrivalRow | None) -> Mapping[str, str]:
    """The fields of the row; what it leaves out, as the waiting request for the same child has it."""
    if before is None or not before.state.waits:
        return line.fields
    known = deps.personal_data.arrival(before)["fields"]
    return with_given(known, without_older_number(line.fields, known))


def ask(
    deps: Dependencies,
    work: UnitOfWork,
    school: str,
    line: PupilLine,
    before: ArrivalRow | None,
    holder: PupilRow | None,
) -> None:
    """Ask the side that answers for the pupil of this row. Raises Refused("arrival-objected") soon after an objection.

    before: the request that asks for this child already, perhaps by another number.
    """
    id = before.id if before else arrival_id(deps, school, line)
    row, fields = before or ArrivalRow(0, Arrival(id), (), b""), asked_fields(deps, line, before)
    command = Ask(
        school,
        line.class_,
        holder.id if holder else "",
        who_answers(deps, school, holder.state if holder else None),
        deps.personal_data.content(fields),
        deps.today(),
    )
    version, state = work.decide(arrival_decider(id), arrival_stream(id), row.version, row.state, command)
    if version > row.version:
        put_arrival(deps, work, version, state, deps.personal_data.seal_arrival(id, fields))


def put_arrival(deps: Dependencies, work: UnitOfWork, version: int, state: Arrival, sealed: bytes) -> None:
    seen_by = {code for unit in state.answer for code in paths.codes(deps.tree.path(unit))} if state.waits else set()
    work.put(deps.tables.arrivals, ArrivalRow(version, state, tuple(sorted(seen_by)), sealed))


def sealed_rest(deps: Dependencies, row: ArrivalRow, reason: str = "") -> bytes:
    """The rest of an answered request: the key fields, by which its school recognises it."""
    fields = deps.personal_data.arrival(row)["fields"]
    kept = {name: value for name, value in fields.items() if name in KEY_FIELDS}
    return deps.personal_data.seal_arrival(row.id, kept, reason)


def redirect(deps: Dependencies, work: UnitOfWork, row: ArrivalRow, holder: Enrolment) -> None:
    """Leave the answer to those who hold the pupil now."""
    command = Redirect(holder.pupil, who_answers(deps, row.state.school, holder))
    version, state = work.decide(arrival_decider(row.id), arrival_stream(row.id), row.version, row.state, command)
    put_arrival(deps, work, version, state, row.sealed)


def release_pupil(deps: Dependencies, work: UnitOfWork, pupil: str) -> None:
    """Redirect the requests for a pupil who is void to the unit that answers for nobody's numbers."""
    for row in deps.tables.arrivals.find("pupil", [pupil]):
        if row.state.waits:
            command = Redirect("", who_answers(deps, row.state.school, None))
            stream, decider = arrival_stream(row.id), arrival_decider(row.id)
            version, state = work.decide(decider, stream, row.version, row.state, command)
            put_arrival(deps, work, version, state, row.sealed)


def follow_pupil(deps: Dependencies, work: UnitOfWork, holder: Enrolment, *, answered: str = "") -> None:
    """Redirect the requests for a pupil to where it is now. answered: the arrival that moves it."""
    for row in deps.tables.arrivals.find("pupil", [holder.pupil]):
        if not row.state.waits or row.id == answered:
            continue
        if row.state.school == holder.school:  # the bureau above both schools has moved it
            stream, decider = arrival_stream(row.id), arrival_decider(row.id)
            version, state = work.decide(decider, stream, row.version, row.state, Accept(deps.today()))
            put_arrival(deps, work, version, state, sealed_rest(deps, row))
        elif who_answers(deps, row.state.school, holder) != row.state.answer:
            redirect(deps, work, row, holder)
