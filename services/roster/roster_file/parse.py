"""Reads the rows of a school's roster file as pupils. A wrong row is an error with its position; the others go on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from services.roster.roster_file.cells.rounding import without_rounded
from services.roster.roster_file.columns import REQUIRED, TITLE, field_of
from services.roster.roster_file.line_reader import LineReader
from services.roster.roster_file.pupil_line import Finding, Parsed, PupilLine, School
from services.roster.roster_file.reader import Rows
from shared.infrastructure.errors import Refused

HEADING_ROWS = 12  # the headings are in one of the first rows, below titles and notes
RECOGNISED = 3  # recognised headings that make a row the headings


def parse(rows: Rows, school: School) -> Parsed:
    """Every pupil of a roster file. Raises Refused for a file that is no roster."""
    start, columns = _headings(rows)
    parsed, seen, lines = Parsed(), _Seen(), []
    for number, cells in enumerate(rows[start:], start + 1):
        if not any(cells) or _is_heading(cells):  # some templates repeat the headings in pinyin below the Chinese ones
            continue
        parsed.rows += 1
        given = {name: cells[index] for name, index in columns.items() if index < len(cells)}
        if (line := LineReader(number, given, school, parsed).read()) is not None:
            lines.append(line)
    numbers = [cells[at] for cells in rows[start:] if (at := columns.get("id_number", len(cells))) < len(cells)]
    parsed.good.extend(line for line in without_rounded(lines, numbers, parsed) if seen.is_new(line, parsed))
    taken = {line.row for line in parsed.good}
    parsed.wrong.extend(line.fields for line in lines if line.row not in taken)
    if not parsed.rows:
        raise Refused(
            "file-empty",
            "The file has no rows below the headings.",
            where="file",
            extra={"message_zh": "表头下面没有数据行。"},
        )
    return parsed


def _is_heading(cells: Sequence[str]) -> bool:
    return sum(bool(field_of(cell)) for cell in cells) >= RECOGNISED


def _headings(rows: Rows) -> tuple[int, Mapping[str, int]]:
    """Index of the first row below the headings, and field -> index of its column."""
    for index, cells in enumerate(rows[:HEADING_ROWS]):
        if not _is_heading(cells):
            continue
        columns: dict[str, int] = {}
        for column, cell in enumerate(cells):
            name = field_of(cell)
            if name and name in columns:
                raise Refused(
                    "headings-double",
                    f"Two columns are headed as {TITLE[name]}; keep one.",
                    where="file",
                    extra={"message_zh": f"有两列都是“{TITLE[name]}”，请只保留一列。"},
                )
            if name:
                columns[name] = column
        if missing := [TITLE[name] for name in REQUIRED if name not in columns]:
            raise Refused(
                "headings-missing",
                f"These columns are missing: {', '.join(missing)}.",
                where="file",
                extra={"message_zh": f"缺少这些列：{'、'.join(missing)}。"},
            )
        return index + 1, columns
    raise Refused(
        "headings-missing",
        "No headings were found; one of the first rows must name the columns.",
        where="file",
        extra={"message_zh": "没有找到表头，请保留列名（如 姓名、性别、出生日期、班级）。"},
    )


class _Seen:
    """The pupils of the rows above: the same pupil twice in a file is an error of the second row."""

    def __init__(self) -> None:
        self._first: dict[tuple[str, str], int] = {}

    def is_new(self, line: PupilLine, parsed: Parsed) -> bool:
        marks = [("pupil_number", line.number)] if line.number else []
        marks += [("id_number", line.id_number)] if line.id_number else []
        marks = marks or [("name", line.match_key)]
        double = next((mark for mark in marks if mark in self._first), None)
        if double is None:
            self._first.update(dict.fromkeys(marks, line.row))
            return True
        above = self._first[double]
        parsed.errors.append(
            Finding(
                line.row, TITLE[double[0]], "double-in-file", f"与第{above}行重复", f"the same pupil as in row {above}"
            )
        )
        return False
