"""A hand-over: one person's account ends, another person's begins at the same place, and history stays."""

from __future__ import annotations

import pytest

from services.identity.domain.unit_admins import CloseAdmin
from services.identity.use_cases.staff import staff_accounts
from tests.unit.identity.test_acts import acts
from tests.unit.identity.world import CLASS, CLASS_2, COUNTY, SCHOOL, STEADY, problem

BY_SCHOOL = ("school", SCHOOL)
NEXT = {"login": "sun.teacher", "display_name": "孙老师"}


@pytest.fixture
def teacher(world):
    account, _ = world.staff("teacher", CLASS, "li.teacher", BY_SCHOOL)
    world.ask("POST", f"/v1/accounts/{account}/paths", {"path": CLASS_2}, world.token(*BY_SCHOOL))
    return account


def hand_over(world, account, *by, key=None, **given):
    return world.ask("POST", f"/v1/accounts/{account}/hand-over", {**NEXT, **given}, world.token(*by), key)


def test_the_successor_has_an_own_account_with_the_same_classes_and_the_other_one_is_over(world, teacher):
    before = world.sign_in("li.teacher", STEADY).json
    slip = hand_over(world, teacher, *BY_SCHOOL)
    assert slip.status_code == 201 and slip.json["id"] != teacher and not slip.json["waiting"]
    problem(world.sign_in("li.teacher", STEADY), 403, "account-closed")
    again = {"refresh_token": before["refresh_token"]}
    problem(world.http.post("/v1/sessions/refresh", json=again), 401, "session-ended")
    account = world.settle_in("sun.teacher", slip.json["activation_code"])["account"]
    assert (account["role"], account["paths"], account["display_name"]) == ("teacher", [CLASS, CLASS_2], "孙老师")
    by = world.token(*BY_SCHOOL)
    listed = {item["login"]: item["state"] for item in world.ask("GET", "/v1/accounts", token=by).json["items"]}
    assert listed == {"li.teacher": "closed", "sun.teacher": "active"}


def test_history_and_audit_trail_stay_with_who_acted(world, teacher):
    new = hand_over(world, teacher, *BY_SCHOOL).json["id"]

    def told(account):
        items = world.ask("GET", f"/v1/accounts/{account}/history", token=world.token(*BY_SCHOOL)).json["items"]
        return [item["event"] for item in items]

    assert told(teacher) == ["handed-over", "path-granted", "activated", "opened"]
    assert told(new) == ["path-granted", "opened"]
    assert acts(world)[-1] == ("account-handed-over", "2111000001", "school", teacher)
    [entry] = [each for each in world.deps.trail.chains.chain("2111000001") if each.act == "account-handed-over"]
    assert entry.facts == {"to": new}


def test_the_same_request_again_gets_the_same_slip_and_makes_no_third_account(world, teacher):
    first, second = (hand_over(world, teacher, *BY_SCHOOL, key="key-hand-over") for _ in range(2))
    assert first.json == second.json and first.status_code == second.status_code == 201
    assert len(world.ask("GET", "/v1/accounts", token=world.token(*BY_SCHOOL)).json["items"]) == 2
    problem(hand_over(world, teacher, *BY_SCHOOL, login="a.third"), 409, "account-closed")


def test_a_taken_login_ends_nothing(world, teacher):
    problem(hand_over(world, teacher, *BY_SCHOOL, login="Li.Teacher"), 409, "login-taken")
    assert world.sign_in("li.teacher", STEADY).status_code == 201


@pytest.mark.parametrize(
    "by", [("county", COUNTY), ("school", "/000000/110000/110102/2111000002/"), ("ministry", "/000000/")]
)
def test_only_the_level_above_or_a_colleague_hands_over(world, teacher, by):
    problem(hand_over(world, teacher, *by), 403, "outside-scope")
    assert world.sign_in("li.teacher", STEADY).status_code == 201


def test_a_county_that_hands_over_a_schools_place_does_not_get_in(world):
    account, _ = world.staff("school", SCHOOL, "zhao", ("county", COUNTY))
    county, _ = world.staff("county", COUNTY, "county.a", ("province", "/000000/110000/"))
    by = world.token("county", COUNTY, account=county)
    slip = world.ask("POST", f"/v1/accounts/{account}/hand-over", NEXT, by).json
    assert slip["waiting"]
    assert world.activate("sun.teacher", slip["activation_code"]).status_code == 200
    problem(world.sign_in("sun.teacher", STEADY), 403, "account-waiting")
    waiting = world.ask("GET", "/v1/accounts/waiting", token=world.token("province", "/000000/110000/")).json["items"]
    assert [item["id"] for item in waiting] == [slip["id"]]


def test_nobody_hands_over_the_own_account(world):
    account, _ = world.staff("county", COUNTY, "county.a", ("province", "/000000/110000/"))
    token = world.token("county", COUNTY, account=account)
    problem(world.ask("POST", f"/v1/accounts/{account}/hand-over", NEXT, token), 422, "own-account")


def test_what_an_owner_does_with_a_code_or_a_password_stands_in_the_chain_of_the_unit(world, teacher):
    slip = world.reset(teacher, *BY_SCHOOL).json
    world.use_code("li.teacher", slip["reset_code"])
    token = world.sign_in("li.teacher", "fifty quiet rivers").json["access_token"]
    change = {"old": "fifty quiet rivers", "new": STEADY}
    for _ in range(2):
        assert world.ask("PUT", "/v1/me/password", change, token, key="key-password").status_code == 204
    of_teacher = [each for each in world.deps.trail.chains.chain("2111000001") if each.role == "teacher"]
    assert [(each.act, each.target, each.facts.get("by", "")) for each in of_teacher] == [
        ("account-activated", teacher, ""),
        ("password-changed", teacher, "reset-code"),
        ("sign-in", "", ""),
        ("password-changed", teacher, "owner"),
    ]


def test_an_erased_account_stands_in_the_chain_of_the_childs_school(world):
    mum = world.register().json
    assert world.ask("POST", "/v1/me/erasure", token=mum["access_token"]).status_code == 204
    assert acts(world)[-1] == ("account-erased", "2111000001", "guardian", mum["account"])


def test_of_two_admins_one_is_not_closed_while_the_other_hands_over(world, monkeypatch):
    """The successor has no password yet: somebody of the unit must work until then."""
    bureau, meanwhile = world.token("county", COUNTY), []
    first, _ = world.staff("school", SCHOOL, "first.admin", ("county", COUNTY))
    second, _ = world.staff("school", SCHOOL, "second.admin", BY_SCHOOL)

    def closing(account, others):
        if not meanwhile:
            meanwhile.append(hand_over(world, second, "county", COUNTY))
        return CloseAdmin(account, others)

    monkeypatch.setattr(staff_accounts, "CloseAdmin", closing)
    problem(world.ask("POST", f"/v1/accounts/{first}/closure", {}, bureau), 422, "last-admin")
    assert meanwhile[0].status_code == 201
