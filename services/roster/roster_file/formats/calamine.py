"""Cells of a workbook by the library that reads them, .xlsx and .xls alike.

The library lays out all cells between the first and the last one that hold something.
"""

from __future__ import annotations

import io
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

from services.roster.roster_file import refusals
from services.roster.roster_file.sheet import Grid, Sheet

EXACT = 1 << 53  # beyond it a spreadsheet's number has lost digits
ERROR = "#N/A"  # of an error cell of any kind; the library shows it as an empty one
MAX_MERGED = 100_000
Errors = Collection[tuple[int, int]]  # row from 1, column from 0


def sheets(content: bytes, errors: Sequence[Errors] = ()) -> Iterator[Sheet]:
    """errors: the error cells of each sheet, where somebody knows them. Raises Refused."""
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for at, listed in enumerate(workbook.sheets_metadata):
            hidden = listed.visible != SheetVisibleEnum.Visible
            grid = _grid(workbook.get_sheet_by_index(at), errors[at] if at < len(errors) else ())
            yield grid.sheet(listed.name, hidden=hidden)
    except PasswordError:
        refusals.encrypted()
    except (CalamineError, OSError, ValueError):
        refusals.damaged_workbook()


def _grid(sheet: CalamineSheet, errors: Errors) -> Grid:
    grid = Grid()
    wrong: dict[int, dict[int, str]] = {}
    for row, column in errors:
        wrong.setdefault(row, {})[column] = ERROR
    for number, values in enumerate(sheet.iter_rows(), 1):
        if len(values) > values.count(""):  # one cell in the last row brings a million empty ones
            cells = {column: text for column, value in enumerate(values) if value != "" and (text := _text(value))}
            grid.add(number, {**cells, **wrong.pop(number, {})})
    for number, cells in wrong.items():
        grid.add(number, cells)
    for (top, left), (bottom, _) in (sheet.merged_cell_ranges or ())[:MAX_MERGED]:
        grid.merge(top + 1, bottom + 1, left)
    return grid


def _text(value: Any) -> str:
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
