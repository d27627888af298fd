"""Error cells and the days' system of an old workbook (.xls, BIFF8 in a compound file).

The library that reads its cells shows errors as empty ones and does not tell the system, so their records are looked up
here.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import olefile

from services.roster.roster_file import refusals

BEGIN, END, SHEET, PASSWORD, FORMULA, TRUTH_OR_ERROR = 0x0809, 0x000A, 0x0085, 0x002F, 0x0006, 0x0205
DATE_MODE, OF_1904 = 0x0022, 1
NO_NUMBER, ERROR = 0xFFFF, 2  # the result of a formula: the end of one that is no number, and its kind


@dataclass(frozen=True, slots=True)
class Facts:
    """errors: the error cells of each sheet in the workbook's order: row from 1, column from 0.

    is_1904: its serial numbers of days count from 1904
    """

    errors: Sequence[set[tuple[int, int]]]
    is_1904: bool


def facts(data: bytes) -> Facts:
    """Facts of a workbook. Raises Refused."""
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as compound, compound.openstream("Workbook") as stream:
            records = stream.read()
        of_all = list(_part(records, 0))
        sheets = [struct.unpack_from("<I", body)[0] for kind, body in of_all if kind == SHEET]
        is_1904 = any(struct.unpack_from("<H", body)[0] == OF_1904 for kind, body in of_all if kind == DATE_MODE)
        return Facts([set(_errors(records, at)) for at in sheets], is_1904)
    except (OSError, struct.error, ValueError, TypeError, IndexError):
        refusals.damaged_workbook()


def _part(records: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """The records from the beginning of a part to its end. A chart within a sheet is a part within."""
    depth = 0
    while at + 4 <= len(records):
        kind, length = struct.unpack_from("<HH", records, at)
        depth += (kind == BEGIN) - (kind == END)
        if kind == PASSWORD:
            refusals.encrypted()
        yield kind, records[at + 4 : at + 4 + length]
        if depth <= 0:
            return
        at += 4 + length


def _errors(records: bytes, at: int) -> Iterator[tuple[int, int]]:
    for kind, body in _part(records, at):
        if kind == FORMULA:
            row, column, _, result, _, end = struct.unpack_from("<HHHB5sH", body)
            is_error = end == NO_NUMBER and result == ERROR
        elif kind == TRUTH_OR_ERROR:
            row, column, _, _, is_error = struct.unpack_from("<HHHBB", body)
        else:
            continue
        if is_error:
            yield row + 1, column
