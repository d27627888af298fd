from __future__ import annotations

import jwt
import pytest

from services.identity.credentials.passwords import Hasher
from services.identity.dependencies import SessionLimits
from services.identity.use_cases.signing_in.sessions import REPEAT_MS
from shared.service.auth import TokenChecker
from shared.service.key_set import KeySet
from tests.support.tokens import bearer, service_auth, token_for
from tests.unit.identity.world import CLASS, CLASS_2, COUNTY, PUPIL, SCHOOL, STEADY, problem

WRONG, LIMITS = "not the password", SessionLimits()


@pytest.fixture
def teacher(world):
    """(id, password) of a class teacher who has signed in before."""
    return world.staff("teacher", CLASS, "li.teacher", ("school", SCHOOL))


def refresh(world, token):
    return world.http.post("/v1/sessions/refresh", json={"refresh_token": token})


def test_a_sign_in_gives_tokens_and_the_own_account(world, teacher):
    account, password = teacher
    response = world.sign_in("li.teacher", password)
    assert response.status_code == 201 and response.json["expires_in"] == 900
    assert response.json["account"] == {
        "id": account,
        "role": "teacher",
        "paths": [CLASS],
        "pupils": [],
        "display_name": "李老师",
        "must_change_password": False,
        "held_children": 0,
        "has_second_factor": False,
        "must_set_up_second_factor": False,
        "grants": [],
    }
    assert world.ask("GET", "/v1/me", token=response.json["access_token"]).json == response.json["account"]


def test_other_services_accept_the_token_by_the_published_keys(world, teacher):
    token = world.sign_in("li.teacher", teacher[1]).json["access_token"]
    published = world.ask("GET", "/.well-known/jwks.json").json
    caller = TokenChecker(KeySet(lambda: published, world.clock), world.clock)(token)
    assert (caller.account, caller.role, caller.scope.paths) == (teacher[0], "teacher", (CLASS,))
    assert set(published["keys"][0]) == {"kty", "crv", "alg", "use", "kid", "x"}


def test_a_token_holds_opaque_ids_and_paths_only(world, teacher):
    token = world.sign_in("li.teacher", teacher[1]).json["access_token"]
    claims = jwt.decode(token, options={"verify_signature": False})
    assert " ".join(sorted(claims)) == "amr aud auth_time epoch exp iat iss paths pupils role sid sub"
    assert claims["amr"] == ["pwd"]
    assert (claims["iss"], claims["aud"], claims["exp"] - claims["iat"]) == ("rollcall-identity", "rollcall", 900)


@pytest.mark.parametrize("spelling", ["LI.Teacher", " li.teacher ", "ｌｉ.teacher"])
def test_a_login_is_found_in_every_spelling(world, teacher, spelling):
    assert world.sign_in(spelling, teacher[1]).status_code == 201


def test_an_unknown_login_and_a_wrong_password_get_the_same_response(world, teacher):
    unknown, wrong = world.sign_in("nobody", WRONG), world.sign_in("li.teacher", WRONG)
    assert problem(unknown, 401, "wrong-credentials") | {"instance": ""} == problem(wrong, 401, "wrong-credentials") | {
        "instance": ""
    }


@pytest.mark.parametrize("login", ["li.teacher", "nobody"])
def test_after_five_wrong_passwords_from_one_network_it_waits_15_minutes_whether_the_account_exists_or_not(
    world, teacher, login
):
    for _ in range(5):
        problem(world.sign_in(login, WRONG), 401, "wrong-credentials")
    problem(world.sign_in(login, teacher[1]), 429, "too-many")
    world.clock.advance(seconds=15 * 60 - 1)
    problem(world.sign_in(login, teacher[1]), 429, "too-many")
    world.clock.advance(seconds=1)
    assert world.sign_in(login, teacher[1]).status_code == (201 if login == "li.teacher" else 401)


def test_a_right_password_forgets_the_wrong_ones(world, teacher):
    for _ in range(3):
        for _ in range(4):
            problem(world.sign_in("li.teacher", WRONG), 401, "wrong-credentials")
        assert world.sign_in("li.teacher", teacher[1]).status_code == 201


def test_wrong_passwords_while_locked_do_not_prolong_the_lock(world, teacher):
    for _ in range(9):
        world.sign_in("li.teacher", WRONG)
        world.clock.advance(seconds=60)
    world.clock.advance(seconds=11 * 60)
    assert world.sign_in("li.teacher", teacher[1]).status_code == 201


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"login": "x"},
        {"login": "x", "password": ""},
        {"login": 7, "password": "x"},
        {"login": "x", "password": "x" * 2000},
        {"login": {"$gt": ""}, "password": "x"},
        {"login": "x", "password": "x", "more": 1},
    ],
)
def test_a_sign_in_of_another_shape_lists_its_fields(world, body):
    problem(world.http.post("/v1/sessions", json=body), 422, "bad-fields")


def test_a_refresh_gives_new_tokens_of_the_same_session(world, teacher):
    first = world.sign_in("li.teacher", teacher[1]).json
    world.clock.advance(seconds=900)
    problem(world.ask("GET", "/v1/me", token=first["access_token"]), 401, "not-signed-in")
    second = refresh(world, first["refresh_token"])
    assert second.status_code == 201 and second.json["refresh_token"] != first["refresh_token"]
    assert world.ask("GET", "/v1/me", token=second.json["access_token"]).json["id"] == teacher[0]


def test_a_refresh_whose_response_was_lost_can_be_repeated(world, teacher):
    first = world.sign_in("li.teacher", teacher[1]).json["refresh_token"]
    second = refresh(world, first).json["refresh_token"]
    world.clock.advance(seconds=REPEAT_MS / 1000)
    assert refresh(world, first).json["refresh_token"] == second
    assert refresh(world, second).status_code == 201


def test_a_replaced_refresh_token_ends_the_session(world, teacher):
    first = world.sign_in("li.teacher", teacher[1]).json["refresh_token"]
    second = refresh(world, first).json["refresh_token"]
    world.clock.advance(seconds=REPEAT_MS / 1000 + 1)
    problem(refresh(world, first), 401, "session-ended")
    problem(refresh(world, second), 401, "session-ended")


def test_a_refresh_token_two_generations_old_ends_the_session_at_once(world, teacher):
    first = world.sign_in("li.teacher", teacher[1]).json["refresh_token"]
    third = refresh(world, refresh(world, first).json["refresh_token"]).json["refresh_token"]
    problem(refresh(world, first), 401, "session-ended")
    problem(refresh(world, third), 401, "session-ended")


def test_a_made_up_refresh_token_is_refused(world):
    problem(refresh(world, f"{'0' * 32}.{'0' * 32}"), 401, "session-ended")
    problem(refresh(world, "rubbish"), 422, "bad-fields")


def test_refresh_tokens_are_stored_hashed(world, teacher):
    token = world.sign_in("li.teacher", teacher[1]).json["refresh_token"]
    session = world.records.sessions.get(token.partition(".")[0])
    assert token.partition(".")[2] not in repr(session) and len(session.refresh) == 64


def test_staff_have_one_session_the_last_one(world, teacher):
    first, second = (world.sign_in("li.teacher", teacher[1]).json for _ in range(2))
    problem(refresh(world, first["refresh_token"]), 401, "session-ended")
    assert refresh(world, second["refresh_token"]).status_code == 201


def test_guardians_have_a_session_per_device(world):
    world.register()
    first, second = (world.sign_in("mum-2016", STEADY).json for _ in range(2))
    assert (
        refresh(world, first["refresh_token"]).status_code == refresh(world, second["refresh_token"]).status_code == 201
    )


def test_the_session_of_staff_ends_with_the_working_day_whatever_is_refreshed(world, teacher):
    token = world.sign_in("li.teacher", teacher[1]).json["refresh_token"]
    for _ in range(47):
        world.clock.advance(seconds=900)
        token = refresh(world, token).json["refresh_token"]
    world.clock.advance(seconds=LIMITS.staff_ms / 1000 - 47 * 900)
    problem(refresh(world, token), 401, "session-ended")


def test_a_session_of_staff_ends_after_half_an_hour_without_use(world, teacher):
    token = world.sign_in("li.teacher", teacher[1]).json["refresh_token"]
    for _ in range(3):
        world.clock.advance(seconds=LIMITS.staff_idle_ms / 1000 - 1)
        token = refresh(world, token).json["refresh_token"]
    world.clock.advance(seconds=LIMITS.staff_idle_ms / 1000)
    problem(refresh(world, token), 401, "session-ended")


def test_the_session_of_a_guardian_lives_while_it_is_used(world):
    token = world.register().json["refresh_token"]
    for _ in range(3):
        world.clock.advance(seconds=LIMITS.guardian_idle_ms / 1000 - 1)
        token = refresh(world, token).json["refresh_token"]
    world.clock.advance(seconds=LIMITS.guardian_idle_ms / 1000)
    problem(refresh(world, token), 401, "session-ended")


def test_signing_out_ends_the_session(world, teacher):
    tokens = world.sign_in("li.teacher", teacher[1]).json
    assert world.http.delete("/v1/sessions", headers=bearer(tokens["access_token"])).status_code == 204
    problem(refresh(world, tokens["refresh_token"]), 401, "session-ended")


def test_a_changed_password_is_valid_at_once_and_ends_other_sessions(world):
    world.register()
    here, there = (world.sign_in("mum-2016", STEADY).json for _ in range(2))
    body = {"old": STEADY, "new": "another 17 horses"}
    assert world.ask("PUT", "/v1/me/password", body, here["access_token"], "key-change").status_code == 204
    assert (
        world.ask("PUT", "/v1/me/password", body, here["access_token"], "key-change").status_code == 204
    )  # a repetition
    problem(world.sign_in("mum-2016", STEADY), 401, "wrong-credentials")
    assert world.sign_in("mum-2016", "another 17 horses").status_code == 201
    assert refresh(world, here["refresh_token"]).status_code == 201
    problem(refresh(world, there["refresh_token"]), 401, "session-ended")


@pytest.mark.parametrize(
    ("old", "new", "status", "code"),
    [
        (WRONG, "another 17 horses", 422, "wrong-credentials"),
        (None, "short", 422, "password-too-short"),
        (None, "li.teacher2026", 422, "password-well-known"),
        (None, "password1234", 422, "password-well-known"),
        (None, None, 422, "password-unchanged"),
    ],
)
def test_a_password_change_needs_the_old_password_and_a_good_new_one(world, teacher, old, new, status, code):
    token = world.sign_in("li.teacher", teacher[1]).json["access_token"]
    problem(
        world.ask("PUT", "/v1/me/password", {"old": old or teacher[1], "new": new or teacher[1]}, token), status, code
    )
    assert world.sign_in("li.teacher", teacher[1]).status_code == 201, "it has not changed"


def test_guessing_the_old_password_locks_the_account_too(world, teacher):
    token = world.sign_in("li.teacher", teacher[1]).json["access_token"]
    for _ in range(5):
        problem(
            world.ask("PUT", "/v1/me/password", {"old": WRONG, "new": "another 17 horses"}, token),
            422,
            "wrong-credentials",
        )
    problem(
        world.ask("PUT", "/v1/me/password", {"old": teacher[1], "new": "another 17 horses"}, token), 429, "too-many"
    )


def test_an_account_with_an_initial_password_can_do_nothing_but_change_it(world, teacher):
    """Before the change every other route refuses and says what to do; afterwards a refreshed token works."""
    world.records.people.set_password(teacher[0], world.deps.hasher.hash(teacher[1]), True, None)
    tokens = world.sign_in("li.teacher", teacher[1]).json
    problem(world.ask("GET", "/v1/bindings", token=tokens["access_token"]), 403, "password-must-change")
    claims = jwt.decode(tokens["access_token"], options={"verify_signature": False})
    assert (claims["role"], claims["paths"], claims["pupils"]) == ("newcomer", [], [])
    problem(
        world.ask("GET", "/v1/bindings", token=refresh(world, tokens["refresh_token"]).json["access_token"]),
        403,
        "password-must-change",
    )
    tokens = world.sign_in("li.teacher", teacher[1]).json
    assert (
        world.ask(
            "PUT", "/v1/me/password", {"old": teacher[1], "new": "another 17 horses"}, tokens["access_token"]
        ).status_code
        == 204
    )
    fresh = refresh(world, tokens["refresh_token"]).json["access_token"]
    assert world.ask("GET", "/v1/bindings", token=fresh).status_code == 200


def test_an_initial_password_need_not_be_changed_twice(world, teacher):
    world.records.people.set_password(teacher[0], world.deps.hasher.hash(teacher[1]), True, None)
    token = world.sign_in("li.teacher", teacher[1]).json["access_token"]
    world.ask("PUT", "/v1/me/password", {"old": teacher[1], "new": "another 17 horses"}, token)
    assert not world.sign_in("li.teacher", "another 17 horses").json["account"]["must_change_password"]


def test_a_hash_of_outdated_parameters_is_replaced_at_sign_in(world, teacher):
    world.deps.records.people.set_password(teacher[0], Hasher(memory_kib=16, passes=2).hash(teacher[1]), True, None)
    assert world.sign_in("li.teacher", teacher[1]).status_code == 201
    kept = world.records.people.get(teacher[0]).password
    assert "m=8,t=1,p=1" in kept and world.deps.hasher.verify(kept, teacher[1])


def test_tokens_signed_with_another_key_are_refused(world, teacher):
    claims = jwt.decode(
        world.sign_in("li.teacher", teacher[1]).json["access_token"], options={"verify_signature": False}
    )
    unsigned = jwt.encode(claims, None, algorithm="none", headers={"kid": world.deps.issuer.key_id})
    for token in (token_for("ministry", ["/000000/"]), unsigned, "rubbish"):
        problem(world.ask("GET", "/v1/me", token=token), 401, "not-signed-in")


def test_a_token_of_an_unknown_account_is_refused(world):
    problem(world.ask("GET", "/v1/me", token=world.token("county", COUNTY)), 401, "not-signed-in")


def test_a_guardian_sees_a_new_child_in_the_next_token(world):
    tokens = world.register().json
    claims = jwt.decode(tokens["access_token"], options={"verify_signature": False})
    assert claims["pupils"] == [PUPIL] and claims["paths"] == []


# ---- the password once more
def auth_time(token):
    return jwt.decode(token, options={"verify_signature": False})["auth_time"] * 1000


def confirm(world, token, password=STEADY):
    return world.ask("POST", "/v1/sessions/confirmation", {"password": password}, token)


def test_tokens_say_when_the_password_was_given_and_refreshing_does_not_change_that(world, teacher):
    tokens, at = world.sign_in("li.teacher", teacher[1]).json, world.clock.now()
    world.clock.advance(seconds=700)
    assert auth_time(refresh(world, tokens["refresh_token"]).json["access_token"]) == at


def test_the_password_once_more_makes_the_session_fresh_for_its_later_tokens_too(world, teacher):
    tokens = world.sign_in("li.teacher", teacher[1]).json
    world.clock.advance(seconds=700)
    at, confirmed = world.clock.now(), confirm(world, tokens["access_token"]).json
    assert auth_time(confirmed["access_token"]) == at
    world.clock.advance(seconds=100)
    assert auth_time(refresh(world, tokens["refresh_token"]).json["access_token"]) == at


def test_a_wrong_password_does_not_confirm_and_counts_as_a_try(world, teacher):
    token = world.sign_in("li.teacher", teacher[1]).json["access_token"]
    for _ in range(5):
        assert problem(confirm(world, token, WRONG), 422, "wrong-password")["where"] == "password"
    problem(confirm(world, token), 429, "too-many")


def test_a_session_that_has_ended_is_not_confirmed(world, teacher):
    token = world.sign_in("li.teacher", teacher[1]).json["access_token"]
    world.sign_in("li.teacher", STEADY)
    problem(confirm(world, token), 401, "session-ended")


def test_a_session_that_nobody_used_for_long_is_not_confirmed_and_stays_ended(world, teacher):
    """By a token that outlives the pause: the settings forbid such a pause, the use case does not rely on them."""
    tokens = world.sign_in("li.teacher", teacher[1]).json
    session = tokens["refresh_token"].partition(".")[0]
    world.clock.advance(seconds=world.deps.limits.staff_idle_ms / 1000)
    late = world.deps.issuer.access(teacher[0], "teacher", [CLASS], (), session, world.clock.now(), 0)
    problem(confirm(world, late), 401, "session-ended")
    problem(refresh(world, tokens["refresh_token"]), 401, "session-ended")


def test_a_reset_asks_for_a_fresh_sign_in(world, teacher):
    school = world.token("school", SCHOOL)
    world.clock.advance(seconds=601)
    problem(world.ask("POST", f"/v1/accounts/{teacher[0]}/password-reset", token=school), 403, "sign-in-again")


# ---- tokens that were issued before a session ended
def me(world, token):
    return world.ask("GET", "/v1/me", token=token)


def ended(world):
    """What identity tells the other services."""
    headers = service_auth("roster", world.clock).headers("identity")
    return world.http.get("/internal/ended-sessions", headers=headers).json


def test_an_access_token_ends_with_its_session_at_once(world, teacher):
    tokens = world.sign_in("li.teacher", teacher[1]).json
    session = tokens["refresh_token"].partition(".")[0]
    assert me(world, tokens["access_token"]).status_code == 200 and session not in ended(world)["sessions"]
    assert world.ask("DELETE", "/v1/sessions", token=tokens["access_token"]).status_code == 204
    problem(me(world, tokens["access_token"]), 401, "session-ended")
    assert session in ended(world)["sessions"]


def test_a_second_sign_in_of_staff_ends_the_tokens_of_the_first(world, teacher):
    first = world.sign_in("li.teacher", teacher[1]).json["access_token"]
    second = world.sign_in("li.teacher", STEADY).json["access_token"]
    problem(me(world, first), 401, "session-ended")
    assert me(world, second).status_code == 200


def test_a_reset_ends_the_tokens_of_the_owner(world, teacher):
    token = world.sign_in("li.teacher", teacher[1]).json["access_token"]
    reset = world.ask("POST", f"/v1/accounts/{teacher[0]}/password-reset", token=world.token("school", SCHOOL))
    assert reset.status_code == 200
    problem(me(world, token), 401, "session-ended")


def test_a_changed_password_ends_the_tokens_of_other_devices_and_not_those_of_this_one(world):
    phone = world.register().json["access_token"]
    other = world.sign_in("mum-2016", STEADY).json["access_token"]
    assert world.ask("PUT", "/v1/me/password", {"old": STEADY, "new": "green apples 77"}, phone).status_code == 204
    problem(me(world, other), 401, "session-ended")
    assert me(world, phone).status_code == 200


def test_a_replayed_refresh_token_ends_the_access_tokens_too(world, teacher):
    first = world.sign_in("li.teacher", teacher[1]).json
    fresh = refresh(world, first["refresh_token"]).json
    world.clock.advance(seconds=REPEAT_MS / 1000 + 1)
    problem(refresh(world, first["refresh_token"]), 401, "session-ended")
    problem(me(world, fresh["access_token"]), 401, "session-ended")


def test_a_changed_scope_asks_for_a_fresh_token_and_a_refresh_gives_it(world, teacher):
    tokens = world.sign_in("li.teacher", teacher[1]).json
    granted = world.ask("POST", f"/v1/accounts/{teacher[0]}/paths", {"path": CLASS_2}, world.token("school", SCHOOL))
    assert granted.status_code == 200
    problem(me(world, tokens["access_token"]), 401, "token-superseded")
    fresh = refresh(world, tokens["refresh_token"]).json
    assert me(world, fresh["access_token"]).json["paths"] == [CLASS, CLASS_2]
    assert ended(world)["accounts"] == [{"account": teacher[0], "epoch": 1}]


def test_an_unbound_guardians_token_names_the_child_no_longer(world):
    mother = world.register().json
    teacher = world.token("teacher", CLASS)
    asked = {"account": mother["account"], "accept": False, "reason": "other"}
    assert world.ask("POST", f"/v1/bindings/{PUPIL}/decisions", asked, teacher).status_code == 200
    problem(me(world, mother["access_token"]), 401, "token-superseded")
    assert refresh(world, mother["refresh_token"]).json["account"]["pupils"] == []


def test_people_may_not_ask_what_has_ended(world):
    problem(world.ask("GET", "/internal/ended-sessions", token=world.token("ministry")), 401, "not-signed-in")
