"""Waiting corrections follow their pupil's record: what it overtakes lapses, and its history says so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.roster.dependencies import Dependencies
from services.roster.domain.correction import (
    APPLIED,
    BUREAU,
    CLASS,
    KEY_FIELDS,
    MOVED,
    OVERTAKEN,
    Corrections,
    Lapse,
    correction_decider,
    correction_stream,
)
from services.roster.domain.enrolment import Enrolment
from services.roster.proofs.protocol import KEPT_MS
from services.roster.tables.lookups import corrections_row, pupil_row
from services.roster.tables.rows import CorrectionsRow, PupilRow
from shared.eventsourcing.commands import UnitOfWork, transact
from shared.eventsourcing.store import CommandContext
from shared.language import path as paths


def values_of(fields: Mapping[str, str], class_: str) -> dict[str, str]:
    """All that a correction may change, by field."""
    return {**fields, CLASS: class_}


def key_fields(deps: Dependencies, school: str) -> frozenset[str]:
    """The key fields of a school: the country's, and those that its province adds."""
    above = paths.codes(deps.tree.path(school))[:-1]  # a school's own first digits are its kind
    province = above[1][:2] if len(above) > 1 else ""
    return frozenset(KEY_FIELDS) | {name for of, name in deps.more_key_fields if of == province}


def put_corrections(
    deps: Dependencies, work: UnitOfWork, version: int, state: Corrections, values: Mapping[str, Any]
) -> None:
    """Write the row of a pupil's corrections."""
    schools = {each.school for each in state.waiting if each.status == BUREAU}
    seen_by = {code for school in schools for code in paths.codes(deps.tree.path(school))} - schools
    sealed = deps.personal_data.seal_corrections(state.pupil, values)
    work.put(deps.tables.corrections, CorrectionsRow(version, state, tuple(sorted(seen_by)), sealed))


def end_proof(deps: Dependencies, work: UnitOfWork, id: str) -> None:
    """Keep the proof of a correction that is over for a while: somebody may have to answer for the decision."""
    until = deps.clock.now() + KEPT_MS
    work.also(lambda session: deps.proofs.end(id, until, session))


def replaced_values(deps: Dependencies, row: CorrectionsRow) -> dict[str, tuple[str, str]]:
    """Field -> (before, after), of its newest correction that took effect."""
    values = deps.personal_data.corrections(row)
    found: dict[str, tuple[str, str]] = {}
    for each in row.state.all:
        if each.status == APPLIED:
            before, after = values[each.id]["before"], values[each.id]["after"]
            found |= {name: (before[name], after[name]) for name in each.fields}
    return found


def follow_record(
    deps: Dependencies, work: UnitOfWork, before: PupilRow, state: Enrolment, fields: Mapping[str, str]
) -> None:
    """Let the waiting corrections lapse that the record's change overtakes."""
    if (before.state.school, before.state.class_) == (state.school, state.class_):
        may_wait = {*KEY_FIELDS, *(name for _, name in deps.more_key_fields)}
        known = deps.personal_data.fields(before)
        if all(known.get(name, "") == fields.get(name, "") for name in may_wait - {CLASS}):
            return
    _let_lapse(deps, work, state, fields)


def catch_up(deps: Dependencies, context: CommandContext, pupil: str) -> None:
    """Let those lapse that a change did not see: entered meanwhile, or of a field that was no key field then."""

    def plan(work: UnitOfWork) -> None:
        known = pupil_row(deps.tables, pupil)
        _let_lapse(deps, work, known.state, deps.personal_data.fields(known))

    transact(deps.store, context, plan)


def _let_lapse(deps: Dependencies, work: UnitOfWork, state: Enrolment, fields: Mapping[str, str]) -> None:
    row = corrections_row(deps.tables, state.pupil)
    if not row.state.waiting:
        return
    values, now = deps.personal_data.corrections(row), values_of(fields, state.class_)
    lapses = []
    for each in row.state.waiting:
        is_overtaken = any(now.get(name, "") != value for name, value in values[each.id]["before"].items())
        if each.school != state.school or is_overtaken:
            why = MOVED if each.school != state.school else OVERTAKEN
            lapses.append(Lapse(each.id, why, deps.clock.now()))
            end_proof(deps, work, each.id)
    if lapses:
        decider, stream = correction_decider(state.pupil), correction_stream(state.pupil)
        version, after = work.decide(decider, stream, row.version, row.state, *lapses)
        put_corrections(deps, work, version, after, values)
