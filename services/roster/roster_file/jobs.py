"""Job of the sandbox: reading a roster file. Only child processes import this module (reader.py names it).

Their system calls are filtered once they are ready, so everything that is loaded late elsewhere is loaded here.
"""

from __future__ import annotations

import codecs
from typing import Any

from services.roster.roster_file.spreadsheet import read_rows
from shared.infrastructure.errors import Refused

LOADED = tuple(codecs.lookup(name) for name in ("utf-8-sig", "gb18030", "utf-16", "utf-16-le", "latin-1", "cp437"))


def read(data: bytes) -> tuple[Any, bytes]:
    """{"rows": rows}, or {"refused": the members of the refusal}."""
    try:
        return {"rows": read_rows(data)}, b""
    except Refused as refused:
        members = {"code": refused.code, "detail": refused.detail, "kind": refused.kind, "extra": refused.extra}
        return {"refused": members}, b""
