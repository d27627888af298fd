"""Moves and changes of state of one pupil."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from services.roster.dependencies import Dependencies
from services.roster.domain import enrolment
from services.roster.domain.campaign import Campaign
from services.roster.domain.enrolment import (
    GONE,
    IN_SCHOOL,
    LEFT,
    ChangeState,
    Command,
    Enrolment,
    MoveClass,
    SetBusiness,
    Transfer,
    enrolment_decider,
)
from services.roster.tables.lookups import open_campaigns, pupil_row
from services.roster.tables.rows import PupilRow
from services.roster.use_cases.asking import follow_pupil
from services.roster.use_cases.correcting.following import follow_record
from services.roster.use_cases.entries import update_from_enrolment
from shared.eventsourcing.commands import UnitOfWork, execute, transact
from shared.eventsourcing.store import CommandContext
from shared.infrastructure.errors import Refused
from shared.service.auth import Caller, require_path

STATES: Mapping[str, str] = {  # kind of a change -> the state after it
    "suspended": "suspended",
    "resumed": IN_SCHOOL,
    "left": LEFT,
    "graduated": "graduated",
    "abroad": "abroad",
    "missing": "missing",
}
KINDS = ("class-moved", "transferred", *STATES, "business-opened", "business-closed")


def change_pupil(
    deps: Dependencies,
    caller: Caller,
    context: CommandContext,
    pupil: str,
    *,
    kind: str,
    school: str,
    class_: str,
    reason: str,
) -> Mapping[str, Any]:
    """The enrolment and the entries in all open campaigns, recorded together or not at all.

    kind           one of KINDS
    school, class_ the destination of a move
    reason         may be personal, so it is sealed
    """
    command = _command(deps, kind, school, class_)
    if isinstance(command, Transfer):  # both schools have agreed: a caller whose scope holds both of them records it
        require_path(caller, deps.tree.path(command.school))

    def plan(work: UnitOfWork) -> Mapping[str, Any]:
        row = pupil_row(deps.tables, pupil)
        _require_class_to_come_back_to(deps, row.state, command)
        fields = {**deps.personal_data.fields(row), **({"change_reason": reason} if reason else {})}
        return enrolment.public(decide_pupil(deps, work, row, [command], open_campaigns(deps.tables), fields))

    def catch_up(work: UnitOfWork) -> None:
        """Update the entry in a campaign that was opened between this change's decision and its recording."""
        update_from_enrolment(deps, work, open_campaigns(deps.tables), pupil_row(deps.tables, pupil).state)

    response = execute(deps.store, context, plan)
    transact(deps.store, context, catch_up)
    return response


def _command(deps: Dependencies, kind: str, school: str, class_: str) -> Command:
    if kind in ("class-moved", "transferred"):
        destination = deps.tree.class_(class_)
        if not destination.open or (school and destination.school != school):
            raise Refused("class-unknown", "The school has no open class with this id.", where="class")
        return (MoveClass if kind == "class-moved" else Transfer)(destination.school, class_)
    if kind in ("business-opened", "business-closed"):
        return SetBusiness(kind == "business-opened")
    return ChangeState(STATES[kind])


def _require_class_to_come_back_to(deps: Dependencies, pupil: Enrolment, command: Command) -> None:
    """Only a class without pupils is closed, so that nobody may come back into it unseen."""
    comes_back = isinstance(command, ChangeState) and pupil.state in GONE and command.state not in GONE
    if comes_back and not deps.tree.class_(pupil.class_).open:
        raise Refused(
            "last-class-closed",
            "The pupil's last class is closed; move the pupil to an open class first.",
            kind="conflict",
            where="class",
        )


def decide_pupil(
    deps: Dependencies,
    work: UnitOfWork,
    row: PupilRow,
    commands: Sequence[Command],
    campaigns: Sequence[Campaign],
    fields: Mapping[str, str],
    *,
    answered: str = "",
    correction: str = "",
) -> Enrolment:
    """Decisions on one pupil, whose entries, waiting arrivals and corrections follow in the same transaction.

    fields: the personal ones afterwards. answered: the arrival that the decisions answer; correction: the one that
    they apply.
    """
    version, state = work.decide(enrolment_decider(row.id), f"enrolment-{row.id}", row.version, row.state, *commands)
    if version > row.version:
        new = set(deps.personal_data.keys(fields, state.class_)) - set(row.keys)
        taken = {key for other in deps.tables.pupils.find("keys", new) if other.id != row.id for key in other.keys}
        work.put(deps.tables.pupils, deps.personal_data.pupil_row(version, state, fields, taken))
        if not correction:  # whose fields no other one waits for
            follow_record(deps, work, row, state, fields)
    if (state.school, state.state) != (row.state.school, row.state.state):
        follow_pupil(deps, work, state, answered=answered)
    update_from_enrolment(deps, work, campaigns, state)
    return state
