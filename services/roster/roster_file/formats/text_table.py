"""A roster file of text: its encoding, its separator, and quotes that swallow rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from typing import Any

from services.roster.roster_file import refusals
from services.roster.roster_file.columns import field_of
from services.roster.roster_file.sheet import Grid, Sheet, filled

SEPARATORS = ",;\t|，；"
HEAD = 30  # lines in which titles, notes and headings stand
SWALLOWED = 3  # separators in a line within a cell that make it a row of its own
END_OF_FILE = "\x1a"  # of DOS programs, after which nothing counts
ENCODINGS = ("utf-8-sig", "gb18030")
WIDE = (("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff"))  # with the mark at their beginning


def decoded(data: bytes, *, chinese_first: bool = False) -> str:
    """The text of a file. chinese_first: it says so itself. Raises Refused for what is no text."""
    for encoding in _encodings(data, chinese_first):
        with suppress(UnicodeDecodeError):
            text = data.decode(encoding).removeprefix("\ufeff").rstrip(END_OF_FILE + "\0")
            if sum(c < " " and c not in "\t\r\n" for c in text[:4096]) <= 4:
                return text
    return refusals.wrong_type()


def _encodings(data: bytes, chinese_first: bool) -> Sequence[str]:
    marked = [encoding for encoding, mark in WIDE if data.startswith(mark)]
    if marked or b"\0" not in data[:4096].rstrip(b"\0"):
        return marked or (ENCODINGS[::-1] if chinese_first else ENCODINGS)
    even, odd = data[:4096:2].count(0), data[1:4096:2].count(0)  # digits and separators have a zero byte of two
    return ("utf-16-le",) if odd > even else ("utf-16-be",)


def sheet(text: str) -> Sheet:
    """The rows of a table of separated values. Raises Refused, for a quote that swallows rows too."""
    lines = io.StringIO(text, newline="").readlines()
    ended = [*lines, "\n", END_OF_FILE]  # what is still open at the end takes in the mark of the end
    separator, declared = _separator(lines)
    grid, widest, begins = Grid(), 0, 1
    reader: Any = csv.reader(ended, delimiter=separator)
    try:
        for number, row in enumerate(reader, 1):
            if reader.line_num > begins:
                _require_closed_quotes(ended[begins - 1 : reader.line_num], separator, begins)
            begins, widest = reader.line_num + 1, max(widest, len(row))
            if number > declared and row != [END_OF_FILE]:
                grid.add(number, filled([cell.strip() for cell in row]))
    except csv.Error:
        refusals.damaged_text(begins)
    found = grid.sheet("")
    if found.rows and widest < 2:
        refusals.wrong_type()  # one column of prose is not a roster
    return found


def _require_closed_quotes(lines: Sequence[str], separator: str, begins: int) -> None:
    """A row over several lines is quoted by the book, and none of its lines is a row itself."""
    try:
        rows = list(csv.reader(lines, delimiter=separator, strict=True))
    except csv.Error:
        refusals.open_quote(begins)
    for cell in (cell for row in rows for cell in row):
        if any(line.count(separator) >= SWALLOWED for line in cell.splitlines()[1:]):
            refusals.open_quote(begins)


def _separator(lines: Sequence[str]) -> tuple[str, int]:
    """The separator, and how many lines only declare it: the one by which some line shows the most headings."""
    first = lines[0].rstrip() if lines else ""
    if first.startswith("sep=") and len(first) == 5:
        return first[4], 1
    head = [line for line in lines if line.strip()][:HEAD]

    is_heading = cache(lambda cell: bool(field_of(cell)))  # most lines hold one of the separators only

    def shown(separator: str) -> tuple[int, int]:
        known = (sum(is_heading(cell.strip('" ')) for cell in line.split(separator)) for line in head)
        return max(known, default=0), max((line.count(separator) for line in head), default=0)

    return max(SEPARATORS, key=shown), 0
