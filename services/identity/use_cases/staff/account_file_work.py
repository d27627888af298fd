"""The worker of files of accounts: checks what was sent, opens the accounts of what was said yes to, deletes the rest.

It may be killed anywhere: how far it has come is written with what it has done, in one transaction, and the next one
goes on there. Several at once hinder each other, and nothing worse: only one of them gets each step written.
"""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from services.identity.account_table.reader import TableReader
from services.identity.dependencies import Dependencies
from services.identity.domain.account_file import (
    CHECKED,
    DISCARDED,
    FINISHED,
    RECEIVED,
    REFUSED,
    Check,
    Command,
    Discard,
    Finish,
    Refuse,
)
from services.identity.domain.sheet_run import SHEETS_OF, division_of
from services.identity.domain.validity import ACTIVE, state_of
from services.identity.repositories.account_files import AccountFileRow, LineError, Overtaken
from services.identity.use_cases.staff import account_file
from services.identity.use_cases.staff.account_file import AccountLine, Judged, account_of, judge, open_batch
from services.identity.use_cases.staff.account_files import change_file
from services.identity.use_cases.staff.account_lines import Line, lines_of
from shared.eventsourcing.store import Also, CommandContext
from shared.infrastructure.chunks import chunks
from shared.infrastructure.errors import Refused
from shared.language.permissions import ISSUE_ACCOUNTS
from shared.language.roles import may
from shared.language.scope import Scope
from shared.service.auth import Caller

POLL_SECONDS, AT_ONCE, CHECKED_TOGETHER = 2.0, 10, 200
DAY_MS = 86_400_000
UNANSWERED_MS, KEPT_MS = DAY_MS, 8 * DAY_MS  # a checked file waits a day for the yes; no content is kept longer
log = logging.getLogger("account-files")


class _Stopped(Exception):
    """The worker ends; the next one goes on."""


def run(deps: Dependencies, reader: TableReader, stop: threading.Event) -> None:
    """Poll until stopped. An error, such as an unavailable service, is logged and retried."""
    while not stop.is_set():
        try:
            tick(deps, reader, stop)
        except Exception:
            log.exception("files of accounts wait, trying again")
        stop.wait(POLL_SECONDS)


def tick(deps: Dependencies, reader: TableReader, stop: threading.Event) -> None:
    """Do what is due; a file that fails does not hold up the others."""
    now = deps.clock.now()
    for row in deps.records.account_files.unanswered(now - UNANSWERED_MS, AT_ONCE):
        _end(deps, replace(row, state=DISCARDED), Discard())
    deps.records.account_files.drop_parts_before(now - KEPT_MS)
    for row in deps.records.account_files.at_work(AT_ONCE):
        try:
            _work(deps, reader, row, stop)
        except _Stopped:
            return
        except Overtaken:
            log.info("another worker goes on with a file of accounts", extra={"file": row.id})
        except Exception:
            log.exception("a file of accounts waits, trying again", extra={"file": row.id})


def _work(deps: Dependencies, reader: TableReader, row: AccountFileRow, stop: threading.Event) -> None:
    try:
        caller = _sender(deps, row)
        table = reader.read(_content(deps, row))
    except Refused as refused:
        if refused.code == "unavailable":
            raise
        _end(deps, replace(row, state=REFUSED, reason=refused.code), Refuse(refused.code))
        return
    lines = lines_of(deps, table.rows())
    row = replace(row, lines=table.lines)
    if row.state == RECEIVED:
        _check(deps, caller, row, lines, stop)
    else:
        _open(deps, caller, row, lines, stop)


def _sender(deps: Dependencies, row: AccountFileRow) -> Caller:
    """The sender with the rights of this moment, no wider than when the file was sent. Raises Refused."""
    person = deps.records.people.get(row.by)
    if (
        person is None
        or (person.role, person.paths) != (row.role, row.paths)
        or state_of(person.role, person.validity, person.used_at, deps.clock.now()) != ACTIVE
        or not may(person.role, ISSUE_ACCOUNTS)
    ):
        raise Refused("sender-may-not", "The sender of this file may no longer issue these accounts.")
    return Caller(row.by, row.role, Scope.of(row.paths))


def _content(deps: Dependencies, row: AccountFileRow) -> bytes:
    try:
        sealed = [deps.records.account_files.part(row.id, number) for number in range(row.parts)]
    except KeyError as error:
        raise Refused("file-gone", "This file is kept no longer; send it again.") from error
    return b"".join(deps.personal_data.open_part(row.id, number, part) for number, part in enumerate(sealed))


def _check(
    deps: Dependencies, caller: Caller, row: AccountFileRow, lines: Iterator[Line], stop: threading.Event
) -> None:
    """Judge every line from the first on, whatever a check before has counted, for a login may come twice in a file."""
    before, row = row, replace(row, done=0, opened=0, had_one=0, wrong=0)
    seen: dict[str, str] = {}
    counted: set[str] = set()  # accounts
    units: Counter[str] = Counter()
    for some in chunks(lines, CHECKED_TOGETHER):
        if stop.is_set():
            raise _Stopped
        wrong = [line for line in some if isinstance(line, LineError)]
        good, doubled = _without_doubles(deps, [line for line in some if isinstance(line, AccountLine)], seen)
        judged = judge(deps, caller, good)
        wrong += [*doubled, *judged.wrong]
        bad = {each.number for each in judged.wrong}
        once = [line for line in good if line.number not in bad and _is_new(account_of(deps, line), counted)]
        units.update(division_of(line.path) for line in once if line.role in SHEETS_OF.get(caller.role, ()))
        numbers = {line.number for line in once}
        missing = [line for line in judged.missing if line.number in numbers]  # of a line that comes twice one opens
        judged = replace(judged, missing=missing, had_one=judged.had_one + len(judged.missing) - len(missing))
        row = _further(deps, row, len(some), judged, len(wrong))
        deps.records.account_files.advance(before, row, wrong, None)
        before = row
    done = replace(row, state=CHECKED, units=tuple(sorted(units.items())))
    _change(deps, done, Check(row.lines, row.opened, row.wrong))


def _is_new(account: str, counted: set[str]) -> bool:
    """True for the first time."""
    before = len(counted)
    counted.add(account)
    return len(counted) > before


def _without_doubles(
    deps: Dependencies, lines: list[AccountLine], seen: dict[str, str]
) -> tuple[list[AccountLine], list[LineError]]:
    """The lines but for those with a login of another line before, and these as errors."""
    good, wrong = [], []
    for line in lines:
        account = account_of(deps, line)
        if seen.setdefault(deps.personal_data.login_hash(line.login), account) == account:
            good.append(line)
        else:
            wrong.append(LineError(line.number, "login", "login-twice", "A line above has this login."))
    return good, wrong


def _open(
    deps: Dependencies, caller: Caller, row: AccountFileRow, lines: Iterator[Line], stop: threading.Event
) -> None:
    """Open the accounts of the lines that the run has not behind it."""
    for some in chunks(islice(lines, row.done, None), account_file.PER_TRANSACTION):
        if stop.is_set():
            raise _Stopped
        row = _open_some(deps, caller, row, some)
    _end(deps, replace(row, state=FINISHED), Finish(row.opened, row.had_one, row.wrong, deps.clock.now()))


def _open_some(deps: Dependencies, caller: Caller, row: AccountFileRow, some: list[Line]) -> AccountFileRow:
    wrong = [line for line in some if isinstance(line, LineError)]
    after = row

    def write(judged: Judged) -> Also:
        nonlocal after
        found = [*wrong, *judged.wrong]
        after = further = _further(deps, row, len(some), judged, len(found))
        return lambda session: deps.records.account_files.advance(row, further, found, session)

    open_batch(deps, caller, [line for line in some if isinstance(line, AccountLine)], write)
    return after


def _further(deps: Dependencies, row: AccountFileRow, lines: int, judged: Judged, wrong: int) -> AccountFileRow:
    return replace(
        row,
        changed_at=deps.clock.now(),
        done=row.done + lines,
        opened=row.opened + len(judged.missing),
        had_one=row.had_one + judged.had_one,
        wrong=row.wrong + wrong,
    )


def _end(deps: Dependencies, row: AccountFileRow, command: Command) -> None:
    _change(deps, row, command)
    deps.records.account_files.drop_parts(row.id)


def _change(deps: Dependencies, row: AccountFileRow, command: Command) -> None:
    context = CommandContext(f"account-files:{row.id}:{row.state}", "account-files")
    change_file(deps, context, replace(row, changed_at=deps.clock.now()), command)
