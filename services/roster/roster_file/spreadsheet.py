"""A roster file as rows of text. Inspected first: a dangerous or unreadable file is refused as a whole."""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NoReturn

from python_calamine import CalamineError, CalamineWorkbook

from shared.infrastructure.errors import Refused

MAX_BYTES = 10 << 20
MAX_UNPACKED = 120 << 20  # of all members of a workbook together
MAX_RATIO = 200  # a workbook of plain cells is packed about 1:20
MAX_MEMBERS = 500
MAX_ROWS, MAX_COLUMNS = 20_000, 300
EXACT = 1 << 53  # beyond it a spreadsheet's number has lost digits
CELL = re.compile(rb"<(?:\w+:)?(?:c|row)\s[^>]*?\br\s*=\s*[\"']([A-Za-z]*)(\d+)")
COMPOUND, ZIP, PDF = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04", b"%PDF"
Rows = list[list[str]]


def refuse(code: str, detail: str, zh: str, kind: str = "unprocessable") -> NoReturn:
    raise Refused(code, detail, kind=kind, where="file", extra={"message_zh": zh})


def read_rows(data: bytes) -> Rows:
    """The cells of the first sheet that is not empty, or of a CSV file, as text, from row 1. Raises Refused."""
    if not data:
        refuse("file-empty", "The file is empty.", "文件是空的。")
    if len(data) > MAX_BYTES:
        refuse(
            "file-too-large",
            f"The file is larger than {MAX_BYTES >> 20} MB; split it.",
            f"文件超过 {MAX_BYTES >> 20} MB，请分成几个文件。",
            "too-large",
        )
    rows = _workbook(data) if data.startswith(ZIP) else _text(data)
    if len(rows) > MAX_ROWS:
        _too_many()
    if not any(any(row) for row in rows):
        refuse("file-empty", "The file has no rows.", "文件中没有内容。")
    return rows


def _too_many() -> NoReturn:
    refuse(
        "file-too-many-rows",
        f"The sheet uses more than {MAX_ROWS} rows or {MAX_COLUMNS} columns; split it.",
        f"表格超过 {MAX_ROWS} 行或 {MAX_COLUMNS} 列，请拆分。",
        "too-large",
    )


def _wrong_type() -> NoReturn:
    refuse(
        "file-type",
        "Only .xlsx workbooks and .csv files are read; save the roster as one of them.",
        "只能导入 .xlsx 或 .csv 文件，请另存后再导入。",
        "unsupported-media",
    )


# ---- workbooks
def _workbook(data: bytes) -> Rows:
    _inspect(data)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for title in workbook.sheet_names:
            rows = [
                [_cell(value) for value in row]
                for row in workbook.get_sheet_by_name(title).to_python(skip_empty_area=False)
            ]
            if any(any(row) for row in rows):
                return rows
    except (CalamineError, OSError, ValueError) as error:
        raise Refused(
            "file-damaged",
            "The workbook cannot be read; save it again as .xlsx.",
            where="file",
            extra={"message_zh": "工作簿无法读取，请重新保存为 .xlsx。"},
        ) from error
    return []


def _inspect(data: bytes) -> None:
    """Checks the directory with the claimed sizes first, then unpacks every member: no claim is trusted."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            names = {member.filename.lower() for member in members}
            if any(name.endswith("vbaproject.bin") for name in names):
                refuse(
                    "file-macros",
                    "The workbook contains macros; save it as .xlsx without macros.",
                    "工作簿含有宏，请另存为不含宏的 .xlsx。",
                )
            unpacked = sum(member.file_size for member in members)
            if len(members) > MAX_MEMBERS or unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * len(data):
                refuse(
                    "file-bomb",
                    "The workbook unpacks to far more than a roster needs.",
                    "工作簿解压后过大，已拒绝。",
                    "too-large",
                )
            if any(member.flag_bits & 1 for member in members):
                _encrypted()
            if "xl/workbook.xml" not in names:
                _wrong_type()
            for member in members:
                _inspect_member(member.filename, archive.read(member))
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        NotImplementedError,
        ValueError,
        UnicodeDecodeError,
    ) as error:
        raise Refused(
            "file-damaged",
            "The workbook is damaged; save it again and repeat the import.",
            where="file",
            extra={"message_zh": "工作簿已损坏，请重新保存后再导入。"},
        ) from error


def _inspect_member(filename: str, content: bytes) -> None:
    if filename == "[Content_Types].xml" and b"macroEnabled" in content:
        refuse(
            "file-macros",
            "The workbook contains macros; save it as .xlsx without macros.",
            "工作簿含有宏，请另存为不含宏的 .xlsx。",
        )
    if b"sheetData" not in content:
        return
    for found in CELL.finditer(content):  # one cell far away would make the reader allocate all between
        letters, row = found[1].upper(), found[2]
        if len(row) > 7 or int(row) > MAX_ROWS or len(letters) > 3 or _column(letters) > MAX_COLUMNS:
            _too_many()


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


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
def _encrypted() -> NoReturn:
    refuse(
        "file-encrypted",
        "The workbook is protected by a password; save it without one.",
        "文件设有密码，请取消密码后再导入。",
    )


def _text(data: bytes) -> Rows:
    if data.startswith(COMPOUND):
        if "EncryptedPackage".encode("utf-16-le") in data:
            _encrypted()
        _wrong_type()  # old .xls, .doc, ...
    if data.startswith(PDF) or b"\0" in data or data.lstrip()[:1] == b"<":
        _wrong_type()  # pictures, other binaries, a web page named .xls
    text = _decoded(data)
    if sum(c < " " and c not in "\t\r\n" for c in text[:4096]) > 4:
        _wrong_type()
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",;\t", key=first.count)
    try:
        rows = list(_limited(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=False)))
    except csv.Error as error:
        raise Refused(
            "file-damaged",
            "The file is not a table of comma-separated values.",
            where="file",
            extra={"message_zh": "文件不是有效的 CSV 表格。"},
        ) from error
    if max((len(row) for row in rows), default=0) < 2:
        _wrong_type()  # one column of prose is not a roster
    return rows


def _limited(reader: Any) -> Any:
    for number, row in enumerate(reader, 1):
        if number > MAX_ROWS or len(row) > MAX_COLUMNS:
            _too_many()
        yield [cell.strip() for cell in row]


def _decoded(data: bytes) -> str:
    encodings: Sequence[str] = ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    _wrong_type()
