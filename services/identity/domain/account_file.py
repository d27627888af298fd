"""A file of accounts: stream `accountfile-<id>`, private. A spreadsheet becomes accounts after a check and a yes.

received -> checked -> running -> finished; refused (it cannot be read, or its sender may no longer issue accounts) and
discarded end it before. How far a check or a run has come is no event: it stands in the row of the file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from shared.eventsourcing.decider import Decider
from shared.eventsourcing.event import Fact, NewEvent
from shared.infrastructure.errors import Refused

NONE = "none"
STATES = RECEIVED, CHECKED, RUNNING, FINISHED, REFUSED, DISCARDED = (
    "received",
    "checked",
    "running",
    "finished",
    "refused",
    "discarded",
)
AT_WORK = (RECEIVED, RUNNING)  # states in which a worker has something to do
OPEN = (RECEIVED, CHECKED, RUNNING)


@dataclass(frozen=True, slots=True)
class AccountFile:
    """to_open: lines that would open an account, as the check has counted them."""

    state: str = NONE
    to_open: int = 0


@dataclass(frozen=True, slots=True)
class Receive:
    """size: in bytes. at: ms."""

    by: str
    size: int
    at: int


@dataclass(frozen=True, slots=True)
class Check:
    """Record the end of the dry run with its counts."""

    lines: int
    to_open: int
    wrong: int


@dataclass(frozen=True, slots=True)
class Start:
    """The yes to the run."""

    by: str
    at: int


@dataclass(frozen=True, slots=True)
class Finish:
    opened: int
    had_one: int
    wrong: int
    at: int


@dataclass(frozen=True, slots=True)
class Refuse:
    """End a file that cannot be read, or whose sender may no longer issue accounts. reason: a code."""

    reason: str


@dataclass(frozen=True, slots=True)
class Discard:
    """Give up a file before its run, or because nobody has said yes to it."""


Command = Receive | Check | Start | Finish | Refuse | Discard


def decide(command: Command, file: AccountFile) -> Sequence[NewEvent]:
    match command:
        case Receive(by, size, at):
            return [NewEvent("accountfile.received", {"by": by, "size": size, "at": at})] if file.state == NONE else []
        case Check(lines, to_open, wrong):
            counts = {"lines": lines, "to_open": to_open, "wrong": wrong}
            return [NewEvent("accountfile.checked", counts)] if file.state == RECEIVED else []
        case Start(by, at):
            _require_ready(file)
            return [NewEvent("accountfile.started", {"by": by, "at": at})]
        case Finish(opened, had_one, wrong, at):
            ended = {"opened": opened, "had_one": had_one, "wrong": wrong, "at": at}
            return [NewEvent("accountfile.finished", ended)] if file.state == RUNNING else []
        case Refuse(reason):
            return [NewEvent("accountfile.refused", {"reason": reason})] if file.state in OPEN else []
        case Discard():
            if file.state not in (RECEIVED, CHECKED):
                raise Refused("file-has-run", "The run of this file has begun; it is not given up.", kind="conflict")
            return [NewEvent("accountfile.discarded", {})]


def _require_ready(file: AccountFile) -> None:
    if file.state != CHECKED:
        raise Refused("file-not-checked", "Only a file that has been checked, once, can be run.", kind="conflict")
    if not file.to_open:
        raise Refused("nothing-to-open", "No line of this file opens an account.", kind="conflict")


def evolve(file: AccountFile, event: Fact) -> AccountFile:
    match event.type:
        case "accountfile.received":
            return replace(file, state=RECEIVED)
        case "accountfile.checked":
            return replace(file, state=CHECKED, to_open=int(event.data.get("to_open", 0)))
        case "accountfile.started":
            return replace(file, state=RUNNING)
        case "accountfile.finished":
            return replace(file, state=FINISHED)
        case "accountfile.refused":
            return replace(file, state=REFUSED)
        case "accountfile.discarded":
            return replace(file, state=DISCARDED)
        case _:
            return file


account_file_decider: Decider[Command, AccountFile] = Decider(AccountFile(), decide, evolve)


def account_file_stream(id: str) -> str:
    return f"accountfile-{id}"
