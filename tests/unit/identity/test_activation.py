"""Activation: the issuer of an account makes a code, its owner alone chooses the first password."""

from __future__ import annotations

import pytest

from services.identity.domain.validity import ACTIVATION_MS
from shared.infrastructure.clock import iso
from shared.language import codes
from tests.unit.identity.world import CLASS, SCHOOL, STEADY, code, problem

LOGIN, OTHER, NEW = "li.teacher", "wang.teacher", "fifty quiet rivers"
ADMIN = ("school", SCHOOL)


@pytest.fixture
def slip(world):
    """The response to the issue of a class teacher's account."""
    return world.issue("teacher", CLASS, LOGIN, world.token(*ADMIN)).json


def test_an_issued_account_comes_with_a_code_and_without_a_password(world, slip):
    assert set(slip) == {"id", "login", "activation_code", "ends_at", "waiting"}
    assert slip["ends_at"] == iso(world.clock.now() + ACTIVATION_MS) and not slip["waiting"]
    assert codes.is_code(codes.normalise(slip["activation_code"]), codes.ACTIVATION)
    for guess in (slip["activation_code"], codes.normalise(slip["activation_code"]), "", LOGIN):
        response = world.sign_in(LOGIN, guess or " ")
        problem(response, 401, "wrong-credentials")


def test_the_owner_chooses_the_password_and_signs_in_with_it(world, slip):
    assert world.activate(LOGIN, slip["activation_code"], NEW).json == {"id": slip["id"]}
    account = world.sign_in(LOGIN, NEW).json["account"]
    assert (account["role"], account["must_change_password"]) == ("teacher", False)


def test_an_activation_code_is_used_once_and_its_repetition_is_harmless(world, slip):
    given = slip["activation_code"]
    assert [world.activate(LOGIN, given, key="key-activate").status_code for _ in range(2)] == [200, 200]
    problem(world.activate(LOGIN, given, NEW), 422, "activation-code-wrong")
    assert world.sign_in(LOGIN, STEADY).status_code == 201


def test_an_activation_code_ends_after_fourteen_days_and_a_reset_helps(world, slip):
    world.clock.advance(seconds=ACTIVATION_MS / 1000)
    problem(world.activate(LOGIN, slip["activation_code"]), 410, "activation-code-ended")
    problem(world.sign_in(LOGIN, STEADY), 401, "wrong-credentials")
    world.use_code(LOGIN, world.reset(slip["id"], *ADMIN).json["reset_code"], new=NEW)
    assert world.sign_in(LOGIN, NEW).status_code == 201


def test_the_code_of_another_account_an_unknown_login_and_a_wrong_code_look_the_same(world, slip):
    other = world.issue("teacher", CLASS, OTHER, world.token(*ADMIN)).json["activation_code"]
    answers = [
        problem(world.activate(login, given), 422, "activation-code-wrong") | {"instance": ""}
        for login, given in ((LOGIN, other), ("nobody", other), (LOGIN, code(5, codes.ACTIVATION)))
    ]
    assert answers[0] == answers[1] == answers[2]
    assert world.activate(OTHER, other).status_code == 200


def test_every_wrong_pair_costs_the_same_work(world, slip, monkeypatch):
    """No password is hashed before the pair is right; the code is hashed and compared for unknown logins, too."""
    from services.identity.use_cases.signing_in import owner_codes

    done = []
    monkeypatch.setattr(owner_codes, "same", lambda one, two: done.append((len(one), two == "")) or False)
    monkeypatch.setattr(type(world.deps.hasher), "hash", lambda self, text: pytest.fail("an expensive refusal"))
    for login in (LOGIN, "nobody"):
        problem(world.activate(login, code(5, codes.ACTIVATION)), 422, "activation-code-wrong")
    assert done == [(32, False), (32, True)]


def test_a_code_of_another_kind_is_told_apart_without_asking_the_store(world, slip):
    problem(world.activate(LOGIN, code(5, codes.RESET)), 422, "reset-code-here")
    problem(world.use_code(LOGIN, slip["activation_code"]), 422, "activation-code-here")
    problem(world.activate(LOGIN, "ABCD"), 422, "code-length")


def test_a_reset_voids_the_activation_code_and_the_activation_code_is_no_reset_code(world, slip):
    reset = world.reset(slip["id"], *ADMIN).json["reset_code"]
    problem(world.activate(LOGIN, slip["activation_code"]), 422, "activation-code-wrong")
    assert world.use_code(LOGIN, reset, new=NEW).status_code == 200


def test_wrong_codes_of_strangers_lock_nobody_out(world, slip):
    for n in range(40):
        problem(world.activate(LOGIN, code(100 + n, codes.ACTIVATION)), 422, "activation-code-wrong")
    assert world.activate(LOGIN, slip["activation_code"]).status_code == 200


@pytest.mark.parametrize(("new", "why"), [("short", "password-too-short"), ("password1234", "password-well-known")])
def test_the_first_password_obeys_the_policy_and_the_code_stays_good(world, slip, new, why):
    problem(world.activate(LOGIN, slip["activation_code"], new), 422, why)
    assert world.activate(LOGIN, slip["activation_code"]).status_code == 200


def test_the_days_of_a_waiting_account_begin_with_the_yes(world):
    made = world.issue("leader", SCHOOL, "a.leader", world.token(*ADMIN)).json
    world.clock.advance(seconds=2 * ACTIVATION_MS / 1000)
    other = world.token("leader", SCHOOL, account="00000000-0000-7000-8000-000000000009")
    accepted = world.ask("POST", f"/v1/accounts/{made['id']}/acceptance", {"accept": True}, other)
    assert accepted.json["state"] == "not-activated"
    assert world.activate("a.leader", made["activation_code"]).status_code == 200
