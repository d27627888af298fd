"""A workbook as cells: every member is checked with a real XML parser, and the reader gets only what was checked.

The reader lays out all cells between the first and the last one, so their addresses are limits of its memory. What it
gets is written anew: no other parser and no other archive reader can see more in a file than the check has seen.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from string import ascii_letters
from typing import Any, NoReturn
from xml.parsers import expat

from python_calamine import CalamineError, CalamineWorkbook

from services.roster.roster_file import refusals

MAX_UNPACKED = 120 << 20  # of all members of a workbook together
MAX_RATIO = 200  # a workbook of plain cells is packed about 1:20
MAX_MEMBERS = 500
MAX_ROWS, MAX_COLUMNS = 20_000, 300
CONTENT_TYPES, WORKBOOK = "[content_types].xml", "xl/workbook.xml"
ADDRESS_LETTERS, ADDRESS_DIGITS = 3, 7  # of the last cell that a spreadsheet knows, XFD1048576


def sheets(data: bytes) -> Iterator[list[list[Any]]]:
    """The cells of each sheet, row by row. Raises Refused."""
    checked = _checked(data)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(checked))
        for title in workbook.sheet_names:
            yield workbook.get_sheet_by_name(title).to_python(skip_empty_area=False)
    except (CalamineError, OSError, ValueError):
        refusals.damaged_workbook()


def _checked(data: bytes) -> bytes:
    """The members that are XML, in an archive of their own."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            _check_directory(members, len(data))
            return _copied(archive, members)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError):
        refusals.damaged_workbook()


def _check_directory(members: list[zipfile.ZipInfo], size: int) -> None:
    """Check names and claimed sizes; `_copied` holds every member to its claim."""
    names = [member.filename.lower() for member in members]
    if any(name.endswith("vbaproject.bin") for name in names):
        refusals.macros()
    unpacked = sum(member.file_size for member in members)
    if len(members) > MAX_MEMBERS or unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * size:
        refusals.bomb()
    if any(member.flag_bits & 1 for member in members):
        refusals.encrypted()
    if WORKBOOK not in names:
        refusals.wrong_type()
    if len(set(names)) < len(names):  # two readers may take different ones
        raise ValueError("a name occurs twice")


def _copied(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as copy:
        for member in members:
            content = archive.read(member)
            if member.filename.lower() == CONTENT_TYPES and b"macroEnabled" in content:
                refusals.macros()
            if _is_checked_xml(content):
                copy.writestr(member.filename, content)
    return out.getvalue()


def _is_checked_xml(content: bytes) -> bool:
    """False for pictures, settings of printers, and XML that is not well-formed or declares entities.

    Raises Refused when a cell is too far away.
    """
    parser = expat.ParserCreate()
    parser.StartElementHandler = _Cells().start
    parser.StartDoctypeDeclHandler = _no_doctype
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, _Doctype):
        return False
    return True


class _Doctype(Exception):
    pass


def _no_doctype(*_: object) -> NoReturn:
    raise _Doctype


class _Cells:
    """Rows and cells as they are met. One without an address follows the last one."""

    def __init__(self) -> None:
        self._row = self._column = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        element, address = name.rpartition(":")[2], attributes.get("r", "")
        if element == "row":
            self._row, self._column = _number(address) if address else self._row + 1, 0
            _require_near(self._row, 0)
        elif element == "c":
            digits = address.lstrip(ascii_letters)
            self._column = _column(address[: len(address) - len(digits)]) if address else self._column + 1
            _require_near(_number(digits) if address else self._row, self._column)


def _require_near(row: int, column: int) -> None:
    if row > MAX_ROWS or column > MAX_COLUMNS:
        refusals.too_many(MAX_ROWS, MAX_COLUMNS)


def _number(digits: str) -> int:
    if not digits.isascii() or not digits.isdigit():
        raise ValueError("no address")
    return int(digits) if len(digits) <= ADDRESS_DIGITS else MAX_ROWS + 1


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper() if len(letters) <= ADDRESS_LETTERS else "ZZZZ":
        number = number * 26 + ord(letter) - 64
    return number
