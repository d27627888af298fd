"""Names of classes. A class id holds school, stage, entry year and number; the grade follows from the school year.

Pages, lists, figures, reports and paper call a class by `class_name`, so that it has one name everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

STAGES: Mapping[str, str] = {"p": "小学", "j": "初中", "s": "高中", "x": "特教"}
YEARS: Mapping[str, int] = {"p": 6, "j": 4, "s": 3, "x": 12}  # four years of junior school exist in some provinces
PROMOTION = "08-15"  # the day in August on which all classes rise by a grade
CLASS_ID = re.compile(r"([0-9A-Z]{6,12})([pjsx])(\d{4})(\d{2,3})\Z")
_NUMBERS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")


class ClassId(NamedTuple):
    """stage: p primary, j junior, s senior, x special."""

    school: str
    stage: str
    entry_year: int
    number: int


def class_id(school: str, stage: str, entry_year: int, number: int) -> str:
    """ "2111000001", "p", 2023, 1 -> "2111000001p202301"."""
    return f"{school}{stage}{entry_year}{number:02d}"


def parse_class_id(text: str) -> ClassId | None:
    """The fields of a class id, None for any other text."""
    found = CLASS_ID.match(text)
    return ClassId(found[1], found[2], int(found[3]), int(found[4])) if found else None


def stage_of(class_: str) -> str:
    """The stage is the only lower-case letter of a class id; "" for a text without one."""
    return next((c for c in class_ if c in STAGES), "")


def grade_of(entry_year: int, day: str) -> int:
    """1 in the first school year, less than 1 before it. day: any day of the school year in question."""
    return int(day[:4]) - entry_year + (1 if day[5:] >= PROMOTION else 0)


def grade_name(stage: str, grade: int) -> str:
    """ "三年级", "初一", "高二". Junior grades are counted from 1, which also suits four-year junior schools."""
    if grade < 1:
        return "未入学"
    if grade > YEARS.get(stage, 0):
        return "已毕业"
    if stage in "js":
        return f"{'初' if stage == 'j' else '高'}{_NUMBERS[grade - 1]}"
    return f"{_NUMBERS[grade - 1]}年级"


def default_name(stage: str, entry_year: int, number: int) -> str:
    """ "小学2024级1班": a name that remains true after promotion."""
    return f"{STAGES[stage]}{entry_year}级{number}班"


def class_name(id: str, day: str) -> str:
    """ "三年级2班", "初一3班" or "特教三年级1班" on a day; "小学2020级2班" before and after the school years.

    A text that is no class id is returned unchanged.
    """
    found = parse_class_id(id)
    if found is None:
        return id
    grade = grade_of(found.entry_year, day)
    if not 1 <= grade <= YEARS[found.stage]:
        return default_name(found.stage, found.entry_year, found.number)
    special = STAGES["x"] if found.stage == "x" else ""  # a school may have both, so the name tells them apart
    return f"{special}{grade_name(found.stage, grade)}{found.number}班"
