"""A hand-over: the account of one person ends, and another person gets an account of its own for the same place.

What was done stays with who has done it: the histories and the audit trail name the account that ended.
"""

from __future__ import annotations

from typing import Any

from services.identity.dependencies import Dependencies
from services.identity.domain.account import OpenStaff, account_decider
from services.identity.domain.account_lifecycle import HandOver
from services.identity.domain.issuing_rules import check_issue, check_over
from services.identity.domain.unit_admins import ReplaceAdmin, unit_admins_decider
from services.identity.domain.validity import Validity
from services.identity.personal_data import Details
from services.identity.repositories.protocol import Person
from services.identity.use_cases.staff.slips import ActivationSlip, activation_slip
from services.identity.use_cases.staff.staff_accounts import needs_a_yes, open_staff
from services.identity.use_cases.steps import (
    account_stream,
    admins_stream,
    end_sessions,
    existing_person,
    new_account_id,
)
from shared.eventsourcing.commands import UnitOfWork
from shared.eventsourcing.store import Also, CommandContext
from shared.infrastructure.errors import Refused
from shared.language.path import last
from shared.language.permissions import GRANT_PERMISSIONS
from shared.language.roles import may
from shared.service.auth import Caller


def hand_over(
    deps: Dependencies, caller: Caller, context: CommandContext, account: str, *, login: str, display_name: str
) -> ActivationSlip:
    """End the account and open one for the successor: same role, same unit or classes, no grants, no password yet.

    A school's account and a leader's wait for a yes, as every further one does: who may hand over the place of the
    level below does not get into it. The last admin of a unit may be handed over, as a successor is there.
    Raises Refused("not-found", "outside-scope", "own-account", "account-closed", "login-taken").
    """
    person = existing_person(deps, account)
    check_over(caller.role, caller.scope, person.role, person.paths)
    for path in person.paths:
        check_issue(caller.role, caller.scope, person.role, path)
    if account == caller.account:
        raise Refused("own-account", "Nobody hands over the own account; a colleague or the level above does.")
    new = new_account_id(context)

    def open_account(hashed: str, remember: Also) -> None:
        ended: list[Validity] = []  # of the last attempt

        def command(work: UnitOfWork) -> OpenStaff:
            _record_at_unit(deps, work, person)
            ended.append(_ended(deps, work, account, new))
            waiting = needs_a_yes(deps, work, caller.role, person.role, person.home, new)
            return OpenStaff(person.role, person.home, deps.clock.now(), waiting, caller.account)

        successor = _successor(deps, person, new, Details(login, display_name), hashed)

        def close(session: Any) -> None:
            deps.records.people.set_validity(account, ended[-1], session)

        open_staff(deps, context, successor, command, close, remember)

    slip = activation_slip(deps, context, new, login, open_account)
    end_sessions(deps, account, "handed over")
    return slip


def _record_at_unit(deps: Dependencies, work: UnitOfWork, person: Person) -> None:
    """Have a closure of another admin of the unit, at the same moment, decided again: it finds this one gone."""
    if not may(person.role, GRANT_PERMISSIONS):
        return
    stream = admins_stream(last(person.home))
    history = deps.store.load(stream)
    unit = unit_admins_decider.fold(history)
    work.decide(unit_admins_decider, stream, len(history), unit, ReplaceAdmin(person.account))


def _ended(deps: Dependencies, work: UnitOfWork, account: str, to: str) -> Validity:
    """Decide the end of the account, in the transaction that opens the other one. Returns the validity after it."""
    stream = account_stream(account)
    history = deps.store.load(stream)
    _, after = work.decide(account_decider, stream, len(history), account_decider.fold(history), HandOver(to))
    return after.validity


def _successor(deps: Dependencies, person: Person, account: str, details: Details, hashed: str) -> Person:
    return Person(
        account,
        deps.personal_data.login_hash(details.login),
        person.role,
        deps.personal_data.seal(account, details),
        password="",
        must_change=False,
        paths=person.paths,
        code=hashed,
    )
