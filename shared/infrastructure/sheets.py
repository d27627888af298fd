"""Cells of tables that people download: a text never becomes a formula in their spreadsheet program (OWASP)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Any

RISKY = re.compile(r"[=+\-@\t\r\n＝＋－＠]")
NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?%?", re.ASCII)
BYTE_ORDER_MARK = "\ufeff"  # by it office programs recognise UTF-8


def cell(value: Any) -> Any:
    """The value as a cell. Numbers stay numbers, also as text; any other text that begins like a formula gets a '."""
    if isinstance(value, str) and RISKY.match(value) and not NUMBER.fullmatch(value):
        return f"'{value}"
    return value


def csv_table(rows: Iterable[Sequence[Any]]) -> str:
    """A CSV file."""
    out = io.StringIO()
    csv.writer(out).writerows([cell(value) for value in row] for row in rows)
    return BYTE_ORDER_MARK + out.getvalue()
