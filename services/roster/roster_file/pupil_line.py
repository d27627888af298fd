"""Contents of a roster file: good rows, and findings about all of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from services.roster.domain.school_class import SchoolClass
from services.roster.roster_file.class_finder import ClassFinder
from services.roster.roster_file.own_school import SchoolNames

NO_NAMES = SchoolNames()


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem in a row. row: its number in the file, 0 for a whole sheet, which `sheet` names. column: its heading.

    other: the row that it is compared with, {other} in the sentences. Never repeats the content of a cell.
    """

    row: int
    column: str
    code: str
    message_zh: str
    message_en: str
    sheet: str = ""
    other: int = 0

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
    """rows: number of rows of pupils. warnings: of rows that are accepted all the same, and of what was not read.

    wrong: the fields of refused rows, as far as they could be read.

    Rows of all sheets are numbered through: their numbers are unique in the file, until `told` names sheet and row.
    """

    rows: int = 0
    good: list[PupilLine] = field(default_factory=list)
    wrong: list[Mapping[str, str]] = field(default_factory=list)
    errors: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)
    sheets: list[tuple[int, str]] = field(default_factory=list)  # (number that is added to those of its rows, name)
    last: int = 0

    def begin_sheet(self, name: str, rows: int) -> int:
        """The number that is added to those of the next sheet's rows. rows: number of its last row."""
        offset = self.last
        self.sheets.append((offset, name))
        self.last += rows
        return offset

    def place(self, row: int) -> tuple[str, int]:
        """The sheet of a row, and its number there."""
        offset, name = next(sheet for sheet in reversed([(0, ""), *self.sheets]) if sheet[0] < row or not sheet[0])
        return name, row - offset

    def told(self, finding: Finding) -> dict[str, Any]:
        """A finding as people look for it: the sheet, "" if there is one only, and the row in it."""
        name, row = self.place(finding.row) if finding.row else (finding.sheet, 0)
        told = asdict(replace(finding, row=row, sheet=name))
        if other := told.pop("other"):
            sheet, number = self.place(other)
            zh, en = (f"工作表“{sheet}”", f" of the sheet {sheet}") if sheet != name else ("", "")
            told["message_zh"] = finding.message_zh.replace("{other}", f"{zh}第{number}行")
            told["message_en"] = finding.message_en.replace("{other}", f"row {number}{en}")
        return told


@dataclass(frozen=True, slots=True)
class School:
    """The context of the checks. regions: six-digit codes in use. day: today. names: of the school and around it.

    in_capitals: the file writes classes in capital figures
    """

    code: str
    classes: Sequence[SchoolClass]
    regions: Collection[str]
    day: str
    names: SchoolNames = NO_NAMES
    in_capitals: bool = False
    finder: ClassFinder = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "finder", ClassFinder(self.classes, self.day, in_capitals=self.in_capitals))
