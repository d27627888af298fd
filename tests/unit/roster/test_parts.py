"""Roster over HTTP: a school takes parts of a trial run now. What it leaves out is counted, kept, and taken later."""

from __future__ import annotations

from random import Random

import pytest

from services.roster.domain.parts import KINDS
from services.roster.kept_files.protocol import KEPT_MS
from tests.unit.roster.county import CLASS, HERE, SCHOOL, SECOND, County
from tests.unit.roster.county import campaign as campaign_county
from tests.unit.roster.files import HEADINGS, csv
from tests.unit.roster.test_kept_files import run, trial
from tests.unit.roster.test_one_child import NO_NUMBERS, child, everybody, outcome
from tests.unit.roster.undoing import COLUMNS, change_set, send, state, undone

CLASS_2 = {"班级": "2班"}


def take(classes=(), kinds=()):
    return {"classes": list(classes), "kinds": list(kinds)}


def by_class(report) -> dict[str, dict[str, int]]:
    return {
        each["class"]: {kind: each[kind] for kind in (*KINDS, "left_out") if each[kind]} for each in report["classes"]
    }


def in_parts(county: County, *rows) -> dict:
    """A trial run of a file for classes 1 and 2, of which class 2 is taken."""
    report = trial(county, *rows)
    done = run(county, report, take=take([SECOND]))
    assert done.status_code == 201, done.text
    return done.json


@pytest.fixture
def two_kinds(campaign) -> County:
    """Five pupils of class 1, of whom one has left."""
    campaign.enrol(*(child(number) for number in range(10, 15)))
    gone = next(row for row in everybody(campaign) if campaign.deps.personal_data.fields(row)["name"] == "李小红")
    campaign.post(f"/v1/pupils/{gone.id}/changes", {"kind": "left"}, "school", HERE)
    return campaign


MIXED = (  # of the five: one is back, one moves, one lives elsewhere, two are as before; and one is new
    child(10),
    child(11, **CLASS_2),
    child(12),
    child(13),
    child(14),
    child(15, **NO_NUMBERS),
)


# ---- what a trial run tells
def test_a_trial_run_tells_what_changes_in_each_class(two_kinds):
    report = trial(two_kinds, *MIXED)
    assert by_class(report) == {CLASS: {"new": 1, "rejoined": 1}, SECOND: {"moved": 1}}
    assert (report["left_out"], report["take"]) == (0, take())
    assert all(each["class_name"] for each in report["classes"])


# ---- a part
def test_only_the_chosen_class_is_taken_and_the_rest_is_counted(two_kinds):
    before = state(two_kinds)["pupils"]
    report = in_parts(two_kinds, *MIXED)
    assert outcome(report) == {"moved": 1, "unchanged": 3, "left_out": 2}
    assert by_class(report) == {CLASS: {"left_out": 2}, SECOND: {"moved": 1}}
    assert (report["dry_run"], report["take"]) == (False, take([SECOND]))
    after = state(two_kinds)["pupils"]
    assert len([id for id in before if before[id] != after[id]]) == 1 and before.keys() == after.keys()


@pytest.mark.parametrize(
    ("kind", "wanted"), [("new", {"added": 1}), ("moved", {"moved": 1}), ("rejoined", {"rejoined": 1}), ("changed", {})]
)
def test_only_the_chosen_kind_of_change_is_taken(two_kinds, kind, wanted):
    done = run(two_kinds, trial(two_kinds, *MIXED), take=take(kinds=[kind])).json
    assert outcome(done) == {**wanted, "unchanged": 3, "left_out": 3 - len(wanted)}


def test_classes_and_kinds_are_taken_where_both_say_so(two_kinds):
    done = run(two_kinds, trial(two_kinds, *MIXED), take=take([CLASS], ["new", "moved"])).json
    assert outcome(done) == {"added": 1, "unchanged": 3, "left_out": 2}


def test_a_proposal_in_a_part_that_is_not_taken_reaches_nobody(campaign):
    campaign.enrol(child(10), child(11))
    done = run(campaign, trial(campaign, child(10, 姓名="李晓红"), child(11)), take=take([SECOND])).json
    assert outcome(done) == {"unchanged": 1, "left_out": 1}
    assert campaign.get(f"/v1/units/{SCHOOL}/proposals", "leader", HERE)["items"] == []


def test_errors_and_questions_are_told_of_the_whole_file(campaign):
    campaign.enrol(child(10))
    done = run(campaign, trial(campaign, child(10), child(11, 出生日期="明天")), take=take([SECOND])).json
    assert (outcome(done), done["errors_total"]) == ({"unchanged": 1, "refused": 1}, 1)


# ---- the rest
def test_what_is_left_out_stays_to_be_looked_at_and_taken(two_kinds):
    report = in_parts(two_kinds, *MIXED)
    assert report["kept_until"] == two_kinds.clock.now() + KEPT_MS
    looked = run(two_kinds, report, dry_run=True).json
    assert by_class(looked) == {CLASS: {"new": 1, "rejoined": 1}}
    assert outcome(looked) == {"added": 1, "rejoined": 1, "unchanged": 4}
    rest = run(two_kinds, report).json
    assert (outcome(rest), rest["left_out"], rest["kept_until"]) == (outcome(looked), 0, 0)


@pytest.mark.parametrize("seed", range(12))
def test_in_parts_or_as_a_whole_the_roster_is_the_same(seed):
    """Once the file is sent again: a row that was asked may be clear when its likes are where they belong."""
    random = Random(seed)
    known = [[*child(number, **NO_NUMBERS), ""] for number in range(10, 16)]
    parts = [take(), *(take([random.choice((CLASS, SECOND))], random.sample(sorted(KINDS), 2)) for _ in range(2))]
    rows, whole, divided = change_set(random), campaign_county(), campaign_county()
    for county in (whole, divided):
        send(county, known)
    send(whole, rows)
    report = divided.import_(csv(rows, COLUMNS), query="?dry_run=1").json
    while parts and (report["dry_run"] or report["left_out"]):
        report = with_yes(divided, report, parts.pop())
    assert report["left_out"] == 0
    for county in (whole, divided):
        send(county, rows)
    assert roster(divided) == roster(whole)


def with_yes(county: County, report: dict, part: dict) -> dict:
    """The report of a part of a kept file, with the yes that it may need."""
    done = run(county, report, take=part)
    if done.status_code == 409:
        report = county.get(f"/v1/imports/{done.json['import']}", "school", HERE)
        done = run(county, report, take=part, confirm=report["confirm"])
    assert done.status_code == 201, done.text
    return done.json


def roster(county: County) -> tuple:
    """The pupils, proposals and requests of the school, without their ids."""
    found, personal = state(county), county.deps.personal_data
    pupils = sorted((one.class_, one.state, sorted(fields.items())) for one, fields, *_ in found["pupils"].values())
    proposals = sorted(sorted(proposal["wanted"].items()) for _, proposal in found["proposals"].values())
    arrivals = county.tables.arrivals.find("school", [SCHOOL])
    asked = sorted((row.state.class_, sorted(personal.arrival(row)["fields"].items())) for row in arrivals)
    return pupils, found["expected"], proposals, asked


def test_the_rest_of_a_first_file_is_of_the_first_import(campaign):
    rows = [child(10), child(11), child(12, **CLASS_2), child(13, **CLASS_2)]
    report = in_parts(campaign, *rows)
    assert outcome(report) == {"added": 2, "left_out": 2}
    assert outcome(run(campaign, report).json) == {"added": 2, "unchanged": 2}
    assert len(everybody(campaign)) == 4


def test_another_file_after_a_part_of_the_first_one_is_not_the_first(campaign):
    in_parts(campaign, child(10), child(12, **CLASS_2))
    assert outcome(campaign.enrol(child(10), child(11))) == {"waiting": 2}


def test_the_rest_after_a_part_that_was_undone_waits_like_any_other(campaign):
    report = in_parts(campaign, child(10), child(12, **CLASS_2))
    campaign.clock.advance(seconds=60)
    rest = run(campaign, report).json
    undone(campaign, rest["import"])
    undone(campaign, report["import"])
    assert outcome(campaign.enrol(child(10), child(12, **CLASS_2))) == {"added": 2}


def test_each_part_is_undone_on_its_own(two_kinds):
    before = state(two_kinds)
    report = in_parts(two_kinds, *MIXED)
    between = state(two_kinds)
    two_kinds.clock.advance(seconds=60)
    rest = run(two_kinds, report).json
    assert undone(two_kinds, rest["import"])["taken_back"]["added"] == 1
    assert state(two_kinds) == between
    assert undone(two_kinds, report["import"])["taken_back"]["changed"] == 1
    assert state(two_kinds) == before


def test_the_list_of_imports_names_what_was_left_out(two_kinds):
    two_kinds.clock.advance(seconds=60)
    in_parts(two_kinds, *MIXED)
    (latest, _) = two_kinds.get(f"/v1/units/{SCHOOL}/imports", "school", HERE)["items"]
    assert (latest["moved"], latest["left_out"]) == (1, 2)


# ---- the yes
def test_a_large_change_that_is_left_out_needs_no_yes(campaign):
    rows = [child(number) for number in range(10, 20)]
    campaign.enrol(*rows)
    moved = [child(number, **CLASS_2) for number in range(10, 20)]
    report = trial(campaign, *moved, child(20, **NO_NUMBERS))
    assert report["confirm"]
    done = run(campaign, report, take=take([CLASS]))
    assert done.status_code == 201, done.text
    assert outcome(done.json) == {"added": 1, "left_out": 10}


def test_a_large_change_that_is_taken_needs_its_own_yes(campaign):
    rows = [child(number) for number in range(10, 20)]
    campaign.enrol(*rows)
    moved = [child(number, **CLASS_2) for number in range(10, 20)]
    report = trial(campaign, *moved, child(20, **NO_NUMBERS))
    refused = run(campaign, report, take=take(kinds=["moved"]))
    assert (refused.status_code, refused.json["title"]) == (409, "confirmation-needed")
    seen = campaign.get(f"/v1/imports/{refused.json['import']}", "school", HERE)
    assert (seen["take"], seen["left_out"]) == (take(kinds=["moved"]), 1)
    done = run(campaign, seen, take=take(kinds=["moved"]), confirm=seen["confirm"])
    assert (done.status_code, outcome(done.json)) == (201, {"moved": 10, "left_out": 1})


def test_only_what_is_taken_counts_for_the_next_files(campaign):
    rows = [child(number) for number in range(10, 20)]
    campaign.enrol(*rows)
    two = [child(number, **(CLASS_2 if number < 12 else {})) for number in range(10, 20)]
    run(campaign, trial(campaign, *two), take=take([CLASS]))
    four = [child(number, **(CLASS_2 if number < 12 else {})) for number in range(10, 20)]
    assert trial(campaign, *four)["large"] == []


def test_a_run_in_parts_sent_again_is_one_run(two_kinds):
    report = trial(two_kinds, *MIXED)
    first = run(two_kinds, report, key="part-0001", take=take([SECOND]))
    again = run(two_kinds, report, key="part-0001", take=take([SECOND]))
    assert (again.status_code, again.json) == (201, first.json)


@pytest.mark.parametrize("wrong", [{"classes": ["nonsense"]}, {"kinds": ["left"]}, {"rows": [1]}])
def test_parts_that_no_file_has_are_refused(two_kinds, wrong):
    response = run(two_kinds, trial(two_kinds, *MIXED), take=wrong)
    assert (response.status_code, response.json["title"]) == (422, "bad-fields")


def test_the_withdrawal_of_a_proposal_is_taken_or_left_out_but_never_lost(two_kinds):
    rows = [child(number) for number in (10, 12, 13, 14)]
    wrong = [rows[0], child(12, 性别="女"), *rows[2:]]
    assert send(two_kinds, wrong, HEADINGS)["proposed"] == 1
    left = run(two_kinds, trial(two_kinds, *rows), take=take([SECOND])).json
    assert (left["left_out"], bool(left["kept_until"]), waiting(two_kinds)) == (1, True, 1)
    left = run(two_kinds, trial(two_kinds, *rows), take=take(kinds=["new"])).json
    assert (left["left_out"], waiting(two_kinds)) == (1, 1)
    taken = run(two_kinds, trial(two_kinds, *rows), take=take(kinds=["changed"])).json
    assert (taken["left_out"], waiting(two_kinds)) == (0, 0)


def waiting(county: County) -> int:
    return len([row for row in county.tables.proposals.find("school", [SCHOOL]) if row.state.status == "waiting"])
