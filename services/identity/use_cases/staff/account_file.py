"""Accounts from the lines of a file: judged first, then opened a few dozen in a transaction, each once.

The id of an account follows from its role, path and login, so a run that was cut off anywhere goes on when the same
file is given again: what is there is passed over, nothing is opened twice and nothing is left out. Opening makes no
code; the owners get theirs on activation sheets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import uuid5

from services.identity.dependencies import Dependencies
from services.identity.domain.account import Account, OpenStaff, account_decider
from services.identity.domain.issuing_rules import check_issue
from services.identity.personal_data import Details
from services.identity.repositories.account_files import LineError
from services.identity.repositories.protocol import Person
from services.identity.use_cases.staff.staff_accounts import needs_a_yes
from services.identity.use_cases.steps import ACCOUNTS, account_stream
from shared.eventsourcing.commands import ATTEMPTS, UnitOfWork
from shared.eventsourcing.store import Also, CommandContext
from shared.infrastructure.errors import Conflict, Refused
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
class Judged:
    """Lines, judged against the accounts of this moment. had_one: how many have their account already."""

    missing: Sequence[AccountLine]
    had_one: int
    wrong: Sequence[LineError]


def judge(deps: Dependencies, caller: Caller, lines: Sequence[AccountLine]) -> Judged:
    """Judge lines together: those that would open an account, and why others would not. One question to the store."""
    holders = deps.records.people.holders([deps.personal_data.login_hash(line.login) for line in lines])
    missing, had_one, wrong = [], 0, []
    for line in lines:
        try:
            check_issue(caller.role, caller.scope, line.role, line.path)
        except Refused as refused:
            wrong.append(LineError(line.number, refused.where, refused.code, refused.detail))
            continue
        holder = holders.get(deps.personal_data.login_hash(line.login))
        if holder is None:
            missing.append(line)
        elif holder == account_of(deps, line):
            had_one += 1
        else:
            wrong.append(LineError(line.number, "login", "login-taken", "Somebody else has this login."))
    return Judged(missing, had_one, wrong)


def batches(lines: Iterable[AccountLine | LineError]) -> Iterator[list[AccountLine | LineError]]:
    """Lines in their order, at most PER_TRANSACTION together, never two with one login or of one school.

    The accounts of a school are numbered, so the second one has to see the first.
    """
    some: list[AccountLine | LineError] = []
    seen: set[str] = set()
    for line in lines:
        marks = _marks(line) if isinstance(line, AccountLine) else set()
        if len(some) == PER_TRANSACTION or marks & seen:
            yield some
            some, seen = [], set()
        some.append(line)
        seen |= marks
    if some:
        yield some


def _marks(line: AccountLine) -> set[str]:
    return {f"login {line.login.strip().casefold()}"} | ({line.path} if line.role == "school" else set())


def open_batch(
    deps: Dependencies, caller: Caller, lines: Sequence[AccountLine], write: Callable[[Judged], Also] | None = None
) -> Judged:
    """Open the accounts that are missing, with a further write in the transaction; `missing` are those opened.

    What another run or person does meanwhile has it judged again.
    """
    for _ in range(ATTEMPTS):
        judged = judge(deps, caller, lines)
        also = write(judged) if write else None
        try:
            if judged.missing:
                _open(deps, caller, judged.missing, also)
            elif also:
                also(None)
        except Conflict:
            continue
        except Refused as refused:
            if refused.code != "login-taken":
                raise
            continue
        return judged
    raise Refused("conflict", "Too many people are changing this at the same moment; try again.")


def _open(deps: Dependencies, caller: Caller, lines: Sequence[AccountLine], also: Also | None) -> None:
    """Open these accounts together or not at all. Raises Conflict, also where one is there."""
    id = f"file {uuid5(ACCOUNTS, ','.join(account_of(deps, line) for line in lines))}"
    work = UnitOfWork(deps.store, CommandContext(id, caller.account))
    if also:
        work.also(also)
    for line in lines:
        _plan(deps, caller, work, line)
    work.record()


def _plan(deps: Dependencies, caller: Caller, work: UnitOfWork, line: AccountLine) -> None:
    account, details = account_of(deps, line), Details(line.login, line.display_name)
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


def account_of(deps: Dependencies, line: AccountLine) -> str:
    return str(uuid5(ACCOUNTS, f"file {line.role} {line.path} {deps.personal_data.login_hash(line.login)}"))
