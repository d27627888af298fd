"""The security log tells of locks, wrong codes, changed passwords and ended sessions, whatever began them."""

from __future__ import annotations

import logging

import pytest

from services.identity.repositories.protocol import PERMANENT_LOCK, TEMPORARY_LOCK
from services.identity.use_cases.signing_in.owner_codes import FACTS_LIMIT
from services.identity.use_cases.signing_in.throttle import UNKNOWN_DEVICES
from shared.infrastructure import security_log
from shared.infrastructure.clock import SystemClock
from shared.infrastructure.security_log import SecurityLog
from shared.language import codes
from tests.unit.identity.world import BORN, CLASS, SCHOOL, STEADY, code

WRONG = "not the password"


@pytest.fixture
def told(caplog, monkeypatch):
    """told(event): the lines of this name."""
    monkeypatch.setattr(security_log, "_log", SecurityLog(SystemClock()))  # with its whole allowance
    caplog.set_level(logging.INFO, "security")
    return lambda event: [vars(line) for line in caplog.records if vars(line).get("event") == event]


@pytest.fixture
def teacher(world, told):
    """(id, response to the sign-in) of a class teacher."""
    account, initial = world.staff("teacher", CLASS, "li.teacher", ("school", SCHOOL))
    return account, world.sign_in("li.teacher", initial).json


def test_a_locked_known_device_is_told_once(world, teacher, told):
    for _ in range(TEMPORARY_LOCK.most + 2):
        world.sign_in("li.teacher", WRONG, teacher[1]["device_token"])
    assert [(line["limit"], line["account"], line["network"]) for line in told("locked")] == [
        ("known device", teacher[0], "127.0.0.0/24")
    ]


def test_an_account_that_unknown_devices_may_try_no_more_is_told_once(world, teacher, told):
    for n in range(UNKNOWN_DEVICES.most + 5):
        world.sign_in("li.teacher", WRONG, source=f"203.0.{n}.1")
    assert [(line["limit"], line["account"]) for line in told("locked")] == [("account", teacher[0])]


def test_a_password_that_is_wrong_when_given_again_is_told_and_so_is_its_lock(world, teacher, told):
    for _ in range(TEMPORARY_LOCK.most):
        world.ask("POST", "/v1/sessions/confirmation", {"password": WRONG}, teacher[1]["access_token"])
    assert [(line["limit"], line["account"]) for line in told("locked")] == [("password given again", teacher[0])]
    assert [line["by"] for line in told("sign-in-failed")] == ["password given again"] * TEMPORARY_LOCK.most


def test_wrong_birth_dates_for_a_registration_code_are_told_and_so_are_its_locks(world, told):
    for tried in range(PERMANENT_LOCK.most):
        world.register(born=f"2016-06-{tried + 1:02}")
        world.clock.advance(seconds=TEMPORARY_LOCK.window_ms / 1000)
    assert [line["limit"] for line in told("locked")] == ["code for good"]
    failed = told("sign-in-failed")
    assert [line["by"] for line in failed] == ["code-or-birth-date-wrong"] * PERMANENT_LOCK.most
    assert failed[0]["network"] == "127.0.0.0/24"
    assert all(code(1) not in str(line) for line in failed)


def test_a_registration_code_that_is_tried_too_often_at_once_is_told(world, told):
    asked = {"registration_code": code(1), "birth_date": "2016-06-01"}
    for _ in range(TEMPORARY_LOCK.most + 1):
        world.ask("POST", "/v1/registrations/check", asked)
    assert [line["limit"] for line in told("locked")] == ["code"]


def test_a_wrong_reset_code_and_wrong_birth_dates_are_told(world, told):
    account = world.register().json["account"]
    slip = world.reset(account, "teacher", CLASS).json
    world.use_code("mum-2016", code(9, codes.RESET), BORN)
    for tried in range(FACTS_LIMIT.most):
        world.use_code("mum-2016", slip["reset_code"], f"2016-06-{tried + 1:02}")
    assert [line["by"] for line in told("sign-in-failed")] == ["reset-code-wrong"] + ["birth-date-wrong"] * 15
    assert [(line["limit"], line["account"]) for line in told("locked")] == [("birth dates for good", account)]


def test_a_password_that_the_owner_changes_is_told_with_its_account(world, teacher, told):
    given = {"old": STEADY, "new": "fifty quiet rivers"}
    assert world.ask("PUT", "/v1/me/password", given, teacher[1]["access_token"]).status_code == 204
    assert [(line["account"], line["by"]) for line in told("password-changed")] == [(teacher[0], "owner")]


def test_sessions_that_end_by_another_sign_in_a_reset_or_a_closing_are_told(world, teacher, told):
    before = len(told("session-ended"))
    world.sign_in("li.teacher", STEADY)
    world.reset(teacher[0], "school", SCHOOL)
    world.ask("DELETE", f"/v1/accounts/{teacher[0]}", token=world.token("school", SCHOOL))
    assert [(line["account"], line["why"]) for line in told("session-ended")[before:]] == [
        (teacher[0], "another sign-in"),
        (teacher[0], "reset"),
    ]


def test_a_sign_in_that_ends_no_session_is_no_ending(world, told):
    world.staff("teacher", CLASS, "li.teacher", ("school", SCHOOL))
    world.register()
    world.sign_in("mum-2016", STEADY)
    assert told("session-ended") == []
