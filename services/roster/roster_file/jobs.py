"""Job of the sandbox: reading a roster file. Only child processes import this module (reader.py names it).

Their system calls are filtered once they are ready, so everything that is loaded late elsewhere is loaded here.
"""

from __future__ import annotations

import codecs
from typing import Any

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
        members = {"code": refused.code, "detail": refused.detail, "kind": refused.kind, "extra": refused.extra}
        return {"refused": members}, b""


def _as_json(sheet: Sheet) -> dict[str, Any]:
    numbers, rows = [number for number, _ in sheet.rows], [cells for _, cells in sheet.rows]
    return {"name": sheet.name, "hidden": sheet.hidden, "is_1904": sheet.is_1904, "numbers": numbers, "rows": rows}
