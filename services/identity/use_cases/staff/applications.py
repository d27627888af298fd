"""Applications for a county that is missing in the tree (自定义区县缺失), as city, province and ministry see them.

City or province starts one, or the county itself by the public form (application_form.py). Each level passes it on or
refuses it; the ministry grants it: unit and account are made in one go, and by the worker if that is cut off.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import uuid5

from services.identity.dependencies import Dependencies
from services.identity.domain.application import (
    ENDED,
    GRANTED,
    Application,
    Approve,
    Grant,
    Refuse,
    Start,
    application_decider,
    application_stream,
)
from services.identity.personal_data import ApplicationText
from services.identity.repositories.applications import ApplicationRow, HolderCount
from services.identity.roster_client import Division
from services.identity.use_cases.staff.application_steps import (
    LISTED,
    decide_application,
    existing_row,
    finish,
    has_account,
    row_of,
)
from services.identity.use_cases.steps import ACCOUNTS
from shared.eventsourcing.commands import UnitOfWork, events_of, transact
from shared.eventsourcing.event import Event
from shared.eventsourcing.store import Also, CommandContext
from shared.infrastructure.errors import Refused
from shared.language import roles
from shared.language.path import ROOT, above
from shared.language.scope import Scope
from shared.service.auth import Caller, require_path

PARENTS = (roles.PROVINCE, roles.CITY)  # levels of units below which there are counties


@dataclass(frozen=True, slots=True)
class ApplicationLine:
    """An application in a list. parent, holder: paths. Times in ms. is_mine: it waits for the caller's unit."""

    id: str
    name: str
    code: str
    parent: str
    holder: str
    state: str
    at: int
    since: int
    is_mine: bool


@dataclass(frozen=True, slots=True)
class ApplicationStep:
    """event: started, approved, climbed and so on. path: where it waits after it. reason: of what was given back.

    by_name: of the account that did it; "" for the public form and the clock.
    """

    event: str
    at: int
    path: str
    by_name: str
    reason: str


@dataclass(frozen=True, slots=True)
class ApplicationView(ApplicationLine):
    """The whole of one. contact_name, contact, note, answer: "" once they are erased."""

    contact_name: str
    contact: str
    note: str
    answer: str
    steps: Sequence[ApplicationStep]


def start(deps: Dependencies, caller: Caller, context: CommandContext, given: Mapping[str, str]) -> ApplicationLine:
    """Apply for a county below `given["parent"]`; it waits one level above the caller's own unit.

    given: parent (code), name, code ("": the ministry gives one), note.
    Raises Refused("outside-scope", "no-county-below", "application-exists", "unit-has-account").
    """
    parent = parent_of(deps, given["parent"])
    require_path(caller, parent.path)
    is_new = not events_of(context, deps.store.load(application_stream(_id(context))))
    if given["code"] and is_new:
        _require_free(deps, parent, given["code"])
    own = next(path for path in caller.scope.paths if parent.path.startswith(path))
    text = ApplicationText(name=given["name"].strip(), note=given["note"].strip())
    row = open_application(deps, context, parent.path, above(own), caller.account, given["code"], text)
    return _line(deps, caller, row)


def parent_of(deps: Dependencies, code: str) -> Division:
    """The province or city below which a county is missing. Raises Refused("no-county-below")."""
    found = deps.roster.units([code]).get(code)
    if found is None or found.level not in PARENTS:
        raise Refused("no-county-below", "A county lies below a province or a city.", where="parent")
    return found


def open_application(
    deps: Dependencies,
    context: CommandContext,
    parent: str,
    holder: str,
    by: str,
    code: str,
    text: ApplicationText,
    answer: str = "",
    *writes: Also,
) -> ApplicationRow:
    """Record a new one with its row; a repeated command gets the first one. by: "" for the public form."""
    id, now = _id(context), deps.clock.now()
    sealed = deps.personal_data.seal_application(id, text)

    def plan(work: UnitOfWork) -> ApplicationRow:
        history = deps.store.load(application_stream(id))
        if events_of(context, history):
            return existing_row(deps, id)
        command = Start(parent, holder, by, now, deps.applications.wait_ms)
        version, state = work.decide(application_decider, application_stream(id), 0, Application(), command)
        fresh = ApplicationRow(id, 0, "", parent, holder, by, code, now, now, 0, answer, sealed)
        row = row_of(deps, fresh, version, state)
        for write in (lambda session: deps.records.applications.put(row, session), *writes):
            work.also(write)
        return row

    return transact(deps.store, context, plan)


def _id(context: CommandContext) -> str:
    return str(uuid5(ACCOUNTS, f"application {context.id}"))


def _require_free(deps: Dependencies, parent: Division, code: str) -> None:
    """Refuse a code for which another application is open, or whose county works already."""
    rows = deps.records.applications.under(Scope.of([parent.path]), LISTED)
    if any(row.code == code and row.parent == parent.path and row.state not in ENDED for row in rows):
        raise Refused(
            "application-exists", "Another application for this county is open.", kind="conflict", where="code"
        )
    require_without_account(deps, parent.path, code)


def require_without_account(deps: Dependencies, parent: str, code: str) -> None:
    """Raise Refused("county-code-taken") for another unit's code, "unit-has-account" for a county with an account."""
    found = deps.roster.units([code]).get(code)
    if found is None:
        return
    if found.level != roles.COUNTY or above(found.path) != parent:
        raise Refused("county-code-taken", "Another unit has this code.", kind="conflict", where="code")
    if has_account(deps, found):
        raise Refused("unit-has-account", "This county has an account.", kind="conflict", where="code")


def list_applications(deps: Dependencies, caller: Caller) -> list[ApplicationLine]:
    """Applications that wait for the caller's unit, the longest first; then the others below it, the newest first."""
    mine = deps.records.applications.waiting_at(caller.scope.paths, LISTED)
    known = {row.id for row in mine}
    others = [row for row in deps.records.applications.under(caller.scope, LISTED) if row.id not in known]
    return [_line(deps, caller, row) for row in (*mine, *others)]


def show(deps: Dependencies, caller: Caller, id: str) -> ApplicationView:
    """One for a county in the caller's scope. Raises Refused("not-found", "outside-scope")."""
    return _view(deps, caller, _in_scope(deps, caller, id))


def _in_scope(deps: Dependencies, caller: Caller, id: str) -> ApplicationRow:
    row = existing_row(deps, id)
    require_path(caller, row.parent)
    return row


def decide(
    deps: Dependencies, caller: Caller, context: CommandContext, id: str, given: Mapping[str, str | bool]
) -> ApplicationView:
    """Pass on, grant or refuse what waits at the caller's own unit.

    given: accept; reason, for a refusal; code and name of the county, which the ministry gives.
    Raises Refused("outside-scope", "application-elsewhere", "application-decided", "unit-code-needed").
    """
    row, now, by = _in_scope(deps, caller, id), deps.clock.now(), caller.account
    if events_of(context, deps.store.load(application_stream(id))):
        return _view(deps, caller, row)
    if row.holder not in caller.scope.paths:
        raise Refused("application-elsewhere", "It waits at another level now.", kind="conflict", where="application")
    reason, name, code = (str(given[field]).strip() for field in ("reason", "name", "code"))
    if not given["accept"]:
        if not reason:
            raise Refused("reason-needed", "State why; the asker reads it.", where="reason")
        decide_application(deps, context, id, Refuse(row.holder, by, now), lambda text: replace(text, answer=reason))
    elif row.holder == ROOT and code:
        require_without_account(deps, row.parent, code)
        decide_application(deps, context, id, Grant(code, by, now), lambda text: replace(text, name=name or text.name))
        _finish_now(deps, id)
    else:
        decide_application(deps, context, id, Approve(row.holder, by, now, deps.applications.wait_ms))
    return show(deps, caller, id)


def _finish_now(deps: Dependencies, id: str) -> None:
    """Make unit and account at once; while roster is unavailable the worker does it later."""
    try:
        finish(deps, id)
    except Refused as refused:
        if refused.code != "unavailable":
            raise


def count(deps: Dependencies, caller: Caller, under: str) -> list[HolderCount]:
    """The number of counties below a unit that wait, by where they wait. Raises Refused("outside-scope")."""
    require_path(caller, under)
    return deps.records.applications.counts(under)


def _line(deps: Dependencies, caller: Caller, row: ApplicationRow) -> ApplicationLine:
    name = deps.personal_data.application(row.id, row.sealed).name
    is_mine = row.state not in (*ENDED, GRANTED) and row.holder in caller.scope.paths
    return ApplicationLine(row.id, name, row.code, row.parent, row.holder, row.state, row.at, row.since, is_mine)


def _view(deps: Dependencies, caller: Caller, row: ApplicationRow) -> ApplicationView:
    line, text = _line(deps, caller, row), deps.personal_data.application(row.id, row.sealed)
    steps = [_step(deps, event) for event in deps.store.load(application_stream(row.id)) if "at" in event.data]
    return ApplicationView(
        line.id,
        line.name,
        line.code,
        line.parent,
        line.holder,
        line.state,
        line.at,
        line.since,
        line.is_mine,
        text.contact_name,
        text.contact,
        text.note,
        text.answer,
        steps,
    )


def _step(deps: Dependencies, event: Event) -> ApplicationStep:
    data = event.data
    actor = deps.records.people.get(data["by"]) if data.get("by") else None
    return ApplicationStep(
        event.type.removeprefix("application."),
        data["at"],
        data.get("holder", ""),
        deps.personal_data.open(actor).display_name if actor else "",
        data.get("reason", ""),
    )
