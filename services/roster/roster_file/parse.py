"""A school's roster file as pupils. Pure parsing: a wrong row is an error with its place and never stops the other rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from services.roster.domain.school_class import SchoolClass
from services.roster.roster_file import checks
from services.roster.roster_file.checks import Wrong
from services.roster.roster_file.class_names import find_class
from services.roster.roster_file.columns import HEADINGS, OF_THE_FILE, REQUIRED, TITLE, field_of
from services.roster.roster_file.spreadsheet import Rows, read_rows
from shared.infrastructure.errors import Refused

HEADING_ROWS = 12  # the heading stands in one of the first rows, below titles and notes
RECOGNISED = 3  # this many known headings make a row the heading
PHONE_SIGNS = set("0123456789+-()/ ,;、，；（）转")


@dataclass(frozen=True, slots=True)
class Finding:
    """row: as the spreadsheet counts, from 1. column: its heading. Never repeats what the cell holds."""

    row: int
    column: str
    code: str
    message_zh: str
    message_en: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class PupilLine:
    """A good row. fields: personal fields in their normal form; empty ones are left out."""

    row: int
    class_: str
    fields: Mapping[str, str]

    @property
    def number(self) -> str:
        return self.fields.get("pupil_number", "")

    @property
    def id_number(self) -> str:
        return self.fields.get("id_number", "")

    @property
    def has_number(self) -> bool:
        return bool(self.number or self.id_number)

    @property
    def look(self) -> str:
        """What recognises a pupil without any number."""
        return f"{self.fields['name']}\n{self.fields['birth_date']}\n{self.class_}"


@dataclass(slots=True)
class Parsed:
    """rows: how many rows held anything. warnings: problem records; their rows are taken."""

    rows: int = 0
    good: list[PupilLine] = field(default_factory=list)
    errors: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class School:
    """What a file is checked against. regions: six-digit codes that are in use. day: today."""

    code: str
    classes: Sequence[SchoolClass]
    regions: Collection[str]
    day: str


def parse(data: bytes, school: School) -> Parsed:
    """Every pupil of a roster file. Raises Refused for a file that cannot be read as a whole."""
    rows = read_rows(data)
    start, columns = _headings(rows)
    parsed, seen = Parsed(), _Seen()
    for number, cells in enumerate(rows[start:], start + 1):
        if not any(cells) or _is_heading(cells):  # some templates repeat the headings in pinyin below the Chinese ones
            continue
        parsed.rows += 1
        given = {name: cells[index] for name, index in columns.items() if index < len(cells)}
        line = _Line(number, given, school, parsed).read()
        if line is not None and seen.is_new(line, parsed):
            parsed.good.append(line)
    if not parsed.rows:
        raise Refused(
            "file-empty",
            "Below the headings the file holds no rows.",
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
        for place, cell in enumerate(cells):
            name = field_of(cell)
            if name and name in columns:
                raise Refused(
                    "headings-double",
                    f"Two columns are headed as {TITLE[name]}; keep one.",
                    where="file",
                    extra={"message_zh": f"有两列都是“{TITLE[name]}”，请只保留一列。"},
                )
            if name:
                columns[name] = place
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
        "No row of headings was found; the first rows must name the columns.",
        where="file",
        extra={"message_zh": "没有找到表头，请保留列名（如 姓名、性别、出生日期、班级）。"},
    )


class _Line:
    """One row: takes every cell through its check and gathers what is wrong."""

    def __init__(self, row: int, given: Mapping[str, str], school: School, parsed: Parsed) -> None:
        self._row, self._given, self._school, self._parsed = row, given, school, parsed
        self._failed = False

    def read(self) -> PupilLine | None:
        """The pupil, None when a cell is wrong."""
        text = self._given.get
        fields = {
            name: self._try(name, checks.plain, text(name, "")) or "" for name in HEADINGS if name not in OF_THE_FILE
        }
        id_type = self._try("id_type", checks.id_type, text("id_type", ""), checks.compact(text("id_number", "")))
        strict: dict[str, str | None] = {
            "name": self._try("name", checks.name, text("name", "")),
            "sex": self._try("sex", checks.sex, text("sex", "")),
            "birth_date": self._try("birth_date", checks.birth_date, text("birth_date", ""), self._school.day),
            "pupil_number": self._try("pupil_number", checks.pupil_number, text("pupil_number", "")),
            "id_type": id_type,
            "id_number": self._try("id_number", checks.id_number, text("id_number", ""), id_type or ""),
            "entry_month": self._try("entry_month", checks.entry_month, text("entry_month", "")),
            **{key: checks.ethnic_group(value) for key, value in fields.items() if key.endswith("ethnic_group")},
            **{
                key: checks.DOTS.sub(checks.MIDDLE_DOT, value)
                for key, value in fields.items()
                if key.endswith("_name") and value
            },
        }
        class_ = self._try(
            "class", find_class, self._school.classes, text("grade", ""), text("class", ""), self._school.day
        )
        self._check_school(text("school_code", ""))
        if self._failed or class_ is None:
            return None
        whole = {key: value for key, value in {**fields, **strict}.items() if value}
        self._warn_of(whole)
        return PupilLine(self._row, class_.id, whole)

    def _try(self, column: str, check: Any, *arguments: Any) -> Any:
        try:
            return check(*arguments)
        except Wrong as wrong:
            self._failed = True
            known = self._parsed.errors
            if not any(f.row == self._row and f.column == TITLE[column] for f in known[-8:]):
                known.append(Finding(self._row, TITLE[column], wrong.code, wrong.zh, wrong.en))
            return None

    def _check_school(self, code: str) -> None:
        if code and checks.compact(code).removesuffix(".0") != self._school.code:
            self._failed = True
            self._parsed.errors.append(
                Finding(
                    self._row,
                    TITLE["school_code"],
                    "another-school",
                    "学校标识码不是本校的",
                    "the row belongs to another school",
                )
            )

    def _warn_of(self, fields: Mapping[str, str]) -> None:
        """Problem records: a person must look at them, but the pupil is there."""
        number, resident = (
            fields.get("pupil_number", ""),
            fields.get("id_type") == checks.RESIDENT and fields.get("id_number", ""),
        )
        if checks.has_private(fields["name"]):
            self._warn(
                "name",
                "name-private-character",
                "姓名含有专用字库的字符，其他电脑可能无法显示",
                "a character of the name exists in a private font only",
            )
        if resident:
            if resident[:6] not in self._school.regions:
                self._warn(
                    "id_number",
                    "region-unknown",
                    "身份证号的地区码不在现行代码表中",
                    "the region code of the ID number is not in use today",
                )
            if resident[6:14] != fields["birth_date"].replace("-", ""):
                self._warn(
                    "birth_date",
                    "birth-date-differs",
                    "出生日期与身份证号不一致",
                    "the birth date differs from the ID number's",
                )
            if ("2", "1")[int(resident[16]) % 2] != fields["sex"]:
                self._warn("sex", "sex-differs", "性别与身份证号不一致", "the sex differs from the ID number's")
        if number[:1] == "G" and number[1:7] not in self._school.regions:
            self._warn(
                "pupil_number",
                "region-unknown",
                "学籍号的地区码不在现行代码表中",
                "the region code of the pupil number is not in use today",
            )
        for column in ("phone", "guardian1_phone", "guardian2_phone"):
            if not set(fields.get(column, "")) <= PHONE_SIGNS:
                self._warn(
                    column,
                    "phone-unusual",
                    "电话号码含有数字以外的字符",
                    "the phone number holds other signs than digits",
                )

    def _warn(self, column: str, code: str, zh: str, en: str) -> None:
        self._parsed.warnings.append(Finding(self._row, TITLE[column], code, zh, en))


class _Seen:
    """What the rows above have used: the same pupil twice in a file is an error of the second row."""

    def __init__(self) -> None:
        self._first: dict[tuple[str, str], int] = {}

    def is_new(self, line: PupilLine, parsed: Parsed) -> bool:
        marks = [("pupil_number", line.number)] if line.number else []
        marks += [("id_number", line.id_number)] if line.id_number else []
        marks = marks or [("name", line.look)]
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
