"""Finds the class that a row of a roster means: "三年级" + "2班", "2023级2班", "三（2）班", a name or an id."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from services.roster.domain.school_class import SchoolClass
from services.roster.roster_file.checks import Wrong
from shared.language.class_names import class_name, grade_of

CHINESE = {c: n for n, c in enumerate("一二三四五六七八九", 1)} | {"十": 10}
DIGIT = "[一二三四五六七八九]"
NUMBER = rf"(\d{{1,2}}|(?<!{DIGIT}){DIGIT}?十{DIGIT}?|{DIGIT})"
YEAR = re.compile(r"(20\d\d)\s*(?:级|届|年|\s|$)")
# 三年级, 初一, 三（2）, 三, and the first of 三二班 and 三2班
GRADE = re.compile(
    rf"(初|高)?中?(?<!{DIGIT}){NUMBER}年级|(初|高)中?{NUMBER}|^{NUMBER}(?=[(（.])|^{NUMBER}$|^({DIGIT})(?=(?:{DIGIT}|\d{{1,2}})班)"
)
STAGES, NUMBERS = (1, 3), (2, 4, 5, 6, 7)  # groups of GRADE
CLASS = re.compile(rf"[(（]{NUMBER}[)）]\s*班?|{NUMBER}\s*班|[.\-]{NUMBER}$|^{NUMBER}$")


def whole(text: str) -> int:
    """ "3", "03", "三", "十二", "二十一"."""
    if text.isdecimal():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    return (CHINESE.get(tens, 1) * 10 if ten else 0) + (CHINESE[ones] if ones else 0)


def _matches(candidate: SchoolClass, grade: str, class_: str, day: str) -> bool:
    """True if the two texts describe a class."""
    year = YEAR.search(f"{grade} {class_}" if grade else class_)
    number = _first(CLASS, YEAR.sub("", class_))
    if number is None or number != candidate.number or (year and int(year[1]) != candidate.entry_year):
        return False
    found = GRADE.search(YEAR.sub("", grade or class_))
    if found is None or (not grade and CLASS.fullmatch(class_)):
        return bool(year) or not grade
    stage = next(({"初": "j", "高": "s"}[found[group]] for group in STAGES if found[group]), "")
    return bool(year) or _is_grade(candidate, stage, _grade_in(found), day)


def _grade_in(grade: re.Match[str]) -> int:
    return whole(next(grade[group] for group in NUMBERS if grade[group]))


def _is_grade(candidate: SchoolClass, stage: str, number: int, day: str) -> bool:
    """Junior and senior grades are also counted through from primary school: 七年级 is 初一."""
    grade = grade_of(candidate.entry_year, day)
    if stage:
        return candidate.stage == stage and grade == number
    offset = {"j": 6, "s": 9}.get(candidate.stage, 0)
    return grade + offset == number or (candidate.stage in "js" and number <= 3 and grade == number)


def _first(pattern: re.Pattern[str], text: str) -> int | None:
    found = pattern.search(text)
    return whole(next(g for g in found.groups() if g)) if found else None


def find_class(classes: Sequence[SchoolClass], grade: str, class_: str, day: str) -> SchoolClass:
    """The one open class that grade and class mean on a day. Raises Wrong."""
    grade, class_ = (unicodedata.normalize("NFKC", text).strip().removesuffix(".0") for text in (grade, class_))
    if not class_:
        raise Wrong("class-missing", "班级为空", "the class is missing")
    open_ = [each for each in classes if each.open]
    shown = [each for each in open_ if class_ in (each.id, class_name(each.id, day))]  # as lists and forms name it
    named = shown or [each for each in open_ if class_ == each.name]
    found = named if len(named) == 1 else [each for each in open_ if _matches(each, grade, class_, day)]
    if len(found) > 1:  # in a school of several stages 七年级 may fit two: the class with exactly this grade wins
        exact = [each for each in found if _exactly(each, grade or class_, day)]
        found = exact or found
    if not found:
        raise Wrong("class-unknown", "本校没有这个班级，请先建立班级", "the school has no such class; open it first")
    if len(found) > 1:
        raise Wrong(
            "class-ambiguous",
            "本校有多个班级符合，请写明年级或入学年份",
            "several classes fit; name the grade or the entry year",
        )
    return found[0]


def _exactly(candidate: SchoolClass, grade: str, day: str) -> bool:
    found = GRADE.search(grade)
    return (_grade_in(found) if found else 0) == grade_of(candidate.entry_year, day) + {"j": 6, "s": 9}.get(
        candidate.stage, 0
    )
