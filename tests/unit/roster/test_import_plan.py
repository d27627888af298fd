"""Roster over HTTP: what an import tells of the whole file, and the yes that a large change needs."""

from __future__ import annotations

import orjson
import pytest

from services.roster.domain.tally import WINDOW_DAYS
from tests.unit.roster.county import CLASS, HERE, OTHER, SCHOOL, SECOND, County, row, state_of
from tests.unit.roster.files import csv
from tests.unit.roster.numbers import id_number, pupil_number
from tests.unit.roster.test_one_child import NAMES, NO_NUMBERS, answered, child, codes, everybody, outcome, two_for_one


def leave(county: County, *names: str) -> list[str]:
    """The ids of those who have left; without names everybody does."""
    gone = [pupil["pupil"] for pupil in county.pupils() if not names or pupil["name"] in names]
    for pupil in gone:
        county.post(f"/v1/pupils/{pupil}/changes", {"kind": "left"}, "school", HERE)
    return gone


def states(county: County) -> list[str]:
    return sorted(pupil.state.state for pupil in everybody(county))


# ---- pupils who had left
@pytest.mark.parametrize("said", [{}, NO_NUMBERS, {"班级": "2班"}, {**NO_NUMBERS, "姓名": "李晓红"}])
def test_who_had_left_and_is_named_again_is_told_and_counted_as_rejoined(campaign, said):
    rest = [child(number) for number in (11, 12, 13)]
    campaign.enrol(child(10), *rest)
    (gone,) = leave(campaign, NAMES[0])
    report = campaign.enrol(child(10, **said), *rest)
    assert (outcome(report), report["missing"], report["moves"]) == ({"unchanged": 3, "rejoined": 1}, 0, [])
    assert [(each["pupil"], each["name"]) for each in report["rejoined_pupils"]] == [(gone, "李**")]
    assert codes(report) == (["rejoined-and-proposed"] if "姓名" in said else [])
    assert states(campaign) == ["in-school"] * 4
    assert state_of(campaign, f"entry-2026a-{gone}")["expected"]
    assert campaign.get(f"/v1/imports/{report['import']}", "school", HERE) == report
    again = campaign.enrol(child(10, **said), *rest)
    assert (again["rejoined"], again["rejoined_pupils"]) == (0, [])


def test_who_had_left_and_is_named_in_another_grade_is_told_at_its_row(campaign):
    campaign.post(f"/v1/units/{SCHOOL}/classes", {"stage": "p", "entry_year": 2025, "number": 1}, "school", HERE)
    campaign.enrol(*(child(number) for number in range(10, 15)))
    leave(campaign, NAMES[0])
    report = campaign.enrol(*(child(number) for number in range(11, 15)), child(10, 年级="二年级"))
    assert (outcome(report), codes(report)) == ({"unchanged": 4, "rejoined": 1}, ["another-grade"])


def test_the_view_of_those_who_rejoin_is_recorded(campaign):
    campaign.enrol(child(10), child(11))
    (gone,) = leave(campaign, NAMES[0])
    campaign.enrol(child(10), child(11))
    views = campaign.deps.views.records.of_pupil(gone, campaign.clock.now() + 1, 10)
    assert "class-list" in [view.what for view in views if view.role == "school"]


@pytest.mark.parametrize(("size", "left"), [(10, 6), (20, 10), (5, 5)])
def test_many_who_had_left_come_back_with_a_yes_only(campaign, size, left):
    rows = [row(number) for number in range(1, size + 1)]
    campaign.enrol(*rows)
    leave(campaign, *(cells[1] for cells in rows[:left]))
    refused = campaign.import_(csv(rows))
    assert refused.status_code == 409
    assert (refused.json["title"], refused.json["rejoined"]) == ("confirmation-needed", left)
    assert f"{left}名离校学生恢复在校" in refused.json["message_zh"]
    assert states(campaign).count("left") == left
    kept = campaign.get(f"/v1/imports/{refused.json['import']}", "school", HERE)
    assert [(each["class"], each["pupils"], each["rejoining"]) for each in kept["large"]] == [
        (CLASS, size - left, left)
    ]
    assert len(kept["rejoined_pupils"]) == left
    done = campaign.import_(csv(rows), query=f"?confirm={kept['confirm']}").json
    assert outcome(done)["rejoined"] == left == len(done["rejoined_pupils"]) and set(states(campaign)) == {"in-school"}


def test_the_yes_is_to_exactly_those_who_come_back(campaign):
    rows = [row(number) for number in range(1, 11)]
    campaign.enrol(*rows)
    leave(campaign, *(cells[1] for cells in rows[:5]))
    confirm = campaign.import_(csv(rows)).json["confirm"]
    leave(campaign, rows[5][1])
    assert campaign.import_(csv(rows), query=f"?confirm={confirm}").status_code == 409


def test_two_of_a_class_come_back_without_a_yes(campaign):
    rows = [child(number) for number in range(10, 15)]
    campaign.enrol(*rows)
    leave(campaign, NAMES[0], NAMES[1])
    assert outcome(campaign.enrol(*rows)) == {"unchanged": 3, "rejoined": 2}


# ---- several small files
def by_class(number: int, size: int = 5) -> list[list[str]]:
    """The list of a class of a small school."""
    return [child(10 * number + each, 班级=f"{number}班") for each in range(size)]


def taken_back(county: County, *numbers: int) -> list[tuple[int, dict]]:
    """The status and report of a file for each class, which brings back two of five."""
    responses = [county.import_(csv(by_class(number))) for number in numbers]
    return [(response.status_code, response.json) for response in responses]


@pytest.fixture
def half_gone(campaign):
    """Two classes of five, of which two have left."""
    campaign.enrol(*by_class(1), *by_class(2))
    for each in campaign.pupils()[:2] + campaign.pupils(SECOND)[:2]:
        campaign.post(f"/v1/pupils/{each['pupil']}/changes", {"kind": "left"}, "school", HERE)
    return campaign


def test_small_files_count_together_and_need_the_yes_that_one_large_file_needs(half_gone):
    (one, _), (two, refused) = taken_back(half_gone, 1, 2)
    assert (one, two, states(half_gone).count("left")) == (201, 409, 2)
    assert "前面导入的文件" in refused["message_zh"]
    kept = half_gone.get(f"/v1/imports/{refused['import']}", "school", HERE)
    told = [(each["class"], each["rejoining"], each["rejoined_lately"]) for each in kept["large"]]
    assert told == [(CLASS, 0, 2), (SECOND, 2, 0)]
    dry = half_gone.import_(csv(by_class(2)), query="?dry_run=1").json
    assert (dry["large"], dry["confirm"]) == (kept["large"], kept["confirm"])
    done = half_gone.import_(csv(by_class(2)), query=f"?confirm={kept['confirm']}")
    assert (done.status_code, states(half_gone).count("left")) == (201, 0)


def test_a_yes_covers_what_was_counted_and_the_count_starts_anew(half_gone):
    _, (_, refused) = taken_back(half_gone, 1, 2)
    half_gone.import_(csv(by_class(2)), query=f"?confirm={refused['confirm']}")
    leave(half_gone, half_gone.pupils()[0]["name"])
    assert half_gone.import_(csv(by_class(1))).status_code == 201


def test_a_week_later_nothing_counts_any_more(half_gone):
    assert half_gone.import_(csv(by_class(1))).status_code == 201
    half_gone.clock.advance(days=WINDOW_DAYS, seconds=-1)
    assert half_gone.import_(csv(by_class(2))).status_code == 409
    half_gone.clock.advance(seconds=1)
    assert half_gone.import_(csv(by_class(2))).status_code == 201


def test_rows_of_a_class_moved_one_by_one_need_a_yes_at_last(campaign):
    rows = [child(number) for number in range(10, 18)]
    campaign.enrol(*rows)
    moved = [child(number, 班级="2班") for number in range(10, 18)]
    assert [campaign.import_(csv([each])).status_code for each in moved[:3]] == [201, 201, 409]
    assert campaign.import_(csv(rows[3:4])).status_code == 201  # changes nothing, so nothing is asked


def test_a_file_that_is_sent_again_counts_once(half_gone):
    for _ in range(2):
        assert half_gone.import_(csv(by_class(1)), key="import-0001").status_code == 201
    (counted,) = half_gone.store.load(f"tally-{SCHOOL}")
    assert counted.data["counted"] == [{"class": CLASS, "moved": 0, "rejoined": 2}]


# ---- the whole import, with its answers
def other_numbers(number: int) -> list[str]:
    born = f"2017-05-{number}"
    return child(number, 学籍号=pupil_number(born, 7), 身份证件号=id_number(born, 7), 班级="2班")


def test_moves_by_answers_are_in_the_report_and_many_need_a_yes(campaign):
    campaign.enrol(*(child(number) for number in range(10, 20)))
    rows = [other_numbers(number) for number in range(10, 20)]
    asked = campaign.enrol(*rows)
    assert (outcome(asked), asked["moves"], asked["large"]) == ({"asked": 10}, [], [])
    answers = {each["question"]: each["candidates"][0]["pupil"] for each in asked["questions"]}
    refused = answered(campaign, rows, answers)
    assert refused.status_code == 409
    assert (refused.json["title"], refused.json["moved"]) == ("confirmation-needed", 10)
    kept = campaign.get(f"/v1/imports/{refused.json['import']}", "school", HERE)
    assert (kept["answers"], kept["moves"][0]["pupils"], kept["large"][0]["moving"]) == (answers, 10, 10)
    assert len(campaign.pupils()) == 10
    done = answered(campaign, rows, kept["answers"], query=f"?confirm={kept['confirm']}").json
    assert (outcome(done), done["moves"][0]["pupils"], done["large"][0]["moving"]) == ({"moved": 10}, 10, 10)
    assert len(campaign.pupils(SECOND)) == 10


def test_one_move_by_an_answer_is_in_the_report_without_a_yes(campaign):
    campaign.enrol(child(10), child(11))
    rows = [child(11), other_numbers(10)]
    (question,) = campaign.enrol(*rows)["questions"]
    report = answered(campaign, rows, {question["question"]: question["candidates"][0]["pupil"]}).json
    assert [(move["from"], move["to"], move["pupils"]) for move in report["moves"]] == [(CLASS, SECOND, 1)]
    assert (report["large"], report["confirm"]) == ([], "")


def test_who_had_left_rejoins_by_an_answer_and_is_told(campaign):
    campaign.enrol(*(child(number, **NO_NUMBERS) for number in (10, 11, 12)))
    (gone,) = leave(campaign, NAMES[0])
    rows = [child(11, **NO_NUMBERS), child(12, **NO_NUMBERS), child(10, **NO_NUMBERS, 姓名="李梅")]
    (question,) = campaign.enrol(*rows)["questions"]
    report = answered(campaign, rows, {question["question"]: gone}).json
    assert outcome(report) == {"unchanged": 2, "rejoined": 1}
    assert [each["pupil"] for each in report["rejoined_pupils"]] == [gone]


def test_a_child_whom_the_answer_passes_over_is_missing(campaign):
    base = [child(number, **NO_NUMBERS) for number in (10, 11, 12, 13)]
    campaign.enrol(*base)
    rows = [*base[1:], child(10, **NO_NUMBERS, 姓名="李梅")]
    asked = campaign.enrol(*rows)
    assert asked["missing"] == 0  # perhaps this row means it
    report = answered(campaign, rows, {asked["questions"][0]["question"]: "new"}).json
    assert (outcome(report), report["missing"]) == ({"unchanged": 3, "added": 1}, 1)
    assert report["missing_pupils"][0]["pupil"] == asked["questions"][0]["candidates"][0]["pupil"]


def test_an_open_question_keeps_its_candidate_from_being_missing(campaign):
    rows, (first, _) = two_for_one(campaign)
    assert answered(campaign, rows, {first["question"]: "new"}).json["missing"] == 0


def test_the_yes_to_the_file_serves_with_answers_that_leave_the_large_change_as_it_is(campaign):
    rows = [row(number) for number in range(1, 21)]
    alone = child(10, **NO_NUMBERS, 班级="2班")
    campaign.enrol(*rows, alone)
    sent = [*rows[:10], child(10, **NO_NUMBERS, 班级="2班", 姓名="李梅")]
    refused = campaign.import_(csv(sent)).json
    kept = campaign.get(f"/v1/imports/{refused['import']}", "school", HERE)
    (question,) = kept["questions"]
    answers = {question["question"]: question["candidates"][0]["pupil"]}
    done = answered(campaign, sent, answers, query=f"?confirm={kept['confirm']}")
    assert (done.status_code, outcome(done.json)) == (201, {"unchanged": 10, "proposed": 1})


def test_an_answer_that_was_not_taken_is_not_kept(campaign):
    campaign.enrol(child(10), child(11))
    rows = [child(11), other_numbers(10)]
    (question,) = campaign.enrol(*rows)["questions"]
    report = answered(campaign, rows, {question["question"]: "0" * 32}).json
    assert (report["asked"], report["answers"]) == (1, {})
    kept = orjson.dumps(campaign.store.load(f"import-{report['import']}")[0].data).decode()
    assert "0" * 32 not in kept


# ---- the first file
HERE_BEFORE = {"姓名": "周舟", "出生日期": "2015-03-02"}  # by a transfer that the bureau has recorded
OTHER_NUMBERS = {"学籍号": pupil_number("2015-03-02", 7), "身份证件号": id_number("2015-03-02", 7), "班级": "2班"}
NOTHING_ADDED = {
    "unknown classes": [child(number, 班级="9班") for number in (10, 11, 12)],
    "nobody but who is here": [child(20, **HERE_BEFORE)],
    "a question left open": [child(20, **{**HERE_BEFORE, **OTHER_NUMBERS})],
}


@pytest.mark.parametrize("case", NOTHING_ADDED)
def test_a_file_that_adds_nobody_is_not_yet_the_first_one(campaign, case):
    if "unknown" not in case:
        campaign.enrol(child(20, **HERE_BEFORE), school=OTHER)
        pupil = campaign.tables.pupils.find("school", [OTHER])[0].id
        move = {"kind": "transferred", "school": SCHOOL, "class": CLASS}
        assert campaign.ask("POST", f"/v1/pupils/{pupil}/changes", "county", ["/000000/"], json=move).status_code == 200
    report = campaign.enrol(*NOTHING_ADDED[case])
    assert (report["added"], report["waiting"]) == (0, 0)
    rows = [child(number) for number in (10, 11, 12)]
    assert campaign.enrol(*rows)["added"] == 3
    assert campaign.enrol(child(14))["waiting"] == 1  # that was the first one


def test_a_first_file_that_adds_one_is_the_first_one(campaign):
    report = campaign.enrol(child(10), *(child(number, 班级="9班") for number in (11, 12)))
    assert outcome(report) == {"added": 1, "refused": 2}
    assert outcome(campaign.enrol(child(10), child(11), child(12))) == {"unchanged": 1, "waiting": 2}


def test_a_first_file_of_numbers_that_others_have_is_the_first_one_and_tells_nothing(campaign):
    campaign.enrol(child(10), school=OTHER)
    assert outcome(campaign.enrol(child(10))) == {"added": 1}
    assert outcome(campaign.enrol(child(11))) == {"waiting": 1}
