"""Names with separators: another dot makes no other child, no question and no change for the leader."""

from __future__ import annotations

import pytest

from services.roster.domain.likeness import letters
from tests.unit.roster.county import SCHOOL, County
from tests.unit.roster.test_one_child import NO_NUMBERS, child, outcome

WRITINGS = [
    ("J. Smith", "J.Smith"),
    ("J. Smith", "J·Smith"),
    ("Ali·Mamat", "Ali. Mamat"),
    ("Ali·Mamat", "Ali Mamat"),
    ("Bo Li", "Bo. Li"),
    ("D.H.劳伦斯", "D·H·劳伦斯"),
    ("A·买买提", "A.买买提"),
]
LEFT_OUT = ("阿依古丽·买买提", "阿依古丽买买提")  # a space between ideographs is for looks; here it was a separator


def names(county: County) -> list[str]:
    pupils = county.tables.pupils.find("school", [SCHOOL])
    return sorted(county.deps.personal_data.fields(pupil)["name"] for pupil in pupils)


@pytest.mark.parametrize("numbers", [{}, NO_NUMBERS], ids=["numbers", "no-numbers"])
@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("pair", WRITINGS)
def test_another_dot_is_the_same_name_and_changes_nothing(campaign, pair, turned, numbers):
    before, after = reversed(pair) if turned else pair
    campaign.enrol(child(10, **numbers, 姓名=before), child(11))
    shown = names(campaign)
    assert outcome(campaign.enrol(child(10, **numbers, 姓名=after), child(11))) == {"unchanged": 2}
    assert outcome(campaign.enrol(child(10, **numbers, 姓名=after, 班级="2班"), child(11))) == {
        "unchanged": 1,
        "moved": 1,
    }
    assert names(campaign) == shown


@pytest.mark.parametrize("said", LEFT_OUT)
def test_a_separator_that_was_left_out_can_be_corrected_and_asks_nothing(campaign, said):
    before = next(each for each in LEFT_OUT if each != said)
    campaign.enrol(child(10, **NO_NUMBERS, 姓名=before), child(11))
    report = campaign.enrol(child(10, **NO_NUMBERS, 姓名=said, 班级="2班"), child(11))
    assert outcome(report) == {"unchanged": 1, "moved": 1}  # the new writing waits for the leader
    assert [each["code"] for each in report["warnings"]] == ["moved-and-proposed"]


def test_two_rows_with_another_dot_are_one_child(campaign):
    rows = [child(10, **NO_NUMBERS, 姓名=name) for name in ("Ali·Mamat", "Ali. Mamat")]
    report = campaign.enrol(*rows)
    assert outcome(report) == {"added": 1, "refused": 1} and report["errors"][0]["code"] == "double-in-file"


def test_a_row_with_an_error_names_its_child_with_another_dot(campaign):
    campaign.enrol(*(child(n, **NO_NUMBERS) for n in (10, 11, 12)), child(13, **NO_NUMBERS, 姓名="Ali·Mamat"))
    wrong = child(13, **NO_NUMBERS, 姓名="Ali. Mamat", 性别="?")
    report = campaign.enrol(*(child(n, **NO_NUMBERS) for n in (10, 11, 12)), wrong)
    assert (outcome(report), report["missing"]) == ({"unchanged": 3, "refused": 1}, 0)


def test_names_with_other_letters_stay_two():
    assert letters("D.H.劳伦斯") == letters("D·H·劳伦斯") == "DH劳伦斯"
    assert letters("Anna-Maria") != letters("Anna Maria") and letters("·") == "·"
