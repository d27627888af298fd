"""Tables of a web page or of a spreadsheet in XML (2003), which many programs save under the name .xls."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from xml.parsers import expat

from services.roster.roster_file import refusals
from services.roster.roster_file.formats.package import element, no_doctype
from services.roster.roster_file.sheet import MAX_COLUMNS, MAX_ROWS, Grid, Sheet

HEAD = 4096  # bytes or characters in which a file says what it is
CHARSET = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?([\w-]+)""", re.IGNORECASE)
CHINESE = re.compile(rb"gb[\w-]*|x-gbk|cp936|hz", re.IGNORECASE)  # GB 18030 contains all of them
XML_2003 = re.compile(r"<(?:\w+:)?Workbook\b")
MAX_DEPTH, MAX_TABLES = 20, 500


def is_markup(text: str) -> bool:
    return text.lstrip()[:1] == "<"


def is_declared_chinese(data: bytes) -> bool:
    """True if the file declares one of the Chinese national encodings; its bytes may be UTF-8 by chance."""
    declared = CHARSET.search(data[:HEAD])
    return bool(declared and CHINESE.fullmatch(declared[1]))


def sheets(text: str) -> Iterator[Sheet]:
    """The tables of a file. Raises Refused."""
    if XML_2003.search(text[:HEAD]):
        yield from _Spreadsheet().read(text)
        return
    page = _Page()
    page.feed(text)
    page.close()
    tables = page.tables()
    if not tables:
        refusals.wrong_type()  # a page without a table, or a frame around pages that are not in this file
    yield from tables


class _Table:
    """A table while it is met. Cells that span rows are filled down, those that span columns leave room."""

    def __init__(self, name: str = "", *, hidden: bool = False) -> None:
        self.name, self.hidden, self.grid = name, hidden, Grid()
        self._number = self._column = 0
        self._cells: dict[int, str] = {}
        self._below: dict[int, int] = {}  # column: last row that a cell above takes
        self.text: list[str] | None = None  # of the cell that is open
        self._span = (1, 1)

    def begin_row(self, number: int = 0) -> None:
        self.end_row()
        self._number, self._column = number or self._number + 1, 0

    def end_row(self) -> None:
        self.end_cell()
        if self._cells:
            self.grid.add(self._number, self._cells)
        self._cells = {}

    def begin_cell(self, rows: int, columns: int, column: int = 0) -> None:
        self.end_cell()
        self._number = self._number or 1
        self._column = column - 1 if column else self._column
        while self._below.get(self._column, 0) >= self._number:
            self._column += 1
        self.text, self._span = [], (rows, columns)

    def end_cell(self) -> None:
        if self.text is None:
            return
        text, (rows, columns) = " ".join("".join(self.text).split()), self._span
        if text:
            self._cells[self._column] = text
        if rows > 1:
            self.grid.merge(self._number, self._number + rows - 1, self._column)
            self._below |= {self._column + n: self._number + rows - 1 for n in range(columns)}
        self._column, self.text = self._column + columns, None

    def sheet(self) -> Sheet:
        self.end_row()
        return self.grid.sheet(self.name, hidden=self.hidden)


class _Page(HTMLParser):
    """The tables of a page in the order in which they begin. A table within a cell is one of its own."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._all: list[_Table] = []
        self._open: list[_Table] = []
        self._skipped = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            if len(self._open) >= MAX_DEPTH or len(self._all) >= MAX_TABLES:
                refusals.too_many(MAX_ROWS, MAX_COLUMNS)
            self._open.append(_Table())
            self._all.append(self._open[-1])
        elif not self._open:
            return
        elif tag == "tr":
            self._open[-1].begin_row()
        elif tag in ("td", "th"):
            spans = dict(attrs)
            self._open[-1].begin_cell(_span(spans.get("rowspan"), MAX_ROWS), _span(spans.get("colspan"), MAX_COLUMNS))
        elif tag in ("br", "p", "div"):
            self.handle_data(" ")
        elif tag in ("script", "style"):
            self._skipped += 1

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self._skipped = 0
        if not self._open:
            return
        if tag == "table":
            self._open.pop().end_row()
        elif tag == "tr":
            self._open[-1].end_row()
        elif tag in ("td", "th"):
            self._open[-1].end_cell()

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1].text is not None and not self._skipped:
            self._open[-1].text.append(data)

    def tables(self) -> list[Sheet]:
        return [table.sheet() for table in self._all]


class _Spreadsheet:
    """The worksheets of an XML spreadsheet."""

    def __init__(self) -> None:
        self._all: list[_Table] = []
        self._in_data = self._in_comment = self._in_visible = False

    def read(self, text: str) -> Iterator[Sheet]:
        parser = expat.ParserCreate("utf-8")  # whatever the text declares, it is decoded already
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._data
        parser.StartDoctypeDeclHandler = no_doctype
        try:
            parser.Parse(text.lstrip().encode(), True)
        except (expat.ExpatError, ValueError):
            refusals.damaged_workbook()
        return (table.sheet() for table in self._all)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        kind, of = element(name), {element(key): value for key, value in attributes.items()}
        if kind == "Worksheet":
            if len(self._all) >= MAX_TABLES:
                refusals.too_many(MAX_ROWS, MAX_COLUMNS)
            self._all.append(_Table(of.get("Name", "")))
        elif not self._all:
            return
        elif kind == "Row":
            self._all[-1].begin_row(_span(of.get("Index"), 1 << 20, 0))
        elif kind == "Cell":
            down, across = (_span(of.get(merged), 1 << 20, 0) for merged in ("MergeDown", "MergeAcross"))
            column = _span(of.get("Index"), 1 << 14, 0)
            self._all[-1].begin_cell(down + 1, min(across, MAX_COLUMNS) + 1, column)
        self._in_comment = kind == "Comment" or (self._in_comment and kind not in ("Row", "Cell", "Worksheet"))
        in_data = kind == "Data" or (self._in_data and kind not in ("Row", "Cell", "Worksheet"))
        self._in_data = in_data and not self._in_comment
        self._in_visible = kind == "Visible"

    def _end(self, name: str) -> None:
        kind = element(name)
        if kind == "Data":
            self._in_data = False
        elif kind == "Row" and self._all:
            self._all[-1].end_row()
        elif kind == "Cell" and self._all:
            self._all[-1].end_cell()
        self._in_visible = False

    def _data(self, data: str) -> None:
        if self._in_visible and self._all and data.startswith("SheetHidden"):
            self._all[-1].hidden = True
        if self._in_data and self._all and self._all[-1].text is not None:
            self._all[-1].text.append(data)


def _span(given: str | None, most: int, default: int = 1) -> int:
    """A count in an attribute, at most so many."""
    text = (given or "").strip()
    return min(int(text), most) if text.isascii() and text.isdigit() and len(text) < 10 else default
