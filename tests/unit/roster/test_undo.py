"""Roster over HTTP: an import is undone as a whole, as long as nothing later stands on it."""

from __future__ import annotations

import threading

import pytest

from services.roster import worker
from services.roster.undo_records.protocol import UNDO_MS
from services.roster.use_cases.importing.undo import UNFINISHED_MS
from shared.infrastructure.errors import Refused
from tests.unit.roster.county import CLASS, COUNTY, HERE, OTHER, SCHOOL, SECOND, THERE, County, check, name_of, row
from tests.unit.roster.files import csv
from tests.unit.roster.test_one_child import NO_NUMBERS, child
from tests.unit.roster.undoing import COLUMNS, check_sequence, see_undo, send, send_undo, state, undone


def runs(county: County, path: str = HERE) -> list[dict]:
    return list(county.get(f"/v1/units/{SCHOOL}/imports", "school", path)["items"])


def acts(county: County) -> list[str]:
    chains = county.deps.trail.chains
    return [entry.act for unit in chains.heads() for entry in chains.chain(unit)]


def expected(county: County) -> int:
    return sum(row.state.expected for row in county.tables.entries.find("print", [""]))


@pytest.fixture
def imported(campaign: County) -> tuple[County, str]:
    """A school with two pupils, and an import that moves one, corrects it, adds one and claims a number."""
    send(campaign, [[*child(10), "建设路1号"], [*child(11), ""]])
    campaign.clock.advance(seconds=60)
    rows = [[*child(10, 班级="2班"), "建设路9号"], [*child(11), ""], [*child(12, **NO_NUMBERS), ""], [*child(13), ""]]
    report = send(campaign, rows)
    assert [report[kind] for kind in ("moved", "unchanged", "added", "waiting")] == [1, 1, 1, 1]
    return campaign, report["import"]


# ---- what an undo takes back
def test_an_undone_import_leaves_the_school_as_it_was(campaign):
    send(campaign, [[*child(10), "建设路1号"], [*child(11), ""]])
    before = state(campaign)
    rows = [[*child(10, 班级="2班"), "建设路9号"], [*child(11), ""], [*child(12, **NO_NUMBERS), ""], [*child(13), ""]]
    report = send(campaign, rows)
    assert expected(campaign) == 3 and len(campaign.waiting("130102")) == 1
    told = undone(campaign, report["import"])
    assert told["taken_back"] == {"added": 1, "changed": 1, "proposals": 0, "arrivals": 1, "stayed": 0}
    assert state(campaign) == before
    assert expected(campaign) == 2 and campaign.waiting("130102") == []


def test_who_was_added_is_nobody_any_more(imported):
    county, run = imported
    added = next(each["pupil"] for each in county.pupils() if each["name"] == "陈思远")
    code = county.deps.personal_data.registration_code(county.tables.registration_codes.get(added))
    undone(county, run)
    assert added not in {each["pupil"] for class_ in (CLASS, SECOND) for each in county.pupils(class_)}
    assert county.ask("GET", f"/v1/pupils/{added}", "school", [HERE]).status_code == 404
    body = {"kind": "resumed"}
    assert county.ask("POST", f"/v1/pupils/{added}/changes", "school", [HERE], json=body).status_code == 404
    assert check(county, code, "2017-05-12").json["title"] == "code-unknown"
    assert county.deps.personal_data.fields(county.tables.pupils.get(added)) == {}


def test_the_same_file_again_adds_and_claims_the_same_rows(campaign):
    rows = [[*child(number), ""] for number in (10, 11)]
    first = send(campaign, rows)
    undone(campaign, first["import"])
    assert campaign.pupils() == [] and expected(campaign) == 0
    again = send(campaign, rows)  # the first file of an empty school once more: nobody has to answer for its numbers
    assert (again["added"], again["waiting"], again["rejoined"], again["large"]) == (2, 0, 0, [])


def test_a_school_with_pupils_has_no_second_first_file(campaign):
    first = send(campaign, [[*child(10), ""]])
    send(campaign, [[*child(11, **NO_NUMBERS), ""]])
    undone(campaign, first["import"])
    assert send(campaign, [[*child(10), ""]])["waiting"] == 1


def test_a_proposal_is_taken_back_and_the_one_before_it_waits_again(campaign):
    send(campaign, [[*child(10), ""]])
    send(campaign, [[*child(10, 性别="2"), ""]])
    before = state(campaign)
    report = send(campaign, [[*child(10, 姓名="李晓红"), ""]])
    assert report["proposed"] == 1 and state(campaign) != before
    assert undone(campaign, report["import"])["taken_back"]["proposals"] == 1
    assert state(campaign) == before
    (line,) = campaign.get(f"/v1/units/{SCHOOL}/proposals", "leader", HERE)["items"]
    assert [change["field"] for change in line["changes"]] == ["sex"]


def test_another_school_that_claims_a_pupil_who_is_taken_back_is_answered_by_its_bureau(campaign):
    campaign.enrol(row(5), school=OTHER)
    report = send(campaign, [[*child(10), ""]])
    campaign.enrol(child(10), school=OTHER)
    assert len(campaign.waiting(SCHOOL, "school", HERE)) == 1
    undone(campaign, report["import"])
    assert campaign.waiting(SCHOOL, "school", HERE) == []
    (asked,) = campaign.waiting("130102")
    assert (asked["school"], asked["kind"]) == (OTHER, "new")


def test_moves_of_an_undone_import_do_not_count_for_the_next(campaign):
    send(campaign, [[*child(number, **NO_NUMBERS), ""] for number in range(10, 18)])
    two = [[*child(number, **NO_NUMBERS, 班级="2班"), ""] for number in (10, 11)]
    first = campaign.import_(csv(two, COLUMNS))
    assert first.json["moved"] == 2
    other = csv([[*child(12, **NO_NUMBERS, 班级="2班"), ""]], COLUMNS)
    assert campaign.import_(other).status_code == 409
    undone(campaign, first.json["import"])
    assert campaign.import_(other).status_code == 201


@pytest.mark.parametrize("seed", range(8))
def test_any_sequence_of_change_sets_undone_from_the_last_restores_each_state(campaign, seed):
    check_sequence(campaign, seed)


# ---- what stands on it
def of(county: County, name: str) -> str:
    return next(each["pupil"] for class_ in (CLASS, SECOND) for each in county.pupils(class_) if each["name"] == name)


def left(county: County) -> None:
    county.post(f"/v1/pupils/{of(county, '陈思远')}/changes", {"kind": "left"}, "school", HERE)


def printed(county: County) -> None:
    county.post("/v1/campaigns/2026a/prints", {"class": SECOND}, "school", HERE)


def registered(county: County) -> None:
    pupil = of(county, "陈思远")
    assert county.service("/internal/registration-codes/spend", {"pupil": pupil}).status_code == 200


def new_code(county: County) -> None:
    county.post(f"/v1/pupils/{of(county, '陈思远')}/registration-code", {}, "teacher", f"{HERE}{CLASS}/")


def imported_again(county: County) -> None:
    send(county, [[*child(12, **NO_NUMBERS), "解放路3号"]])


def proposed_later(county: County) -> None:
    send(county, [[*child(10, 性别="2", 班级="2班"), "建设路9号"]])


def answered(county: County) -> None:
    (asked,) = county.waiting("130102")
    county.answer(asked["arrival"], "county", COUNTY)


LATER = (left, printed, registered, new_code, imported_again, proposed_later, answered)


@pytest.mark.parametrize("later", LATER, ids=[later.__name__ for later in LATER])
def test_an_import_on_which_something_stands_is_not_undone_and_says_on_whom(imported, later):
    county, run = imported
    confirm = see_undo(county, run).json["confirm"]
    later(county)
    before = state(county)
    refused = send_undo(county, run, confirm)
    assert (refused.status_code, refused.json.get("title")) == (409, "import-stands")
    is_request = later is answered
    assert (refused.json["pupils"], refused.json["requests"]) == (int(not is_request), int(is_request))
    seen = see_undo(county, run).json
    assert seen["standing"] == 1 and [each["name"][1:] for each in seen["standing_pupils"]] == ["**"] * (not is_request)
    assert state(county) == before and runs(county)[-2]["status"] == "finished"


def test_a_campaign_that_opens_later_does_not_stand_on_it(county):
    send(county, [[*child(10), ""]])
    report = send(county, [[*child(11, **NO_NUMBERS), ""]])
    county.open()
    assert expected(county) == 2
    undone(county, report["import"])
    assert expected(county) == 1


def test_a_new_last_day_of_a_campaign_does_not_stand_on_it(imported):
    county, run = imported
    later = {"last_day": "2027-02-28", "reason": "雪灾停课"}
    county.post("/v1/campaigns/2026a/extension", later, "ministry", "/000000/")
    assert county.openings().finish(threading.Event()) == ["2026a"]
    undone(county, run)


def test_a_campaign_that_has_not_reached_the_school_knows_nothing_of_who_is_taken_back(county):
    report = send(county, [[*child(11, **NO_NUMBERS), ""]])
    county.plan()
    county.open_only()
    pupils = [row.id for row in county.tables.pupils.find("school", [SCHOOL])]
    undone(county, report["import"])
    county.openings().finish(threading.Event())
    assert not county.tables.entries.find("pupil", pupils)


def test_a_refused_undo_does_not_tell_whether_somebody_has_a_claimed_number(campaign):
    """Where the holder goes is no matter of the school that has asked."""
    send(campaign, [[*child(10, **NO_NUMBERS), ""]])
    campaign.enrol(row(5), school=OTHER)
    report = send(campaign, [[*row(5), ""]])
    (asked,) = campaign.waiting(OTHER, "school", THERE)
    campaign.post(f"/v1/pupils/{asked['pupil']}/changes", {"kind": "left"}, "school", THERE)
    assert campaign.waiting("130102") != []  # another unit answers now
    undone(campaign, report["import"])
    assert campaign.waiting("130102") == []


def test_somebody_who_is_changed_while_the_undo_is_under_way_stays_and_is_told(imported, monkeypatch):
    county, run = imported
    confirm = see_undo(county, run).json["confirm"]
    append, done = county.store.append, []

    def meanwhile(*given):
        events = append(*given)
        if not done and events[0].type == "import.undo-begun":
            done.append(True)
            left(county)
        return events

    monkeypatch.setattr(county.store, "append", meanwhile)
    told = send_undo(county, run, confirm).json
    assert told["status"] == "undone"
    assert told["taken_back"] == {"added": 0, "changed": 1, "proposals": 0, "arrivals": 1, "stayed": 1}
    assert "陈思远" in {each["name"] for each in county.pupils()}


# ---- the yes, once
def test_an_undo_needs_the_yes_to_its_counts(imported):
    county, run = imported
    before = state(county)
    for confirm in ("", "0" * 32):
        refused = send_undo(county, run, confirm)
        assert (refused.status_code, refused.json.get("title")) == (409, "undo-not-confirmed")
    assert state(county) == before and "import-undone" not in acts(county)


def test_an_undo_sent_again_changes_nothing_and_is_one_act(imported):
    county, run = imported
    first = send_undo(county, run, key="undo-0001").json
    before, events = state(county), len(county.store.load(f"import-{run}"))
    for key in ("undo-0001", "undo-0002"):
        assert send_undo(county, run, "", key=key).json == first
    assert (state(county), len(county.store.load(f"import-{run}"))) == (before, events)
    assert acts(county).count("import-undone") == 1


@pytest.mark.parametrize("written", range(4))
@pytest.mark.parametrize("by", ["request", "worker"])
def test_an_undo_that_died_midway_is_continued(campaign, monkeypatch, written, by):
    send(campaign, [[*child(number, **NO_NUMBERS), ""] for number in range(10, 14)])
    before = state(campaign)
    many = [[*row(number, **NO_NUMBERS), ""] for number in range(1, 121)]
    run = send(campaign, many)["import"]
    confirm = see_undo(campaign, run).json["confirm"]
    append, left_over = campaign.store.append, iter(range(1 + written))

    def dying(*given):
        if next(left_over, None) is None:
            raise RuntimeError("killed")
        return append(*given)

    with monkeypatch.context() as dies:
        dies.setattr(campaign.store, "append", dying)
        assert send_undo(campaign, run, confirm).status_code == 500
    assert see_undo(campaign, run).json["status"] == "undoing"
    if by == "request":
        assert send_undo(campaign, run, "").json["taken_back"]["added"] == 120
    else:
        one_pass(campaign, monkeypatch)
    assert state(campaign) == before
    seen = see_undo(campaign, run).json
    assert (seen["status"], seen["taken_back"]["added"], seen["taken_back"]["stayed"]) == ("undone", 120, 0)
    assert campaign.deps.undo_records.of_run(run) == []


def one_pass(county: County, monkeypatch) -> None:
    """One pass of the worker of files."""
    stop, remove_due = threading.Event(), county.deps.kept_files.remove_due

    def last(now):
        stop.set()
        return remove_due(now)

    monkeypatch.setattr(county.deps.kept_files, "remove_due", last)
    worker.files_role(county.deps)(stop)


# ---- an import that died
def test_an_import_that_died_can_be_undone_once_it_cannot_run_any_more(campaign, monkeypatch):
    before, rows = state(campaign), [[*row(number), ""] for number in range(1, 121)]
    append, left_over = campaign.store.append, iter(range(3))

    def dying(*given):
        if next(left_over, None) is None:
            raise RuntimeError("killed")
        return append(*given)

    with monkeypatch.context() as dies:
        dies.setattr(campaign.store, "append", dying)
        assert campaign.import_(csv(rows, COLUMNS), key="import-0001").status_code == 500
    (run,) = runs(campaign)
    assert run["status"] == "started" and len(campaign.pupils()) > 0
    refused = send_undo(campaign, run["import"])
    assert (refused.status_code, refused.json.get("title")) == (409, "import-runs")
    campaign.clock.advance(seconds=UNFINISHED_MS / 1000)
    undone(campaign, run["import"])
    assert state(campaign) == before
    late = campaign.import_(csv(rows, COLUMNS), key="import-0001")
    assert (late.status_code, late.json.get("title")) == (409, "import-undone")
    assert state(campaign) == before


# ---- what is kept for it
def test_values_before_are_sealed_are_in_no_event_and_go_after_a_week(imported):
    county, run = imported
    records = county.deps.undo_records.of_run(run)
    assert records and all("建设路".encode() not in record.sealed for record in records)
    limit = runs(county)[0]["undo_until"]
    assert limit == county.clock.now() + UNDO_MS
    county.clock.advance(seconds=UNDO_MS / 1000 - 1)
    assert see_undo(county, run).json["undo_until"] == limit
    county.clock.advance(seconds=1)
    assert county.deps.undo_records.remove_due(county.clock.now()) >= len(records)
    assert county.deps.undo_records.of_run(run) == [] and runs(county)[0]["undo_until"] == 0
    refused = send_undo(county, run)
    assert (refused.status_code, refused.json.get("title")) == (410, "undo-over")


def test_an_old_import_is_not_undone_even_while_its_values_are_not_swept_yet(imported):
    county, run = imported
    county.clock.advance(seconds=UNDO_MS / 1000)
    assert send_undo(county, run).json.get("title") == "undo-over"


def test_events_of_an_undo_hold_nothing_personal(imported):
    county, run = imported
    pupils = county.tables.pupils.find("school", [SCHOOL])
    undone(county, run)
    streams = [f"import-{run}", *(f"{kind}-{each.id}" for each in pupils for kind in ("enrolment", "registration"))]
    told = str([event.data for event in county.events(*streams)])
    assert not [word for word in ("李小红", "陈思远", "建设路", "2017-05") if word in told]


# ---- who sees and does it
def test_the_list_names_who_and_when_and_only_what_changed_something(imported):
    county, run = imported
    county.import_(csv([row(7)]), query="?dry_run=1")
    latest, first = runs(county)
    assert (latest["import"], latest["rows"], latest["moved"], latest["status"]) == (run, 4, 1, "finished")
    assert first["added"] == 2 and latest["by"] and latest["at"] > first["at"]


def test_imports_are_for_their_school_alone(imported):
    county, run = imported
    answers = [see_undo(county, run, THERE), send_undo(county, run, path=THERE)]
    answers.append(county.ask("GET", f"/v1/units/{SCHOOL}/imports", "school", [THERE]))
    assert [(each.status_code, each.json.get("title")) for each in answers] == [(403, "outside-scope")] * 3
    assert see_undo(county, "nobody").status_code == 404


def test_who_stands_in_the_way_is_seen_masked_and_that_is_recorded(imported):
    county, run = imported
    pupil, name = of(county, "陈思远"), name_of(1)
    left(county)
    before = len(county.deps.views.records.of_pupil(pupil, county.clock.now() + 1, 50))
    assert name not in see_undo(county, run).text
    assert len(county.deps.views.records.of_pupil(pupil, county.clock.now() + 1, 50)) == before + 1


def test_the_worker_goes_on_when_the_store_is_away(campaign, monkeypatch):
    stop, passes = threading.Event(), []

    def away_at_first(field, values):
        passes.append(field)
        if len(passes) == 1:
            raise Refused("unavailable", "The store is away.")
        stop.set()
        return []

    monkeypatch.setattr(campaign.tables.import_runs, "find", away_at_first)
    monkeypatch.setattr(worker, "FILES_POLL", 0)
    worker.files_role(campaign.deps)(stop)
    assert len(passes) == 2
