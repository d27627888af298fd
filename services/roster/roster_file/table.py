"""The table of pupils in a sheet: its headings, what stands above them, and its rows by field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from services.roster.roster_file.columns import REQUIRED, TITLE, field_of, is_remark, is_serial, rank
from services.roster.roster_file.refusals import refuse
from services.roster.roster_file.sheet import Sheet
from shared.language.display_text import visible

HEADING_ROWS = 12  # the headings are in one of the first rows, below titles and notes
RECOGNISED = 3  # recognised headings that make a row the headings
SHOWN = 20  # characters of a heading that is named
GUARDIAN = "guardian"  # begins each field of a guardian
SECOND = 2  # headings of a guardian alone in the second row of headings
MARKS = ("name", "sex", "birth_date", "pupil_number", "id_number")
SERIAL_LENGTH = 6  # characters of the number of a row; longer ones are numbers of somebody
DIGITS = 4  # a heading with more of them may be the number of somebody, and is not repeated


@dataclass(frozen=True, slots=True)
class Line:
    """A row below the headings. given: its cells by field. others: how many cells of other columns are filled."""

    number: int
    given: Mapping[str, str]
    others: int


@dataclass(slots=True)
class Table:
    """columns: index of a column -> field. unread: index -> heading of the columns that hold something unread."""

    sheet: Sheet
    start: int  # index of the row of the headings
    columns: dict[int, str]
    headings: list[str]
    unread: dict[int, str] = field(default_factory=dict)

    @property
    def heading_row(self) -> int:
        return self.sheet.rows[self.start][0]

    @property
    def missing(self) -> Sequence[str]:
        """The required fields without a column."""
        return [name for name in REQUIRED if name not in self.columns.values()]

    def titles(self) -> Iterator[str]:
        """The cells above the headings."""
        return (cell for _, cells in self.sheet.rows[: self.start] for cell in cells if cell)

    def lines(self) -> Iterator[Line]:
        """The rows of pupils. Headings may be repeated, in another language or another sequence."""
        above = self.start
        for index, (number, cells) in enumerate(self.sheet.rows[self.start + 1 :], self.start + 1):
            directly_below = index == above + 1
            if is_heading(cells) or (directly_below and self._is_second_row(cells)):
                self._take(cells, directly_below=directly_below)
                above = index
                continue
            given, others = self._given(cells), self._others(cells)
            if given or others:
                yield Line(number, given, others)

    def _given(self, cells: Sequence[str]) -> dict[str, str]:
        """The filled cells by field. Two columns for a mark of a pupil must agree."""
        given: dict[str, str] = {}
        for column, name in self.columns.items():
            text = cells[column] if column < len(cells) else ""
            if text and given.setdefault(name, text) != text:
                _refuse_double(name)
        return given

    def _others(self, cells: Sequence[str]) -> int:
        """Note the columns that hold something and are not read."""
        others = 0
        for column, text in enumerate(cells):
            if text and column not in self.columns:
                heading = self.headings[column] if column < len(self.headings) else ""
                if not is_remark(heading) and (not is_serial(heading) or len(text) > SERIAL_LENGTH):
                    self.unread.setdefault(column, heading)
                    others += 1
        return others

    def _is_second_row(self, cells: Sequence[str]) -> bool:
        """True if every cell goes on with a heading above it that spans several columns."""
        groups = self._groups(cells)
        filled = [field_of(_whole(cell, groups.get(column, ""))) for column, cell in enumerate(cells) if cell]
        return len(filled) >= SECOND and all(name.startswith(GUARDIAN) for name in filled)

    def _groups(self, cells: Sequence[str]) -> Mapping[int, str]:
        return _groups([*self.headings, *[""] * (len(cells) - len(self.headings))])

    def _take(self, cells: list[str], *, directly_below: bool) -> None:
        """Further headings: those of a group above (guardian: name, relation), other words, or another sequence."""
        groups = self._groups(cells) if directly_below else {}
        found = _columns(cells, groups)
        if directly_below:
            known = set(found.values())
            self.columns = found | {at: name for at, name in self.columns.items() if name not in known}
        elif set(REQUIRED) & set(self.columns.values()) <= set(found.values()):
            self.columns, self.headings = found, self._with_remarks(cells)

    def _with_remarks(self, cells: Sequence[str]) -> list[str]:
        """Headings that are repeated, with the one of the remarks: only the first row of headings has it."""
        above = {at: heading for at, heading in enumerate(self.headings) if is_remark(heading)}
        length = max(len(cells), *(at + 1 for at in above)) if above else len(cells)
        headings = [*cells, *[""] * (length - len(cells))]
        return [heading or above.get(at, "") for at, heading in enumerate(headings)]


def table_of(sheet: Sheet) -> Table | None:
    """The table of a sheet; None without a row of headings."""
    for index, (_, cells) in enumerate(sheet.rows[:HEADING_ROWS]):
        if is_heading(cells):
            return Table(sheet, index, _columns(cells, {}), list(cells))
    return None


def is_heading(cells: Sequence[str]) -> bool:
    return sum(bool(field_of(cell)) for cell in cells) >= RECOGNISED


def _columns(cells: Sequence[str], groups: Mapping[int, str]) -> dict[int, str]:
    """Column -> field. Of several columns for a field the usual heading counts; for a mark of a pupil all do."""
    whole = {column: _whole(cell, groups.get(column, "")) for column, cell in enumerate(cells)}
    named = {column: name for column, heading in whole.items() if (name := field_of(heading))}
    usual = {name: min((rank(whole[at]), at) for at in named if named[at] == name)[1] for name in named.values()}
    return {column: name for column, name in named.items() if name in MARKS or usual[name] == column}


def _groups(headings: Sequence[str]) -> dict[int, str]:
    """Column -> the heading that spans it and its neighbours."""
    groups = dict(enumerate(headings))
    for column in range(1, len(headings)):
        groups[column] = headings[column] or groups[column - 1]
    spans = {column for column in range(1, len(headings)) if not headings[column]}
    spans |= {column for column in range(len(headings)) if column + 1 in spans or _is_of_guardian(headings[column])}
    return {column: group for column, group in groups.items() if column in spans}


def _is_of_guardian(heading: str) -> bool:
    return field_of(heading).startswith(GUARDIAN)


def _whole(cell: str, group: str) -> str:
    """The heading that a cell makes with the one above it; "" where that one is unknown, or of a guardian only."""
    if not group or not cell or group == cell:
        return cell
    if field_of(group + cell):
        return group + cell
    return cell if field_of(group) and (_is_of_guardian(cell) or not _is_of_guardian(group)) else ""


def shown(heading: str, column: int) -> str:
    """A heading as messages name it: its text, else the letters of its column."""
    text = " ".join(visible(heading.replace("\n", " ")).split())[:SHOWN]
    return text if text and sum(c.isdigit() for c in text) <= DIGITS else letters(column)


def letters(column: int) -> str:
    """ "A" for 0, "AB" for 27."""
    text, number = "", column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(65 + rest) + text
    return text


def _refuse_double(name: str) -> None:
    refuse(
        "headings-double",
        f"Two columns are headed as {TITLE[name]} and differ; keep one.",
        f"有两列都是“{TITLE[name]}”，内容又不一样，请只保留一列。",
    )
