"""Roster over HTTP: a number that is not on a school's roster waits, wherever it is; nothing is taken by a file."""

from __future__ import annotations

import orjson
import pytest

from services.roster.domain.proposal import KEY_FIELDS
from services.roster.use_cases import arrivals
from tests.unit.roster.county import CLASS, COUNTY, ELSEWHERE, HERE, OTHER, SCHOOL, THERE, County, row, state_of
from tests.unit.roster.files import HEADINGS, csv

NATION = "/000000/"
WITH_ADDRESS = (*HEADINGS, "现住址", "联系电话")
COUNTS = (
    "rows",
    "added",
    "moved",
    "changed",
    "unchanged",
    "waiting",
    "proposed",
    "asked",
    "errors",
    "warnings",
    "missing",
)


def with_address(number: int, address: str, phone: str = "", **changed: str) -> list[str]:
    return [*row(number, **changed), address, phone]


@pytest.fixture
def both(campaign: County) -> County:
    """A pupil here with an address, and another school that has imported before."""
    campaign.enrol(with_address(1, "秘密街5号", "13800001111"), headings=WITH_ADDRESS)
    campaign.enrol(row(50), school=OTHER)
    return campaign


def the_pupil(county: County) -> str:
    return str(county.pupils()[0]["pupil"])


def asked(county: County) -> str:
    """Ask for the pupil; the id of the request."""
    assert county.enrol(row(1), school=OTHER)["waiting"] == 1
    (arrival,) = county.waiting(SCHOOL, "school", HERE)
    return str(arrival["arrival"])


@pytest.mark.parametrize("query", ["", "?dry_run=1"])
@pytest.mark.parametrize("gone", [False, True])
def test_the_report_and_the_lists_of_a_school_are_the_same_whether_a_number_exists_or_not(both, query, gone):
    if gone:
        both.post(f"/v1/pupils/{the_pupil(both)}/changes", {"kind": "left"}, "school", HERE)
    seen = []
    for number in (1, 2):  # one that the other school holds, one that nobody has
        report = both.import_(csv([row(number)]), school=OTHER, query=query).json
        lists = [both.pupils(ELSEWHERE, "teacher"), both.get(f"/v1/units/{OTHER}/arrivals", "school", THERE)["items"]]
        seen.append(({name: report[name] for name in COUNTS}, [len(each) for each in lists], _alike(lists[1])))
    first, second = seen
    assert first[0] == second[0] and first[0]["waiting"] == 1
    assert [len(first[2]), len(second[2])] == ([1, 2] if not query else [0, 0])
    assert second[2][:1] == second[2][1:] or query


def _alike(items: list[dict]) -> list[dict]:
    """What a list tells beside the row of the file."""
    own = ("arrival", "name", "number_masked")
    return [{key: value for key, value in item.items() if key not in own} for item in items]


def test_a_first_file_counts_all_its_new_pupils_alike_and_takes_nobody(campaign):
    campaign.enrol(row(1))
    report = campaign.enrol(row(1), row(2), school=OTHER)
    assert (report["added"], report["waiting"], report["errors"]) == (2, 0, [])
    assert len(campaign.pupils(ELSEWHERE)) == 1 and len(campaign.pupils()) == 1
    assert len(campaign.waiting(SCHOOL, "school", HERE)) == 1
    assert campaign.enrol(row(3), school=OTHER)["waiting"] == 1  # a second file is no first one


def test_a_school_that_asks_gets_nothing_and_the_child_stays_counted_once(both):
    pupil = the_pupil(both)
    asked(both)
    assert both.ask("GET", f"/v1/pupils/{pupil}", "school", [THERE]).status_code == 403
    assert both.pupils(ELSEWHERE)[0]["pupil"] != pupil and len(both.pupils(ELSEWHERE)) == 1
    entry = state_of(both, f"entry-2026a-{pupil}")
    assert (entry["school"], entry["expected"]) == (SCHOOL, True)
    mine = both.get(f"/v1/units/{OTHER}/arrivals", "school", THERE)
    assert "秘密街" not in orjson.dumps(mine).decode() and pupil not in orjson.dumps(mine).decode()


def test_the_other_side_sees_who_asks_and_hands_over_without_its_own_data(both):
    pupil, arrival = the_pupil(both), asked(both)
    (line,) = both.waiting(SCHOOL, "school", HERE)
    assert (line["school_name"], line["kind"], line["pupil"], line["agrees"]) == (
        "长安区育才小学",
        "transfer",
        pupil,
        True,
    )
    assert [item["arrival"] for item in both.waiting("130102")] == [arrival]
    answer = both.answer(arrival, "school", HERE)
    assert (answer["status"], answer["pupil"]) == ("accepted", pupil)
    entry = state_of(both, f"entry-2026a-{pupil}")
    assert (entry["school"], entry["class"], entry["expected"]) == (OTHER, ELSEWHERE, True)
    fields = both.deps.personal_data.fields(both.tables.pupils.get(pupil))
    assert fields["pupil_number"] == row(1)[0] and not {"address", "phone"} & set(fields)
    assert both.waiting(SCHOOL, "school", HERE) == []
    assert both.enrol(row(1), school=OTHER)["unchanged"] == 1
    assert (
        both.ask("POST", f"/v1/arrivals/{arrival}/answers", "county", [COUNTY], json={"accept": True}).status_code
        == 409
    )


def test_only_the_side_that_holds_the_pupil_answers(both):
    arrival = asked(both)
    for role, path in (("school", THERE), ("leader", THERE), ("teacher", f"{HERE}{CLASS}/"), ("guardian", "")):
        answered = both.ask("POST", f"/v1/arrivals/{arrival}/answers", role, [path], json={"accept": True})
        assert answered.status_code == 403, role
    assert both.ask("GET", f"/v1/units/{SCHOOL}/waiting-arrivals", "school", [THERE]).status_code == 403
    assert both.answer(arrival, "county", COUNTY)["status"] == "accepted"


def test_a_new_number_waits_for_the_unit_above_the_school_not_for_the_school(both):
    assert both.enrol(row(2), school=OTHER)["waiting"] == 1
    (line,) = both.waiting("130102")
    assert (line["kind"], line["pupil"]) == ("new", "")
    denied = both.ask("POST", f"/v1/arrivals/{line['arrival']}/answers", "school", [THERE], json={"accept": True})
    assert denied.status_code == 403
    pupil = both.answer(line["arrival"], "county", COUNTY)["pupil"]
    assert state_of(both, f"entry-2026a-{pupil}")["expected"] is True
    assert pupil in [item["pupil"] for item in both.pupils(ELSEWHERE)]


def test_an_objection_needs_a_reason_which_the_school_reads_and_holds_for_a_week(both):
    arrival = asked(both)
    bare = both.ask("POST", f"/v1/arrivals/{arrival}/answers", "school", [HERE], json={"accept": False})
    assert (bare.status_code, bare.json["title"]) == (422, "reason-missing")
    both.answer(arrival, "school", HERE, accept=False, reason="学生仍在本校就读")
    (line,) = both.get(f"/v1/units/{OTHER}/arrivals", "school", THERE)["items"]
    assert (line["status"], line["reason"]) == ("objected", "学生仍在本校就读")
    again = both.enrol(row(1), school=OTHER)
    assert [error["code"] for error in again["errors"]] == ["arrival-objected"]
    both.clock.advance(days=8)
    assert both.enrol(row(1), school=OTHER)["waiting"] == 1
    assert "仍在本校" not in str([event.data for event in both.store.load(f"arrival-{arrival}")])


def test_a_pupil_who_has_left_comes_with_the_yes_of_the_old_school_or_of_the_bureau_of_the_new_one(both):
    pupil = the_pupil(both)
    both.post(f"/v1/pupils/{pupil}/changes", {"kind": "left"}, "school", HERE)
    arrival = asked(both)
    assert both.waiting("130102")[0]["left"] is True
    assert both.answer(arrival, "county", COUNTY)["pupil"] == pupil
    assert state_of(both, f"entry-2026a-{pupil}")["expected"] is True


def test_a_request_follows_the_pupil_to_those_who_hold_it_now(both):
    both.enrol(row(2), school=OTHER)
    (new,) = both.waiting("130102")
    both.enrol(row(2))  # the other school claims the same number
    first, second = sorted(both.waiting("130102"), key=lambda line: line["school"] == OTHER)
    both.answer(first["arrival"], "county", COUNTY)
    answered = both.answer(second["arrival"], "county", COUNTY)
    assert (answered["status"], answered["pupil"]) == ("waiting", "")
    (line,) = both.waiting(SCHOOL, "school", HERE)
    assert (line["arrival"], line["kind"]) == (new["arrival"], "transfer")


def test_a_bureau_that_moves_the_pupil_itself_answers_the_request_too(both):
    pupil, arrival = the_pupil(both), asked(both)
    move = {"kind": "transferred", "school": OTHER, "class": ELSEWHERE}
    both.post(f"/v1/pupils/{pupil}/changes", move, "county", COUNTY)
    (line,) = both.get(f"/v1/units/{OTHER}/arrivals", "school", THERE)["items"]
    assert (line["arrival"], line["status"]) == (arrival, "accepted")
    assert both.waiting("130102") == []


def test_of_an_answered_request_only_the_key_fields_are_kept_whoever_answers(both):
    both.enrol(with_address(1, "新街1号", "13900002222"), school=OTHER, headings=WITH_ADDRESS)
    (line,) = both.waiting(SCHOOL, "school", HERE)

    def kept() -> set[str]:
        return set(both.deps.personal_data.arrival(both.tables.arrivals.get(line["arrival"]))["fields"])

    assert {"address", "phone"} <= kept()
    move = {"kind": "transferred", "school": OTHER, "class": ELSEWHERE}
    both.post(f"/v1/pupils/{the_pupil(both)}/changes", move, "county", COUNTY)
    assert "name" in kept() and kept() <= set(KEY_FIELDS)


def test_a_list_reads_only_what_it_shows_the_oldest_first_and_says_that_there_are_more(both, monkeypatch):
    monkeypatch.setattr(arrivals, "LISTED", 2)
    for number in (4, 3, 2):  # whose last digits differ
        both.enrol(row(number), school=OTHER)
        both.clock.advance(days=1)
    monkeypatch.setattr(both.tables.arrivals, "find", None)  # all rows of a unit, for the nation those of all schools
    read = both.get("/v1/units/130102/waiting-arrivals", "county", COUNTY)
    assert read["more"] is True
    assert [item["number_masked"][-1] for item in read["items"]] == [row(number)[0][-1] for number in (4, 3)]
    monkeypatch.setattr(arrivals, "LISTED", 3)
    assert both.get("/v1/units/130102/waiting-arrivals", "county", COUNTY)["more"] is False


def test_a_number_of_another_child_does_not_rename_it(both):
    pupil = the_pupil(both)
    both.enrol(row(1, 姓名="李别人"), school=OTHER)
    (line,) = both.waiting(SCHOOL, "school", HERE)
    assert line["agrees"] is False
    both.answer(line["arrival"], "school", HERE)
    assert both.deps.personal_data.fields(both.tables.pupils.get(pupil))["name"] == row(1)[1]
    proposals = both.get(f"/v1/units/{OTHER}/proposals", "leader", THERE)["items"]
    assert [change["after"] for item in proposals for change in item["changes"]] == ["李别人"]


def test_a_second_number_in_a_row_of_ones_own_tells_nothing_either(both):
    both.enrol(row(3), school=OTHER)
    both.answer(both.waiting("130102")[0]["arrival"], "county", COUNTY)
    reports = []
    for probe in (1, 4):  # the ID number of another school's pupil, and one that nobody has
        report = both.enrol(row(3, 身份证件号=row(probe)[-1]), school=OTHER)
        reports.append([report[name] for name in COUNTS])
    assert reports[0] == reports[1]
    assert reports[0][COUNTS.index("proposed")] == 1
