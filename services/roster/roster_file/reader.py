"""Reading of roster files, always in the sandbox: this process never loads the reader of workbooks.

A child's answer is checked as if anybody had sent it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

import orjson

from services.roster.roster_file import refusals
from services.roster.roster_file.sheet import Rows, Sheet
from shared.infrastructure.errors import STATUS, Refused
from shared.sandbox.sandbox import Answer, LimitExceeded, Limits, Runner, Sandbox, Unfinished

READ = "services.roster.roster_file.jobs:read"
MARK = "services.roster.roster_file.jobs:mark"
# 19,900 rows of 45 columns take 3 s of processor time and 220 MB; waiting and reading stay below the portal's 110 s.
LIMITS = Limits(memory=1 << 30, cpu_seconds=20, wall_seconds=60, wait_seconds=30, answer=64 << 20)
MAX_BYTES = 10 << 20
ARCHIVE = b"PK"  # begins every XLSX
REMEMBERED = 1000  # files that have reached a limit


def file_sandbox(processes: int) -> Sandbox:
    return Sandbox((READ, MARK), processes, LIMITS)


class FileReader:
    def __init__(self, sandbox: Runner) -> None:
        self._sandbox = sandbox
        self._costly: deque[bytes] = deque(maxlen=REMEMBERED)

    def rows(self, data: bytes) -> Rows:
        """The sheets of a roster file that hold something, their cells as text.

        Raises Refused: for the file, at a limit too, or "unavailable" for reasons outside it.
        """
        return _rows(self._run(READ, data).facts)

    def marked(self, data: bytes, findings: Sequence[Mapping[str, Any]], lang: str) -> bytes:
        """The file as XLSX with marks (roster_file/marked.py). Raises Refused as `rows` does."""
        answer = self._run(MARK, orjson.dumps({"findings": list(findings), "lang": lang}) + b"\n" + data)
        _require_no_refusal(answer.facts)
        if not answer.content.startswith(ARCHIVE):
            refusals.damaged_workbook()
        return answer.content

    def _run(self, job: str, content: bytes) -> Answer:
        if self._costly and sha256(content).digest() in self._costly:
            refusals.too_costly()
        try:
            return self._sandbox.run(job, content)
        except LimitExceeded as exceeded:
            self._costly.append(sha256(content).digest())  # a sender tries again, and may do so often
            if exceeded.limit == "crash":
                refusals.damaged_workbook()
            refusals.too_costly()
        except Unfinished as unfinished:
            raise Refused("unavailable", "Too many files are being read at the moment; try again.") from unfinished


def _require_no_refusal(facts: Any) -> None:
    if isinstance(facts, dict) and isinstance(refused := facts.get("refused"), dict):
        _refuse(refused)


def _rows(facts: Any) -> Rows:
    _require_no_refusal(facts)
    sheets = facts.get("sheets") if isinstance(facts, dict) else None
    if not isinstance(sheets, list) or not sheets:
        refusals.damaged_workbook()
    return [_sheet(sheet) for sheet in sheets]


def _sheet(facts: Any) -> Sheet:
    match facts:
        case {
            "name": str(name),
            "hidden": bool(hidden),
            "is_1904": bool(is_1904),
            "numbers": list(numbers),
            "rows": list(rows),
        }:
            if len(numbers) == len(rows) and _are_numbers(numbers) and all(map(_is_row, rows)):
                return Sheet(name, list(zip(numbers, rows, strict=True)), hidden, is_1904)
    return refusals.damaged_workbook()


def _are_numbers(numbers: list[Any]) -> bool:
    """True for numbers of rows in their order."""
    return all(type(number) is int for number in numbers) and all(
        below > above for above, below in zip([0, *numbers], numbers, strict=False)
    )


def _is_row(row: Any) -> bool:
    return isinstance(row, list) and bool(row) and all(type(cell) is str for cell in row)


def _refuse(refused: dict[str, Any]) -> None:
    code, detail, kind, extra = (refused.get(name) for name in ("code", "detail", "kind", "extra"))
    chinese = extra.get("message_zh") if isinstance(extra, dict) else None
    if all(isinstance(text, str) for text in (code, detail, chinese, kind)) and kind in STATUS:
        refusals.refuse(str(code), str(detail), str(chinese), str(kind))
    refusals.damaged_workbook()
