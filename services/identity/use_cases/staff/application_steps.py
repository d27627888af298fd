"""Steps that every use case of applications for missing counties shares: the row of a stream, a decision, the grant."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from services.identity.dependencies import Dependencies
from services.identity.domain.application import (
    ENDED,
    GRANTED,
    Application,
    Command,
    Complete,
    GiveBack,
    application_decider,
    application_stream,
)
from services.identity.personal_data import ApplicationText
from services.identity.repositories.applications import ApplicationRow
from services.identity.roster_client import Division
from services.identity.use_cases.staff.kick_off import open_account
from shared.eventsourcing.commands import UnitOfWork, events_of, transact
from shared.eventsourcing.store import Also, CommandContext
from shared.infrastructure.errors import Refused
from shared.language import roles
from shared.language.path import last
from shared.language.scope import Scope

CLOCK = "service:identity-applications"
Change = Callable[[ApplicationText], ApplicationText]
LISTED = 200


def existing_row(deps: Dependencies, id: str) -> ApplicationRow:
    """Raises Refused("not-found")."""
    row = deps.records.applications.get(id)
    if row is None:
        raise Refused("not-found", "There is no such application.", where="application")
    return row


def row_of(deps: Dependencies, row: ApplicationRow, version: int, state: Application) -> ApplicationRow:
    """The row after its stream has changed."""
    return replace(
        row,
        version=version,
        state=state.state,
        parent=state.parent,
        holder=state.holder,
        by=state.by,
        code=state.unit or row.code,
        since=state.since,
        due_at=_due_at(deps, state),
    )


def _due_at(deps: Dependencies, state: Application) -> int:
    if state.state in ENDED:
        return 0 if state.is_erased else state.ended_at + deps.applications.contact_ms
    return state.since if state.state == GRANTED else state.climbs_at


def decide_application(
    deps: Dependencies,
    context: CommandContext,
    id: str,
    command: Command,
    change: Change = lambda text: text,
    *writes: Also,
) -> Application:
    """Decide, with the row in the same transaction; a repeated command changes nothing. change: of the sealed texts."""

    def plan(work: UnitOfWork) -> Application:
        row, history = existing_row(deps, id), deps.store.load(application_stream(id))
        state = application_decider.fold(history)
        if events_of(context, history):
            return state
        version, after = work.decide(application_decider, application_stream(id), len(history), state, command)
        if version > len(history):
            sealed = deps.personal_data.seal_application(id, change(deps.personal_data.application(id, row.sealed)))
            put = row_of(deps, replace(row, sealed=sealed), version, after)
            work.also(lambda session: deps.records.applications.put(put, session))
        for write in writes:
            work.also(write)
        return after

    return transact(deps.store, context, plan)


def finish(deps: Dependencies, id: str) -> Application:
    """Make the unit and the account of what was granted: each step is harmless when repeated, so any run goes on.

    What roster refuses for good goes back to the ministry with the reason. Raises Refused("unavailable").
    """
    row, history = existing_row(deps, id), deps.store.load(application_stream(id))
    state = application_decider.fold(history)
    if state.state != GRANTED:
        return state
    step, now = CommandContext(f"{CLOCK}:{id}:{len(history)}", CLOCK), deps.clock.now()
    granted_by = next(event.data["by"] for event in reversed(history) if event.type == "application.granted")
    name = deps.personal_data.application(id, row.sealed).name
    try:
        unit = deps.roster.open_county(state.unit, name, last(state.parent), f"{id}:{len(history)}")
        if not has_account(deps, unit):
            open_account(deps, granted_by, unit)
        if not has_account(deps, unit):  # somebody else has the login, or the account was closed: a bureau issues one
            raise Refused("login-taken", "The account of this unit was closed, or its login is taken.", kind="conflict")
    except Refused as refused:
        if refused.code == "unavailable":
            raise
        return decide_application(deps, step, id, GiveBack(refused.code, now))
    return decide_application(deps, step, id, Complete(now))


def has_account(deps: Dependencies, unit: Division) -> bool:
    """True if somebody has an account of this county's admin."""
    found = deps.records.people.staff(Scope.of([unit.path]), LISTED, (roles.COUNTY,))
    return any(person.home == unit.path and not person.validity.closed for person in found)
