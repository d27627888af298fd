"""Likeness of a row of a roster to a child whom the school knows, judged by what both of them say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

SAME, DOUBTFUL, OTHER = "same", "doubtful", "other"
SIMILAR = 0.5  # of two names: more than half of their characters in the same order; a family name alone is less
SEPARATORS = re.compile("[ .\u00b7]+")  # between the parts of a name, and behind an initial
NATIONAL = "G"  # first letter of a pupil number for life; another letter says that it is temporary


def one_writing(name: str) -> str:
    """The name with one sign for whatever separates its parts: J. Smith, J.Smith and J·Smith are one writing."""
    return SEPARATORS.sub("\u00b7", name).strip("\u00b7")


def letters(name: str) -> str:
    """The name as it is compared, without separators: one keyboard has the dot, another has none."""
    return SEPARATORS.sub("", name) or name


@dataclass(frozen=True, slots=True)
class Person:
    """name: its letters."""

    name: str
    birth_date: str
    sex: str
    class_: str
    pupil_number: str = ""
    id_number: str = ""

    @classmethod
    def of(cls, fields: Mapping[str, str], class_: str) -> Person:
        numbers = (fields.get("pupil_number", ""), fields.get("id_number", ""))
        return cls(letters(fields["name"]), fields["birth_date"], fields["sex"], class_, *numbers)

    @property
    def born(self) -> tuple[str, str]:
        return self.birth_date, self.sex

    @property
    def numbers(self) -> list[tuple[str, str]]:
        given = (("pupil_number", self.pupil_number), ("id_number", self.id_number))
        return [(kind, number) for kind, number in given if number]


def differences(one: Person, other: Person) -> frozenset[str]:
    """Differences: of "name", "birth_date", "sex", "class", "numbers". A number that only one has is no difference."""
    pairs = {
        "name": one.name != other.name,
        "birth_date": one.birth_date != other.birth_date,
        "sex": one.sex != other.sex,
        "class": one.class_ != other.class_,
        "numbers": _contradict(one.id_number, other.id_number)
        or (_contradict(one.pupil_number, other.pupil_number) and not _succeeds(one.pupil_number, other.pupil_number)),
    }
    return frozenset(name for name, differs in pairs.items() if differs)


def _contradict(one: str, other: str) -> bool:
    return bool(one and other and one != other)


def _succeeds(one: str, other: str) -> bool:
    """True where a number for life has taken the place of a temporary one, or one kind of number that of another."""
    return one[0] != other[0]


def is_older(number: str, known: str) -> bool:
    """True for a temporary number of a child who is known by the one for life."""
    return bool(number and known) and known[0] == NATIONAL != number[0]


def similar(one: str, other: str) -> bool:
    if 2 * sum(each in other for each in one) <= SIMILAR * (len(one) + len(other)):
        return False  # most names: no order of what they share would do
    return SequenceMatcher(None, one, other, autojunk=False).ratio() > SIMILAR


def near(one: str, other: str) -> bool:
    """True for dates of which one may be a slip of the other: one part differs, or day and month are exchanged."""
    (year, month, day), given = one.split("-"), other.split("-")
    return sum(a != b for a, b in zip((year, month, day), given, strict=True)) <= 1 or given == [year, day, month]


def judge(row: Person, known: Person, *, gone_from_list: bool) -> str:
    """SAME, DOUBTFUL or OTHER.

    gone_from_list: the file lists the child's class, and no other row means the child. A child that is nearly alike is
    then rather the same one with a correction than a new one.
    """
    differ = differences(row, known)
    own = differ - {"class"}
    if not own:
        return SAME
    if "name" in own:
        return _judge_renamed(row, known, differ, gone_from_list=gone_from_list)
    if gone_from_list and (len(differ) <= 2 or "birth_date" not in own):
        return SAME if len(differ) == 1 else DOUBTFUL
    slip = own == {"birth_date"} and near(row.birth_date, known.birth_date)
    return DOUBTFUL if slip or own in ({"numbers"}, {"sex"}) or len(differ) == 1 else OTHER


def _judge_renamed(row: Person, known: Person, differ: frozenset[str], *, gone_from_list: bool) -> str:
    """Judge by the name: of those born on one day; of others, who is gone from the list of this very class."""
    is_similar = (differ <= {"name", "class"} or len(differ) == 2) and similar(row.name, known.name)
    if differ == {"name"}:
        return SAME if gone_from_list and is_similar else DOUBTFUL
    if differ == {"name", "class"}:
        return DOUBTFUL if gone_from_list or is_similar else OTHER
    return DOUBTFUL if gone_from_list and is_similar else OTHER


def without_older_number(given: Mapping[str, str], known: Mapping[str, str]) -> Mapping[str, str]:
    """The given fields; a temporary pupil number does not come back where the one for life is known."""
    if not is_older(given.get("pupil_number", ""), known.get("pupil_number", "")):
        return given
    return {name: value for name, value in given.items() if name != "pupil_number"}
