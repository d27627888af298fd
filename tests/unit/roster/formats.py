"""One roster written in every format that schools send."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from xml.sax.saxutils import escape

import xlsxwriter

from tests.unit.roster.files import csv

Table = Sequence[Sequence[str]]


def book(*sheets: tuple[str, Table], hidden: Sequence[str] = (), shape: Callable[..., None] | None = None) -> bytes:
    """A workbook of several sheets. shape: called with the workbook and its last sheet, to make it odd."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as written:
        written.set_properties({"created": datetime(2026, 9, 1)})
        for name, rows in sheets:
            sheet = written.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
            if name in hidden:
                sheet.hide()
        if shape:
            shape(written, sheet)
        next(sheet for sheet in written.worksheets() if sheet.name not in hidden).activate()
    return out.getvalue()


def renamed(data: bytes, rename: Callable[[str], str], replaced: Mapping[bytes, bytes]) -> bytes:
    """A workbook with other names of its parts, and what refers to them."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            for before, after in replaced.items():
                content = content.replace(before, after)
            new.writestr(rename(name), content)
    return out.getvalue()


def html(rows: Table, *, charset: str = "utf-8", close: bool = True, above: str = "") -> bytes:
    end = ("</td>", "</tr>") if close else ("", "")
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}{end[0]}" for cell in row) + end[1] for row in rows)
    head = f"<html><head><meta http-equiv='Content-Type' content='text/html; charset={charset}'></head><body>"
    return f"{head}{above}<table border=1>{body}</table></body></html>".encode(charset)


def xml_2003(rows: Table, *, name: str = "Sheet1", attributes: str = "") -> bytes:
    def row(cells: Sequence[str]) -> str:
        return "".join(
            f'<Cell ss:Index="{at}"><Data ss:Type="String">{escape(cell)}</Data></Cell>'
            for at, cell in enumerate(cells, 1)
            if cell
        )

    body = "".join(f"<Row>{row(cells)}</Row>" for cells in rows)
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    return (
        f'<?xml version="1.0"?><Workbook xmlns="{space}" xmlns:ss="{space}">'
        f'<Worksheet ss:Name="{name}"{attributes}><Table>{body}</Table></Worksheet></Workbook>'
    ).encode()


def text(rows: Table, separator: str, encoding: str, *, quoted: bool = False, line: str = "\r\n") -> bytes:
    """A table of separated values. encoding: "utf-16-le" and the like get the mark of their sequence."""
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    cells = [[f'"{cell}"' if quoted else cell for cell in row] for row in rows]
    return mark + "".join(separator.join(row) + line for row in cells).encode(encoding)


WAYS: Mapping[str, Callable[[Table], bytes]] = {
    "xlsx": lambda rows: book(("学生", rows)),
    "cover, instructions, hidden list": lambda rows: book(
        ("封面", [["某校"], ["2026年秋季"]]),
        ("填写说明", [["1. 带*为必填项"], ["2. 日期格式为20170501"]]),
        ("字典", [["1", "男", "汉族"], ["2", "女", "回族"]]),
        ("名册", rows),
        hidden=["字典"],
    ),
    "workbook2.xml": lambda rows: renamed(
        book(("学生", rows)),
        lambda name: name.replace("workbook.xml", "workbook2.xml"),
        {b"xl/workbook.xml": b"xl/workbook2.xml"},
    ),
    "backslashes": lambda rows: renamed(book(("学生", rows)), lambda name: name.replace("/", "\\"), {}),
    "absolute targets": lambda rows: renamed(
        book(("学生", rows)), lambda name: name, {b'Target="worksheets/': b'Target="/xl/worksheets/'}
    ),
    "capitals": lambda rows: renamed(book(("学生", rows)), lambda name: name.replace("sheet1", "Sheet1"), {}),
    "formatted rows": lambda rows: book(("学生", rows), shape=_formatted_rows),
    "formatted last row": lambda rows: book(("学生", rows), shape=_formatted_last),
    "hidden last row": lambda rows: book(
        ("学生", rows), shape=lambda _, s: s.set_row(1_048_575, None, None, {"hidden": 1})
    ),
    "html": html,
    "html in gb2312": lambda rows: html(rows, charset="gb18030").replace(b"charset=gb18030", b"charset=gb2312"),
    "html without ends": lambda rows: html(rows, close=False),
    "html below a title": lambda rows: html(rows, above="<table><tr><td>学生名册</td></tr></table>"),
    "html in a layout": lambda rows: b"<table><tr><td>" + html(rows) + b"</td></tr></table>",
    "xml 2003": xml_2003,
    "xml 2003 in utf-16": lambda rows: text([[xml_2003(rows).decode()]], "", "utf-16-le"),
    "csv": lambda rows: csv(rows, []),
    "quoted": lambda rows: text(rows, ",", "utf-8", quoted=True),
    "gb18030": lambda rows: text(rows, ",", "gb18030"),
    "semicolons below a title": lambda rows: text([["学生花名册"], [""], *rows], ";", "utf-8"),
    "tabs below a title with commas": lambda rows: text([["名册,2026,秋季,全校,共1页,第1页"], *rows], "\t", "gb18030"),
    "unicode text": lambda rows: text(rows, "\t", "utf-16-le"),
    "unicode text, other end first": lambda rows: text(rows, "\t", "utf-16-be"),
    "unicode text without its mark": lambda rows: text(rows, "\t", "utf-16-le")[2:],
    "sep=": lambda rows: b"sep=;\r\n" + text(rows, ";", "utf-8"),
    "old mac": lambda rows: text(rows, ",", "utf-8", line="\r"),
    "end of file of DOS": lambda rows: text(rows, ",", "gb18030") + b"\x1a",
    "empty lines": lambda rows: text(rows, ",", "utf-8") + b",,,,,,,\r\n" * 25_000,
}


def _formatted_rows(written: xlsxwriter.Workbook, sheet: object) -> None:
    border = written.add_format({"border": 1})
    for number in range(100, 60_100):
        sheet.write_blank(number, 0, None, border)  # type: ignore[attr-defined]


def _formatted_last(written: xlsxwriter.Workbook, sheet: object) -> None:
    border = written.add_format({"border": 1})
    sheet.write_blank(1_048_575, 0, None, border)  # type: ignore[attr-defined]
    sheet.write_blank(0, 16_383, None, border)  # type: ignore[attr-defined]
