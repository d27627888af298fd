"""Readings of a text that names a class: everything that it may say of stage, grade, year of entry and number.

A text is a sequence of elements; each says something, and what is said twice must agree. A text that cannot be read to
its end has no reading, and one that can be read in two ways has two: 301 is grade 3, class 1 and also class 301.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields

from services.roster.roster_file.cells.class_words import STAGE_WORDS, Token, tokens

GRADES = range(1, 13)
REGISTRY_STAGES = {"1": "p", "2": "j", "3": "s"}  # the fifth digit of the registry's class number, as in 2024101


@dataclass(frozen=True, slots=True)
class Reading:
    """Statements of a text about a class; 0 and "" where it says nothing.

    grade: as written, counted within its stage or from the first year of primary school. leaving: year of graduation.
    """

    stage: str = ""
    grade: int = 0
    cohort: int = 0
    leaving: int = 0
    number: int = 0

    def both(self, other: Reading) -> Reading | None:
        """The statements of both, None if they contradict each other."""
        said: dict[str, str | int] = {}
        for field in fields(self):
            one, two = getattr(self, field.name), getattr(other, field.name)
            if one and two and one != two:
                return None
            said[field.name] = one or two
        return Reading(**said)  # type: ignore[arg-type]


def readings(text: str, *, of_grade: bool = False) -> set[Reading]:
    """of_grade: a number alone is a grade (the column 年级), else a class."""
    found = tokens(text)
    return set(_parsed(found, Reading(), of_grade)) if found else set()


def is_grade(text: str) -> bool:
    """True for a text that says a grade or a year of entry in words, and no class: 三年级, 2024级."""
    found = readings(text, of_grade=True)
    in_words = any(token.kind in ("grade", "year", "cohort", "stage", "grade-word") for token in tokens(text) or ())
    return in_words and bool(found) and all((said.grade or said.cohort) and not said.number for said in found)


def is_several(text: str, *, of_grade: bool = False) -> bool:
    """True for a text that has no reading, though it falls into two texts that have one: 1班2班."""
    found = tokens(text) or ()
    if not found or readings(text, of_grade=of_grade):
        return False
    cuts = ((found[:at], found[at:]) for at in range(1, len(found)))
    return any(all(any(True for _ in _parsed(part, Reading(), of_grade)) for part in parts) for parts in cuts)


def _parsed(rest: Sequence[Token], so_far: Reading, of_grade: bool) -> Iterator[Reading]:
    if not rest:
        yield so_far
        return
    for element, length in _elements(rest, so_far, of_grade):
        if (said := so_far.both(element)) is not None:
            yield from _parsed(rest[length:], said, of_grade)


def _elements(rest: Sequence[Token], so_far: Reading, of_grade: bool) -> Iterator[tuple[Reading, int]]:
    """Each element that the tokens may begin with, and its length."""
    first, second = rest[0], rest[1] if len(rest) > 1 else Token("end")
    if first.kind == "stage":
        yield Reading(stage=STAGE_WORDS[first.text]), 1
    elif first.kind in ("grade-word", "class-word") and second.kind == "number":
        is_grade = first.kind == "grade-word"
        yield Reading(grade=second.number) if is_grade else Reading(number=second.number), 2
    elif first.kind == "number":
        if second.kind == "class":
            yield from ((each, 2) for each in _class_numbers(first))
        elif second.kind in ("number", "end", "stage"):
            yield from ((each, 1) for each in _bare(first, second, so_far, of_grade))
        else:
            yield from ((each, 2) for each in _marked(first, second.kind))


def _marked(number: Token, mark: str) -> Iterator[Reading]:
    """A number with 年级, 年, 级 or 届 behind it."""
    year = _year(number)
    if mark == "leaving" and year:
        yield Reading(leaving=year)
    elif mark in ("grade", "year") and number.number in GRADES:
        yield Reading(grade=number.number)
    elif mark != "leaving" and (len(number.digits) == 4 or mark == "cohort") and year:
        yield Reading(cohort=year)


def _bare(number: Token, next_: Token, so_far: Reading, of_grade: bool) -> Iterator[Reading]:
    """A number without a mark: a year, a grade (三 in 三1, 小三), a class at the end, or several of these in one."""
    is_last = next_.kind == "end"
    if len(number.digits) == 4 and (year := _year(number)):
        yield Reading(cohort=year)
    elif number.number in GRADES and not so_far.number and (not is_last or of_grade or _is_stage_alone(so_far)):
        yield Reading(grade=number.number)
    if is_last and not _is_stage_alone(so_far):
        is_grade = of_grade and so_far == Reading()
        yield from (each for each in _class_numbers(number) if not is_grade or each != Reading(number=each.number))


def _is_stage_alone(so_far: Reading) -> bool:
    return bool(so_far.stage) and so_far == Reading(stage=so_far.stage)


def _class_numbers(number: Token) -> Iterator[Reading]:
    """The number of a class, alone or behind its grade (301, 0301, 1001) or its year (2401, 20241, 2024101)."""
    digits, last = number.digits, number.number % 100
    if len(digits) <= 3 and number.number:
        yield Reading(number=number.number)
    if len(digits) in (3, 4) and last and number.number // 100 in GRADES:
        yield Reading(grade=number.number // 100, number=last)
    if len(digits) == 4 and last and digits[:2] != "20":
        yield Reading(cohort=2000 + number.number // 100, number=last)
    if 5 <= len(digits) <= 8 and digits[:2] == "20":
        yield from _registry_numbers(int(digits[:4]), digits[4:])


def _registry_numbers(cohort: int, rest: str) -> Iterator[Reading]:
    """2024 1, 2024 01 and 2024 001 are a year and a number; 2024 1 01 and 2024 01 01 may have a stage inside."""
    if int(rest) in range(1, 1000):
        yield Reading(cohort=cohort, number=int(rest))
    stage = REGISTRY_STAGES.get(rest[:-2].removeprefix("0"), "")
    if stage and int(rest[-2:]):
        yield Reading(stage=stage, cohort=cohort, number=int(rest[-2:]))


def _year(number: Token) -> int:
    """2024, and 24 for it; 0 for any other number."""
    if len(number.digits) == 2:
        return 2000 + number.number
    return number.number if len(number.digits) == 4 and number.digits[:2] == "20" else 0
