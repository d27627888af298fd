"""The case of a misused registration code: its rules, and what it does to the people in it."""

from __future__ import annotations

import jwt
import pytest

from services.identity.domain.misuse import Close, Open, Report, misuse_decider
from shared.eventsourcing.event import NewEvent
from shared.language.consent import CONSENT_VERSION
from tests.support.given import given, happened
from tests.unit.identity.world import (
    BORN,
    CLASS,
    COUNTY,
    MUM,
    OTHER_CLASS,
    PUPIL,
    SCHOOL,
    SISTER,
    STEADY,
    code,
    problem,
    pupils_of,
)

A, B = (f"0190d6a0-0000-7000-8000-00000000000{n}" for n in (1, 2))


def reported(case: int = 1) -> NewEvent:
    return happened("misuse.reported", case=case)


def opened(account: str = A, photos: int = 1, case: int = 1) -> NewEvent:
    return happened("misuse.opened", case=case, account=account, photos=photos)


def closed(outcome: str = "settled", case: int = 1) -> NewEvent:
    return happened("misuse.closed", case=case, outcome=outcome)


# ---- the rules
def test_a_case_goes_from_a_report_over_its_opening_to_its_end():
    after = given(misuse_decider).when(Report()).then(reported())
    after = after.when(Open(A, 2)).then(opened(photos=2))
    after.when(Close()).then(closed())


def test_a_second_report_and_one_of_an_open_case_change_nothing():
    given(misuse_decider, reported()).when(Report()).then_nothing()
    given(misuse_decider, opened()).when(Report()).then_nothing()


def test_staff_open_a_case_without_a_report_and_a_second_wrong_guardian_belongs_to_the_same_one():
    both = given(misuse_decider).when(Open(A, 1)).then(opened()).when(Open(B, 0)).then(opened(B, 0))
    assert (both.state.accounts, both.state.photos, both.state.number) == ((A, B), 1, 1)


def test_a_report_that_nobody_confirms_ends_as_unfounded():
    given(misuse_decider, reported()).when(Close()).then(closed("unfounded"))


def test_what_is_not_open_is_not_closed_and_the_next_case_has_the_next_number():
    given(misuse_decider).when(Close()).then_refused("no-misuse-case")
    after = given(misuse_decider, opened(), closed())
    after.when(Close()).then_refused("no-misuse-case")
    after.when(Report()).then(reported(2))
    new = after.when(Open(B, 0)).then(opened(B, 0, case=2))
    assert (new.state.accounts, new.state.photos, new.state.outcome) == ((B,), 0, "")


# ---- what it does
def unbind(world, account, key=None, pupil=PUPIL, **more):
    asked = {"account": account, "accept": False, "reason": "wrong-code", **more}
    return world.ask("POST", f"/v1/bindings/{pupil}/decisions", asked, world.token("teacher", CLASS), key)


def report(world, registration_code="", born=BORN, key=None):
    asked = {"registration_code": registration_code or code(1), "birth_date": born}
    return world.ask("POST", "/v1/misuse-reports", asked, key=key)


def case(world, *who):
    return world.ask("GET", f"/v1/misuse-cases/{PUPIL}", token=world.token(*who or ("teacher", CLASS)))


def listed(world, *who):
    items = world.ask("GET", "/v1/misuse-cases", token=world.token(*who)).json["items"]
    return [(item["pupil"], item["state"]) for item in items]


def with_sister(world):
    wrong = world.register().json
    asked = {"registration_code": code(2), "birth_date": BORN, "relation": "mother", "consent": CONSENT_VERSION}
    world.ask("POST", "/v1/me/children", asked, wrong["access_token"])
    return wrong


def test_the_wrong_guardian_loses_this_child_at_once_and_no_other(world):
    wrong = with_sister(world)
    token = world.sign_in("mum-2016", STEADY).json["access_token"]
    done = unbind(world, wrong["account"]).json
    assert (done["state"], done["registration_code"]) == ("none", code(500))
    problem(world.ask("GET", "/v1/me", token=token), 401, "token-superseded")
    assert pupils_of(world, "mum-2016") == [SISTER]
    fresh = world.sign_in("mum-2016", STEADY).json["access_token"]
    assert jwt.decode(fresh, options={"verify_signature": False})["pupils"] == [SISTER]
    told = world.ask("GET", "/v1/me/children", token=fresh).json["items"]
    assert [(child["pupil"], child["state"], child["reason"]) for child in told] == [
        (PUPIL, "none", "wrong-code"),
        (SISTER, "bound", ""),
    ]


def test_photos_of_the_wrong_guardian_for_this_child_are_held_before_the_binding_ends_and_after_it(world):
    wrong = with_sister(world)
    world.upload.is_unavailable = True
    problem(unbind(world, wrong["account"], key="key-misuse"), 503, "unavailable")
    assert (pupils_of(world, "mum-2016"), world.roster.renewed) == ([PUPIL, SISTER], {})
    world.upload.is_unavailable = False
    first, again = (unbind(world, wrong["account"], key="key-misuse").json for _ in range(2))
    assert first == again
    assert list(world.upload.holds.values()) == [(PUPIL, wrong["account"])] * 2
    assert [event.type for event in world.store.load(f"misuse-{PUPIL}")] == ["misuse.opened"]
    assert case(world).json["photos"] == 1


def test_another_reason_opens_no_case_and_holds_nothing(world):
    account = world.register().json["account"]
    assert unbind(world, account, reason="family-asks").status_code == 200
    assert world.upload.holds == {} and listed(world, "school", SCHOOL) == []


def test_a_guardian_who_leaves_by_that_reason_opens_no_case(world):
    mum = world.register().json
    asked = {"account": mum["account"], "accept": False, "reason": "wrong-code"}
    assert world.ask("POST", f"/v1/bindings/{PUPIL}/decisions", asked, mum["access_token"]).status_code == 200
    assert world.upload.holds == {} and listed(world, "school", SCHOOL) == []


@pytest.mark.parametrize("way", ["leaving", "erasing"])
def test_nobody_escapes_a_reported_case_by_leaving_first(world, way):
    wrong = with_sister(world)
    report(world)
    if way == "leaving":
        asked = {"account": wrong["account"], "accept": False}
        path = f"/v1/bindings/{PUPIL}/decisions"
        assert world.ask("POST", path, asked, wrong["access_token"]).status_code == 200
    else:
        assert world.ask("POST", "/v1/me/erasure", token=wrong["access_token"]).status_code == 204
    assert set(world.upload.holds.values()) == {(PUPIL, wrong["account"])}, "the other child's photos are nobody's case"
    found = case(world).json
    assert (found["state"], found["photos"]) == ("opened", 1)
    assert [accused["account"] for accused in found["accused"]] == [wrong["account"]]
    assert [event.type for event in world.store.load(f"misuse-{PUPIL}")] == ["misuse.reported", "misuse.opened"]


def test_the_right_family_registers_with_the_new_code_and_is_told_and_the_case_is_closed(world):
    wrong = world.register().json
    new = unbind(world, wrong["account"]).json["registration_code"]
    assert case(world).json["registered"] is False
    right = world.register("right-mum", registration_code=new).json
    assert right["state"] == "bound"
    [child] = world.ask("GET", "/v1/me/children", token=right["access_token"]).json["items"]
    assert child["corrected_at"] > 0
    shown = case(world, "school", SCHOOL).json
    assert (shown["state"], shown["registered"]) == ("opened", True)
    assert shown["accused"] == [{"account": wrong["account"], "display_name": MUM}]
    token = world.token("teacher", CLASS)
    world.upload.on_hold = [PUPIL]
    problem(world.ask("POST", f"/v1/misuse-cases/{PUPIL}/closure", token=token), 409, "photos-on-hold")
    assert case(world).json["state"] == "opened"
    world.upload.on_hold = []
    done = world.ask("POST", f"/v1/misuse-cases/{PUPIL}/closure", token=token).json
    assert (done["state"], done["outcome"]) == ("closed", "settled")
    problem(world.ask("POST", f"/v1/misuse-cases/{PUPIL}/closure", token=token), 409, "no-misuse-case")


def test_a_family_without_an_account_reports_and_takes_nothing_from_anybody(world):
    world.register()
    assert (report(world).status_code, report(world).data) == (204, b"")
    assert listed(world, "teacher", CLASS) == listed(world, "school", SCHOOL) == [(PUPIL, "reported")]
    assert pupils_of(world, "mum-2016") == [PUPIL] and world.roster.renewed == {} == world.upload.holds
    assert case(world).json["reported_at"] > 0


@pytest.mark.parametrize(
    ("n", "born"),
    [(2, "2016-05-05"), (9, BORN), (2, BORN)],
    ids=["another-birth-date", "no-such-code", "nobody-has-registered"],
)
def test_a_family_learns_nothing_from_its_report(world, n, born):
    """Of no guardian, of another birth date, of no such code: the same answer, the same limit, and no case."""
    world.register()
    answers = [report(world, code(n), born) for _ in range(4)]
    rights = [report(world) for _ in range(4)]
    assert [(r.status_code, r.json and r.json["title"]) for r in answers] == [
        (r.status_code, r.json and r.json["title"]) for r in rights
    ]
    assert [r.status_code for r in answers] == [204, 204, 204, 429]
    assert listed(world, "school", SCHOOL) == [(PUPIL, "reported")]


def test_a_report_that_lost_its_response_is_counted_once(world):
    """On a bad line the same request comes until an answer arrives; another birth date under its key is a guess."""
    world.register()
    world.roster.is_unavailable = True
    assert {report(world, key="report-0001").status_code for _ in range(4)} == {503}
    world.roster.is_unavailable = False
    assert {report(world, key="report-0001").status_code for _ in range(4)} == {204}
    guesses = [report(world, born=f"2016-05-0{day}", key="report-0001").status_code for day in (1, 2, 3, 5)]
    assert guesses == [204, 204, 429, 429]
    assert (report(world, key="report-0001").status_code, report(world).status_code) == (204, 429)


def test_cases_are_seen_by_the_class_and_the_school_and_counted_for_the_county(world):
    unbind(world, world.register().json["account"])
    assert listed(world, "teacher", OTHER_CLASS) == []
    problem(case(world, "teacher", OTHER_CLASS), 403, "outside-scope")
    problem(case(world, "county", COUNTY), 403, "outside-scope")
    counted = world.ask("GET", f"/v1/misuse-counts?under={COUNTY}", token=world.token("county", COUNTY))
    assert counted.json["items"] == [{"school": SCHOOL, "open": 1, "closed": 0}]
    elsewhere = world.token("county", "/000000/110000/110102/")
    problem(world.ask("GET", f"/v1/misuse-counts?under={COUNTY}", token=elsewhere), 403, "outside-scope")
    world.ask("POST", f"/v1/misuse-cases/{PUPIL}/closure", token=world.token("school", SCHOOL))
    counted = world.ask("GET", f"/v1/misuse-counts?under={SCHOOL}", token=world.token("county", COUNTY))
    assert counted.json["items"] == [{"school": SCHOOL, "open": 0, "closed": 1}]


def test_a_pupil_without_a_case_has_none_to_show(world):
    problem(case(world), 404, "not-found")
