"""Job of the sandbox: reading a file of accounts. Only child processes import this module (reader.py names it)."""

from __future__ import annotations

import codecs
import csv
import io
import zipfile
from collections.abc import Iterator
from itertools import islice
from typing import Any

import orjson
from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from services.identity.account_table.columns import FIELDS, RECOGNISED, columns_of, missing

MAX_LINES = 200_000
HEAD = 20  # rows in one of which the headings stand
ZIP, COMPOUND = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAX_UNPACKED, MAX_MEMBERS = 400 << 20, 1000  # bytes, files of a workbook
ENCODINGS = ("utf-8-sig", "gb18030")
SEPARATORS = ",;\t"
LOADED = tuple(codecs.lookup(name) for name in (*ENCODINGS, "cp437", "utf-8"))  # nothing is loaded later
Row = tuple[int, list[str]]


class _Refused(Exception):
    """code, and what is missing."""


def read(data: bytes) -> tuple[Any, bytes]:
    """{"lines": n} and a JSON array a line: number and FIELDS as text; or {"refused": code, "missing": fields}."""
    lines, content = 0, bytearray()  # one buffer: a kept result of orjson takes some 4 kB, whatever it holds
    try:
        for line in _lines(_rows(data)):
            content += b"\n" if lines else b""
            content += orjson.dumps(line)
            lines += 1
    except _Refused as refused:
        code, lacking = refused.args
        return {"refused": code, "missing": lacking}, b""
    if not lines:
        return {"refused": "file-empty", "missing": []}, b""
    return {"lines": lines}, bytes(content)


def _lines(rows: Iterator[Row]) -> Iterator[list[Any]]:
    """The lines below the headings that hold something."""
    columns: dict[str, int] = {}
    for _, cells in islice(rows, HEAD):
        columns = columns_of(cells)
        if len(columns) >= RECOGNISED:
            break
    if lacking := missing(columns):
        raise _Refused("file-headings", lacking)
    places = [columns.get(field, -1) for field in FIELDS]
    for count, (number, cells) in enumerate(rows, 1):
        if count > MAX_LINES:
            raise _Refused("file-too-many-lines", [])
        yield [number, *(cells[place] if 0 <= place < len(cells) else "" for place in places)]


def _rows(data: bytes) -> Iterator[Row]:
    """The rows that hold something, with their numbers."""
    rows = _of_workbook(data) if data.startswith((ZIP, COMPOUND)) else _of_text(data)
    return ((number, cells) for number, cells in rows if any(cells))


def _of_workbook(data: bytes) -> Iterator[Row]:
    """The rows of the first sheet that holds something."""
    if data.startswith(ZIP):
        _require_bounded(data)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = (book.get_sheet_by_index(at) for at in range(len(book.sheet_names)))
        sheet = next((sheet for sheet in sheets if sheet.height), None)
    except PasswordError as error:
        raise _Refused("file-encrypted", []) from error
    except (CalamineError, OSError, ValueError) as error:
        raise _Refused("file-damaged", []) from error
    if sheet is not None:
        for number, cells in enumerate(sheet.iter_rows(), 1):
            yield number, [_text(cell) for cell in cells]


def _require_bounded(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise _Refused("file-damaged", []) from error
    if len(members) > MAX_MEMBERS or sum(each.file_size for each in members) > MAX_UNPACKED:
        raise _Refused("file-too-costly", [])


def _text(cell: Any) -> str:
    """A cell as a person would type it: codes of units are often kept as numbers."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1 << 53:
        return str(int(cell))
    return "" if cell is None else str(cell).strip()


def _of_text(data: bytes) -> Iterator[Row]:
    text = _decoded(data)
    head = text[: 1 << 12]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(SEPARATORS, key=head.count))
    try:
        for cells in reader:
            yield reader.line_num, [cell.strip() for cell in cells]
    except csv.Error as error:
        raise _Refused("file-damaged", []) from error


def _decoded(data: bytes) -> str:
    for encoding in ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text[:4096]:
            return text
    raise _Refused("file-wrong-type", [])
