"""Roster over HTTP: whatever a newer list says of a child, it stays one; doubts are asked, large changes confirmed."""

from __future__ import annotations

import orjson
import pytest

from services.roster.domain.import_run import OUTCOMES
from tests.unit.roster.county import CLASS, COUNTY, HERE, OTHER, SCHOOL, SECOND, County, row
from tests.unit.roster.files import HEADINGS, csv
from tests.unit.roster.numbers import id_number, pupil_number

NO_NUMBERS = {"学籍号": "", "身份证件号": "", "身份证件类型": ""}
NO_ID = {"身份证件号": "", "身份证件类型": ""}
TEMPORARY = "L" + "13010220170501001X"
NAMES = ("李小红", "张伟", "陈思远", "古丽娜尔·买买提", "王子涵")


def child(number: int, **changed: str) -> list[str]:
    """A child with its own name, and a birth date of its own."""
    born = f"2017-05-{number:02d}"
    own = {
        "姓名": NAMES[number % 5],
        "出生日期": born,
        "学籍号": pupil_number(born, 1),
        "身份证件号": id_number(born, 1),
    }
    return row(1, **{**own, **changed})


def everybody(county: County) -> list:
    return county.tables.pupils.find("school", [SCHOOL])


def outcome(report: dict) -> dict[str, int]:
    assert sum(report[name] for name in OUTCOMES) == report["rows"]
    return {name: report[name] for name in OUTCOMES if report[name]}


def codes(report: dict, kind: str = "warnings") -> list[str]:
    return [finding["code"] for finding in report[kind]]


# ---- one child
CORRECTIONS = {  # how the school knows the child; what the newer list says
    "changes-class": (NO_NUMBERS, {**NO_NUMBERS, "班级": "2班"}, {"moved": 1}),
    "name-corrected": (NO_NUMBERS, {**NO_NUMBERS, "姓名": "李晓红"}, {"proposed": 1}),
    "another-given-name": (NO_NUMBERS, {**NO_NUMBERS, "姓名": "李梅"}, {"asked": 1}),
    "birth-date-corrected": (NO_NUMBERS, {**NO_NUMBERS, "出生日期": "2017-05-15"}, {"proposed": 1}),
    "sex-corrected": (NO_NUMBERS, {**NO_NUMBERS, "性别": "2"}, {"proposed": 1}),
    "gets-its-numbers": (NO_NUMBERS, {}, {"proposed": 1}),
    "gets-its-numbers-in-another-class": (NO_NUMBERS, {"班级": "2班"}, {"moved": 1}),
    "loses-its-numbers": ({}, NO_NUMBERS, {"unchanged": 1}),
    "loses-its-numbers-in-another-class": ({}, {**NO_NUMBERS, "班级": "2班"}, {"moved": 1}),
    "ID-number-corrected": ({"学籍号": ""}, {"学籍号": "", "身份证件号": id_number("2017-05-10", 7)}, {"proposed": 1}),
    "both-numbers-corrected": (
        {},
        {"学籍号": pupil_number("2017-05-10", 7), "身份证件号": id_number("2017-05-10", 7)},
        {"proposed": 1},
    ),
    "both-numbers-in-another-class": (
        {},
        {"学籍号": pupil_number("2017-05-10", 7), "身份证件号": id_number("2017-05-10", 7), "班级": "2班"},
        {"asked": 1},
    ),
    "L-number-becomes-a-G-number": ({"学籍号": TEMPORARY, **NO_ID}, {}, {"proposed": 1}),
    "L-becomes-G-in-another-class": ({"学籍号": TEMPORARY, **NO_ID}, {"班级": "2班"}, {"moved": 1}),
    "name-and-class": (NO_NUMBERS, {**NO_NUMBERS, "姓名": "李晓红", "班级": "2班"}, {"asked": 1}),
    "ID-number-and-birth-date": (
        {"学籍号": ""},
        {"学籍号": "", "出生日期": "2017-05-15", "身份证件号": id_number("2017-05-15", 1)},
        {"asked": 1},
    ),
}


@pytest.mark.parametrize("case", CORRECTIONS)
def test_a_child_whose_row_is_corrected_is_matched_or_asked_about_and_never_two(campaign, case):
    known, said, wanted = CORRECTIONS[case]
    others = [child(number) for number in (11, 12, 13)]
    campaign.enrol(child(10, **known), *others)
    before = {pupil.id for pupil in everybody(campaign)}
    report = campaign.enrol(*others, child(10, **said))
    assert outcome(report) == {"unchanged": 3, **{k: v + 3 * (k == "unchanged") for k, v in wanted.items()}}
    assert {pupil.id for pupil in everybody(campaign)} == before
    assert campaign.waiting("130102") == [] and report["missing"] == 0
    again = campaign.enrol(*others, child(10, **said))  # before anybody has decided: the same child still
    assert {pupil.id for pupil in everybody(campaign)} == before
    assert (again["asked"], again["added"], again["waiting"]) == (wanted.get("asked", 0), 0, 0)


def test_a_number_for_life_does_not_become_a_temporary_one_again(campaign):
    campaign.enrol(child(10))
    report = campaign.enrol(child(10, 学籍号=TEMPORARY, **NO_ID))
    assert outcome(report) == {"unchanged": 1} and codes(report) == ["older-number"]


def test_a_namesake_who_is_on_the_list_as_well_is_another_child(campaign):
    campaign.enrol(child(10), child(11))
    namesake = child(10, 学籍号=pupil_number("2017-05-10", 7), 身份证件号=id_number("2017-05-10", 7))
    report = campaign.enrol(child(10), child(11), namesake)
    assert outcome(report) == {"unchanged": 2, "waiting": 1}
    assert codes(report) == ["alike-in-file"]  # two numbers, so two children; but somebody looks


def test_a_new_child_on_a_list_of_few_is_not_taken_for_the_twin_who_is_not_on_it(campaign):
    campaign.enrol(*(child(number, **NO_NUMBERS) for number in range(10, 15)))
    twin = child(10, **NO_NUMBERS, 姓名="李小梅")
    report = campaign.enrol(twin)
    assert outcome(report) == {"asked": 1} and report["missing"] == 0
    (question,) = report["questions"]
    assert [(c["differs"], c["name"], c["class_name"]) for c in question["candidates"]] == [
        (["name"], "李**", "三年级1班")
    ]


def test_a_number_in_the_row_of_another_child_is_asked_about(campaign):
    campaign.enrol(child(10, **NO_ID), child(11, **NO_ID))
    report = campaign.enrol(child(10, **NO_ID, 学籍号=child(11)[0]))
    assert outcome(report) == {"asked": 1}
    assert len(report["questions"][0]["candidates"]) == 2 and not report["questions"][0]["may_be_new"]


GUARDIAN = (*HEADINGS, "监护人1姓名")
PARENTS = ("张大", "李大", "陈大", "古大")
ROTATED = {"pupil-number": (0,), "both-numbers": (0, 7), "name": (1,)}  # columns that were sorted alone


def rotated(rows: list[list[str]], columns: tuple[int, ...]) -> list[list[str]]:
    moved = [list(each) for each in rows]
    for row_, other in zip(moved, [*rows[1:], rows[0]], strict=True):
        for column in columns:
            row_[column] = other[column]
    return moved


def guardians(county: County) -> set[tuple[str, str]]:
    fields = [county.deps.personal_data.fields(pupil) for pupil in everybody(county)]
    return {(each["name"], each["guardian1_name"]) for each in fields}


@pytest.mark.parametrize("case", ROTATED)
def test_a_column_sorted_alone_gives_nobody_another_family_and_is_told(campaign, case):
    known = {} if 7 in ROTATED[case] else NO_ID
    rows = [[*child(10 + n, **known), parent] for n, parent in enumerate(PARENTS)]
    assert campaign.import_(csv(rows, GUARDIAN)).status_code == 201
    before = guardians(campaign)
    report = campaign.import_(csv(rotated(rows, ROTATED[case]), GUARDIAN)).json
    assert outcome(report) == {"asked": 4} and guardians(campaign) == before
    assert codes(report)[0] == "column-sorted-alone" and codes(report).count("number-of-another") == 4
    assert not any(question["may_be_new"] for question in report["questions"])


def test_the_answer_to_a_number_that_came_to_another_child_is_not_asked_again(campaign):
    rows = [child(10 + n, **NO_ID) for n in range(4)]
    campaign.enrol(*rows)
    sent = rotated(rows, (0,))
    asked = campaign.enrol(*sent)["questions"]
    report = answered(campaign, sent, {each["question"]: each["candidates"][1]["pupil"] for each in asked}).json
    assert outcome(report) == {"proposed": 4}
    assert outcome(campaign.enrol(*sent)) == {"proposed": 4}


def test_a_number_with_the_name_and_birth_date_of_nobody_changes_nothing_unasked(campaign):
    campaign.enrol(child(10, **NO_ID), child(11, **NO_ID))
    report = campaign.enrol(child(11, **NO_ID), child(12, **NO_ID, 学籍号=child(10)[0]))
    assert (outcome(report), codes(report)) == ({"unchanged": 1, "asked": 1}, ["number-of-another"])
    assert len(report["questions"][0]["candidates"]) == 1


# ---- two rows
def test_two_rows_of_one_child_are_told_whatever_class_or_number_they_give(campaign):
    report = campaign.enrol(
        child(10), child(11), child(10, **NO_NUMBERS, 班级="2班"), child(11, 学籍号=TEMPORARY, **NO_ID)
    )
    assert outcome(report) == {"added": 2, "refused": 2}
    assert [(error["row"], error["code"]) for error in report["errors"]] == [
        (4, "double-in-file"),
        (5, "double-in-file"),
    ]
    assert "第2行" in report["errors"][0]["message_zh"] and "row 3" in report["errors"][1]["message_en"]


def test_of_two_rows_the_one_in_the_childs_own_class_counts(campaign):
    campaign.enrol(child(10, **NO_NUMBERS))
    report = campaign.enrol(child(10, **NO_NUMBERS, 班级="2班"), child(10, **NO_NUMBERS))
    assert outcome(report) == {"unchanged": 1, "refused": 1} and report["errors"][0]["row"] == 2


# ---- questions
def ask(county: County) -> dict:
    """The question about a child whose numbers and class differ."""
    county.enrol(child(10), child(11))
    other = child(10, 学籍号=pupil_number("2017-05-10", 7), 身份证件号=id_number("2017-05-10", 7), 班级="2班")
    report = county.enrol(child(11), other)
    return {"rows": (child(11), other), **report["questions"][0]}


def answered(county: County, rows, answers: dict, query: str = ""):
    return county.import_(csv(rows), query=query, fields={"answers": orjson.dumps(answers).decode()})


def test_an_answer_names_the_child_and_is_not_asked_again(campaign):
    asked = ask(campaign)
    pupil = asked["candidates"][0]["pupil"]
    report = answered(campaign, asked["rows"], {asked["question"]: pupil}).json
    assert outcome(report) == {"unchanged": 1, "moved": 1} and codes(report) == ["moved-and-proposed"]
    assert campaign.tables.pupils.get(pupil).state.class_ == SECOND
    assert outcome(campaign.enrol(*asked["rows"])) == {"unchanged": 1, "proposed": 1}
    campaign.post(f"/v1/pupils/{pupil}/proposal/decisions", {"accept": False, "reason": "不对"}, "leader", HERE)
    assert outcome(campaign.enrol(*asked["rows"])) == {"unchanged": 2}  # rejected: still the same child


def test_an_answer_makes_another_child_which_waits_as_any_new_number_does(campaign):
    asked = ask(campaign)
    report = answered(campaign, asked["rows"], {asked["question"]: "new"}).json
    assert outcome(report) == {"unchanged": 1, "waiting": 1}
    assert outcome(campaign.enrol(*asked["rows"])) == {"unchanged": 1, "waiting": 1}
    assert len(campaign.waiting("130102")) == 1


def test_an_answer_with_a_child_that_was_no_candidate_or_in_no_form_changes_nothing(campaign):
    asked = ask(campaign)
    campaign.enrol(child(20), school=OTHER)
    theirs = campaign.tables.pupils.find("school", [OTHER])[0].id
    mine = next(pupil.id for pupil in everybody(campaign) if pupil.id != asked["candidates"][0]["pupil"])
    for pupil in (theirs, mine, "0" * 32):
        assert outcome(answered(campaign, asked["rows"], {asked["question"]: pupil}).json)["asked"] == 1
    for text in ("[]", "{", '{"x": 1}'):
        assert campaign.import_(csv(asked["rows"]), fields={"answers": text}).status_code == 422


@pytest.mark.parametrize("query", ["?dry_run=1", ""])
def test_an_answer_to_a_row_that_was_corrected_is_left_out_and_told(campaign, query):
    asked = ask(campaign)
    answers = {asked["question"]: asked["candidates"][0]["pupil"]}
    assert answered(campaign, asked["rows"], answers, query="?dry_run=1").json["answers"] == answers
    report = answered(campaign, (child(11), child(10)), answers, query=query).json
    assert (outcome(report), codes(report), report["answers"]) == ({"unchanged": 2}, ["answers-left-out"], {})


def test_a_dry_run_lists_the_answered_questions_too_and_the_import_only_open_ones(campaign):
    rows, (first, second) = two_for_one(campaign)
    answers = {first["question"]: "new"}
    dry = answered(campaign, rows, answers, query="?dry_run=1").json
    assert (dry["asked"], dry["questions"], dry["answers"]) == (1, [first, second], answers)
    assert answered(campaign, rows, answers).json["questions"] == [second]


def two_for_one(county: County) -> tuple[list[list[str]], list[dict]]:
    base = [child(number, **NO_NUMBERS) for number in (10, 11, 12, 13)]
    county.enrol(*base)
    rows = [*base[1:], child(10, **NO_NUMBERS, 姓名="李梅"), child(10, **NO_NUMBERS, 姓名="李兰")]
    return rows, county.enrol(*rows)["questions"]


def test_a_row_left_for_later_stays_asked_when_another_row_is_answered_with_its_candidate(campaign):
    rows, (first, second) = two_for_one(campaign)
    pupil = first["candidates"][0]["pupil"]
    report = answered(campaign, rows, {first["question"]: pupil}).json
    assert outcome(report) == {"unchanged": 3, "proposed": 1, "asked": 1} and len(everybody(campaign)) == 4
    assert [question["row"] for question in report["questions"]] == [second["row"]]


def test_two_rows_answered_with_one_child_are_told(campaign):
    rows, questions = two_for_one(campaign)
    report = answered(campaign, rows, {each["question"]: each["candidates"][0]["pupil"] for each in questions}).json
    assert outcome(report) == {"unchanged": 3, "proposed": 1, "refused": 1}
    assert [(error["row"], error["code"]) for error in report["errors"]] == [(6, "double-in-file")]
    assert len(everybody(campaign)) == 4


# ---- one class's list, the whole school's list
BETWEEN_LISTS = {
    "sex": ({"性别": "2", "班级": "2班"}, False),
    "birth-date": ({"出生日期": "2017-05-19", "班级": "2班"}, False),
    "name": ({"姓名": "李晓红", "班级": "2班"}, False),
    "name-and-birth-date": ({"姓名": "李晓红", "出生日期": "2017-05-19"}, True),
    "name-and-sex": ({"姓名": "李晓红", "性别": "2"}, True),
}


@pytest.mark.parametrize("case", BETWEEN_LISTS)
def test_a_child_corrected_on_the_list_of_its_new_class_or_of_the_school_is_asked_about(campaign, case):
    said, whole = BETWEEN_LISTS[case]
    own = [child(number, **NO_NUMBERS) for number in (10, 11, 12, 13)]
    second = [child(number, **NO_NUMBERS, 班级="2班", 姓名=name) for number, name in ((21, "甲乙"), (22, "丙丁"))]
    campaign.enrol(*own, *second)
    rest = [*own[1:], *second] if whole else second
    report = campaign.enrol(*rest, child(10, **{**NO_NUMBERS, **said}))
    assert (outcome(report), report["missing"]) == ({"unchanged": len(rest), "asked": 1}, 0)


def test_a_namesake_born_on_another_day_and_a_child_born_on_the_same_one_are_new_without_a_question(campaign):
    campaign.enrol(*(child(number, **NO_NUMBERS) for number in range(10, 14)))
    report = campaign.enrol(
        child(10, **{**NO_NUMBERS, "出生日期": "2016-11-23", "班级": "2班"}),
        child(11, **{**NO_NUMBERS, "姓名": "陈晨", "班级": "2班"}),
    )
    assert outcome(report) == {"added": 2}


# ---- children who wait
def test_a_child_who_waits_stays_one_when_its_number_is_left_out_or_replaced(campaign):
    campaign.enrol(child(11))
    for said in ({"学籍号": TEMPORARY, **NO_ID}, NO_NUMBERS, {}, {**NO_NUMBERS, "班级": "2班"}):
        assert outcome(campaign.enrol(child(11), child(10, **said))) == {"unchanged": 1, "waiting": 1}, said
    (arrival,) = campaign.waiting("130102")
    campaign.answer(arrival["arrival"], "county", COUNTY)
    assert len(everybody(campaign)) == 2
    report = campaign.enrol(child(11), child(10, 班级="2班"))
    assert outcome(report) == {"unchanged": 2}  # with the number for life and the class of the newest file


# ---- moves and missing ones
def test_who_is_missing_from_a_newer_list_of_the_class_is_told_and_stays(campaign):
    campaign.enrol(*(child(number) for number in range(10, 15)))
    report = campaign.enrol(*(child(number) for number in range(11, 15)))
    assert (outcome(report), report["missing"], report["large"]) == ({"unchanged": 4}, 1, [])
    (missing,) = report["missing_pupils"]
    assert (missing["name"], missing["class_name"]) == ("李**", "三年级1班")
    assert len(campaign.pupils()) == 5
    assert campaign.get(f"/v1/imports/{report['import']}", "school", HERE) == report
    kept = orjson.dumps(campaign.store.load(f"import-{report['import']}")[-1].data).decode()
    assert "李" not in kept and missing["pupil"] in kept
    views = campaign.deps.views.records.of_pupil(missing["pupil"], campaign.clock.now() + 1, 10)
    assert [view.what for view in views if view.role == "school"] == ["class-list"] * 2


def test_a_row_with_an_error_names_its_child_who_is_neither_missing_nor_taken_for_another(campaign):
    without = [child(number, **NO_NUMBERS) for number in range(10, 14)]
    campaign.enrol(*without)
    wrong = child(10, **NO_NUMBERS, 班级="77班")
    report = campaign.enrol(wrong, *without[1:], child(10, **NO_NUMBERS, 姓名="李晓红"))
    assert (outcome(report), report["missing"]) == ({"unchanged": 3, "added": 1, "refused": 1}, 0)
    many = [child(number, **NO_NUMBERS, 性别="x") for number in range(10, 13)]
    assert campaign.enrol(*many, without[3])["missing"] == 1  # the new one; nobody is asked for a yes


def test_a_row_with_an_error_names_the_namesake_born_on_its_day_only(campaign):
    one, other = child(10, **NO_NUMBERS, 姓名="张伟"), child(16, **NO_NUMBERS, 姓名="张伟")
    rest = [child(number, **NO_NUMBERS) for number in (12, 13, 14)]
    campaign.enrol(one, other, *rest)
    wrong, corrected = child(10, **NO_NUMBERS, 姓名="张伟", 性别="?"), child(17, **NO_NUMBERS, 姓名="张伟")
    report = campaign.enrol(wrong, corrected, *rest)
    assert (outcome(report), report["missing"]) == ({"unchanged": 3, "proposed": 1, "refused": 1}, 0)
    assert len(everybody(campaign)) == 5


@pytest.mark.parametrize("name", ["李小红2", ""])
def test_a_row_whose_name_has_the_error_names_its_child_by_birth_date_and_sex(campaign, name):
    rows = [child(number, **NO_NUMBERS) for number in (10, 11, 12, 13)]
    campaign.enrol(*rows)
    report = campaign.enrol(child(10, **{**NO_NUMBERS, "姓名": name}), *rows[1:])
    assert (outcome(report), report["missing"]) == ({"unchanged": 3, "refused": 1}, 0)


def test_who_has_left_is_not_missing(campaign):
    campaign.enrol(child(10), child(11), child(12))
    gone = next(p["pupil"] for p in campaign.pupils() if p["name"] == NAMES[0])
    campaign.post(f"/v1/pupils/{gone}/changes", {"kind": "left"}, "school", HERE)
    assert campaign.enrol(child(11), child(12))["missing"] == 0


@pytest.mark.parametrize("size", [3, 5, 40])
def test_a_whole_class_moves_with_a_yes_to_exactly_this_file_only(campaign, size):
    rows = [row(number) for number in range(1, size + 1)]
    campaign.enrol(*rows)
    moved = csv([row(number, 班级="2班") for number in range(1, size + 1)])
    refused = campaign.import_(moved)
    assert refused.status_code == 409
    assert (refused.json["title"], refused.json["moved"]) == ("confirmation-needed", size)
    assert len(campaign.pupils()) == size and campaign.pupils(SECOND) == []
    kept = campaign.get(f"/v1/imports/{refused.json['import']}", "school", HERE)
    assert kept["dry_run"] and kept["confirm"] == refused.json["confirm"]  # a look that changes nothing is kept, too
    (large,) = kept["large"]
    assert (large["class"], large["class_name"], large["pupils"], large["moving"]) == (CLASS, "三年级1班", size, size)
    assert campaign.import_(moved, query="?dry_run=1").json["confirm"] == kept["confirm"]
    other = csv([row(number, 班级="2班", 姓名="王某") for number in range(1, size + 1)])
    assert campaign.import_(other, query=f"?confirm={kept['confirm']}").status_code == 409
    assert campaign.import_(moved, query=f"?confirm={'0' * 32}").status_code == 409
    done = campaign.import_(moved, query=f"?confirm={kept['confirm']}")
    assert (done.status_code, outcome(done.json)) == (201, {"moved": size})
    assert done.json["moves"] == [
        {"from": CLASS, "from_name": "三年级1班", "to": SECOND, "to_name": "三年级2班", "pupils": size}
    ]
    assert len(campaign.pupils(SECOND)) == size
    assert campaign.import_(moved).json["unchanged"] == size


def test_many_missing_need_a_yes_and_a_few_or_a_supplement_do_not(campaign):
    rows = [row(number) for number in range(1, 21)]
    campaign.enrol(*rows)
    assert campaign.import_(csv(rows[:5])).json["title"] == "confirmation-needed"
    assert campaign.enrol(*rows[:18])["missing"] == 2
    for few in ((row(30),), (row(1, 姓名="王改名"), row(2), row(30))):  # new and corrected ones: no list of the class
        assert campaign.enrol(*few)["missing"] == 0


def test_a_move_to_another_grade_is_told_at_its_row(campaign):
    campaign.post(f"/v1/units/{SCHOOL}/classes", {"stage": "p", "entry_year": 2025, "number": 1}, "school", HERE)
    campaign.enrol(*(child(number) for number in range(10, 15)))
    report = campaign.enrol(*(child(number) for number in range(11, 15)), child(10, 年级="二年级"))
    assert (outcome(report), codes(report)) == ({"unchanged": 4, "moved": 1}, ["another-grade"])


@pytest.mark.parametrize("written", range(1, 4))
def test_a_confirmed_import_that_died_midway_is_completed_without_another_yes(campaign, monkeypatch, written):
    rows = [row(number) for number in range(1, 121)]
    campaign.enrol(*rows)
    moved = csv([row(number, 班级="2班") for number in range(1, 121)])
    confirm = f"?confirm={campaign.import_(moved).json['confirm']}"
    append, left = campaign.store.append, iter(range(written))

    def dying(*given):
        if next(left, None) is None:
            raise RuntimeError("killed")
        return append(*given)

    with monkeypatch.context() as dies:
        dies.setattr(campaign.store, "append", dying)
        assert campaign.import_(moved, key="import-0001", query=confirm).status_code == 500
    report = campaign.import_(moved, key="import-0001", query=confirm).json
    assert (outcome(report), report["moves"][0]["pupils"]) == ({"moved": 120}, 120)
