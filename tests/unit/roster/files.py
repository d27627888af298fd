"""Roster files for tests: good ones, and every kind of bad one."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import xlsxwriter

HEADINGS = ("学籍号", "姓名", "性别", "出生日期", "年级", "班级", "身份证件类型", "身份证件号")
Rows = Sequence[Sequence[Any]]


def xlsx(rows: Rows, headings: Sequence[str] = HEADINGS, *, above: Rows = ()) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
        book.set_properties({"created": datetime(2026, 9, 1)})  # otherwise equal rows make another file a second later
        sheet = book.add_worksheet("学生")
        for number, row in enumerate([*above, headings, *rows]):
            sheet.write_row(number, 0, row)
    return out.getvalue()


def csv(rows: Rows, headings: Sequence[str] = HEADINGS, *, encoding: str = "utf-8-sig", delimiter: str = ",") -> bytes:
    return "".join(delimiter.join(str(cell) for cell in row) + "\r\n" for row in [headings, *rows]).encode(encoding)


def repacked(data: bytes, members: dict[str, bytes]) -> bytes:
    """A workbook with some members replaced or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in members:
                new.writestr(name, old.read(name))
        for name, content in members.items():
            new.writestr(name, content)
    return out.getvalue()


def member(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name)


def liar(data: bytes, name: str, claimed: int) -> bytes:
    """A workbook whose directory understates what a member unpacks to."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        true = archive.getinfo(name).file_size
    return data.replace(true.to_bytes(4, "little"), claimed.to_bytes(4, "little"))


def encrypted() -> bytes:
    """The beginning of a compound file as a spreadsheet writes it under a password."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(512)
