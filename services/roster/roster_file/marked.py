"""A roster file written back as XLSX: wrong cells are marked, and the reasons stand at the end of their rows.

Only child processes of the sandbox write it: the cells are those of a file of unknown origin. Each is text, never a
formula. It is read again as the file itself: sheets keep their names (a class may stand there), stay hidden, and count
days as before; the column of reasons is left out (columns.is_remark), and nothing is added above the headings.
"""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import xlsxwriter

from services.roster.roster_file.columns import REMARKS, TITLE, is_remark
from services.roster.roster_file.sheet import Rows, Sheet
from services.roster.roster_file.table import Table, shown, table_of
from shared.infrastructure.errors import Refused
from shared.infrastructure.sheets import cell

Findings = Sequence[Mapping[str, Any]]
Styles = Mapping[str, Any]
LONGEST = 32_000  # characters of a cell; a spreadsheet takes no more than 32,767
NAME = 31  # characters of a sheet's name in a spreadsheet
RESERVED = "history"  # a name that spreadsheets keep for themselves
NOT_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
MADE = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)  # the same file every time


def write_marked(sheets: Rows, findings: Findings, lang: str) -> bytes:
    """findings: as the report of an import has them: sheet, row in it, column, and a message in each language."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(out, {**options, "date_1904": any(sheet.is_1904 for sheet in sheets)})
    book.set_properties({"created": MADE})
    styles = {
        "head": book.add_format({"bold": True, "bg_color": "#EEF2F6", "border": 1, "border_color": "#B8C2CC"}),
        "wrong": book.add_format({"bg_color": "#FFE3E0", "font_color": "#8C1D18", "border": 1}),
        "why": book.add_format({"font_color": "#8C1D18", "text_wrap": True}),
    }
    by_sheet = defaultdict(list)
    for finding in findings:
        by_sheet[finding["sheet"]].append(finding)
    pages = [book.add_worksheet(name) for name in _names(sheets)]
    for number, (page, sheet) in enumerate(zip(pages, sheets, strict=True), 1):
        told = [sheet.name or str(number)] if len(sheets) > 1 else []  # as the report names it
        of_file = [""] if number == 1 else []
        _write(page, styles, sheet, [each for name in (*of_file, *told) for each in by_sheet[name]], lang)
    _hide(pages, sheets)
    book.close()
    return out.getvalue()


def _names(sheets: Rows) -> Sequence[str]:
    """The names of the sheets, as a spreadsheet takes them: short, without some characters, and each once."""
    names: list[str] = []
    for number, sheet in enumerate(sheets, 1):
        name = sheet.name.translate(NOT_IN_NAMES)[:NAME].strip() or (str(number) if len(sheets) > 1 else "名册")
        is_taken = name.lower() in (RESERVED, *(each.lower() for each in names))
        names.append(f"{number} {name}"[:NAME].strip() if is_taken else name)
    return names


def _hide(pages: Sequence[Any], sheets: Rows) -> None:
    """Hide what was hidden; a workbook shows one sheet at least."""
    shown_ones = [page for page, sheet in zip(pages, sheets, strict=True) if not sheet.hidden]
    if shown_ones:
        shown_ones[0].activate()
        shown_ones[0].set_first_sheet()
        for page in set(pages) - set(shown_ones):
            page.hide()


def _write(page: Any, styles: Styles, sheet: Sheet, findings: Findings, lang: str) -> None:
    table = table_of(sheet)
    head = table.heading_row if table else 0
    remarks = _remarks_column(sheet, table)
    reasons, wrong = _by_row(table, findings, lang)
    for number, cells in sheet.rows:
        for column, text in enumerate(cells):
            if column == remarks or not text:
                continue
            style = styles["wrong"] if (number, column) in wrong else styles["head"] if number == head else None
            page.write_string(number - 1, column, cell(text[:LONGEST]), style)
    for row, column in wrong:
        if not _has(sheet, row, column):
            page.write_blank(row - 1, column, None, styles["wrong"])
    for row, sentences in reasons.items():
        page.write_string(row - 1, remarks, cell("\n".join(sentences)[:LONGEST]), styles["why"])
    if head:
        page.write_string(head - 1, remarks, REMARKS, styles["head"])
        page.freeze_panes(head, 0)
    page.set_column(0, max(remarks - 1, 0), 14)
    page.set_column(remarks, remarks, 60)


def _remarks_column(sheet: Sheet, table: Table | None) -> int:
    """The column of an earlier marking, or the one behind all others."""
    earlier = [at for at, heading in enumerate(table.headings) if is_remark(heading)] if table else []
    return earlier[0] if earlier else max(len(cells) for _, cells in sheet.rows)


def _by_row(table: Table | None, findings: Findings, lang: str) -> tuple[Mapping[int, list[str]], set[tuple[int, int]]]:
    """Row -> its sentences, and the (row, column) of the wrong cells.

    Findings about the sheet, or about its headings, stand in its first row of pupils: what is above is read.
    """
    head, columns = table.heading_row if table else 0, _columns(table)
    top = min((row for row in columns if row > head), default=head + 1)
    reasons, wrong = defaultdict(list), set()
    for finding in findings:
        row, separator = finding["row"], "：" if lang == "zh" else ": "
        sentence = finding["message_zh"] if lang == "zh" else finding["message_en"]
        told = f"{finding['column']}{separator}{sentence}" if finding["column"] else sentence
        reasons[max(row, top)].append(told)
        column = columns.get(row, columns[head]).get(finding["column"]) if row else None
        if column is not None:
            wrong.add((row, column))
    return reasons, wrong


def _columns(table: Table | None) -> Mapping[int, Mapping[str, int]]:
    """Row of headings or of a pupil -> the title by which a finding names a column -> its place.

    Headings may go on, or change, further down.
    """
    if table is None:
        return {0: {}}
    columns = {table.heading_row: _titles(table)}
    try:
        for line in table.lines():
            columns[line.number] = _titles(table)
    except Refused:  # of a sheet that is not read
        pass
    return columns


def _titles(table: Table) -> Mapping[str, int]:
    unread = {shown(heading, at): at for at, heading in enumerate(table.headings) if at not in table.columns}
    return {**unread, **{TITLE[name]: at for at, name in reversed(table.columns.items())}}


def _has(sheet: Sheet, row: int, column: int) -> bool:
    cells = next((cells for number, cells in sheet.rows if number == row), [])
    return column < len(cells) and bool(cells[column])
