"""Changes of key fields: a file proposes them, the leader of the school decides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.roster.dependencies import Dependencies
from services.roster.domain.enrolment import Correct
from services.roster.domain.proposal import (
    REJECTED,
    Decide,
    Proposal,
    Propose,
    Withdraw,
    key_changes,
    proposal_decider,
    proposal_stream,
)
from services.roster.personal_data import masked_change
from services.roster.roster_file.columns import TITLE
from services.roster.tables.lookups import open_campaigns, proposal_row, pupil_row
from services.roster.tables.rows import ProposalRow, PupilRow
from services.roster.use_cases.pupil_changes import decide_pupil
from shared.eventsourcing.commands import UnitOfWork, execute
from shared.eventsourcing.store import CommandContext
from shared.infrastructure.errors import Refused
from shared.infrastructure.pii import mask_name
from shared.language.class_names import class_name
from shared.language.permissions import APPROVE_CORRECTIONS
from shared.service.auth import Caller


# ---- by an import
def propose(
    deps: Dependencies,
    work: UnitOfWork,
    school: str,
    pupil: str,
    changes: Mapping[str, str],
    before: ProposalRow | None,
) -> bool:
    """Propose key fields, or withdraw what no longer differs. False: the leader has rejected just these values."""
    row = before or ProposalRow(0, Proposal(pupil), b"")
    command = Propose(school, tuple(changes), deps.personal_data.content(changes)) if changes else Withdraw()
    version, state = work.decide(proposal_decider(pupil), proposal_stream(pupil), row.version, row.state, command)
    if version > row.version:
        sealed = deps.personal_data.seal_proposal(pupil, changes) if changes else row.sealed
        work.put(deps.tables.proposals, ProposalRow(version, state, sealed))
    return state.status != REJECTED


# ---- the leader
def list_proposals(deps: Dependencies, caller: Caller, school: str, source: str) -> list[Mapping[str, Any]]:
    """Proposals that wait for the leader. Values in full for the leader, who compares them with papers; else masked."""
    rows = [row for row in deps.tables.proposals.find("school", [school]) if row.state.waits]
    pupils = {row.id: row for row in deps.tables.pupils.many(row.id for row in rows)}
    here = [(row, pupils[row.id]) for row in rows if pupils[row.id].state.school == school]
    deps.views.record(caller, "registry-data", [row.id for row, _ in here], deps.tree.path(school), source)
    in_full = caller.may(APPROVE_CORRECTIONS)
    if here and in_full:
        deps.trail.record("reveal", caller, target=school, source=source, pupils=len(here))
    items = [_line(deps, row, pupil, in_full=in_full) for row, pupil in here]
    return sorted(items, key=lambda item: (item["class_name"], item["pupil"]))


def _line(deps: Dependencies, row: ProposalRow, pupil: PupilRow, *, in_full: bool) -> dict[str, Any]:
    before, wanted = deps.personal_data.fields(pupil), deps.personal_data.proposal(row)["wanted"]
    changes = key_changes(before, wanted)
    return {
        "pupil": row.id,
        "name": before["name"] if in_full else mask_name(before["name"]),
        "class_name": class_name(pupil.state.class_, deps.today()),
        "changes": [
            {"field": name, "title": TITLE[name], **masked_change(name, before.get(name, ""), value, in_full=in_full)}
            for name, value in changes.items()
        ],
    }


def decide_proposal(
    deps: Dependencies, context: CommandContext, caller: Caller, pupil: str, *, accept: bool, reason: str, source: str
) -> Mapping[str, Any]:
    """{"pupil", "status"}. reason: of a rejection; may be personal, so it is sealed."""
    if not accept and not reason.strip():
        raise Refused("reason-missing", "Give a reason for the rejection.", where="reason")

    def plan(work: UnitOfWork) -> Mapping[str, Any]:
        row, known = proposal_row(deps.tables, pupil), pupil_row(deps.tables, pupil)
        if row.state.school != known.state.school:
            raise Refused("gone", "The pupil has left the school that proposed this.", where="pupil")
        decider, stream = proposal_decider(pupil), proposal_stream(pupil)
        version, state = work.decide(decider, stream, row.version, row.state, Decide(accept))
        wanted = deps.personal_data.proposal(row)["wanted"]
        if accept:
            fields = {**deps.personal_data.fields(known), **wanted}
            decide_pupil(deps, work, known, [Correct()], open_campaigns(deps.tables), fields)
        sealed = deps.personal_data.seal_proposal(pupil, {} if accept else wanted, reason)
        work.put(deps.tables.proposals, ProposalRow(version, state, sealed))
        return {"pupil": pupil, "status": state.status}

    with deps.trail.acting("key-fields", context, caller, target=pupil, source=source, accepted=int(accept)) as acting:
        return execute(deps.store, acting, plan)
