"""Registration codes: issued, reissued, checked and spent, each until the end of its campaign."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from services.roster.dependencies import Dependencies
from services.roster.domain.enrolment import VOID
from services.roster.domain.registration_code import (
    Issue,
    RegistrationCode,
    Spend,
    Window,
    has_ended,
    registration_code_decider,
    registration_code_stream,
)
from services.roster.tables.lookups import registration_code_row
from services.roster.tables.rows import RegistrationCodeRow
from shared.eventsourcing.commands import UnitOfWork, execute, transact
from shared.eventsourcing.store import CommandContext
from shared.infrastructure.errors import Refused
from shared.infrastructure.pii import mask_name
from shared.language import codes
from shared.language.class_names import class_name
from shared.service.auth import Caller


def issue_code(
    deps: Dependencies, work: UnitOfWork, state: RegistrationCode, version: int, context: CommandContext
) -> None:
    """A new registration code; the previous one is void. state, version: before."""
    pupil, (code, hashed) = state.pupil, deps.personal_data.new_code(codes.REGISTRATION)
    stream = registration_code_stream(pupil)
    version, state = work.decide(registration_code_decider(pupil), stream, version, state, Issue(hashed, deps.today()))
    sealed = deps.personal_data.seal_registration_code(pupil, code)
    work.put(deps.tables.registration_codes, RegistrationCodeRow(version, state, context.id, sealed))


def reissue_code(deps: Dependencies, context: CommandContext, pupil: str) -> Mapping[str, Any]:
    """A new code. A repeated command gets the same code while it is valid; Refused("gone") once it was replaced."""

    def plan(work: UnitOfWork) -> Mapping[str, Any]:
        row = registration_code_row(deps.tables, pupil)
        issue_code(deps, work, row.state, row.version, context)
        return {"pupil": pupil}

    execute(deps.store, context, plan)
    row = registration_code_row(deps.tables, pupil)
    if row.issued_by != context.id:
        raise Refused("gone", "The code that this request issued has been replaced since.", where="pupil")
    return {"registration_code": deps.personal_data.registration_code(row)}


def renew_code(deps: Dependencies, caller: Caller, pupil: str, command: str) -> Mapping[str, Any]:
    """A new code for another service, which has ended what the old one gave. command: its id there."""
    return reissue_code(deps, CommandContext(f"{caller.account}:renew:{command}", caller.account, pupil), pupil)


def renew_ended_codes(deps: Dependencies, work: UnitOfWork, pupils: Sequence[str]) -> None:
    """New codes for pupils whose own ended with an earlier campaign: paper must not carry a code that is refused."""
    windows = _windows(deps, pupils)
    for row in deps.tables.registration_codes.many(pupils):
        if has_ended(row.state.issued, windows[row.id], deps.today()):
            issue_code(deps, work, row.state, row.version, work.context)


def _windows(deps: Dependencies, pupils: Sequence[str]) -> Mapping[str, list[Window]]:
    """The campaigns of each pupil."""
    entries = [entry.state for entry in deps.tables.entries.find("pupil", pupils)]
    campaigns = deps.tables.campaigns.many({entry.campaign for entry in entries})
    window = {row.id: Window(row.state.opens, row.state.last_day) for row in campaigns}
    return {pupil: [window[entry.campaign] for entry in entries if entry.pupil == pupil] for pupil in pupils}


def spend_code(deps: Dependencies, caller: Caller, pupil: str) -> Mapping[str, Any]:
    """Record that a guardian has registered with the code. Further guardians may still use it; they wait for a yes."""

    def plan(work: UnitOfWork) -> None:
        row = registration_code_row(deps.tables, pupil)
        decider, stream = registration_code_decider(pupil), registration_code_stream(pupil)
        version, state = work.decide(decider, stream, row.version, row.state, Spend())
        if version > row.version:
            work.put(deps.tables.registration_codes, replace(row, version=version, state=state))

    transact(deps.store, CommandContext(f"{caller.account}:spend:{pupil}", caller.account), plan)
    return {"pupil": pupil, "spent": True}


def check_code(deps: Dependencies, code: str, birth_date: str) -> Mapping[str, Any]:
    """The masked pupil of a registration code.

    Raises Refused("code-unknown"), Refused("birth-date-differs") or, where both are right, Refused("code-ended").
    """
    hashed = deps.personal_data.hash(
        codes.REGISTRATION, codes.parse(code, "registration_code", kind=codes.REGISTRATION)
    )
    found = deps.tables.registration_codes.find("code", [hashed])
    row = deps.tables.pupils.get(found[0].id) if found else None
    if row is None or row.state.state == VOID:
        raise _wrong("code-unknown", "registration_code")
    fields = deps.personal_data.fields(row)
    if fields["birth_date"] != birth_date:
        raise _wrong("birth-date-differs", "birth_date")
    if has_ended(found[0].state.issued, _windows(deps, [row.id])[row.id], deps.today()):
        raise Refused(
            "code-ended",
            "This code has ended with its campaign; the class teacher gives out a new one.",
            kind="gone",
            where="registration_code",
        )
    return {
        "pupil": row.id,
        "masked_name": mask_name(fields["name"]),
        "school_name": deps.tree.unit(row.state.school).name,
        "class_name": class_name(row.state.class_, deps.today()),
    }


def _wrong(code: str, where: str) -> Refused:
    return Refused(code, "This registration code and this birth date do not belong together.", where=where)
