from __future__ import annotations

import re
import threading

import pytest

from tests.unit.identity.world import BORN, CLASS, CLASS_2, COUNTY, OTHER_CLASS, PUPIL, SCHOOL, STEADY, code, problem

FIELDS = {"id", "role", "paths", "login", "display_name", "state", "reset_at", "reset_used_at", "used_on", "grants"}
COUNTY_B = "/000000/110000/110102/"
SCHOOL_B = f"{COUNTY_B}2111000002/"


def test_accounts_are_issued_level_by_level_down_to_the_class_teacher(world):
    chain = [
        ("ministry", "/000000/", "province", "/000000/110000/"),
        ("province", "/000000/110000/", "county", COUNTY),
        ("county", COUNTY, "school", SCHOOL),
        ("school", SCHOOL, "teacher", CLASS),
    ]
    by = world.token("ministry", "/000000/")
    for issuer, _, role, path in chain:
        response = world.issue(role, path, f"{role}.1", by)
        assert response.status_code == 201, (issuer, response.json)
        assert response.json["login"] == f"{role}.1" and re.fullmatch(
            r"(\w{4}-){3}\w{4}", response.json["activation_code"]
        )
        tokens = world.settle_in(f"{role}.1", response.json["activation_code"])
        assert tokens["account"]["role"] == role and tokens["account"]["paths"] == [path]
        by = tokens["access_token"]


@pytest.mark.parametrize(
    ("role", "path"),
    [("province", "/000000/110000/"), ("city", "/000000/110000/110100/"), ("county", COUNTY), ("school", SCHOOL)],
)
def test_an_admin_opens_accounts_for_colleagues_of_the_own_unit(world, role, path):
    response = world.issue(role, path, "a.colleague", world.token(role, path))
    assert response.status_code == 201, response.json
    assert world.settle_in("a.colleague", response.json["activation_code"])["account"]["paths"] == [path]


def test_a_colleague_is_of_the_own_unit_not_of_one_below(world):
    city = "/000000/110000/110100/"
    problem(world.issue("city", f"{city}110105/", "some.one", world.token("city", city)), 422, "wrong-place")
    problem(world.issue("county", city, "some.one", world.token("city", city)), 422, "wrong-place")
    assert world.issue("county", f"{city}110105/", "some.one", world.token("city", city)).status_code == 201


@pytest.mark.parametrize(
    ("role", "path"),
    [
        ("school", SCHOOL_B),
        ("school", f"{COUNTY_B}"),
        ("county", COUNTY_B),
        ("province", "/000000/110000/"),
        ("school", "/000000/110000/1101010/2111000002/"),
        ("teacher", CLASS),
        ("auditor", COUNTY),
    ],
)
def test_the_admin_of_a_county_issues_nothing_sideways_upwards_or_two_levels_down(world, role, path):
    problem(world.issue(role, path, "some.one", world.token("county", COUNTY)), 403, "outside-scope")
    problem(world.sign_in("some.one", "anything at all"), 401, "wrong-credentials")


@pytest.mark.parametrize("role", ["teacher", "leader", "guardian", "support", "auditor"])
def test_roles_that_issue_no_accounts_are_refused_before_the_body_is_read(world, role):
    problem(world.ask("POST", "/v1/accounts", {"rubbish": True}, world.token(role, SCHOOL)), 403, "outside-scope")
    problem(world.ask("GET", "/v1/accounts", token=world.token(role, SCHOOL)), 403, "outside-scope")


def test_without_a_token_nothing_is_issued(world):
    problem(world.ask("POST", "/v1/accounts", {}), 401, "not-signed-in")


@pytest.mark.parametrize(
    "body",
    [
        {"role": "guardian"},
        {"role": "ministry"},
        {"role": ["school"]},
        {"login": "with space"},
        {"login": "ab"},
        {"login": "x" * 65},
        {"display_name": ""},
        {"display_name": "   "},
        {"display_name": "a\x00b"},
        {"display_name": "a\n"},
        {"login": "abc\n"},
        {"path": ""},
        {"path": None},
        {"surprise": 1},
    ],
)
def test_an_account_of_another_shape_lists_its_fields(world, body):
    good = {"role": "school", "path": SCHOOL, "login": "school.1", "display_name": "王校长"}
    problem(world.ask("POST", "/v1/accounts", {**good, **body}, world.token("county", COUNTY)), 422, "bad-fields")


@pytest.mark.parametrize("name", ["阿卜杜拉·买买提", "𠮷", "Ng", "玛依努尔·阿不都热合曼·艾则孜" * 3])
def test_people_have_names_of_every_kind(world, name):
    world.issue("school", SCHOOL, "school.1", world.token("county", COUNTY), name)
    assert [
        a["display_name"] for a in world.ask("GET", "/v1/accounts", token=world.token("county", COUNTY)).json["items"]
    ] == [name]


def test_the_same_request_twice_gets_the_same_response_and_one_account(world):
    by = world.token("county", COUNTY)
    first, second = (world.issue("school", SCHOOL, "school.1", by, key="key-same-1") for _ in range(2))
    assert first.status_code == second.status_code == 201 and first.json == second.json
    assert len(world.ask("GET", "/v1/accounts", token=by).json["items"]) == 1
    assert world.activate("school.1", first.json["activation_code"]).status_code == 200


def test_another_request_under_the_same_key_is_refused(world):
    by = world.token("county", COUNTY)
    world.issue("school", SCHOOL, "school.1", by, key="key-same-1")
    problem(world.issue("school", SCHOOL, "school.2", by, key="key-same-1"), 422, "key-reused")


def test_the_same_key_of_another_admin_is_another_command(world):
    responses = [
        world.issue(
            "school",
            SCHOOL,
            f"school.{n}",
            world.token("county", COUNTY, account=f"00000000-0000-7000-8000-00000000000{n}"),
            key="key-same-1",
        )
        for n in (1, 2)
    ]
    assert [a.status_code for a in responses] == [201, 201] and responses[0].json["id"] != responses[1].json["id"]


def test_a_command_without_a_key_is_refused(world):
    problem(world.issue("school", SCHOOL, "school.1", world.token("county", COUNTY), key="short"), 400, "bad-request")


def test_a_login_is_taken_once_in_every_spelling(world):
    by = world.token("county", COUNTY)
    assert world.issue("school", SCHOOL, "school.1", by).status_code == 201
    assert problem(world.issue("school", SCHOOL, "SCHOOL.１", by), 409, "login-taken")["where"] == "login"
    assert len(world.ask("GET", "/v1/accounts", token=by).json["items"]) == 1


def test_the_same_request_from_many_threads_makes_one_account(world):
    by, responses = world.token("county", COUNTY), []
    threads = [
        threading.Thread(
            target=lambda: responses.append(world.issue("school", SCHOOL, "school.1", by, key="key-same-1"))
        )
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert [a.status_code for a in responses] == [201] * 8
    assert len({a.json["activation_code"] for a in responses}) == 1 and len({a.json["id"] for a in responses}) == 1
    assert world.activate("school.1", responses[0].json["activation_code"]).status_code == 200


def test_accounts_are_listed_at_and_below_the_callers_path_only(world):
    world.staff("county", COUNTY, "county.a", ("province", "/000000/110000/"))
    world.staff("county", COUNTY_B, "county.b", ("province", "/000000/110000/"))
    world.staff("school", SCHOOL, "school.a", ("county", COUNTY))
    world.staff("school", SCHOOL_B, "school.b", ("county", COUNTY_B))
    world.staff("teacher", CLASS, "teacher.a", ("school", SCHOOL))
    world.register()

    def seen(role, path):
        return [
            (a["role"], a["paths"])
            for a in world.ask("GET", "/v1/accounts", token=world.token(role, path)).json["items"]
        ]

    assert seen("county", COUNTY) == [("county", [COUNTY]), ("school", [SCHOOL]), ("teacher", [CLASS])]
    assert seen("school", SCHOOL_B) == [("school", [SCHOOL_B])]
    assert len(seen("province", "/000000/110000/")) == 5 and seen("province", "/000000/120000/") == []


def test_accounts_can_be_listed_below_one_path_inside_the_scope_and_no_other(world):
    world.staff("county", COUNTY, "county.a", ("province", "/000000/110000/"))
    world.staff("school", SCHOOL, "school.a", ("county", COUNTY))
    world.staff("teacher", CLASS, "teacher.a", ("school", SCHOOL))
    by = world.token("county", COUNTY)
    assert [a["role"] for a in world.ask("GET", f"/v1/accounts?under={SCHOOL}", token=by).json["items"]] == [
        "school",
        "teacher",
    ]
    assert [a["role"] for a in world.ask("GET", f"/v1/accounts?under={COUNTY}", token=by).json["items"]] == [
        "county",
        "school",
        "teacher",
    ]
    for elsewhere in (COUNTY_B, "/000000/110000/", "/", "x", SCHOOL[:-1]):
        problem(world.ask("GET", f"/v1/accounts?under={elsewhere}", token=by), 403, "outside-scope")
    problem(world.ask("GET", f"/v1/accounts?under={'x' * 201}", token=by), 422, "bad-fields")


def test_a_listed_account_shows_whether_its_owner_has_activated_it(world):
    by = world.token("county", COUNTY)
    code = world.issue("school", SCHOOL, "school.a", by).json["activation_code"]
    assert world.ask("GET", "/v1/accounts", token=by).json["items"][0]["state"] == "not-activated"
    world.activate("school.a", code)
    item = world.ask("GET", "/v1/accounts", token=by).json["items"][0]
    assert item["state"] == "active" and set(item) == FIELDS


def test_a_teacher_gets_a_further_class_of_the_school(world):
    account, password = world.staff("teacher", CLASS, "teacher.a", ("school", SCHOOL))
    by = world.token("school", SCHOOL)
    for _ in range(2):
        response = world.ask("POST", f"/v1/accounts/{account}/paths", {"path": CLASS_2}, by, "key-grant")
        assert (response.status_code, response.json) == (200, {"id": account, "paths": [CLASS, CLASS_2]})
    assert world.sign_in("teacher.a", password).json["account"]["paths"] == [CLASS, CLASS_2]


@pytest.mark.parametrize(
    ("by", "path", "status"),
    [(SCHOOL, OTHER_CLASS, 403), (SCHOOL_B, f"{SCHOOL_B}2111000002p202302/", 403), (SCHOOL, SCHOOL, 422)],
)
def test_a_teacher_gets_no_class_of_another_school(world, by, path, status):
    account, _ = world.staff("teacher", CLASS, "teacher.a", ("school", SCHOOL))
    assert (
        world.ask("POST", f"/v1/accounts/{account}/paths", {"path": path}, world.token("school", by)).status_code
        == status
    )


def test_the_level_above_resets_a_password_and_ends_the_sessions(world):
    account, password = world.staff("teacher", CLASS, "teacher.a", ("school", SCHOOL))
    tokens = world.sign_in("teacher.a", password).json
    for _ in range(5):
        world.sign_in("teacher.a", "a wrong password")
    response = world.ask(
        "POST", f"/v1/accounts/{account}/password-reset", token=world.token("school", SCHOOL), key="key-reset"
    )
    again = world.ask(
        "POST", f"/v1/accounts/{account}/password-reset", token=world.token("school", SCHOOL), key="key-reset"
    )
    assert response.status_code == 200 and response.json == again.json
    assert (response.json["id"], response.json["login"]) == (account, "teacher.a")
    problem(
        world.http.post("/v1/sessions/refresh", json={"refresh_token": tokens["refresh_token"]}), 401, "session-ended"
    )
    problem(world.sign_in("teacher.a", password), 403, "reset-code-needed")
    assert world.use_code("teacher.a", response.json["reset_code"], new=STEADY).status_code == 200
    assert not world.sign_in("teacher.a", STEADY).json["account"]["must_change_password"]


@pytest.mark.parametrize(
    ("role", "path"), [("school", SCHOOL_B), ("county", COUNTY), ("ministry", "/000000/"), ("teacher", CLASS)]
)
def test_no_other_role_or_unit_resets_it(world, role, path):
    account, password = world.staff("teacher", CLASS, "teacher.a", ("school", SCHOOL))
    problem(
        world.ask("POST", f"/v1/accounts/{account}/password-reset", token=world.token(role, path)), 403, "outside-scope"
    )
    assert world.sign_in("teacher.a", password).status_code == 201


def test_a_colleague_of_the_same_role_resets_nothing(world):
    account, _ = world.staff("school", SCHOOL, "school.a", ("county", COUNTY))
    problem(
        world.ask("POST", f"/v1/accounts/{account}/password-reset", token=world.token("school", SCHOOL)),
        403,
        "outside-scope",
    )


@pytest.mark.parametrize(
    ("role", "path", "status"),
    [
        ("teacher", CLASS, 200),
        ("school", SCHOOL, 200),
        ("teacher", CLASS_2, 403),
        ("school", SCHOOL_B, 403),
        ("county", COUNTY, 403),
        ("ministry", "/000000/", 403),
    ],
)
def test_a_guardians_password_is_reset_by_teacher_or_school_of_the_child(world, role, path, status):
    account = world.register().json["account"]
    assert world.roster.class_paths[PUPIL] == CLASS
    response = world.ask("POST", f"/v1/accounts/{account}/password-reset", token=world.token(role, path))
    assert response.status_code == status
    if status == 200:
        assert world.use_code("mum-2016", response.json["reset_code"], BORN, STEADY).status_code == 200


def test_a_guardian_who_only_waits_for_a_child_is_not_reset_by_its_teacher(world):
    """A guardian who mistook the child would otherwise lose the account to that child's teacher."""
    world.register(registration_code=code(2))
    asked = world.register("dad-2016", registration_code=code(2)).json
    assert asked["state"] == "waiting"
    problem(
        world.ask("POST", f"/v1/accounts/{asked['account']}/password-reset", token=world.token("teacher", CLASS_2)),
        403,
        "outside-scope",
    )


@pytest.mark.parametrize("account", ["00000000-0000-7000-8000-000000000009", "x", "..", "$gt"])
def test_an_unknown_account_is_not_found(world, account):
    by = world.token("school", SCHOOL)
    problem(world.ask("POST", f"/v1/accounts/{account}/password-reset", token=by), 404, "not-found")
    problem(world.ask("POST", f"/v1/accounts/{account}/paths", {"path": CLASS}, by), 404, "not-found")
