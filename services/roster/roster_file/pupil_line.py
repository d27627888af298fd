"""One row of a roster file: its cells through their checks, with errors and warnings."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from services.roster.domain.school_class import SchoolClass
from services.roster.roster_file import checks
from services.roster.roster_file.checks import Wrong
from services.roster.roster_file.class_finder import find_class
from services.roster.roster_file.columns import HEADINGS, OF_THE_FILE, TITLE
from services.roster.roster_file.plausibility import SENTENCES, contradictions

HIDDEN_CHARACTERS = (
    "单元格含有看不见的字符，已去掉，请核对",
    "the cell held characters that cannot be seen; they were left out, please check",
)


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem in a row. row: counts from 1. column: its heading. Never repeats the content of the cell."""

    row: int
    column: str
    code: str
    message_zh: str
    message_en: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class PupilLine:
    """A good row. fields: the personal fields in their normal form, without empty ones."""

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
    def match_key(self) -> str:
        """Recognises a pupil without any number."""
        return f"{self.fields['name']}\n{self.fields['birth_date']}\n{self.class_}"


@dataclass(slots=True)
class Parsed:
    """rows: number of rows that are not empty. warnings: of rows that are accepted all the same."""

    rows: int = 0
    good: list[PupilLine] = field(default_factory=list)
    errors: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class School:
    """The context of the checks. regions: six-digit codes in use. day: today."""

    code: str
    classes: Sequence[SchoolClass]
    regions: Collection[str]
    day: str


class LineReader:
    """Checks every cell of a row and adds its errors and warnings to `parsed`."""

    def __init__(self, row: int, given: Mapping[str, str], school: School, parsed: Parsed) -> None:
        self._row, self._given, self._school, self._parsed = row, given, school, parsed
        self._failed = False

    def read(self) -> PupilLine | None:
        """The pupil, None when a cell is wrong."""
        text = self._given.get
        fields = {**self._plain(), **self._normal_forms()}
        class_ = self._try(
            "class", find_class, self._school.classes, text("grade", ""), text("class", ""), self._school.day
        )
        self._check_school(text("school_code", ""))
        if self._failed or class_ is None:
            return None
        filled = {key: value for key, value in fields.items() if value}
        for column in HEADINGS:
            if checks.has_hidden(text(column, "")):
                self._parsed.warnings.append(Finding(self._row, TITLE[column], "hidden-characters", *HIDDEN_CHARACTERS))
        for column, code in contradictions(filled, self._school.regions):
            self._parsed.warnings.append(Finding(self._row, TITLE[column], code, *SENTENCES[column, code]))
        return PupilLine(self._row, class_.id, filled)

    def _plain(self) -> dict[str, str]:
        """All personal fields as clean text; names with one kind of separator, ethnic groups by name."""
        fields: dict[str, str] = {}
        for name in HEADINGS:
            if name in OF_THE_FILE:
                continue
            value = self._try(name, checks.plain, self._given.get(name, "")) or ""
            if name.endswith("ethnic_group"):
                value = checks.ethnic_group(value)
            elif name.endswith("_name"):
                value = checks.DOTS.sub(checks.MIDDLE_DOT, value)
            fields[name] = value
        return fields

    def _normal_forms(self) -> dict[str, str | None]:
        """The fields with a strict form; None for a wrong one."""
        text = self._given.get
        id_type = self._try("id_type", checks.id_type, text("id_type", ""), checks.compact(text("id_number", "")))
        return {
            "name": self._try("name", checks.name, text("name", "")),
            "sex": self._try("sex", checks.sex, text("sex", "")),
            "birth_date": self._try("birth_date", checks.birth_date, text("birth_date", ""), self._school.day),
            "pupil_number": self._try("pupil_number", checks.pupil_number, text("pupil_number", "")),
            "id_type": id_type,
            "id_number": self._try("id_number", checks.id_number, text("id_number", ""), id_type or ""),
            "entry_month": self._try("entry_month", checks.entry_month, text("entry_month", "")),
        }

    def _try(self, column: str, check: Any, *arguments: Any) -> Any:
        try:
            return check(*arguments)
        except Wrong as wrong:
            self._failed = True
            errors = self._parsed.errors
            if not any(error.row == self._row and error.column == TITLE[column] for error in errors[-8:]):
                errors.append(Finding(self._row, TITLE[column], wrong.code, wrong.zh, wrong.en))
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
