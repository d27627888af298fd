"""A roster file as sheets of text, whatever kind of table it is: its content says so, never its name.

A file that cannot be read is refused as a whole. Runs in the sandbox (reader.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from services.roster.roster_file import refusals
from services.roster.roster_file.formats import biff, calamine, markup, text_table, workbook
from services.roster.roster_file.reader import MAX_BYTES
from services.roster.roster_file.sheet import Rows, Sheet, with_something

COMPOUND, ZIP, PDF = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04", b"%PDF"


def read_rows(data: bytes) -> Rows:
    """The sheets that hold something, with their rows. Raises Refused."""
    if not data:
        refusals.empty()
    if len(data) > MAX_BYTES:
        refusals.too_large(MAX_BYTES >> 20)
    return with_something(_sheets(data))


def _sheets(data: bytes) -> Iterator[Sheet]:
    if data.startswith(ZIP):
        return workbook.sheets(data)
    if data.startswith(COMPOUND):
        return _old_workbook(data)
    if data.startswith(PDF):
        refusals.wrong_type()
    text = text_table.decoded(data, chinese_first=markup.is_declared_chinese(data))
    return markup.sheets(text) if markup.is_markup(text) else iter([text_table.sheet(text)])


def _old_workbook(data: bytes) -> Iterator[Sheet]:
    """An .xls of 1997 to 2003, which may hold at most 65,536 rows of 256 columns."""

    def has(name: str) -> bool:
        return name.encode("utf-16-le") in data

    if has("EncryptedPackage"):
        refusals.encrypted()
    if not has("Workbook"):
        refusals.wrong_type()  # .doc, .ppt, .msg, an .xls of before 1997
    if has("_VBA_PROJECT"):
        refusals.macros()
    facts = biff.facts(data)
    return (replace(sheet, is_1904=facts.is_1904) for sheet in calamine.sheets(data, facts.errors))
