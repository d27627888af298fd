"""Jobs of the sandbox: reading a roster file, and writing it back with marks.

Only child processes import this module (reader.py names it).
Their system calls are filtered once they are ready, so everything that is loaded late elsewhere is loaded here.
"""

from __future__ import annotations

import codecs
from typing import Any

import orjson

from services.roster.roster_file.marked import write_marked
from services.roster.roster_file.sheet import Sheet
from services.roster.roster_file.spreadsheet import read_rows
from shared.infrastructure.errors import Refused

LOADED = tuple(
    codecs.lookup(name) for name in ("utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "latin-1", "cp437")
)


def read(data: bytes) -> tuple[Any, bytes]:
    """{"sheets": [...]}, or {"refused": the members of the refusal}."""
    try:
        return {"sheets": [_as_json(sheet) for sheet in read_rows(data)]}, b""
    except Refused as refused:
        return _refused(refused), b""


def mark(content: bytes) -> tuple[Any, bytes]:
    """The file as XLSX with marks. content: a line of JSON, {"findings", "lang"} of write_marked, then the file.

    Facts as those of `read`, for a file that is refused.
    """
    asked, _, data = content.partition(b"\n")
    try:
        sheets = read_rows(data)
    except Refused as refused:
        return _refused(refused), b""
    return {}, write_marked(sheets, **orjson.loads(asked))


def _refused(refused: Refused) -> dict[str, Any]:
    members = {"code": refused.code, "detail": refused.detail, "kind": refused.kind, "extra": refused.extra}
    return {"refused": members}


def _as_json(sheet: Sheet) -> dict[str, Any]:
    numbers, rows = [number for number, _ in sheet.rows], [cells for _, cells in sheet.rows]
    return {"name": sheet.name, "hidden": sheet.hidden, "is_1904": sheet.is_1904, "numbers": numbers, "rows": rows}
