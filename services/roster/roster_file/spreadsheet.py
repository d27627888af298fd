"""A roster file as rows of text, whatever kind of table it is. A file that cannot be read is refused as a whole.

Runs in the sandbox (reader.py).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime
from typing import Any

from services.roster.roster_file import refusals
from services.roster.roster_file.reader import MAX_BYTES, Rows
from services.roster.roster_file.workbook import MAX_COLUMNS, MAX_ROWS, sheets

EXACT = 1 << 53  # beyond it a spreadsheet's number has lost digits
COMPOUND, ZIP, PDF = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04", b"%PDF"


def read_rows(data: bytes) -> Rows:
    """The cells of the first sheet that is not empty, or of a CSV file, as text, from row 1. Raises Refused."""
    if not data:
        refusals.empty()
    if len(data) > MAX_BYTES:
        refusals.too_large(MAX_BYTES >> 20)
    rows = _workbook(data) if data.startswith(ZIP) else _text(data)
    if len(rows) > MAX_ROWS:
        refusals.too_many(MAX_ROWS, MAX_COLUMNS)
    if not any(rows):
        refusals.empty()
    return rows


# ---- workbooks
def _workbook(data: bytes) -> Rows:
    for sheet in sheets(data):
        rows = [_trimmed([_cell(value) for value in row]) for row in sheet]
        if any(rows):
            return rows
    return []


def _trimmed(row: list[str]) -> list[str]:
    """A row without the empty cells at its end."""
    while row and not row[-1]:
        row.pop()
    return row


def _cell(value: Any) -> str:
    """A cell as a person would type it. A number that the spreadsheet has rounded keeps an exponent."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        if abs(value) >= EXACT:
            return f"{value:.15E}"
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value).strip() if value is not None else ""


# ---- text
def _text(data: bytes) -> Rows:
    if data.startswith(COMPOUND):
        if "EncryptedPackage".encode("utf-16-le") in data:
            refusals.encrypted()
        refusals.wrong_type()  # old .xls, .doc, ...
    if data.startswith(PDF) or b"\0" in data or data.lstrip()[:1] == b"<":
        refusals.wrong_type()  # pictures, other binaries, a web page named .xls
    text = _decoded(data)
    if sum(c < " " and c not in "\t\r\n" for c in text[:4096]) > 4:
        refusals.wrong_type()
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",;\t", key=first.count)
    try:
        rows = list(_limited(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=False)))
    except csv.Error:
        refusals.damaged_text()
    if max((len(row) for row in rows), default=0) < 2:
        refusals.wrong_type()  # one column of prose is not a roster
    return [_trimmed(row) for row in rows]


def _limited(reader: Any) -> Any:
    for number, row in enumerate(reader, 1):
        if number > MAX_ROWS or len(row) > MAX_COLUMNS:
            refusals.too_many(MAX_ROWS, MAX_COLUMNS)
        yield [cell.strip() for cell in row]


def _decoded(data: bytes) -> str:
    encodings: Sequence[str] = ("utf-8-sig", "gb18030")
    for encoding in encodings:
        with suppress(UnicodeDecodeError):
            return data.decode(encoding)
    return refusals.wrong_type()
