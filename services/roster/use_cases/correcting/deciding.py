"""Decisions on corrections of key fields: the school's leader first, then the bureau; each may refuse with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.roster.dependencies import Dependencies
from services.roster.domain.correction import APPLIED, Decide, correction_decider, correction_stream
from services.roster.tables.lookups import corrections_row, pupil_row
from services.roster.use_cases.correcting.entering import apply_values
from services.roster.use_cases.correcting.following import catch_up, end_proof, put_corrections
from shared.eventsourcing.commands import UnitOfWork, execute
from shared.eventsourcing.store import CommandContext
from shared.infrastructure.errors import Refused
from shared.service.auth import Caller


def decide_correction(
    deps: Dependencies,
    context: CommandContext,
    caller: Caller,
    pupil: str,
    id: str,
    side: str,
    *,
    accept: bool,
    reason: str,
    source: str,
) -> Mapping[str, Any]:
    """{"pupil", "correction", "status"}. side: LEADER or BUREAU. reason: of a refusal; may be personal, so sealed."""
    if not accept and not reason.strip():
        raise Refused("reason-missing", "Give a reason for the refusal.", where="reason")

    def plan(work: UnitOfWork) -> Mapping[str, Any]:
        row = corrections_row(deps.tables, pupil)
        command = Decide(id, side, accept, caller.account, deps.clock.now())
        decider, stream = correction_decider(pupil), correction_stream(pupil)
        version, state = work.decide(decider, stream, row.version, row.state, command)
        values, decided = deps.personal_data.corrections(row), state.get(id)
        assert decided is not None  # the decider refuses an unknown one
        if not accept:
            values = {**values, id: {**values[id], "reason": reason.strip()}}
        put_corrections(deps, work, version, state, values)
        if decided.status == APPLIED:
            apply_values(deps, work, pupil_row(deps.tables, pupil), values[id]["after"], id)
        if not decided.waits:
            end_proof(deps, work, id)
        return {"pupil": pupil, "correction": id, "status": decided.status}

    catch_up(deps, context, pupil)
    facts = {"side": side, "accepted": int(accept)}
    with deps.trail.acting("correction-decided", context, caller, target=pupil, source=source, **facts) as acting:
        return execute(deps.store, acting, plan)
