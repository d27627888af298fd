"""Answers to arrivals: a school hands a pupil over, the unit above confirms a new one, or either objects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from services.roster.dependencies import Dependencies
from services.roster.domain.arrival import Accept, Object, arrival_decider, arrival_stream
from services.roster.domain.enrolment import GONE, IN_SCHOOL, ChangeState, Command, Enrol, Transfer
from services.roster.domain.proposal import key_changes, without_key_changes
from services.roster.personal_data import masked
from services.roster.tables.lookups import arrival_row, open_campaigns, pupil_row
from services.roster.tables.rows import ArrivalRow, PupilRow
from services.roster.use_cases.asking import holder_of, put_arrival, redirect, sealed_rest
from services.roster.use_cases.enrolling import enrol_pupil
from services.roster.use_cases.entries import update_from_enrolment
from services.roster.use_cases.proposals import propose
from services.roster.use_cases.pupil_changes import decide_pupil
from shared.eventsourcing.commands import UnitOfWork, execute, transact
from shared.eventsourcing.store import CommandContext
from shared.infrastructure.errors import Refused
from shared.language.class_names import class_name
from shared.service.auth import Caller

LISTED = 200  # in one list


# ---- lists
def list_asked(deps: Dependencies, school: str) -> list[Mapping[str, Any]]:
    """The newest requests of a school, with answers; never who answers, which would tell whether a number exists."""
    rows = sorted(deps.tables.arrivals.find("school", [school]), key=lambda row: (row.state.asked, row.id))[-LISTED:]
    return [
        {**_line(deps, row), "reason": deps.personal_data.arrival(row)["reason"], "answered": row.state.answered}
        for row in reversed(rows)
    ]


def list_to_answer(deps: Dependencies, unit: str) -> Mapping[str, Any]:
    """{"items", "more"}: the requests that wait for a unit or for one below it, the oldest first.

    For the nation these may be millions, so no more are read than are shown. more: others come when these are answered.
    """
    found = deps.tables.arrivals.first("seen_by", unit, "asked", LISTED + 1)
    rows = found[:LISTED]
    pupils = {row.id: row for row in deps.tables.pupils.many(row.state.pupil for row in rows if row.state.pupil)}
    items = [{**_line(deps, row), **_compared(deps, row, pupils.get(row.state.pupil))} for row in rows]
    return {"items": items, "more": len(found) > LISTED}


def _line(deps: Dependencies, row: ArrivalRow) -> dict[str, Any]:
    shown = masked(deps.personal_data.arrival(row)["fields"])
    return {
        "arrival": row.id,
        "school": row.state.school,
        "school_name": deps.tree.unit(row.state.school).name,
        "class_name": class_name(row.state.class_, deps.today()),
        "name": shown["name"],
        "number_masked": shown["number_masked"] or shown["id_number_masked"],
        "asked": row.state.asked,
        "status": row.state.status,
    }


def _compared(deps: Dependencies, row: ArrivalRow, holder: PupilRow | None) -> dict[str, Any]:
    """The pupil whom the request means, and whether the row says the same of it; for the side that answers."""
    if holder is None:
        return {"kind": "new", "pupil": "", "from_school_name": "", "left": False, "agrees": True}
    fields, known = deps.personal_data.arrival(row)["fields"], deps.personal_data.fields(holder)
    return {
        "kind": "transfer",
        "pupil": holder.id,
        "from_school_name": deps.tree.unit(holder.state.school).name,
        "left": holder.state.state in GONE,
        "agrees": all(fields[name] == known[name] for name in ("name", "birth_date")),
    }


def require_answer(deps: Dependencies, caller: Caller, id: str) -> None:
    """Raises Refused("outside-scope") unless the caller's unit is one that may answer, or lies above it."""
    row = arrival_row(deps.tables, id)
    if not any(caller.scope.allows(deps.tree.path(unit)) for unit in row.state.answer):
        raise Refused("outside-scope", "This request waits for another unit.")


# ---- answers
def answer_arrival(
    deps: Dependencies, context: CommandContext, caller: Caller, id: str, *, accept: bool, reason: str, source: str
) -> Mapping[str, Any]:
    """{"arrival", "status", "pupil"}; status stays "waiting" where somebody else has become the one to answer.

    reason: of an objection, for the school that asked; may be personal, so it is sealed.
    """
    if not accept and not reason.strip():
        raise Refused("reason-missing", "Give a reason for the objection.", where="reason")

    def plan(work: UnitOfWork) -> Mapping[str, Any]:
        require_answer(deps, caller, id)
        row = arrival_row(deps.tables, id)
        return _accept(deps, work, row, context) if accept else _object(deps, work, row, reason)

    with deps.trail.acting(
        "arrival-answered", context, caller, target=id, source=source, accepted=int(accept)
    ) as acting:
        response = execute(deps.store, acting, plan)
    if response["pupil"]:
        transact(deps.store, context, lambda work: _catch_up(deps, work, response["pupil"]))
    return response


def _catch_up(deps: Dependencies, work: UnitOfWork, pupil: str) -> None:
    """An entry in a campaign that was opened between the decision and its recording."""
    update_from_enrolment(deps, work, open_campaigns(deps.tables), pupil_row(deps.tables, pupil).state)


def _object(deps: Dependencies, work: UnitOfWork, row: ArrivalRow, reason: str) -> Mapping[str, Any]:
    version, state = work.decide(
        arrival_decider(row.id), arrival_stream(row.id), row.version, row.state, Object(deps.today())
    )
    put_arrival(deps, work, version, state, sealed_rest(deps, row, reason))
    return {"arrival": row.id, "status": state.status, "pupil": ""}


def _accept(deps: Dependencies, work: UnitOfWork, row: ArrivalRow, context: CommandContext) -> Mapping[str, Any]:
    fields = deps.personal_data.arrival(row)["fields"]
    holder = pupil_row(deps.tables, row.state.pupil) if row.state.pupil else holder_of(deps, fields)
    is_elsewhere = holder is not None and holder.state.school != row.state.school
    if holder and is_elsewhere and row.state.waits and holder.id != row.state.pupil:
        redirect(deps, work, row, holder.state)  # somebody has registered the number meanwhile
        return {"arrival": row.id, "status": row.state.status, "pupil": ""}
    version, state = work.decide(
        arrival_decider(row.id), arrival_stream(row.id), row.version, row.state, Accept(deps.today())
    )
    if not deps.tree.class_(state.class_).open:
        raise Refused("class-unknown", "The class has been closed meanwhile; the school asks again.", where="class")
    if holder is None:
        command = Enrol(state.school, state.class_)
        campaigns = open_campaigns(deps.tables)
        pupil = enrol_pupil(deps, work, command, fields, campaigns, context, seed=f"arrival:{row.id}:{version}")
    else:
        pupil = holder.id
        if is_elsewhere:
            _hand_over(deps, work, replace(row, version=version, state=state), holder, fields)
    put_arrival(deps, work, version, state, sealed_rest(deps, row))
    return {"arrival": row.id, "status": state.status, "pupil": pupil}


def _hand_over(
    deps: Dependencies, work: UnitOfWork, arrival: ArrivalRow, holder: PupilRow, fields: Mapping[str, str]
) -> None:
    """The pupil moves with its number and key fields; everything else is what the new school's own file says."""
    known, new = deps.personal_data.fields(holder), arrival.state
    commands: list[Command] = [Transfer(new.school, new.class_)]
    if holder.state.state in GONE:
        commands.append(ChangeState(IN_SCHOOL))
    kept = without_key_changes(known, fields)
    decide_pupil(deps, work, holder, commands, open_campaigns(deps.tables), kept, answered=arrival.id)
    propose(deps, work, new.school, holder.id, key_changes(known, fields), deps.tables.proposals.get(holder.id))
