"""Reads the rows of a school's roster file as pupils. A wrong row is an error with its position; the others go on."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace

from services.roster.roster_file import notices
from services.roster.roster_file.cells.class_days import is_day
from services.roster.roster_file.cells.class_grammar import is_grade
from services.roster.roster_file.cells.class_words import CAPITALS, is_in_capitals
from services.roster.roster_file.cells.dates import in_usual_system
from services.roster.roster_file.cells.rounding import without_rounded
from services.roster.roster_file.cells.text import Wrong
from services.roster.roster_file.columns import TITLE
from services.roster.roster_file.line_reader import LineReader
from services.roster.roster_file.own_school import require_own_rows, require_own_titles
from services.roster.roster_file.pupil_line import Finding, Parsed, PupilLine, School
from services.roster.roster_file.refusals import refuse
from services.roster.roster_file.sheet import Rows, Sheet
from services.roster.roster_file.table import Line, Table, table_of

OF_DAYS = ("birth_date", "entry_month")
NOTE = 2  # filled cells of a row without a name that make it a note: a total, the title of the next class
TOTAL = re.compile(r"\s*(?:合\s*计|总\s*计|小\s*计|共\s*计|总?人数)\s*[:：]?\s*[0-9]*\s*[人名]?\s*")
DOUBLE = "与{other}重复", "the same pupil as in {other}"
SAME = 3  # pupils of a sheet who stand on one above, and are most of it: the same list twice


def parse(rows: Rows, school: School) -> Parsed:
    """Every pupil of a roster file, from all sheets that list pupils. Raises Refused for a file that is no roster."""
    school = replace(school, in_capitals=any(map(_in_capitals, rows)))
    tables = [(name, sheet, table_of(sheet)) for name, sheet in zip(_names(rows), rows, strict=True)]
    read = _readable([table for _, _, table in tables if table is not None], school)
    require_own_titles((title for table in read for title in table.titles()), school.names)
    parsed, seen = Parsed(), _Seen()
    for name, sheet, table in tables:
        if table is not None and any(table is each for each in read):
            _Reading(name, table, school, parsed, seen).read()
        else:
            parsed.warnings.extend(notices.of_unread_sheet(name, sheet, table))
    if not parsed.rows:
        refuse("file-empty", "The file has no rows below the headings.", "表头下面没有数据行。")
    require_own_rows(parsed, school.names)
    return parsed


def _in_capitals(sheet: Sheet) -> bool:
    """True if a cell or the sheet's name is a class in capital figures that are nothing else: 壹班."""
    texts = ([sheet.name], *(cells for _, cells in sheet.rows if CAPITALS.search("".join(cells))))
    return any(is_in_capitals(text) for each in texts for text in each)


def _names(rows: Rows) -> Sequence[str]:
    """The names by which messages tell sheets apart: none for a single one, numbers for those without a name."""
    return [""] if len(rows) == 1 else [sheet.name or str(number) for number, sheet in enumerate(rows, 1)]


def _readable(tables: Sequence[Table], school: School) -> Sequence[Table]:
    """The tables with all columns that are needed; hidden ones only if no other has them. Raises Refused."""
    complete = [table for table in tables if not _missing(table, school)]
    if read := [table for table in complete if not table.sheet.hidden] or complete:
        return read
    if not tables:
        refuse(
            "headings-missing",
            "No headings were found; one of the first rows must name the columns.",
            "没有找到表头，请保留列名（如 姓名、性别、出生日期、班级）。",
        )
    missing = [TITLE[name] for name in min((_missing(table, school) for table in tables), key=len)]
    return refuse(
        "headings-missing", f"These columns are missing: {', '.join(missing)}.", f"缺少这些列：{'、'.join(missing)}。"
    )


def _missing(table: Table, school: School) -> Sequence[str]:
    """The needed columns that are missing. The name of a sheet may stand for the class of all its rows."""
    named = _is_class(table.sheet, school)
    return [name for name in table.missing if not (name == "class" and named)]


def _is_class(sheet: Sheet, school: School) -> bool:
    if not unicodedata.normalize("NFKC", sheet.name).strip(" .").strip("0123456789") or is_day(sheet.name):
        return False  # of a year, the number of the sheet, or the day of the list
    try:
        return bool(school.finder.find("", school.names.without_name(sheet.name)))
    except Wrong:
        return False


class _Reading:
    """The reading of one table. Its rows get numbers that are unique in the file: see Parsed.told."""

    def __init__(self, name: str, table: Table, school: School, parsed: Parsed, seen: _Seen) -> None:
        self._name, self._table, self._school, self._parsed, self._seen = name, table, school, parsed, seen
        self._offset = parsed.begin_sheet(name, table.sheet.rows[-1][0])
        has_classes, sheet = "class" in table.columns.values(), table.sheet
        self._class = sheet.name if not has_classes or _is_class(sheet, school) else ""
        self._grade = sheet.name if is_grade(sheet.name) else ""

    def read(self) -> None:
        pupils, cells, rows = [], [], self._parsed.rows
        for line in self._table.lines():
            cells.append(line.given)
            if (pupil := self._pupil(line)) is not None:
                pupils.append(pupil)
        doubles = sum(self._is_on_a_sheet_above(each) for each in without_rounded(pupils, cells, self._parsed))
        taken = {pupil.row for pupil in self._parsed.good}
        self._parsed.wrong.extend(pupil.fields for pupil in pupils if pupil.row not in taken)
        if doubles >= SAME and 2 * doubles > self._parsed.rows - rows:
            refuse(
                "several-sheets",
                f"Most pupils of the sheet {self._name} stand on a sheet above it, too; keep one of the two.",
                f"工作表“{self._name}”的大部分学生在前面的工作表里已经有了，请只保留一份再导入。",
            )
        self._parsed.warnings.extend(notices.of_unread_columns(self._table, self._offset))

    def _pupil(self, line: Line) -> PupilLine | None:
        row = self._offset + line.number
        if len(line.given) + line.others <= NOTE and (
            "name" not in line.given or any(map(TOTAL.fullmatch, line.given.values()))
        ):
            self._parsed.warnings.append(notices.of_note(row))
            return None
        self._parsed.rows += 1
        given = self._placed(line.given)
        if self._table.sheet.is_1904:
            given |= {name: in_usual_system(given[name]) for name in OF_DAYS if name in given}
        return LineReader(row, given, self._school, self._parsed).read()

    def _placed(self, given: Mapping[str, str]) -> dict[str, str]:
        """The cells of a row, with the sheet's name for a class that is empty, or a grade that leaves it open."""
        if "class" not in given:
            return {"class": self._class, **given} if self._class else {**given}
        named = self._school.names.without_name(given["class"])
        is_open = self._grade and "grade" not in given and self._school.finder.is_open(named)
        return {"grade": self._grade, **given} if is_open else {**given}

    def _is_on_a_sheet_above(self, pupil: PupilLine) -> bool:
        """Take a pupil; True if another sheet has it already."""
        above = self._seen.above(pupil)
        if above is None:
            self._parsed.good.append(pupil)
            return False
        mark, first = above
        self._parsed.errors.append(Finding(pupil.row, TITLE[mark], "double-in-file", *DOUBLE, other=first))
        return first <= self._offset


class _Seen:
    """The pupils of the rows above: the same pupil twice in a file is an error of the second row."""

    def __init__(self) -> None:
        self._first: dict[tuple[str, str], int] = {}

    def above(self, line: PupilLine) -> tuple[str, int] | None:
        """(field, row) by which an earlier row is the same pupil; None, and remembered, for a new one."""
        marks = [("pupil_number", line.number)] if line.number else []
        marks += [("id_number", line.id_number)] if line.id_number else []
        marks = marks or [("name", line.match_key)]
        for mark in marks:
            if mark in self._first:
                return mark[0], self._first[mark]
        self._first.update(dict.fromkeys(marks, line.row))
        return None
