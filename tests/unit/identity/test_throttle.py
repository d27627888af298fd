"""Guessing passwords: what a stranger's tries cost the owner, and what a sprayer is left with."""

from __future__ import annotations

import logging

import pytest

from services.identity.credentials.devices import DEVICE_MS
from services.identity.use_cases.signing_in.throttle import (
    LIFTS,
    SPRAYED_ACCOUNTS,
    SPRAYED_EVERYWHERE,
    SPRAYER,
    UNKNOWN_DEVICES,
)
from tests.unit.identity.world import CLASS, COUNTY, SCHOOL, STEADY, problem

WRONG = "not the password"
SCHOOL_NET, ELSEWHERE = "198.51.100.7", "203.0.113.9"


@pytest.fixture
def teacher(world):
    """Id of a class teacher who has signed in from school."""
    account, _ = world.staff("teacher", CLASS, "li.teacher", ("school", SCHOOL))
    return account


@pytest.fixture
def device(world, teacher):
    """The token of the teacher's own device."""
    return world.sign_in("li.teacher", STEADY).json["device_token"]


def address(n):
    return f"203.0.{n // 250}.{n % 250 + 1}"


def lock(world, tries=5, source=ELSEWHERE):
    for _ in range(tries):
        world.sign_in("li.teacher", WRONG, source=source)


def spray(world, accounts, source=ELSEWHERE):
    return [world.sign_in(f"nobody-{n}", WRONG, source=source).status_code for n in range(accounts)]


def test_a_strangers_wrong_passwords_lock_the_stranger_and_not_the_owner_elsewhere(world, teacher):
    lock(world)
    problem(world.sign_in("li.teacher", STEADY, source=ELSEWHERE), 429, "too-many")
    assert world.sign_in("li.teacher", STEADY, source=SCHOOL_NET).status_code == 201


def test_a_refusal_says_when_to_try_again(world, teacher):
    lock(world)
    world.clock.advance(seconds=60)
    response = world.sign_in("li.teacher", STEADY, source=ELSEWHERE)
    assert response.headers["Retry-After"] == str(problem(response, 429, "too-many")["retry_after"]) == "840"
    world.clock.advance(seconds=839.5)
    assert world.sign_in("li.teacher", STEADY, source=ELSEWHERE).headers["Retry-After"] == "1"
    world.clock.advance(seconds=0.5)
    assert world.sign_in("li.teacher", STEADY, source=ELSEWHERE).status_code == 201


def test_many_networks_together_try_one_account_at_most_fifty_times_and_its_own_device_goes_on(world, teacher, device):
    tries = [world.sign_in("li.teacher", WRONG, source=address(n)).status_code for n in range(UNKNOWN_DEVICES.most + 5)]
    assert tries == [401] * UNKNOWN_DEVICES.most + [429] * 5
    problem(world.sign_in("li.teacher", STEADY, source=SCHOOL_NET), 429, "too-many")
    assert world.sign_in("li.teacher", STEADY, device, SCHOOL_NET).status_code == 201


def test_a_known_device_signs_in_from_the_very_network_of_the_attack(world, teacher, device):
    lock(world, 9, SCHOOL_NET)
    spray(world, 200, SCHOOL_NET)
    assert world.sign_in("li.teacher", STEADY, device, SCHOOL_NET).status_code == 201


def test_a_stolen_device_has_five_tries_like_everybody(world, teacher, device):
    for _ in range(5):
        problem(world.sign_in("li.teacher", WRONG, device), 401, "wrong-credentials")
    problem(world.sign_in("li.teacher", STEADY, device), 429, "too-many")
    assert world.sign_in("li.teacher", STEADY, source=SCHOOL_NET).status_code == 201


def test_a_device_stays_the_same_device_however_often_it_signs_in(world, teacher, device):
    again = world.sign_in("li.teacher", STEADY, device).json["device_token"]
    assert again.partition(".")[0] == device.partition(".")[0]


def test_no_device_is_known_by_a_token_of_another_account_an_invented_or_an_old_one(world, teacher, device):
    mine = world.register("mum-2016").json["device_token"]
    devices = world.deps.devices
    assert devices.device(teacher, device) and not devices.device(teacher, mine)
    id, issued, seal = device.split(".")
    for token in (
        "",
        "a.b",
        "..",
        "a.b.c",
        f"{id}.{int(issued) + 1}.{seal}",
        f"{'0' * 32}.{issued}.{seal}",
        f"{id}.x.{seal}",
    ):
        assert not devices.device(teacher, token)
    world.clock.advance(seconds=DEVICE_MS / 1000)
    assert not devices.device(teacher, device)


def test_a_network_that_sprays_is_slowed_down_told_of_and_recovers(world, teacher, caplog):
    caplog.set_level(logging.INFO, "security")
    answers = spray(world, SPRAYED_ACCOUNTS + SPRAYER.most + 10)
    assert answers == [401] * (SPRAYED_ACCOUNTS + SPRAYER.most) + [429] * 10
    sprays = [vars(record) for record in caplog.records if vars(record).get("event") == "spray"]
    assert [(s["network"], s["accounts"]) for s in sprays][:1] == [("203.0.113.0/24", SPRAYED_ACCOUNTS)]
    response = world.sign_in("li.teacher", STEADY, source=ELSEWHERE)
    assert int(response.headers["Retry-After"]) <= 60
    assert world.sign_in("li.teacher", STEADY, source=SCHOOL_NET).status_code == 201
    world.clock.advance(seconds=61)
    assert world.sign_in("li.teacher", STEADY, source=ELSEWHERE).status_code == 201


def test_a_sprayer_with_one_account_of_its_own_is_still_a_sprayer(world, teacher):
    for n in range(SPRAYED_ACCOUNTS + SPRAYER.most):
        world.sign_in(f"nobody-{n}", WRONG, source=ELSEWHERE)
        world.sign_in("li.teacher", STEADY, source=ELSEWHERE)
    problem(world.sign_in("nobody-x", WRONG, source=ELSEWHERE), 429, "too-many")


def test_a_school_behind_one_address_whose_parents_mistype_is_no_sprayer(world):
    for n in range(20):
        _, initial = world.staff("teacher", CLASS, f"teacher-{n}", ("school", SCHOOL))
        assert world.sign_in(f"teacher-{n}", initial, source=SCHOOL_NET).status_code == 201
    assert spray(world, 75, SCHOOL_NET) == [401] * 75  # 75 of 95 accounts mistype at once


def test_a_spray_from_many_networks_is_told_of_and_refuses_nobody(world, caplog):
    caplog.set_level(logging.INFO, "security")
    answers = [world.sign_in(f"nobody-{n}", WRONG, source=address(n)).status_code for n in range(SPRAYED_EVERYWHERE)]
    assert set(answers) == {401}
    assert [vars(r)["scope"] for r in caplog.records if vars(r).get("event") == "spray"] == ["all networks"]


def test_the_level_above_lifts_a_lock_and_nobody_else(world, teacher):
    lock(world)
    path = f"/v1/accounts/{teacher}/lock"
    for role, scope in (("county", COUNTY), ("school", "/000000/110000/110102/2111000002/"), ("teacher", CLASS)):
        problem(world.ask("DELETE", path, token=world.token(role, scope)), 403, "outside-scope")
    problem(world.sign_in("li.teacher", STEADY, source=ELSEWHERE), 429, "too-many")
    assert world.ask("DELETE", path, token=world.token("school", SCHOOL)).status_code == 204
    assert world.sign_in("li.teacher", STEADY, source=ELSEWHERE).status_code == 201


def lift(world, teacher, key=None):
    return world.ask("DELETE", f"/v1/accounts/{teacher}/lock", token=world.token("school", SCHOOL), key=key)


def test_lifting_a_lock_again_and_again_gives_no_fresh_guesses(world, teacher):
    for n in range(UNKNOWN_DEVICES.most):
        world.sign_in("li.teacher", WRONG, source=address(n))
    assert lift(world, teacher, "key-lift-1").status_code == 204
    problem(world.sign_in("li.teacher", STEADY, source=ELSEWHERE), 429, "too-many")
    for _ in range(LIFTS.most - 1):
        assert lift(world, teacher).status_code == 204
    assert lift(world, teacher, "key-lift-1").status_code == 204, "a repetition"
    assert int(problem(lift(world, teacher), 429, "too-many-lifts")["retry_after"]) > 3600


def test_the_repetition_of_a_lift_lifts_no_later_lock(world, teacher):
    for status in (201, 429):
        lock(world)
        assert lift(world, teacher, "key-lift-1").status_code == 204
        assert world.sign_in("li.teacher", STEADY, source=ELSEWHERE).status_code == status


def test_a_lift_opens_the_owners_own_device(world, teacher, device):
    for _ in range(5):
        world.sign_in("li.teacher", WRONG, device)
    lift(world, teacher)
    assert world.sign_in("li.teacher", STEADY, device).status_code == 201


def test_the_owner_sees_who_lifted_a_lock(world, teacher):
    world.staff("school", SCHOOL, "school.a", ("county", COUNTY))
    by = world.sign_in("school.a", STEADY).json["access_token"]
    assert world.ask("DELETE", f"/v1/accounts/{teacher}/lock", token=by).status_code == 204
    token = world.sign_in("li.teacher", STEADY).json["access_token"]
    entry = world.ask("GET", "/v1/me/history", token=token).json["items"][0]
    assert (entry["event"], entry["by_role"], entry["by_name"]) == ("lock-lifted", "school", "李老师")


def test_lifting_a_lock_asks_for_a_fresh_sign_in(world, teacher):
    by = world.token("school", SCHOOL)
    world.clock.advance(seconds=601)
    problem(world.ask("DELETE", f"/v1/accounts/{teacher}/lock", token=by), 403, "sign-in-again")


def test_tries_to_sign_in_do_not_lock_somebody_who_is_signed_in(world, teacher, device):
    token = world.sign_in("li.teacher", STEADY, device).json["access_token"]
    lock(world, 9, "127.0.0.1")
    assert world.ask("POST", "/v1/sessions/confirmation", {"password": STEADY}, token).status_code == 200


def test_no_key_of_the_counts_holds_a_login_or_an_address(world, teacher):
    lock(world)
    spray(world, 3)
    keys = " ".join(world.records.attempts._counts)
    assert "sign-in:" in keys and "li.teacher" not in keys and ELSEWHERE not in keys and "nobody" not in keys


def test_a_flood_of_refused_tries_asks_the_store_once_a_second(world, teacher, monkeypatch):
    lock(world, 6)
    asked = []
    real = world.records.people.by_login
    monkeypatch.setattr(world.records.people, "by_login", lambda login: asked.append(login) or real(login))
    for _ in range(50):
        problem(world.sign_in("li.teacher", STEADY, source=ELSEWHERE), 429, "too-many")
    assert asked == []
    world.clock.advance(seconds=1)
    world.sign_in("li.teacher", STEADY, source=ELSEWHERE)
    assert len(asked) == 1
