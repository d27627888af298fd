"""Accounts from the lines of a file: judged first, then opened some hundred in a transaction, each once.

The id of an account follows from its role, path and login, so a run that was cut off anywhere goes on when the same
file is given again: what is there is passed over, nothing is opened twice and nothing is left out. Opening makes no
code; the owners get theirs on activation sheets.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import uuid5

from services.identity.dependencies import Dependencies
from services.identity.domain.account import Account, OpenStaff, account_decider
from services.identity.domain.issuing_rules import LEADER, check_issue
from services.identity.domain.school_accounts import AddSchoolAccount, needs_yes, school_accounts_decider
from services.identity.personal_data import Details
from services.identity.repositories.account_files import LineError
from services.identity.repositories.protocol import Person
from services.identity.use_cases.steps import ACCOUNTS, account_stream, school_stream
from shared.eventsourcing.commands import ATTEMPTS, UnitOfWork
from shared.eventsourcing.store import Also, CommandContext
from shared.infrastructure.errors import Conflict, Refused
from shared.language.path import last
from shared.language.roles import SCHOOL
from shared.service.auth import Caller

PER_TRANSACTION = 200  # accounts; a larger one is no faster, and others wait for it


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
    logins = [deps.personal_data.login_hash(line.login) for line in lines]
    holders = dict(deps.records.people.holders(logins))
    missing, had_one, wrong = [], 0, []
    for line, login in zip(lines, logins, strict=True):
        try:
            check_issue(caller.role, caller.scope, line.role, line.path)
        except Refused as refused:
            wrong.append(LineError(line.number, refused.where, refused.code, refused.detail))
            continue
        account = _account_of(line, login)
        if login not in holders:
            holders[login] = account  # a line further down with this login finds it taken
            missing.append(line)
        elif holders[login] == account:
            had_one += 1
        else:
            wrong.append(LineError(line.number, "login", "login-taken", "Somebody else has this login."))
    return Judged(missing, had_one, wrong)


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
    schools = _Schools(deps, [line.path for line in lines if line.role == SCHOOL])
    people = [_person(deps, caller, work, schools, line) for line in lines]
    schools.decide(work)
    work.also(lambda session: deps.records.people.add_all(people, session))
    work.record()


class _Schools:
    """The schools of a batch, read together. Accounts of a school are numbered, also those of one batch."""

    def __init__(self, deps: Dependencies, paths: Sequence[str]) -> None:
        self._histories = deps.store.load_many({school_stream(last(path)) for path in paths})
        self._states = {s: school_accounts_decider.fold(events) for s, events in self._histories.items()}
        self._added: defaultdict[str, list[AddSchoolAccount]] = defaultdict(list)

    def joins(self, by: str, path: str, account: str) -> bool:
        """Number an account; True if it needs the school's yes. by: the role of its issuer."""
        stream, add = school_stream(last(path)), AddSchoolAccount(account)
        waits = needs_yes(by, self._states[stream])
        _, self._states[stream] = school_accounts_decider.run(add, self._states[stream])
        self._added[stream].append(add)
        return waits

    def decide(self, work: UnitOfWork) -> None:
        for stream, added in self._added.items():
            history = self._histories[stream]
            work.decide(school_accounts_decider, stream, len(history), school_accounts_decider.fold(history), *added)


def _person(deps: Dependencies, caller: Caller, work: UnitOfWork, schools: _Schools, line: AccountLine) -> Person:
    """Decide on the account of a line."""
    login = deps.personal_data.login_hash(line.login)
    account, details = _account_of(line, login), Details(line.login, line.display_name)
    waits = line.role == LEADER or (line.role == SCHOOL and schools.joins(caller.role, line.path, account))
    command = OpenStaff(line.role, line.path, deps.clock.now(), waits, caller.account)
    _, state = work.decide(account_decider, account_stream(account), 0, Account(), command)
    return Person(
        account,
        login,
        line.role,
        deps.personal_data.seal(account, details),
        password="",
        must_change=False,
        paths=(line.path,),
        validity=state.validity,
        terms=deps.personal_data.search_terms(details),
    )


def account_of(deps: Dependencies, line: AccountLine) -> str:
    return _account_of(line, deps.personal_data.login_hash(line.login))


def _account_of(line: AccountLine, login: str) -> str:
    """login: its keyed hash."""
    return str(uuid5(ACCOUNTS, f"file {line.role} {line.path} {login}"))
