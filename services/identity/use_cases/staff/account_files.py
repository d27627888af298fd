"""Accounts from a spreadsheet, for the admin who sends it: send, see what a dry run has found, say yes, see the run.

The file waits sealed until a worker has read it, and is deleted once it is over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import uuid5

from services.identity.account_table.reader import MAX_BYTES
from services.identity.dependencies import Dependencies
from services.identity.domain.account_file import (
    DISCARDED,
    OPEN,
    RECEIVED,
    RUNNING,
    Command,
    Discard,
    Receive,
    Start,
    account_file_decider,
    account_file_stream,
)
from services.identity.domain.sheet_run import prints_of
from services.identity.repositories.account_files import AccountFileRow, LineError
from services.identity.use_cases.steps import ACCOUNTS
from shared.eventsourcing.commands import UnitOfWork, events_of, transact
from shared.eventsourcing.store import CommandContext
from shared.infrastructure.clock import iso
from shared.infrastructure.errors import Refused
from shared.service.auth import Caller

PART = 4 << 20  # bytes that are sealed together; a document holds at most 16 MB
SHOWN, ERRORS_AT_ONCE = 10, 1000


@dataclass(frozen=True, slots=True)
class UnitAccounts:
    """A unit with accounts of a file whose activation sheets are printed. path: of the unit; accounts: how many."""

    path: str
    accounts: int


@dataclass(frozen=True, slots=True)
class FileState:
    """A file as its sender sees it; AccountFileRow names the counts. at, changed_at: ISO times.

    units: that hand out sheets. prints: as many of them together as one print of sheets may hold.
    """

    id: str
    state: str
    at: str
    changed_at: str
    size: int
    lines: int
    done: int
    opened: int
    had_one: int
    wrong: int
    reason: str
    units: Sequence[UnitAccounts]
    prints: Sequence[UnitAccounts]


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """after: where the next page begins, 0 on the last one."""

    items: Sequence[LineError]
    after: int


def receive(deps: Dependencies, caller: Caller, context: CommandContext, data: bytes) -> FileState:
    """Keep a file for the dry run. Raises Refused("no-file", "file-too-large", "file-in-work")."""
    if not data:
        raise Refused("no-file", "Choose the file first.", where="file")
    if len(data) > MAX_BYTES:
        raise Refused("file-too-large", f"A file has at most {MAX_BYTES >> 20} MB; divide it.", where="file")
    id, now = str(uuid5(ACCOUNTS, f"file {context.id}")), deps.clock.now()
    is_new = deps.records.account_files.get(id) is None
    if is_new:
        others = deps.records.account_files.sent_by(caller.account, SHOWN)
        if any(row.state in OPEN for row in others):
            raise Refused("file-in-work", "Another file of yours is not finished; end it first.", kind="conflict")
    parts = [data[start : start + PART] for start in range(0, len(data), PART)]
    for number, part in enumerate(parts if is_new else []):  # what has ended has no content, however often it is sent
        deps.records.account_files.put_part(id, number, deps.personal_data.seal_part(id, number, part), now)
    role, paths = caller.role, caller.scope.paths
    row = AccountFileRow(id, RECEIVED, caller.account, role, tuple(paths), now, now, len(data), len(parts))
    return _state(change_file(deps, context, row, Receive(caller.account, len(data), now)))


def list_files(deps: Dependencies, caller: Caller) -> list[FileState]:
    """The caller's own, the newest first."""
    return [_state(row) for row in deps.records.account_files.sent_by(caller.account, SHOWN)]


def show(deps: Dependencies, caller: Caller, id: str) -> FileState:
    """Raises Refused("not-found")."""
    return _state(own_file(deps, caller, id))


def wrong_lines(deps: Dependencies, caller: Caller, id: str, after: int) -> ErrorPage:
    """The lines that open nothing, page by page. Raises Refused("not-found")."""
    row = own_file(deps, caller, id)
    found = deps.records.account_files.wrong_lines(id, row.stage, after, ERRORS_AT_ONCE)
    return ErrorPage(found, found[-1].number if len(found) >= ERRORS_AT_ONCE else 0)


def start(deps: Dependencies, caller: Caller, context: CommandContext, id: str) -> FileState:
    """Say yes to the run. Raises Refused("not-found", "file-not-checked", "nothing-to-open")."""
    row, now = own_file(deps, caller, id), deps.clock.now()
    begun = replace(row, state=RUNNING, changed_at=now, done=0, opened=0, had_one=0, wrong=0)
    return _state(change_file(deps, context, begun, Start(caller.account, now)))


def discard(deps: Dependencies, caller: Caller, context: CommandContext, id: str) -> None:
    """Give the file up, and delete it. Raises Refused("not-found", "file-has-run")."""
    row = own_file(deps, caller, id)
    change_file(deps, context, replace(row, state=DISCARDED, changed_at=deps.clock.now()), Discard())
    deps.records.account_files.drop_parts(id)


def own_file(deps: Dependencies, caller: Caller, id: str) -> AccountFileRow:
    row = deps.records.account_files.get(id)
    if row is None or row.by != caller.account:
        raise Refused("not-found", "There is no such file of yours.", where="file")
    return row


def change_file(deps: Dependencies, context: CommandContext, after: AccountFileRow, command: Command) -> AccountFileRow:
    """Decide on the file's stream, and store its row with the events. The row as it then is."""

    def plan(work: UnitOfWork) -> bool:
        history = deps.store.load(account_file_stream(after.id))
        if events_of(context, history):
            return False
        state = account_file_decider.fold(history)
        version, _ = work.decide(account_file_decider, account_file_stream(after.id), len(history), state, command)
        if version > len(history):
            work.also(lambda session: deps.records.account_files.put(after, session))
        return version > len(history)

    changed = transact(deps.store, context, plan)
    return after if changed else deps.records.account_files.get(after.id) or after


def _state(row: AccountFileRow) -> FileState:
    return FileState(
        row.id,
        row.state,
        iso(row.at),
        iso(row.changed_at),
        row.size,
        row.lines,
        row.done,
        row.opened,
        row.had_one,
        row.wrong,
        row.reason,
        [UnitAccounts(*unit) for unit in row.units],
        [UnitAccounts(*each) for path in sorted(row.paths) for each in prints_of(path, dict(row.units))],
    )
