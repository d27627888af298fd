"""Moves and changes of one pupil, its registration code, and what other services ask about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.roster.domain.enrolment import IN_SCHOOL, LEFT, ChangeState, Command, MoveClass, SetBusiness, Transfer
from services.roster.domain.registration_code import Spend, registration_decider
from services.roster.personal_data import PersonalData
from services.roster.tables.rows import PupilRow, RegistrationRow, Tables
from services.roster.use_cases.admission import change_pupil, issue_code, open_campaigns
from services.roster.use_cases.organisation import Tree
from shared.eventsourcing.commands import UnitOfWork, execute, transact
from shared.eventsourcing.store import CommandContext, EventStore
from shared.infrastructure.errors import Refused
from shared.language import codes

KINDS = ("class-moved", "transferred", "suspended", "resumed", "left", "business-opened", "business-closed")


def pupil_row(tables: Tables, pupil: str) -> PupilRow:
    row = tables.pupils.get(pupil)
    if row is None:
        raise Refused("not-found", "There is no pupil with this id.", where="pupil")
    return row


def _registration_row(tables: Tables, pupil: str) -> RegistrationRow:
    row = tables.registrations.get(pupil)
    if row is None:
        raise Refused("not-found", "There is no pupil with this id.", where="pupil")
    return row


def command_of(tables: Tables, kind: str, school: str, class_: str) -> Command:
    """The decision that a change asks for. school, class_: of moves, where to."""
    if kind in ("class-moved", "transferred"):
        target = Tree(tables).class_(class_)
        if not target.open or (school and target.school != school):
            raise Refused("class-unknown", "The school has no open class with this id.", where="class")
        return MoveClass(target.school, class_) if kind == "class-moved" else Transfer(target.school, class_)
    if kind in ("business-opened", "business-closed"):
        return SetBusiness(kind == "business-opened")
    return ChangeState({"suspended": "suspended", "resumed": IN_SCHOOL, "left": LEFT}[kind])


def change(
    store: EventStore,
    tables: Tables,
    personal_data: PersonalData,
    context: CommandContext,
    pupil: str,
    command: Command,
    reason: str = "",
) -> Mapping[str, Any]:
    """The enrolment and its entries in all open campaigns, together or not at all. reason: may be personal, so it is sealed."""

    def plan(work: UnitOfWork) -> Mapping[str, Any]:
        row = pupil_row(tables, pupil)
        fields = {**personal_data.fields(row), **({"change_reason": reason} if reason else {})}
        state = change_pupil(tables, personal_data, work, row, [command], open_campaigns(tables), fields)
        return {
            "pupil": pupil,
            "school": state.school,
            "class": state.class_,
            "state": state.state,
            "business": state.business,
        }

    def catch_up(work: UnitOfWork) -> None:
        """With a campaign that was opened while this change was on its way."""
        row = pupil_row(tables, pupil)
        change_pupil(tables, personal_data, work, row, [], open_campaigns(tables), personal_data.fields(row))

    answer = execute(store, context, plan)
    transact(store, context, catch_up)
    return answer


# ---- registration codes
def reissue(store: EventStore, tables: Tables, personal_data: PersonalData, context: CommandContext, pupil: str) -> str:
    """A new registration code; the old one is void. The same command again gives the same code while it is valid."""

    def plan(work: UnitOfWork) -> Mapping[str, Any]:
        row = _registration_row(tables, pupil)
        issue_code(tables, personal_data, work, row.state, row.version, context.id)
        return {"pupil": pupil}

    execute(store, context, plan)
    row = _registration_row(tables, pupil)
    if row.context != context.id:
        raise Refused("gone", "The code that this request issued has been replaced since.", where="pupil")
    return personal_data.registration_code(row)


def spend(store: EventStore, tables: Tables, context: CommandContext, pupil: str) -> Mapping[str, Any]:
    """Somebody has registered with the code. Further guardians may still use it, and wait."""

    def plan(work: UnitOfWork) -> Mapping[str, Any]:
        row = _registration_row(tables, pupil)
        version, state = work.decide(
            registration_decider(pupil), f"registration-{pupil}", row.version, row.state, Spend()
        )
        if version > row.version:
            work.put(tables.registrations, RegistrationRow(version, state, row.context, row.sealed))
        return {"pupil": pupil, "spent": True}

    return transact(store, context, plan)


def check_code(tables: Tables, personal_data: PersonalData, code: str, birth_date: str) -> PupilRow:
    """The pupil of a registration code, if the birth date is the pupil's. Raises Refused."""
    hashed = personal_data.hash(codes.REGISTRATION, codes.parse(code, where="registration_code"))
    found = tables.registrations.find("code", [hashed])
    row = tables.pupils.get(found[0].id) if found else None
    if row is None:
        raise Refused(
            "code-unknown",
            "This registration code and this birth date do not belong together.",
            where="registration_code",
        )
    if personal_data.fields(row)["birth_date"] != birth_date:
        raise Refused(
            "birth-date-differs",
            "This registration code and this birth date do not belong together.",
            where="birth_date",
        )
    return row
