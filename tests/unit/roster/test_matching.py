"""Matching of rows with children, as rules; and for any edit of a list: no child twice, one outcome for each row."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.roster.domain.known_children import Known
from services.roster.domain.likeness import DOUBTFUL, OTHER, SAME, Person, judge, near, similar
from services.roster.domain.list_changes import ClassChange, list_changes
from services.roster.domain.matching import NEW, match, settle
from shared.infrastructure.errors import Refused
from tests.support.thorough import examples

ANNA = Person("陈思远", "2017-05-10", "1", "a")
GIVEN, OTHER_NAMES = "一二三四五六七八九十", "甲乙丙丁戊己庚辛壬癸子丑"


@pytest.mark.parametrize(
    ("change", "on_a_list", "otherwise"),
    [
        ({}, SAME, SAME),
        ({"class_": "b"}, SAME, SAME),
        ({"name": "陈思原"}, SAME, DOUBTFUL),
        ({"name": "赵子涵"}, DOUBTFUL, DOUBTFUL),
        ({"name": "陈思原", "class_": "b"}, DOUBTFUL, DOUBTFUL),
        ({"birth_date": "2017-05-11"}, SAME, DOUBTFUL),
        ({"sex": "2"}, SAME, DOUBTFUL),
        ({"sex": "2", "class_": "b"}, DOUBTFUL, DOUBTFUL),
        ({"birth_date": "2017-05-11", "sex": "2"}, DOUBTFUL, OTHER),
        ({"birth_date": "2017-05-11", "sex": "2", "class_": "b"}, OTHER, OTHER),
        ({"name": "陈思原", "birth_date": "2017-05-11"}, DOUBTFUL, OTHER),
    ],
)
def test_how_like_a_row_is_to_a_child_that_is_gone_from_its_list_or_was_never_on_one(change, on_a_list, otherwise):
    row = replace(ANNA, **change)
    assert judge(row, ANNA, gone_from_list=True) == on_a_list
    assert judge(row, ANNA, gone_from_list=False) == otherwise


def test_numbers_contradict_each_other_within_a_kind_only():
    def between(one: dict, other: dict) -> str:
        return judge(replace(ANNA, **one), replace(ANNA, **other), gone_from_list=False)

    assert between({"pupil_number": "G1"}, {"pupil_number": "L1"}) == SAME
    assert between({"pupil_number": "G1"}, {"id_number": "2"}) == SAME
    assert between({"pupil_number": "G1"}, {"pupil_number": "G2"}) == DOUBTFUL
    assert between({"pupil_number": "G1", "id_number": "1"}, {"pupil_number": "L1", "id_number": "2"}) == DOUBTFUL


def test_names_are_similar_by_more_than_the_family_name():
    assert similar("王小明", "王晓明") and similar("阿卜杜拉·买买提", "阿布杜拉·买买提")
    assert not similar("王芳", "王伟") and not similar("王小明", "王大力")


@pytest.mark.parametrize(
    ("pupils", "moving", "missing", "rejoining", "large"),
    [
        (45, 2, 0, 0, False),
        (2, 2, 0, 0, False),
        (3, 3, 0, 0, True),
        (5, 5, 0, 0, True),
        (45, 11, 0, 0, False),
        (45, 6, 6, 0, True),
        (0, 0, 0, 2, False),
        (0, 0, 0, 3, True),
        (45, 0, 0, 11, False),
        (45, 4, 4, 4, True),
    ],
)
def test_a_class_changes_much_where_more_than_two_and_a_fourth_do(pupils, moving, missing, rejoining, large):
    assert ClassChange("a", pupils, moving, missing, rejoining).is_large is large


def test_many_small_moves_together_are_large():
    known = {
        f"{class_}{n}": Known((replace(ANNA, name=f"王{class_}{n}", class_=class_),)) for class_ in "abc" for n in "12"
    }
    rows = {n: replace(child.persons[0], class_="z") for n, child in enumerate(known.values())}
    assert len(list_changes(rows, known, match(rows, known)).large) == 3


def test_a_birth_date_is_nearly_another_where_one_part_differs_or_day_and_month_are_exchanged():
    assert near("2017-05-10", "2017-05-19") and near("2017-05-10", "2016-05-10") and near("2017-05-08", "2017-08-05")
    assert not near("2017-05-10", "2017-06-11") and not near("2017-05-08", "2016-08-05")


# ---- cost and questions
def crowd(size: int, name: str = "学", class_: str = "a", born: str = "2017-01-01") -> list[Person]:
    return [Person(f"{name}{chr(0x4E00 + n)}", born, "1", class_) for n in range(size)]


def test_a_question_has_a_few_candidates_and_says_that_there_are_more():
    known = {f"k{n}": Known((person,)) for n, person in enumerate(crowd(8))}
    found = match({2: replace(crowd(1)[0], name="新来")}, known)
    assert (len(found.asked[2].candidates), len(found.asked[2].further)) == (5, 3)
    assert len(found.doubtful) == 8


def test_more_questions_than_anybody_answers_are_refused_with_the_cause():
    born = [f"20{n // 28 + 10}-05-{n % 28 + 1:02d}" for n in range(201)]
    known = {f"k{n}": Known((Person(f"学{chr(0x4E00 + n)}", date, "1", "a"),)) for n, date in enumerate(born)}
    rows = {n + 2: Person(f"新{chr(0x5E00 + n)}", date, "1", "a") for n, date in enumerate(born)}
    del rows[2]
    assert len(match(rows, known).asked) == 200
    with pytest.raises(Refused) as refused:
        match({**rows, 2: Person("新", born[0], "1", "a")}, known)
    assert refused.value.code == "too-many-alike" and "学籍号" in refused.value.extra["message_zh"]


@pytest.mark.parametrize("class_", ["a", "b"])
def test_a_file_in_which_everybody_is_like_everybody_is_refused_before_it_costs_much(class_, monkeypatch):
    monkeypatch.setattr("services.roster.domain.known_children.LOOKS", 2_000)
    known = {f"k{n}": Known((person,)) for n, person in enumerate(crowd(100))}
    with pytest.raises(Refused) as refused:
        match(dict(enumerate(crowd(100, "新", class_), 2)), known)
    assert refused.value.code == "too-many-alike"


def test_a_row_is_compared_with_those_only_who_may_be_the_same(monkeypatch):
    looks = []
    monkeypatch.setattr("services.roster.domain.matching.differences", lambda *pair: looks.append(pair) or frozenset())
    known = {f"k{n}": Known((person,)) for n, person in enumerate(crowd(500))}
    assert len(match(dict(enumerate(crowd(500), 2)), known).same) == 500
    assert len(looks) < 10 * 500


def test_a_school_whose_numbers_all_belong_to_others_is_told_that_a_column_is_shifted():
    people = [Person(f"名{n}", f"2017-{n % 12 + 1:02d}-{n % 28 + 1:02d}", "1", "a", f"G{n}") for n in range(300)]
    known = {f"k{n}": Known((person,)) for n, person in enumerate(people)}
    rows = {n + 2: replace(person, pupil_number=f"G{(n + 1) % 300}") for n, person in enumerate(people)}
    with pytest.raises(Refused) as refused:
        match(rows, known)
    assert refused.value.code == "numbers-shifted"


# ---- any edit of any list
@st.composite
def schools(draw: st.DrawFn) -> dict[str, Known]:
    """Children of three classes, with and without numbers, many of them born on one day and with nearly one name."""
    people = draw(
        st.lists(
            st.builds(
                Person,
                st.sampled_from([f"王{one}{two}" for one in GIVEN[:4] for two in GIVEN]),
                st.sampled_from(["2017-05-01", "2017-05-02", "2017-06-01"]),
                st.sampled_from("12"),
                st.sampled_from("abc"),
            ),
            min_size=1,
            max_size=12,
            unique_by=lambda person: person.name,
        )
    )
    numbered = draw(st.sampled_from(["none", "all", "some", "temporary"]))
    known = {}
    for n, person in enumerate(people):
        letter = {"all": "G", "some": "G" if n % 2 else "", "temporary": "L", "none": ""}[numbered]
        known[f"child-{n}"] = Known((replace(person, pupil_number=f"{letter}{n}" if letter else ""),))
    return known


EDITS = {
    "nothing": lambda person, n: person,
    "moved": lambda person, n: replace(person, class_="bca"["abc".index(person.class_)]),
    "renamed": lambda person, n: replace(person, name=person.name[:2] + OTHER_NAMES[n]),
    "born": lambda person, n: replace(person, birth_date="2017-12-31"),
    "sex": lambda person, n: replace(person, sex="21"[int(person.sex) - 1]),
    "numbered": lambda person, n: replace(person, pupil_number=f"G{n}"),
    "no-number": lambda person, n: replace(person, pupil_number=""),
    "renumbered": lambda person, n: replace(person, pupil_number=f"G{100 + n}") if person.pupil_number else person,
    "moved-numbered": lambda person, n: EDITS["moved"](EDITS["numbered"](person, n), n),
    "moved-renumbered": lambda person, n: EDITS["moved"](EDITS["renumbered"](person, n), n),
}


@examples(50)
@given(schools(), st.data())
def test_however_a_list_is_edited_a_school_gets_no_child_twice_and_each_row_one_outcome(known, data):
    """One correction for each child, in any order, with new children among them; then every question is answered."""
    edits = {id: data.draw(st.sampled_from(sorted(EDITS)), label=id) for id in known}
    said = {id: EDITS[edits[id]](child.persons[0], int(id[6:])) for id, child in known.items()}
    new = [Person(f"新{GIVEN[n]}", "2016-01-01", "1", "a", f"G{900 + n}") for n in range(data.draw(st.integers(0, 3)))]
    order = data.draw(st.permutations([*said.items(), *((f"new-{n}", person) for n, person in enumerate(new))]))
    rows = {number: person for number, (_, person) in enumerate(order, 2)}
    means = {number: id for number, (id, _) in enumerate(order, 2)}
    found = match(rows, known)
    outcomes = [set(found.same), set(found.asked), set(found.doubled), found.crossed]
    added = set(rows) - set().union(*outcomes)
    assert sum(map(len, outcomes)) + len(added) == len(rows)  # no row has two outcomes
    assert len(set(found.same.values())) == len(found.same)  # no child is meant twice
    assert {number for number in added if means[number] in known} == set()  # nobody becomes a second child
    assert all(means[number] not in said or means[number] == id for number, id in found.same.items())
    answers = {n: means[n] if means[n] in known else NEW for n in found.asked}
    settled = settle(found, answers)
    assert set(settled.same.values()) <= set(known)
    assert {means[n] for n in set(rows) - set(settled.same) - set(settled.asked) - set(settled.doubled)} <= {
        *(id for id in means.values() if id not in known)
    }
