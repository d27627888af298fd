"""Accounts from the lines of a file: checked first, then opened a few dozen in a transaction, each once.

The id of an account follows from its role, path and login, so a run that was cut off anywhere goes on when the same
file is given again: what is there is passed over, nothing is opened twice and nothing is left out. Opening makes no
code; the owners get theirs on activation sheets.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import uuid5

from services.identity.dependencies import Dependencies
from services.identity.domain.account import Account, OpenStaff, account_decider
from services.identity.domain.issuing_rules import check_issue
from services.identity.personal_data import Details
from services.identity.repositories.protocol import Person
from services.identity.use_cases.staff.staff_accounts import needs_a_yes
from services.identity.use_cases.steps import ACCOUNTS, account_stream
from shared.eventsourcing.commands import UnitOfWork, transact
from shared.eventsourcing.store import CommandContext
from shared.infrastructure.errors import Refused
from shared.service.auth import Caller

PER_TRANSACTION = 50


@dataclass(frozen=True, slots=True)
class AccountLine:
    """number: of the line in the file. The rest as in a request for one account."""

    number: int
    role: str
    path: str
    login: str
    display_name: str


@dataclass(frozen=True, slots=True)
class Progress:
    """lines: read so far. opened: accounts by this run. had_one: lines whose account was there before.

    refused: the lines that opened nothing, with the reason.
    """

    lines: int = 0
    opened: int = 0
    had_one: int = 0
    refused: Sequence[tuple[int, Refused]] = ()


def check_line(deps: Dependencies, caller: Caller, line: AccountLine) -> Refused | None:
    """The reason for which the line opens no account, None where it would."""
    try:
        check_issue(caller.role, caller.scope, line.role, line.path)
    except Refused as refused:
        return refused
    holder = deps.records.people.by_login(deps.personal_data.login_hash(line.login))
    if holder is not None and holder.account != _account(deps, line):
        return Refused("login-taken", "Somebody else has this login.", kind="conflict", where="login")
    return None


def open_accounts(deps: Dependencies, caller: Caller, lines: Iterable[AccountLine]) -> Iterator[Progress]:
    """Open the accounts of the lines; tells the progress after each transaction. `refused`: those since the last."""
    so_far = Progress()
    for some in _batches(lines):
        refused = [(line.number, reason) for line in some if (reason := check_line(deps, caller, line))]
        wrong = {number for number, _ in refused}
        good = [line for line in some if line.number not in wrong]
        missing = [line for line in good if deps.records.people.get(_account(deps, line)) is None]
        if missing:
            _open(deps, caller, missing)
        so_far = Progress(
            so_far.lines + len(some), so_far.opened + len(missing), so_far.had_one + len(good) - len(missing), refused
        )
        yield so_far


def _batches(lines: Iterable[AccountLine]) -> Iterator[list[AccountLine]]:
    """Lines in their order, at most PER_TRANSACTION together, never two with one login or of one school.

    The accounts of a school are numbered, so the second one has to see the first.
    """
    some: list[AccountLine] = []
    seen: set[str] = set()
    for line in lines:
        marks = {f"login {line.login.strip().casefold()}"} | ({line.path} if line.role == "school" else set())
        if len(some) == PER_TRANSACTION or marks & seen:
            yield some
            some, seen = [], set()
        some.append(line)
        seen |= marks
    if some:
        yield some


def _open(deps: Dependencies, caller: Caller, lines: Sequence[AccountLine]) -> None:
    """Open these accounts together or not at all."""
    context = CommandContext(
        f"file {uuid5(ACCOUNTS, ','.join(_account(deps, line) for line in lines))}", caller.account
    )

    def plan(work: UnitOfWork) -> None:
        for line in lines:
            _plan(deps, caller, work, line)

    transact(deps.store, context, plan)


def _plan(deps: Dependencies, caller: Caller, work: UnitOfWork, line: AccountLine) -> None:
    account, details = _account(deps, line), Details(line.login, line.display_name)
    history = deps.store.load(account_stream(account))
    if history:
        return  # another run was faster
    waiting = needs_a_yes(deps, work, caller.role, line.role, line.path, account)
    command = OpenStaff(line.role, line.path, deps.clock.now(), waiting, caller.account)
    _, state = work.decide(account_decider, account_stream(account), 0, Account(), command)
    person = Person(
        account,
        deps.personal_data.login_hash(line.login),
        line.role,
        deps.personal_data.seal(account, details),
        password="",
        must_change=False,
        paths=(line.path,),
        validity=state.validity,
        terms=deps.personal_data.search_terms(details),
    )
    work.also(lambda session: deps.records.people.add(person, session))


def _account(deps: Dependencies, line: AccountLine) -> str:
    return str(uuid5(ACCOUNTS, f"file {line.role} {line.path} {deps.personal_data.login_hash(line.login)}"))
