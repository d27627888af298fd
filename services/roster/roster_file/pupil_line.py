"""Contents of a roster file: good rows, and findings about all of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from services.roster.domain.school_class import SchoolClass


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
    """rows: number of rows that are not empty. warnings: of rows that are accepted all the same.

    wrong: the fields of refused rows, as far as they could be read.
    """

    rows: int = 0
    good: list[PupilLine] = field(default_factory=list)
    wrong: list[Mapping[str, str]] = field(default_factory=list)
    errors: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class School:
    """The context of the checks. regions: six-digit codes in use. day: today."""

    code: str
    classes: Sequence[SchoolClass]
    regions: Collection[str]
    day: str
