"""Finds the class that a row of a roster means: what its texts can say, held against the classes of the school.

No class fits: unknown. One: found. Several: a question with the classes to choose from.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from services.roster.domain.school_class import SchoolClass
from services.roster.roster_file.cells import class_problems
from services.roster.roster_file.cells.class_days import day_readings, is_day
from services.roster.roster_file.cells.class_grammar import Reading, readings
from services.roster.roster_file.cells.class_words import may_be_of_teacher
from services.roster.roster_file.cells.text import Wrong, clean
from shared.language.class_names import YEARS, class_name, grade_of

AMBIGUOUS = "class-ambiguous"
HUNDRED = 100  # from it on, a class number is mostly a grade and a number
SHOWN = 8  # choices in a sentence
JUNIOR_ENDS = 9  # years after the beginning of primary school
OF_TEACHER = re.compile("[伍陆陸].*")
LOCAL_GRADES = {"j": range(1, 5), "s": range(1, 4)}  # 初一 to 初四, 高一 to 高三


def find_class(classes: Sequence[SchoolClass], grade: str, class_: str, day: str) -> SchoolClass:
    """The one open class that grade and class mean on a day. Raises Wrong."""
    return ClassFinder(classes, day).find(grade, class_)


class ClassFinder:
    """The classes of a school on a day. What was found for the rows above is kept: many rows name one class.

    in_capitals: the file writes classes in capital figures (壹班), so that 陆班 is class 6
    """

    def __init__(self, classes: Sequence[SchoolClass], day: str, *, in_capitals: bool = False) -> None:
        self._school, self._in_capitals = _School([each for each in classes if each.open], day), in_capitals
        self._found: dict[tuple[str, str], Sequence[SchoolClass]] = {}

    def find(self, grade: str, class_: str) -> SchoolClass:
        """The one open class that the texts mean. Raises Wrong."""
        grade, class_ = (unicodedata.normalize("NFKC", clean(text)) for text in (grade, class_))
        if not class_:
            raise Wrong("class-missing", "班级为空", "the class is missing")
        if (grade, class_) not in self._found:
            if not self._in_capitals and may_be_of_teacher(grade, class_) and not self._school.named(grade, class_):
                raise class_problems.of_teacher(self._names(self._school.around(grade, class_)))
            self._found[grade, class_] = self._school.find(grade, class_)
        found = self._found[grade, class_]
        if len(found) != 1:
            raise self._ambiguous(found) if found else self._unknown(grade, class_)
        return found[0]

    def is_open(self, class_: str) -> bool:
        """True where several classes fit, as no grade is named."""
        try:
            self.find("", class_)
        except Wrong as wrong:
            return wrong.code == AMBIGUOUS
        return False

    def _ambiguous(self, found: Sequence[SchoolClass]) -> Wrong:
        names = self._names(found)
        return Wrong(
            AMBIGUOUS,
            f"本校有多个班级符合，请写明年级或入学年份：{names}",
            f"several classes fit; name the grade or the entry year: {names}",
        )

    def _names(self, classes: Sequence[SchoolClass]) -> str:
        by_grade = sorted(classes, key=lambda each: (each.stage, -each.entry_year, each.number))
        return "、".join(class_name(each.id, self._school.day) for each in by_grade[:SHOWN])

    def _unknown(self, grade: str, class_: str) -> Wrong:
        school, day = self._school, self._school.day
        of_class, alone = school.plausible(class_), school.find("", class_)
        if not alone and (not of_class or is_day(class_)):
            return class_problems.unread(class_)
        of_grade = school.plausible(grade, of_grade=True)
        if grade and (not of_grade or is_day(grade)):
            return class_problems.unread(grade, of_grade=True)
        by_name = [Reading(each.stage, 0, each.entry_year, 0, each.number) for each in alone[:1]]
        both = (school.both(one, two) for one in of_grade or [Reading()] for two in of_class)
        agreed = [said for said in both if said and class_problems.is_possible(said, day)]
        if grade and (not agreed or (alone and school.find("", grade, of_grade=True))):
            return class_problems.contradiction(of_grade[0], (of_class or by_name)[0], day)
        return class_problems.not_there((agreed or of_class)[0])


@dataclass(frozen=True, slots=True)
class _School:
    """The open classes of a school on a day."""

    classes: Sequence[SchoolClass]
    day: str

    def find(self, grade: str, class_: str, *, of_grade: bool = False) -> list[SchoolClass]:
        """The classes that fit both texts. of_grade: the second text is one of the column 年级."""
        grades = self._said(grade, of_grade=True) if grade else {Reading()}
        named = [each for each in self.named(grade, class_) if any(self._fits(said, each) for said in grades)]
        if len(named) == 1:
            return named
        said = {
            both for one in grades for two in self._said(class_, of_grade=of_grade) if (both := self.both(one, two))
        }
        return [
            each
            for each in self.classes
            if any(self._fits(reading, each) and (reading.cohort or self._has_lessons(each)) for reading in said)
        ]

    def both(self, one: Reading, two: Reading) -> Reading | None:
        """The statements of both columns; 初一 and 七年级 are one grade, counted within its stage and through."""
        within, through = sorted((one, two), key=lambda each: each.grade)
        years = through.grade - within.grade if within.grade else 0
        stage = "s" if years == JUNIOR_ENDS else "j" if years in self._primary_years() else ""
        if not stage or (not within.stage and self._has("p")):
            return one.both(two)
        said = within.both(replace(through, grade=within.grade))
        return said and said.both(Reading(stage=stage))

    def plausible(self, text: str, *, of_grade: bool = False) -> Sequence[Reading]:
        """The readings of a text, first those of a class that the school has; 301 is class 301 only where that is."""
        said = sorted(self._said(text, of_grade=of_grade), key=lambda each: (not self._has_like(each), repr(each)))
        return [each for each in said if each.number < HUNDRED or self._has_like(each)] or said

    def _said(self, text: str, *, of_grade: bool) -> set[Reading]:
        return readings(text, of_grade=of_grade) | (set() if of_grade else day_readings(text, self.day))

    def _has_like(self, said: Reading) -> bool:
        return any(self._fits(said, each) for each in self.classes)

    def around(self, grade: str, class_: str) -> Sequence[SchoolClass]:
        """The classes that a teacher's class (三年级陆班) may be: those of its grade, or all."""
        rest = OF_TEACHER.sub("", class_)
        said = self._said(rest, of_grade=True) or (self._said(grade, of_grade=True) if grade else {Reading()})
        return [each for each in self.classes if self._has_lessons(each) and any(self._fits(one, each) for one in said)]

    def named(self, grade: str, class_: str) -> Sequence[SchoolClass]:
        """Classes that are called exactly so: by id, as lists and forms show them, else by the school."""
        texts = (_closed_up(class_), _closed_up(grade + class_))
        shown = [
            each for each in self.classes if each.id in texts or _closed_up(class_name(each.id, self.day)) in texts
        ]
        return shown or [each for each in self.classes if _closed_up(each.name) in texts]

    def _fits(self, said: Reading, class_: SchoolClass) -> bool:
        """True if nothing that is said contradicts the class."""
        return (
            (not said.stage or said.stage == class_.stage)
            and (not said.number or said.number == class_.number)
            and (not said.cohort or said.cohort == class_.entry_year)
            and (not said.leaving or self._leaves(class_, said.leaving))
            and (not said.grade or self._is_in(class_, said.grade, bool(said.stage)))
        )

    def _has_lessons(self, class_: SchoolClass) -> bool:
        return 1 <= self._grade(class_) <= YEARS[class_.stage]

    def _leaves(self, class_: SchoolClass, year: int) -> bool:
        """届 is the year of graduation; many call the year of entry so, which is never in the future."""
        lengths = {"p": self._primary_years(), "j": self._junior_years(), "s": (3,)}.get(class_.stage, ())
        return class_.entry_year == year or class_.entry_year in {year - length for length in lengths}

    def _is_in(self, class_: SchoolClass, number: int, is_of_stage: bool) -> bool:
        """Grades are counted through from primary school; within a stage where it is named or there is no other."""
        grade, stage = self._grade(class_), class_.stage
        if stage == "p":
            return grade == number
        if stage == "x":
            return grade == number and (is_of_stage or self._has_only("x"))
        if number in LOCAL_GRADES[stage] and (is_of_stage or not self._has("p")):
            return grade == number
        if stage == "s":
            return grade == number - JUNIOR_ENDS
        return number <= JUNIOR_ENDS and grade in {number - years for years in self._primary_years()}

    def _grade(self, class_: SchoolClass) -> int:
        return grade_of(class_.entry_year, self.day)

    def _has(self, stage: str, grade: int = 0) -> bool:
        return any(each.stage == stage and grade in (0, self._grade(each)) for each in self.classes)

    def _has_only(self, stage: str) -> bool:
        return all(each.stage == stage for each in self.classes)

    def _primary_years(self) -> Sequence[int]:
        """Primary school takes six years, or five before a junior school of four, where the classes leave that open."""
        has_five = self._has("j", 4) or self._has("p", 5)
        return (6,) if self._has("p", 6) or not has_five else (5, 6)

    def _junior_years(self) -> Sequence[int]:
        return (3, 4) if self._has("j", 4) else (3,)


def _closed_up(text: str) -> str:
    """The text as cells are compared: in half width, without spaces."""
    return "".join(unicodedata.normalize("NFKC", text).split())
