"""Columns, rows and sheets of a file that were not read. They are named: nothing is left out in silence."""

from __future__ import annotations

from collections.abc import Iterator

from services.roster.roster_file.columns import TITLE
from services.roster.roster_file.pupil_line import Finding
from services.roster.roster_file.sheet import Sheet
from services.roster.roster_file.table import Table, letters, shown

LIKE_A_PUPIL = 3  # filled cells: a cover or instructions have fewer in a row


def of_unread_columns(table: Table, offset: int) -> Iterator[Finding]:
    """The columns that hold something and were not read, except numbers of rows. Known once the rows were read."""
    for column, heading in sorted(table.unread.items()):
        name = shown(heading, column)
        zh = "这一列没有对应的登记项，没有读取" if heading else f"{letters(column)} 列没有列名，没有读取"
        en = "no field of the registry form is headed like this; the column was not read"
        if not heading:
            en = f"column {letters(column)} has no heading and was not read"
        yield Finding(offset + table.heading_row, name, "column-unknown", zh, en)


def of_note(row: int) -> Finding:
    return Finding(
        row,
        TITLE["name"],
        "row-not-a-pupil",
        "这一行没有姓名（或是合计），只有一两个单元格有内容，没有当作学生读取",
        "this row has no name, or is a total, and only a cell or two; it was not read as a pupil",
    )


def of_unread_sheet(name: str, sheet: Sheet, table: Table | None) -> Iterator[Finding]:
    """Nothing of a cover, of instructions or of hidden code lists."""
    if table is None and (sheet.hidden or not any(_like_a_pupil(cells) for _, cells in sheet.rows)):
        return
    if table is None:
        zh, en = "没有找到表头", "it has no row of headings"
    elif table.missing:
        titles = [TITLE[field] for field in table.missing]
        zh, en = f"缺少这些列：{'、'.join(titles)}", f"these columns are missing: {', '.join(titles)}"
    else:
        zh, en = "它是隐藏的工作表", "it is hidden"
    yield Finding(0, "", "sheet-not-read", f"这张工作表没有读取：{zh}", f"this sheet was not read: {en}", name)


def _like_a_pupil(cells: list[str]) -> bool:
    return sum(bool(cell) for cell in cells) >= LIKE_A_PUPIL
