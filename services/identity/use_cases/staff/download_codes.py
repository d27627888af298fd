"""Download codes (下载码): the leader makes one for a colleague who prints, or the person who prints, fresh from the
registry; a print run uses it up.

A code is shown once, and again when the same request is repeated: it follows from the request and a key of ours, so
nothing but its keyed hash is kept. It is never shown where it is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.identity.credentials.tokens import same
from services.identity.dependencies import Dependencies
from services.identity.domain.download_code import (
    LEADER,
    REGISTRY,
    VOID,
    DownloadCode,
    MakeCode,
    TryWrongCode,
    UseCode,
    download_code_decider,
    void,
)
from services.identity.domain.issuing_rules import CLASS, kind_of
from services.identity.domain.validity import refusal
from services.identity.repositories.download_codes import KeptCode
from services.identity.repositories.protocol import Limit, Person
from services.identity.use_cases.staff.staff_accounts import MOST_LISTED
from services.identity.use_cases.steps import existing_person, own_person, reserve
from shared.eventsourcing.commands import UnitOfWork, events_of, handle, transact
from shared.eventsourcing.store import CommandContext
from shared.infrastructure.clock import day_of, iso
from shared.infrastructure.errors import Refused
from shared.infrastructure.security_log import security_event
from shared.language import codes, roles
from shared.language import path as paths
from shared.language.permissions import PRINT_FORMS
from shared.language.scope import Scope
from shared.service.auth import Caller
from shared.service.authentication_methods import REGISTRY as FROM_REGISTRY

MADE = Limit(30, 3_600_000, "too-many-download-codes")  # codes of one person
TOO_MANY = "Very many download codes were made for this person; wait and try again."


@dataclass(frozen=True, slots=True)
class DownloadSlip:
    """A code for the person with this account. ends_at: ISO time."""

    account: str
    download_code: str
    ends_at: str


@dataclass(frozen=True, slots=True)
class Printer:
    """A person who may print, with the state of the last code. Times: ISO, "" never."""

    account: str
    display_name: str
    role: str
    state: str
    ends_at: str
    used_at: str


@dataclass(frozen=True, slots=True)
class Used:
    """by: the account that made the code. origin: one of ORIGINS."""

    by: str
    origin: str


def list_printers(deps: Dependencies, caller: Caller) -> Sequence[Printer]:
    """Everybody of the caller's school who may print, without the caller."""
    found = deps.records.people.staff(caller.scope, MOST_LISTED)
    return [_printer(deps, person) for person in found if person.account != caller.account and _prints(deps, person)]


def make_for(deps: Dependencies, caller: Caller, context: CommandContext, account: str) -> DownloadSlip:
    """A code for a colleague who prints; the one before is void.

    Raises Refused("not-found", "outside-scope", "too-many-download-codes").
    """
    person = existing_person(deps, account)
    if account == caller.account or not caller.scope.allows(_school(person)) or not _prints(deps, person):
        raise Refused("outside-scope", "This is nobody of your school who prints.", where="account")
    return _made(deps, context, person, caller.account, LEADER)


def make_own(deps: Dependencies, caller: Caller, context: CommandContext, since: int) -> DownloadSlip:
    """A code for the caller, whom the registry has sent after `since` (ms).

    Raises Refused("registry-sign-in-needed", "too-many-download-codes").
    """
    if FROM_REGISTRY not in caller.methods or caller.signed_in_at < since:
        raise Refused(
            "registry-sign-in-needed",
            "Come anew from the registry's page, or ask your school's leader for a download code.",
            kind="outside-scope",
        )
    person = own_person(deps, caller)
    return _made(deps, context, person, caller.account, REGISTRY)


def _made(deps: Dependencies, context: CommandContext, person: Person, by: str, origin: str) -> DownloadSlip:
    command, stream = MakeCode(by, origin, _school(person), deps.clock.now()), _stream(person.account)
    made = deps.download_codes.make(person.account, context.id)

    def plan(work: UnitOfWork) -> int:
        history = deps.store.load(stream)
        if events := events_of(context, history):
            return int(events[-1].data["ends_at"])
        reserve(deps, f"download-codes:{person.account}", TOO_MANY, MADE)
        before = download_code_decider.fold(history)
        _, after = work.decide(download_code_decider, stream, len(history), before, command)
        kept = KeptCode(after.number, deps.download_codes.hash(made))
        work.also(lambda session: deps.records.download_codes.put(person.account, kept, session))
        return after.ends_at

    return DownloadSlip(person.account, codes.grouped(made), iso(transact(deps.store, context, plan)))


def use(deps: Dependencies, context: CommandContext, *, account: str, path: str, run: str, code: str) -> Used:
    """Use up the person's code for a print run at `path`; the same run again changes nothing, and the same command is
    answered as the first time, whatever was made since.

    A wrong code is counted, and the last allowed try voids the person's. Raises Refused: "not-found", what
    `codes.parse` raises, "download-code-wrong", "-void", "-used", "-over", "outside-scope", or what `refusal` gives.
    """
    person = existing_person(deps, account)
    if reason := refusal(person.role, person.validity, person.used_at, deps.clock.now()):
        raise reason
    if before := _used_before(deps, context, account):
        return Used(before.by, before.origin)
    kept = deps.records.download_codes.get(account)
    given = deps.download_codes.hash(codes.parse(code, kind=codes.DOWNLOAD))
    if not same(given, kept.hashed):
        raise _wrong(deps, context, account)
    owner = Caller(person.account, person.role, Scope.of(person.paths))
    command = UseCode(kept.number, path, run, deps.clock.now())
    with deps.trail.acting("download-code-used", context, owner, target=run) as acting:
        state: DownloadCode = handle(deps.store, download_code_decider, _stream(account), command, acting).state
    return Used(state.by, state.origin)


def _used_before(deps: Dependencies, context: CommandContext, account: str) -> DownloadCode | None:
    """The code that this command has used up, as it was then."""
    history = deps.store.load(_stream(account))
    used = [event for event in events_of(context, history) if event.type == "download.code-used"]
    return download_code_decider.fold(history[: used[0].version]) if used else None


def _wrong(deps: Dependencies, context: CommandContext, account: str) -> Refused:
    """Count a wrong code. Returns what its sender is told."""
    command = TryWrongCode(deps.clock.now())
    tried = handle(deps.store, download_code_decider, _stream(account), command, context)
    if tried.state.state_at(deps.clock.now()) != VOID:
        return Refused("download-code-wrong", "This is not your download code; look again.", where="code")
    if tried.events and not tried.repeated:
        security_event("locked", account=account, limit="download codes")
    return void()


def _printer(deps: Dependencies, person: Person) -> Printer:
    code = download_code_decider.fold(deps.store.load(_stream(person.account)))
    return Printer(
        person.account,
        deps.personal_data.open(person).display_name,
        person.role,
        code.state_at(deps.clock.now()),
        iso(code.ends_at) if code.ends_at else "",
        iso(code.used_at) if code.used_at else "",
    )


def _prints(deps: Dependencies, person: Person) -> bool:
    """True for an account that works and holds the permission to print, by its role or a grant of today."""
    now = deps.clock.now()
    if refusal(person.role, person.validity, person.used_at, now):
        return False
    granted = [grant for grant in person.grants if grant.permission == PRINT_FORMS.name and grant.holds_on(day_of(now))]
    return roles.may(person.role, PRINT_FORMS) or bool(granted)


def _school(person: Person) -> str:
    """The path of the school to which the account belongs: that of its class, of a teacher."""
    return paths.above(person.home) if kind_of(person.home) == CLASS else person.home


def _stream(account: str) -> str:
    return f"download-{account}"
