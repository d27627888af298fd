"""Reading of files of accounts, always in the sandbox. A child's answer is checked as if anybody had sent it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import orjson

from services.identity.account_table.columns import FIELDS
from shared.infrastructure.errors import Refused
from shared.sandbox.sandbox import LimitExceeded, Limits, Runner, Sandbox, Unfinished

READ = "services.identity.account_table.jobs:read"
MAX_BYTES = 14 << 20  # 200,000 lines of CSV; a balancer in front lets 16 MB through
LIMITS = Limits(memory=768 << 20, cpu_seconds=60, wall_seconds=120, wait_seconds=30, answer=96 << 20)
DETAILS = {
    "file-empty": "The file holds no line of an account.",
    "file-headings": "The first row lacks headings.",
    "file-too-many-lines": "One file has at most 200,000 lines; divide it.",
    "file-encrypted": "The file is protected by a password; save it without one.",
    "file-damaged": "The file cannot be read; open it in a spreadsheet program and save it as .xlsx or .csv.",
    "file-too-costly": "The file is too large to be read; delete what is not needed and save it anew.",
    "file-wrong-type": "This is no spreadsheet; send .xlsx or .csv.",
}


def file_sandbox() -> Sandbox:
    return Sandbox((READ,), 1, LIMITS)


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row below the headings. number: in the file."""

    number: int
    role: str
    path: str
    unit: str
    login: str
    display_name: str


@dataclass(frozen=True, slots=True)
class Table:
    """lines: their number. content: a JSON array for each, parsed one by one, so that no file is held as objects."""

    lines: int
    content: bytes

    def rows(self) -> Iterator[TableRow]:
        """Raises Refused("file-damaged")."""
        start = 0
        for _ in range(self.lines):
            end = self.content.find(b"\n", start)
            yield _row(self.content[start : end if end >= 0 else len(self.content)])
            start = end + 1


class TableReader:
    def __init__(self, sandbox: Runner) -> None:
        self._sandbox = sandbox

    def read(self, data: bytes) -> Table:
        """Raises Refused: for the file, or "unavailable" for reasons outside it."""
        try:
            answer = self._sandbox.run(READ, data)
        except LimitExceeded as exceeded:
            raise refused("file-damaged" if exceeded.limit == "crash" else "file-too-costly") from exceeded
        except Unfinished as unfinished:
            raise Refused("unavailable", "Files are not read at the moment; it is tried again.") from unfinished
        facts = answer.facts if isinstance(answer.facts, dict) else {}
        if "refused" in facts:
            raise refused(str(facts["refused"]))
        lines = facts.get("lines")
        if type(lines) is not int or lines < 1 or lines != answer.content.count(b"\n") + 1:
            raise refused("file-damaged")
        return Table(lines, answer.content)


def refused(code: str) -> Refused:
    code = code if code in DETAILS else "file-damaged"
    return Refused(code, DETAILS[code], where="file")


def _row(line: bytes) -> TableRow:
    try:
        values = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise refused("file-damaged") from error
    match values:
        case [int(number), *texts] if len(texts) == len(FIELDS) and all(type(text) is str for text in texts):
            return TableRow(number, *texts)
    raise refused("file-damaged")
