"""Validity: how an account comes to be usable and ceases to be, and what it means for signing in."""

from __future__ import annotations

import pytest

from services.identity.domain.account import ChangePassword, LinkChild, OpenGuardian, OpenStaff, account_decider
from services.identity.domain.account_lifecycle import (
    Activate,
    CloseAccount,
    DecideAccount,
    RegainChildren,
    RenewActivation,
    ResetPassword,
    UseResetCode,
)
from services.identity.domain.school_accounts import AddSchoolAccount, needs_yes, school_accounts_decider
from services.identity.domain.validity import ACTIVATION_MS, DAY_MS, IDLE_MS, RESET_MS, refusal, state_of
from shared.infrastructure.errors import Refused

NOW, SCHOOL = 1_790_000_000_000, "/000000/130000/130100/130102/2113000001/"
PUPIL, OTHER = "3f7.018f2ab47c9d01e5f6a7", "3f7.018f2ab47c9d01e5f6a8"
STAFF = OpenStaff("school", SCHOOL, NOW, by="county")
MUM = (OpenGuardian(PUPIL, True), LinkChild(OTHER, True))
RESET = ResetPassword("admin", NOW)


def after(*commands):
    state = account_decider.initial
    for command in commands:
        _, state = account_decider.run(command, state)
    return state.validity


def state(*commands, now=NOW, used_at=NOW, role="school"):
    return state_of(role, after(*commands), used_at, now)


def refused(command, *given):
    with pytest.raises(Refused) as error:
        after(*given, command)
    return error.value.code


def test_an_account_is_activated_once_and_within_fourteen_days():
    assert state(STAFF, now=NOW + ACTIVATION_MS - 1) == "not-activated"
    assert state(STAFF, now=NOW + ACTIVATION_MS) == "activation-ended"
    assert state(STAFF, Activate(NOW + 1), now=NOW + ACTIVATION_MS) == "active"
    assert refused(Activate(NOW + ACTIVATION_MS), STAFF) == "activation-code-ended"
    assert refused(Activate(NOW + 2), STAFF, Activate(NOW + 1)) == "activation-code-wrong"
    assert refused(Activate(NOW), OpenStaff("ministry", "/000000/")) == "activation-code-wrong", "it has a password"
    assert ACTIVATION_MS == 14 * DAY_MS


def test_another_activation_code_begins_anew_until_the_account_is_activated():
    renewed = (STAFF, RenewActivation("admin", NOW + ACTIVATION_MS))
    assert state(*renewed, now=NOW + 2 * ACTIVATION_MS - 1) == "not-activated"
    assert state(*renewed, Activate(NOW + ACTIVATION_MS)) == "active"
    assert refused(RenewActivation("admin", NOW), STAFF, Activate(NOW)) == "account-activated"
    assert refused(RenewActivation("admin", NOW), STAFF, RESET) == "account-activated", "the reset code is the way now"


def test_a_reset_voids_the_activation_code():
    assert refused(Activate(NOW), STAFF, RESET) == "activation-code-wrong"


def test_the_days_of_waiting_do_not_count_for_the_activation_code():
    waiting = OpenStaff("school", SCHOOL, NOW, True, "county")
    assert state(waiting) == "waiting" and state(waiting, now=NOW + 30 * DAY_MS) == "waiting"
    accepted = (waiting, DecideAccount(True, NOW + 30 * DAY_MS))
    assert state(*accepted, now=NOW + 43 * DAY_MS) == "not-activated"
    assert state(*accepted, now=NOW + 44 * DAY_MS) == "activation-ended"


def test_a_rejected_account_is_closed_and_nobody_decides_twice():
    waiting = OpenStaff("school", SCHOOL, NOW, True, "county")
    assert state(waiting, DecideAccount(False, NOW)) == "closed"
    assert refused(DecideAccount(True, NOW), waiting, DecideAccount(False, NOW)) == "account-closed"
    assert refused(DecideAccount(True, NOW), STAFF) == "account-not-waiting"


def test_after_a_reset_only_the_code_helps_once_and_for_seven_days():
    given = (STAFF, ChangePassword(), RESET)
    assert state(*given) == "reset"
    assert state(*given, UseResetCode(NOW + 1)) == "active"
    assert refused(UseResetCode(NOW + RESET_MS), *given) == "reset-code-ended"
    assert refused(UseResetCode(NOW + 2), *given, UseResetCode(NOW + 1)) == "reset-code-wrong"
    assert refused(UseResetCode(NOW), STAFF) == "reset-code-wrong"


def test_a_further_reset_voids_what_the_one_before_allowed():
    given = (STAFF, RESET, UseResetCode(NOW + 1), ResetPassword("admin", NOW + 2))
    assert state(*given) == "reset" and after(*given).reset_ends_at == NOW + 2 + RESET_MS


def test_a_reset_that_needs_a_yes_waits_for_it_though_the_code_is_used():
    given = (STAFF, ChangePassword(), ResetPassword("county", NOW, needs_yes=True), UseResetCode(NOW + 1))
    assert state(*given) == "waiting" and after(*given).asked_by == "county"
    assert state(*given, DecideAccount(True, NOW + 2)) == "active"
    assert state(*given[:3], DecideAccount(True, NOW + 2)) == "reset"


def test_a_waiting_account_does_not_escape_by_a_reset():
    assert state(OpenStaff("school", SCHOOL, NOW, True), RESET, UseResetCode(NOW + 1)) == "waiting"


def test_held_children_come_back_one_by_one_by_what_the_owner_knows():
    given = (*MUM, ResetPassword("teacher", NOW, (OTHER,)))
    assert after(*given).held == (OTHER,)
    assert after(*given, UseResetCode(NOW, (PUPIL,))).held == (OTHER,)
    assert after(*given, UseResetCode(NOW, (OTHER,))).held == ()
    assert after(*given, UseResetCode(NOW), RegainChildren((PUPIL, OTHER))).held == ()
    assert after(*given, UseResetCode(NOW), LinkChild(OTHER, True)).held == ()


@pytest.mark.parametrize("role", ["teacher", "guardian", "county", "auditor"])
def test_an_idle_account_is_sealed_after_180_days(role):
    given = (OpenStaff(role, SCHOOL), ChangePassword())
    assert state(*given, now=NOW + IDLE_MS - 1, role=role) == "active"
    assert state(*given, now=NOW + IDLE_MS, role=role) == "sealed"
    assert state(*given, now=NOW + IDLE_MS, used_at=0, role=role) == "active", "never used: nothing to measure from"
    assert IDLE_MS == 180 * DAY_MS


def test_nobody_could_lift_the_seal_of_the_ministry():
    assert state(OpenStaff("ministry", "/000000/"), now=NOW + 9 * IDLE_MS, role="ministry") == "active"


def test_a_reset_lifts_the_seal():
    given, now = (STAFF, ChangePassword(), ResetPassword("county", NOW + IDLE_MS)), NOW + IDLE_MS
    assert state(*given, now=now) == "reset"
    assert state(*given, UseResetCode(now), now=now, used_at=now) == "active"


@pytest.mark.parametrize(
    ("given", "later", "code"),
    [
        ((STAFF, Activate(NOW)), 0, None),
        ((STAFF,), 0, "account-not-activated"),
        ((STAFF, CloseAccount()), 0, "account-closed"),
        ((OpenStaff("school", SCHOOL, NOW, True),), 0, "account-waiting"),
        ((STAFF, RESET), 0, "reset-code-needed"),
        ((STAFF,), ACTIVATION_MS, "account-not-activated"),
        ((STAFF, ChangePassword()), IDLE_MS, "account-sealed"),
    ],
)
def test_each_state_in_which_nobody_signs_in_has_a_reason(given, later, code):
    reason = refusal("school", after(*given), NOW, NOW + later)
    assert (reason and (reason.code, reason.status)) == (code and (code, 403))


def test_the_first_account_of_a_school_needs_no_yes_and_further_ones_only_from_above():
    state = school_accounts_decider.initial
    assert not needs_yes("county", state)
    _, state = school_accounts_decider.run(AddSchoolAccount("a"), state)
    assert needs_yes("county", state) and needs_yes("province", state) and not needs_yes("school", state)
    assert school_accounts_decider.decide(AddSchoolAccount("a"), state) == []
