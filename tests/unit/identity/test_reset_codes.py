"""Resets: the level above makes a code, the owner alone comes back with it."""

from __future__ import annotations

import jwt
import pytest

from services.identity.domain.validity import DAY_MS, IDLE_MS, RESET_MS
from shared.infrastructure.clock import iso
from shared.language import codes
from shared.language.consent import CONSENT_VERSION
from tests.unit.identity.world import BORN, CLASS, OTHER_CLASS, PUPIL, SCHOOL, STEADY, code, problem, pupils_of

NEW, FAR, FAR_BORN = "fifty quiet rivers", "0a1.018f2ab47c9d01e5f6b1", "2014-09-30"
TEACHER, ADMIN = ("teacher", CLASS), ("school", SCHOOL)


@pytest.fixture
def teacher(world):
    """The id of a class teacher with a password of their own, STEADY."""
    return world.staff("teacher", CLASS, "li.teacher", ADMIN)[0]


@pytest.fixture
def mother(world):
    """The account of a mother of PUPIL and of a child in another county."""
    world.roster.enrol(FAR, code(9), OTHER_CLASS, FAR_BORN)
    mum = world.register().json
    asked = {"registration_code": code(9), "birth_date": FAR_BORN, "relation": "mother", "consent": CONSENT_VERSION}
    assert world.ask("POST", "/v1/me/children", asked, mum["access_token"]).json["state"] == "bound"
    return mum["account"]


def claims(token):
    return jwt.decode(token, options={"verify_signature": False})


def held(world, password=NEW):
    return world.sign_in("mum-2016", password).json["account"]["held_children"]


def test_the_resetter_gets_a_code_and_no_password(world, teacher):
    slip = world.reset(teacher, *ADMIN)
    assert slip.status_code == 200 and set(slip.json) == {"id", "login", "reset_code", "ends_at", "waiting"}
    assert slip.json["ends_at"] == iso(world.clock.now() + RESET_MS) and not slip.json["waiting"]
    for secret in (slip.json["reset_code"], slip.json["reset_code"].replace("-", "")):
        problem(world.sign_in("li.teacher", secret), 401, "wrong-credentials")


def test_after_a_reset_the_account_does_nothing_until_the_owner_has_chosen_a_password(world, teacher):
    session = world.sign_in("li.teacher", STEADY).json
    slip = world.reset(teacher, *ADMIN).json
    problem(world.sign_in("li.teacher", STEADY), 403, "reset-code-needed")
    problem(
        world.http.post("/v1/sessions/refresh", json={"refresh_token": session["refresh_token"]}), 401, "session-ended"
    )
    change = {"old": STEADY, "new": "another 17 horses"}
    problem(world.ask("PUT", "/v1/me/password", change, session["access_token"]), 401, "session-ended")
    assert world.use_code("li.teacher", slip["reset_code"]).json == {"id": teacher}
    assert claims(world.sign_in("li.teacher", NEW).json["access_token"])["role"] == "teacher"
    problem(world.sign_in("li.teacher", STEADY), 401, "wrong-credentials")


def test_a_reset_while_its_old_owner_signs_in_leaves_no_session(world, teacher, monkeypatch):
    sessions, opened = world.records.sessions, []
    really_open = sessions.open

    def open_late(session, now):
        world.reset(teacher, *ADMIN)
        opened.append(session.id)
        really_open(session, now)

    monkeypatch.setattr(sessions, "open", open_late)
    problem(world.sign_in("li.teacher", STEADY), 403, "reset-code-needed")
    assert len(opened) == 1 and sessions.get(opened[0]) is None


def test_a_reset_code_is_used_once_and_its_repetition_is_harmless(world, teacher):
    given = world.reset(teacher, *ADMIN).json["reset_code"]
    assert [world.use_code("li.teacher", given, key="key-reset-1").status_code for _ in range(2)] == [200, 200]
    problem(world.use_code("li.teacher", given, new="another 17 horses"), 422, "reset-code-wrong")
    assert world.sign_in("li.teacher", NEW).status_code == 201


def test_a_reset_code_ends_after_seven_days(world, teacher):
    given = world.reset(teacher, *ADMIN).json["reset_code"]
    world.clock.advance(seconds=RESET_MS / 1000)
    problem(world.use_code("li.teacher", given), 410, "reset-code-ended")


def test_a_second_reset_voids_the_first_code(world, teacher):
    first, second = (world.reset(teacher, *ADMIN).json["reset_code"] for _ in range(2))
    problem(world.use_code("li.teacher", first), 422, "reset-code-wrong")
    assert world.use_code("li.teacher", second).status_code == 200


def test_a_repeated_reset_shows_the_same_code(world, teacher):
    first, second = (world.reset(teacher, *ADMIN, key="key-reset").json for _ in range(2))
    assert first == second


def test_code_and_login_belong_together_and_unknown_logins_look_the_same(world, teacher):
    world.staff("leader", SCHOOL, "a.leader", ADMIN)
    given = world.reset(teacher, *ADMIN).json["reset_code"]
    unknown, other = world.use_code("nobody", given), world.use_code("a.leader", given)
    one, two = (problem(response, 422, "reset-code-wrong") | {"instance": ""} for response in (unknown, other))
    assert one == two
    problem(world.use_code("li.teacher", code(5, codes.RESET)), 422, "reset-code-wrong")
    problem(world.use_code("li.teacher", "ABCD"), 422, "code-length")


def test_wrong_codes_of_strangers_lock_nobody_out(world, teacher):
    given = world.reset(teacher, *ADMIN).json["reset_code"]
    for n in range(40):
        problem(world.use_code("li.teacher", code(100 + n, codes.RESET)), 422, "reset-code-wrong")
    assert world.use_code("li.teacher", given).status_code == 200


@pytest.mark.parametrize(("new", "why"), [("short", "password-too-short"), ("password1234", "password-well-known")])
def test_the_new_password_obeys_the_policy_and_the_code_stays_good(world, teacher, new, why):
    given = world.reset(teacher, *ADMIN).json["reset_code"]
    problem(world.use_code("li.teacher", given, new=new), 422, why)
    assert world.use_code("li.teacher", given).status_code == 200


def test_a_teacher_does_not_become_the_mother_with_the_code_alone(world, mother):
    given = world.reset(mother, *TEACHER).json["reset_code"]
    problem(world.use_code("mum-2016", given), 422, "birth-date-wrong")
    problem(world.use_code("mum-2016", given, "2016-05-05"), 422, "birth-date-wrong")
    problem(world.sign_in("mum-2016", NEW), 401, "wrong-credentials")
    problem(world.sign_in("mum-2016", STEADY), 403, "reset-code-needed")


def test_birth_dates_are_guessed_fifteen_times_over_all_resets(world, mother):
    for n in range(15):
        given = world.reset(mother, *TEACHER).json["reset_code"]
        problem(world.use_code("mum-2016", given, f"2015-01-{n + 1:02}"), 422, "birth-date-wrong")
        world.clock.advance(seconds=DAY_MS / 1000)
    given = world.reset(mother, *TEACHER).json["reset_code"]
    problem(world.use_code("mum-2016", given, BORN), 429, "birth-dates-spoiled")


def test_a_reset_mother_gets_the_child_of_this_class_and_not_the_one_of_another_county(world, mother):
    given = world.reset(mother, *TEACHER).json["reset_code"]
    assert world.use_code("mum-2016", given, BORN).status_code == 200
    tokens = world.sign_in("mum-2016", NEW).json
    assert tokens["account"]["pupils"] == claims(tokens["access_token"])["pupils"] == [PUPIL]
    assert tokens["account"]["held_children"] == 1
    problem(
        world.ask(
            "POST", f"/v1/bindings/{FAR}/decisions", {"account": mother, "accept": False}, tokens["access_token"]
        ),
        403,
        "outside-scope",
    )


def test_a_held_child_comes_back_by_its_own_birth_date(world, mother):
    world.use_code("mum-2016", world.reset(mother, *TEACHER).json["reset_code"], BORN)
    token = world.sign_in("mum-2016", NEW).json["access_token"]
    problem(world.ask("POST", "/v1/me/children/regain", {"birth_date": BORN}, token), 422, "birth-date-wrong")
    for _ in range(2):
        regained = world.ask("POST", "/v1/me/children/regain", {"birth_date": FAR_BORN}, token, "key-regain")
        assert (regained.status_code, regained.json) == (200, {"pupils": [FAR]})
    assert world.sign_in("mum-2016", NEW).json["account"]["pupils"] == [PUPIL, FAR] and held(world) == 0


def test_knowing_one_child_gives_no_fresh_guesses_for_another(world, mother):
    """The class teacher may know the birth date of the own class's child."""
    for n in range(14):
        given = world.reset(mother, *TEACHER).json["reset_code"]
        problem(world.use_code("mum-2016", given, f"2014-01-{n + 1:02}"), 422, "birth-date-wrong")
        assert world.use_code("mum-2016", given, BORN, new=f"{NEW} {n}").status_code == 200
    token = world.sign_in("mum-2016", f"{NEW} 13").json["access_token"]
    problem(world.ask("POST", "/v1/me/children/regain", {"birth_date": "2014-02-01"}, token), 422, "birth-date-wrong")
    problem(world.ask("POST", "/v1/me/children/regain", {"birth_date": FAR_BORN}, token), 429, "birth-dates-spoiled")


def test_a_held_child_comes_back_with_its_registration_code_too(world, mother):
    world.use_code("mum-2016", world.reset(mother, *TEACHER).json["reset_code"], BORN)
    token = world.sign_in("mum-2016", NEW).json["access_token"]
    asked = {"registration_code": code(9), "birth_date": FAR_BORN, "relation": "mother", "consent": CONSENT_VERSION}
    assert world.ask("POST", "/v1/me/children", asked, token).status_code == 201
    assert set(world.sign_in("mum-2016", NEW).json["account"]["pupils"]) == {PUPIL, FAR} and held(world) == 0


def test_who_knows_the_far_child_gets_both(world, mother):
    given = world.reset(mother, *TEACHER).json["reset_code"]
    assert world.use_code("mum-2016", given, FAR_BORN).status_code == 200
    assert world.sign_in("mum-2016", NEW).json["account"]["pupils"] == [PUPIL, FAR] and held(world) == 0


def test_an_outage_of_roster_costs_no_guess(world, mother):
    given = world.reset(mother, *TEACHER).json["reset_code"]
    world.roster.is_unavailable = True
    for _ in range(16):
        problem(world.use_code("mum-2016", given, BORN), 503, "unavailable")
    world.roster.is_unavailable = False
    assert world.use_code("mum-2016", given, BORN).status_code == 200


def test_an_idle_account_is_sealed_and_use_keeps_it_open(world, teacher):
    world.clock.advance(seconds=IDLE_MS / 1000 - 60)
    tokens = world.sign_in("li.teacher", STEADY).json
    world.clock.advance(seconds=120)
    assert world.sign_in("li.teacher", STEADY).status_code == 201, "that sign-in counted"
    world.clock.advance(seconds=IDLE_MS / 1000)
    problem(world.sign_in("li.teacher", STEADY), 403, "account-sealed")
    problem(
        world.http.post("/v1/sessions/refresh", json={"refresh_token": tokens["refresh_token"]}), 401, "session-ended"
    )
    world.use_code("li.teacher", world.reset(teacher, *ADMIN).json["reset_code"])
    assert world.sign_in("li.teacher", NEW).status_code == 201


def test_a_guardian_who_only_refreshes_is_not_idle(world):
    token = world.register().json["refresh_token"]
    for _ in range(10):
        world.clock.advance(seconds=25 * DAY_MS / 1000)
        token = world.http.post("/v1/sessions/refresh", json={"refresh_token": token}).json["refresh_token"]
    assert pupils_of(world, "mum-2016") == [PUPIL]
