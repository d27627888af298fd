"""A sheet of a roster file: the rows that hold something, each with its number in the sheet."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from services.roster.roster_file import refusals

MAX_ROWS, MAX_COLUMNS = 20_000, 300  # that hold something
MAX_FILLED = 1_000_000  # cells that belong to a merged one above


@dataclass(frozen=True, slots=True)
class Sheet:
    """name: "" where a file knows none. rows: (number in the sheet, from 1; cells up to the last one filled).

    is_1904: its serial numbers of days count from 1904, as old spreadsheets of Macintosh have it.
    """

    name: str
    rows: Sequence[tuple[int, list[str]]]
    hidden: bool = False
    is_1904: bool = False


Rows = list[Sheet]


class Grid:
    """Collects the filled cells of a sheet, wherever they are. Empty ones take no room, and count for no limit."""

    def __init__(self) -> None:
        self._rows: dict[int, Mapping[int, str]] = {}
        self._merged: list[tuple[int, int, int]] = []

    def add(self, number: int, cells: Mapping[int, str]) -> None:
        """A row: the texts of its filled cells by column, from 0. Raises Refused("file-too-many-rows")."""
        if cells:
            self._rows[number] = cells
            if len(self._rows) > MAX_ROWS or len(cells) > MAX_COLUMNS:
                refusals.too_many(MAX_ROWS, MAX_COLUMNS)

    def merge(self, first: int, last: int, column: int) -> None:
        """A cell that spans rows stands in each of them."""
        if last > first:
            self._merged.append((first, last, column))

    def sheet(self, name: str, *, hidden: bool = False) -> Sheet:
        rows = self._filled_down()
        columns = sorted({column for cells in rows.values() for column in cells})
        if len(columns) > MAX_COLUMNS:
            refusals.too_many(MAX_ROWS, MAX_COLUMNS)
        far = bool(columns) and columns[-1] >= MAX_COLUMNS  # then empty columns are left out
        place = {column: at if far else column for at, column in enumerate(columns)}
        return Sheet(name, [(number, _in_line(rows[number], place)) for number in sorted(rows)], hidden)

    def _filled_down(self) -> Mapping[int, Mapping[int, str]]:
        numbers, rows, filled = sorted(self._rows), dict(self._rows), 0
        for first, last, column in self._merged:
            if text := rows.get(first, {}).get(column):
                for number in numbers[bisect_right(numbers, first) : bisect_left(numbers, last + 1)]:
                    rows[number] = {column: text, **rows[number]}
                    if (filled := filled + 1) > MAX_FILLED:
                        refusals.too_costly()
        return rows


def _in_line(cells: Mapping[int, str], place: Mapping[int, int]) -> list[str]:
    row = [""] * (1 + max(place[column] for column in cells))
    for column, text in cells.items():
        row[place[column]] = text
    return row


def filled(cells: Sequence[str]) -> dict[int, str]:
    """The cells of a whole row, as a grid takes them."""
    return {column: text for column, text in enumerate(cells) if text}


def with_something(sheets: Iterator[Sheet]) -> Rows:
    """The sheets that are not empty. Raises Refused if there is none, or if there are too many rows in all."""
    found, rows = [], 0
    for sheet in sheets:
        rows += len(sheet.rows)
        if rows > MAX_ROWS:
            refusals.too_many(MAX_ROWS, MAX_COLUMNS)
        if sheet.rows:
            found.append(sheet)
    if not found:
        refusals.empty()
    return found
