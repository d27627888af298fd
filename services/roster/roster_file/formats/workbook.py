"""An .xlsx workbook: its parts are checked with a real XML parser, and the reader gets only what was checked.

The reader lays out all cells between the first and the last one that hold something, so their addresses are limits of
its memory. What it gets is written anew: no other parser and no other archive reader can see more in a file than the
check has seen.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from string import ascii_letters

from services.roster.roster_file import refusals
from services.roster.roster_file.formats import calamine
from services.roster.roster_file.formats.package import Package, Part, element, parsed
from services.roster.roster_file.sheet import MAX_COLUMNS, MAX_ROWS, Sheet

MAX_AREA = 1 << 24  # cells that the reader lays out: as many as an old sheet has
LAST_ROW, LAST_COLUMN = 1 << 20, 1 << 14
ADDRESS_LETTERS, ADDRESS_DIGITS = 3, 7  # of the last cell that a spreadsheet knows, XFD1048576


def sheets(data: bytes) -> Iterator[Sheet]:
    """The sheets in their order. Raises Refused."""
    try:
        with Package(data) as package:
            parts = package.sheets()
            cells = [_cells(part) for part in parts]
            _require_near(cells)
            checked = package.written_anew(parts)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError):
        refusals.damaged_workbook()
    found = calamine.sheets(checked, [each.errors for each in cells])
    return (replace(sheet, is_1904=package.is_1904) for sheet in found)


def _cells(part: Part) -> _Cells:
    cells = _Cells()
    parsed(part.content, cells.start)
    return cells


class _Cells:
    """Rows and cells as they are met. One without an address follows the last one. An empty one takes no room."""

    def __init__(self) -> None:
        self.rows = self.columns = 0  # up to the last one that holds something
        self.errors: set[tuple[int, int]] = set()
        self._row = self._row_of_cell = self._column = 0
        self._is_error = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        kind = element(name)
        if kind == "c":
            self._begin(attributes.get("r", ""))
            self._is_error = attributes.get("t") == "e"
            if self._is_error:
                self.errors.add((self._row_of_cell, self._column - 1))
        elif kind == "row":
            address = attributes.get("r", "")
            self._row, self._column = _number(address) if address else self._row + 1, 0
        elif kind in ("f", "v", "is") and self._column:
            self.rows, self.columns = max(self.rows, self._row_of_cell), max(self.columns, self._column)
            self._note_value(kind)

    def _note_value(self, kind: str) -> None:
        """A formula of which no program has kept the value is an error, too."""
        if kind == "f":
            self.errors.add((self._row_of_cell, self._column - 1))
        elif not self._is_error:
            self.errors.discard((self._row_of_cell, self._column - 1))

    def _begin(self, address: str) -> None:
        digits = address.lstrip(ascii_letters)
        self._row_of_cell = _number(digits) if address else self._row
        self._column = _column(address[: len(address) - len(digits)]) if address else self._column + 1


def _require_near(sheets: Sequence[_Cells]) -> None:
    area = 0
    for cells in sheets:
        area += cells.rows * cells.columns
        if cells.rows > LAST_ROW or cells.columns > LAST_COLUMN or area > MAX_AREA:
            refusals.too_many(MAX_ROWS, MAX_COLUMNS)


def _number(digits: str) -> int:
    if not digits.isascii() or not digits.isdigit():
        raise ValueError("no address")
    return int(digits) if len(digits) <= ADDRESS_DIGITS else LAST_ROW + 1


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper() if len(letters) <= ADDRESS_LETTERS else "ZZZZ":
        number = number * 26 + ord(letter) - 64
    return number
