"""Further accounts of a school, accounts that come back after a reset from above, closing, taking classes away."""

from __future__ import annotations

import pytest

from services.identity.domain.validity import DAY_MS
from tests.unit.identity.world import CLASS, CLASS_2, COUNTY, SCHOOL, STEADY, problem

CITY = "/000000/130000/130100/"
IN_CITY = f"{CITY}130102/"
ITS_SCHOOL = f"{IN_CITY}2113000001/"
NEW = "fifty quiet rivers"


@pytest.fixture
def bureaus(world):
    """Tokens of a city, a county in it and that county's colleague, with real accounts."""
    province = ("province", "/000000/130000/")
    tokens = {}
    for name, role, path, by in (
        ("city", "city", CITY, province),
        ("county", "county", IN_CITY, province),
        ("colleague", "county", IN_CITY, ("county", IN_CITY)),
    ):
        world.staff(role, path, f"{name}.a", by)
        tokens[name] = world.sign_in(f"{name}.a", STEADY).json["access_token"]
    return tokens


@pytest.fixture
def school(world, bureaus):
    """(id, token) of the school's first account."""
    made = world.issue("school", ITS_SCHOOL, "school.a", bureaus["county"]).json
    assert not made["waiting"]
    return made["id"], world.settle_in("school.a", made["activation_code"])["access_token"]


def decide(world, account, token, accept=True):
    return world.ask("POST", f"/v1/accounts/{account}/acceptance", {"accept": accept}, token)


def waiting(world, token):
    return [item["id"] for item in world.ask("GET", "/v1/accounts/waiting", token=token).json["items"]]


def new_leader(world, bureaus, school, login="leader.a"):
    """(id, token) of a leader whom the county has accepted."""
    made = world.issue("leader", ITS_SCHOOL, login, school[1]).json
    assert decide(world, made["id"], bureaus["county"]).status_code == 200
    return made["id"], world.settle_in(login, made["activation_code"])["access_token"]


def test_a_county_that_issues_itself_a_further_school_account_does_not_get_in(world, bureaus, school):
    made = world.issue("school", ITS_SCHOOL, "school.b", bureaus["county"]).json
    assert made["waiting"]
    assert world.activate("school.b", made["activation_code"]).status_code == 200
    problem(world.sign_in("school.b", STEADY), 403, "account-waiting")
    for who in ("county", "colleague"):
        assert waiting(world, bureaus[who]) == []
        problem(decide(world, made["id"], bureaus[who]), 403, "outside-scope")
    world.use_code(
        "school.b",
        world.ask("POST", f"/v1/accounts/{made['id']}/password-reset", token=bureaus["county"]).json["reset_code"],
    )
    problem(world.sign_in("school.b", NEW), 403, "account-waiting")


@pytest.mark.parametrize("who", ["school", "leader", "city"])
def test_the_school_its_leader_or_a_bureau_above_the_asking_one_says_yes(world, bureaus, school, who):
    token = {"school": school[1], "leader": new_leader(world, bureaus, school)[1], "city": bureaus["city"]}[who]
    made = world.issue("school", ITS_SCHOOL, "school.b", bureaus["county"]).json
    assert waiting(world, token) == [made["id"]]
    assert decide(world, made["id"], token).json["state"] == "not-activated" and waiting(world, token) == []
    assert world.settle_in("school.b", made["activation_code"])["account"]["role"] == "school"
    problem(decide(world, made["id"], token), 409, "account-not-waiting")


def test_a_no_closes_the_account(world, bureaus, school):
    made = world.issue("school", ITS_SCHOOL, "school.b", bureaus["county"]).json
    assert decide(world, made["id"], school[1], accept=False).json["state"] == "closed"
    problem(world.activate("school.b", made["activation_code"]), 409, "account-closed")


def test_people_of_another_school_or_bureau_decide_nothing(world, bureaus, school):
    made = world.issue("school", ITS_SCHOOL, "school.b", bureaus["county"]).json
    for role, path in (("school", SCHOOL), ("leader", SCHOOL), ("county", COUNTY), ("city", "/000000/130000/130200/")):
        assert waiting(world, world.token(role, path)) == []
        problem(decide(world, made["id"], world.token(role, path)), 403, "outside-scope")
    problem(decide(world, made["id"], world.token("teacher", f"{ITS_SCHOOL}x/")), 403, "outside-scope")


def test_a_colleague_whom_the_school_itself_adds_needs_no_other_yes(world, school):
    assert not world.issue("school", ITS_SCHOOL, "school.b", school[1]).json["waiting"]


def test_closing_the_first_account_makes_no_second_first_one(world, bureaus, school):
    colleague = world.issue("school", ITS_SCHOOL, "school.c", school[1]).json
    world.settle_in("school.c", colleague["activation_code"])
    assert world.ask("POST", f"/v1/accounts/{school[0]}/closure", token=bureaus["county"]).status_code == 204
    made = world.issue("school", ITS_SCHOOL, "school.b", bureaus["county"]).json
    assert made["waiting"]
    assert decide(world, made["id"], bureaus["city"]).status_code == 200


def test_a_school_account_that_the_bureau_resets_needs_the_yes_of_a_colleague_if_there_is_one(world, bureaus, school):
    new_leader(world, bureaus, school)
    slip = world.ask("POST", f"/v1/accounts/{school[0]}/password-reset", token=bureaus["county"]).json
    assert slip["waiting"] and world.use_code("school.a", slip["reset_code"]).status_code == 200
    problem(world.sign_in("school.a", NEW), 403, "account-waiting")
    problem(decide(world, school[0], bureaus["county"]), 403, "outside-scope")
    assert decide(world, school[0], world.sign_in("leader.a", STEADY).json["access_token"]).json["state"] == "active"
    assert world.sign_in("school.a", NEW).status_code == 201


def test_a_school_with_one_person_comes_back_without_another_yes(world, bureaus, school):
    slip = world.ask("POST", f"/v1/accounts/{school[0]}/password-reset", token=bureaus["county"]).json
    assert not slip["waiting"] and world.use_code("school.a", slip["reset_code"]).status_code == 200
    assert world.sign_in("school.a", NEW).status_code == 201


# ---- leaders
def test_an_admin_does_not_become_the_leader_by_issuing_one(world, bureaus, school):
    made = world.issue("leader", ITS_SCHOOL, "leader.a", school[1]).json
    assert made["waiting"]
    assert world.activate("leader.a", made["activation_code"]).status_code == 200
    problem(world.sign_in("leader.a", STEADY), 403, "account-waiting")
    assert waiting(world, school[1]) == []
    problem(decide(world, made["id"], school[1]), 403, "outside-scope")


def test_an_admin_does_not_become_the_leader_by_a_reset(world, bureaus, school):
    account, _ = new_leader(world, bureaus, school)
    slip = world.ask("POST", f"/v1/accounts/{account}/password-reset", token=school[1]).json
    assert slip["waiting"] and world.use_code("leader.a", slip["reset_code"]).status_code == 200
    problem(world.sign_in("leader.a", NEW), 403, "account-waiting")
    problem(decide(world, account, school[1]), 403, "outside-scope")
    assert decide(world, account, bureaus["county"]).json["state"] == "active"
    assert world.sign_in("leader.a", NEW).status_code == 201


def test_an_admin_gives_no_yes_to_a_leader_by_further_accounts_of_its_own(world, bureaus, school):
    """The second account was issued by the first, the third by the second."""
    by, tokens = school[1], []
    for login in ("school.b", "school.c"):
        made = world.issue("school", ITS_SCHOOL, login, by).json
        by = world.settle_in(login, made["activation_code"])["access_token"]
        tokens.append(by)
    leader = world.issue("leader", ITS_SCHOOL, "leader.a", school[1]).json
    for token in tokens:
        assert waiting(world, token) == []
        problem(decide(world, leader["id"], token), 403, "outside-scope")


@pytest.mark.parametrize("who", ["county", "city", "colleague-from-above", "leader"])
def test_another_person_says_yes_to_a_leader(world, bureaus, school, who):
    colleague = world.issue("school", ITS_SCHOOL, "school.b", bureaus["county"]).json
    decide(world, colleague["id"], school[1])
    token = {
        **bureaus,
        "colleague-from-above": world.settle_in("school.b", colleague["activation_code"])["access_token"],
        "leader": new_leader(world, bureaus, school, "leader.b")[1],
    }[who]
    made = world.issue("leader", ITS_SCHOOL, "leader.a", school[1]).json
    assert waiting(world, token) == [made["id"]]
    assert decide(world, made["id"], token).json["state"] == "not-activated"
    assert world.settle_in("leader.a", made["activation_code"])["account"]["role"] == "leader"


# ---- closing
def test_a_closed_account_signs_in_never_and_its_login_is_not_issued_again(world):
    account, initial = world.staff("teacher", CLASS, "teacher.a", ("school", SCHOOL))
    tokens, by = world.sign_in("teacher.a", initial).json, world.token("school", SCHOOL)
    assert world.ask("POST", f"/v1/accounts/{account}/closure", token=by).status_code == 204
    problem(world.sign_in("teacher.a", initial), 403, "account-closed")
    problem(
        world.http.post("/v1/sessions/refresh", json={"refresh_token": tokens["refresh_token"]}), 401, "session-ended"
    )
    problem(world.issue("teacher", CLASS, "Teacher.A", by), 409, "login-taken")
    problem(world.ask("POST", f"/v1/accounts/{account}/password-reset", token=by), 409, "account-closed")
    problem(world.ask("POST", f"/v1/accounts/{account}/paths", {"path": CLASS_2}, by), 409, "account-closed")
    assert world.ask("GET", "/v1/accounts", token=by).json["items"][0]["state"] == "closed"


@pytest.mark.parametrize(
    ("role", "path", "status"),
    [
        ("school", SCHOOL, 204),
        ("county", COUNTY, 204),
        ("school", "/000000/110000/110102/2111000002/", 403),
        ("county", "/000000/110000/110102/", 403),
        ("leader", SCHOOL, 403),
        ("ministry", "/000000/", 403),
    ],
)
def test_colleagues_and_the_level_above_close_an_account(world, role, path, status):
    account, _ = world.staff("school", SCHOOL, "school.a", ("county", COUNTY))
    world.staff("school", SCHOOL, "school.b", ("school", SCHOOL))  # another admin, who stays
    assert world.ask("POST", f"/v1/accounts/{account}/closure", token=world.token(role, path)).status_code == status


def test_nobody_closes_the_own_account_nor_that_of_a_family(world):
    account, _ = world.staff("school", SCHOOL, "school.a", ("county", COUNTY))
    token = world.sign_in("school.a", STEADY).json["access_token"]
    problem(world.ask("POST", f"/v1/accounts/{account}/closure", token=token), 422, "own-account")
    mum = world.register().json["account"]
    problem(world.ask("POST", f"/v1/accounts/{mum}/closure", token=token), 403, "outside-scope")


# ---- classes
def test_a_class_is_taken_away_at_once(world):
    account, initial = world.staff("teacher", CLASS, "teacher.a", ("school", SCHOOL))
    by = world.token("school", SCHOOL)
    world.ask("POST", f"/v1/accounts/{account}/paths", {"path": CLASS_2}, by)
    tokens = world.sign_in("teacher.a", initial).json
    left = world.ask("POST", f"/v1/accounts/{account}/paths/revocations", {"path": CLASS}, by)
    assert (left.status_code, left.json) == (200, {"id": account, "paths": [CLASS_2]})
    problem(world.ask("GET", "/v1/bindings", token=tokens["access_token"]), 401, "token-superseded")
    assert world.sign_in("teacher.a", STEADY).json["account"]["paths"] == [CLASS_2]
    [item] = world.ask("GET", "/v1/accounts", token=by).json["items"]
    assert item["paths"] == [CLASS_2]
    problem(world.ask("POST", f"/v1/accounts/{account}/paths/revocations", {"path": CLASS_2}, by), 422, "last-class")


def test_another_school_takes_no_class_away(world):
    account, _ = world.staff("teacher", CLASS, "teacher.a", ("school", SCHOOL))
    by = world.token("school", "/000000/110000/110102/2111000002/")
    problem(world.ask("POST", f"/v1/accounts/{account}/paths/revocations", {"path": CLASS}, by), 403, "outside-scope")


# ---- history
def test_the_owner_and_those_over_the_account_see_who_did_what(world, bureaus, school):
    world.ask("POST", f"/v1/accounts/{school[0]}/password-reset", token=bureaus["county"])
    slip = world.ask("POST", f"/v1/accounts/{school[0]}/password-reset", token=bureaus["county"]).json
    world.clock.advance(seconds=DAY_MS / 1000 / 2)
    world.use_code("school.a", slip["reset_code"])
    token = world.sign_in("school.a", NEW).json["access_token"]
    own = world.ask("GET", "/v1/me/history", token=token).json["items"]
    assert [entry["event"] for entry in own] == [
        "reset-code-used",
        "password-reset",
        "password-reset",
        "activated",
        "opened",
    ]
    assert (own[1]["by_role"], own[1]["by_name"], own[0]["by_name"]) == ("county", "李老师", "")
    for who in ("county", "colleague", "city"):
        above = world.ask(
            "GET", f"/v1/accounts/{school[0]}/history", token=world.sign_in(f"{who}.a", STEADY).json["access_token"]
        )
        assert above.json["items"] == own
    problem(
        world.ask("GET", f"/v1/accounts/{school[0]}/history", token=world.token("school", SCHOOL)), 403, "outside-scope"
    )
    [item] = world.ask("GET", "/v1/accounts", token=token).json["items"]
    assert item["reset_at"] and item["reset_used_at"] > item["reset_at"]


def test_the_history_of_a_guardian_names_no_child_and_is_for_who_may_reset(world):
    mum = world.register().json
    world.reset(mum["account"], "teacher", CLASS)
    seen = world.ask("GET", f"/v1/accounts/{mum['account']}/history", token=world.token("teacher", CLASS))
    assert [entry["event"] for entry in seen.json["items"]] == ["password-reset", "opened"]
    assert "3f7." not in seen.text
    problem(
        world.ask("GET", f"/v1/accounts/{mum['account']}/history", token=world.token("teacher", CLASS_2)),
        403,
        "outside-scope",
    )
