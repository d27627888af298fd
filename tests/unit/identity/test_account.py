"""The account's decider."""

from __future__ import annotations

import pytest

from services.identity.domain.account import (
    ChangePassword,
    GrantPath,
    LinkChild,
    OpenGuardian,
    OpenStaff,
    RevokePath,
    account_decider,
)
from services.identity.domain.account_lifecycle import (
    Activate,
    CloseAccount,
    DecideAccount,
    RegainChildren,
    RenewActivation,
    ResetPassword,
    UseResetCode,
)
from shared.eventsourcing.event import NewEvent
from shared.infrastructure.errors import Refused

COUNTY = "/000000/130000/130100/130102/"
SCHOOL, CLASS = f"{COUNTY}2113000001/", f"{COUNTY}2113000001/2113000001p202301/"
PUPIL, OTHER = "3f7.018f2ab47c9d01e5f6a7", "3f7.018f2ab47c9d01e5f6a8"


def state_after(*commands):
    """Given: the account after these commands."""
    state = account_decider.initial
    for command in commands:
        _, state = account_decider.run(command, state)
    return state


def types_of(command, *given):
    """When: the types of the events that follow."""
    return [event.type for event in account_decider.decide(command, state_after(*given))]


def refusal(command, *given):
    with pytest.raises(Refused) as refused:
        account_decider.decide(command, state_after(*given))
    return refused.value.code


def test_staff_begin_with_a_path_and_no_password_of_their_own():
    state = state_after(OpenStaff("teacher", CLASS))
    assert (state.role, state.paths, state.must_change_password) == ("teacher", (CLASS,), True)


def test_a_guardian_begins_with_a_child():
    given = OpenGuardian(PUPIL, True)
    assert types_of(given) == ["account.opened", "account.child-linked"]
    state = state_after(given)
    assert (state.role, state.paths, state.children, state.must_change_password) == ("guardian", (), (PUPIL,), False)


def test_an_account_is_opened_once():
    assert refusal(OpenStaff("teacher", CLASS), OpenStaff("teacher", CLASS)) == "account-exists"
    assert refusal(OpenGuardian(PUPIL, True), OpenStaff("teacher", CLASS)) == "account-exists"


@pytest.mark.parametrize(
    "command",
    [
        GrantPath(CLASS),
        RevokePath(CLASS),
        LinkChild(PUPIL, True),
        ChangePassword(),
        Activate(1),
        RenewActivation("admin", 1),
        ResetPassword("admin", 1),
        UseResetCode(2),
        RegainChildren((PUPIL,)),
        DecideAccount(True, 1),
        CloseAccount(),
    ],
)
def test_nothing_happens_to_an_account_that_does_not_exist(command):
    assert refusal(command) == "not-found"


def test_a_teacher_gets_a_further_class_once():
    second = f"{SCHOOL}2113000001p202302/"
    assert types_of(GrantPath(second), OpenStaff("teacher", CLASS)) == ["account.path-granted"]
    assert types_of(GrantPath(second), OpenStaff("teacher", CLASS), GrantPath(second)) == []
    assert state_after(OpenStaff("teacher", CLASS), GrantPath(second)).paths == (CLASS, second)


def test_only_teachers_have_several_paths():
    assert refusal(GrantPath(COUNTY), OpenStaff("county", COUNTY)) == "one-place-only"


def test_a_child_is_linked_once():
    given = OpenGuardian(PUPIL, True)
    assert types_of(LinkChild(PUPIL, True), given) == []
    assert state_after(given, LinkChild(OTHER, False)).children == (PUPIL, OTHER)


def test_a_changed_password_is_the_owners_and_a_reset_one_must_be_changed():
    given = OpenStaff("teacher", CLASS)
    assert not state_after(given, ChangePassword()).must_change_password
    assert not state_after(OpenStaff("teacher", CLASS, 1), Activate(2)).must_change_password
    assert state_after(given, ChangePassword(), ResetPassword("admin", 1)).must_change_password


def test_a_class_is_taken_away_but_not_the_only_one():
    second = f"{SCHOOL}2113000001p202302/"
    given = (OpenStaff("teacher", CLASS), GrantPath(second))
    assert state_after(*given, RevokePath(CLASS)).paths == (second,)
    assert types_of(RevokePath(CLASS), *given, RevokePath(CLASS)) == []
    assert refusal(RevokePath(CLASS), OpenStaff("teacher", CLASS)) == "last-class"


@pytest.mark.parametrize(
    "command",
    [
        GrantPath(CLASS),
        ChangePassword(),
        Activate(1),
        RenewActivation("admin", 1),
        ResetPassword("admin", 1),
        UseResetCode(2),
        DecideAccount(True, 1),
    ],
)
def test_nothing_happens_to_a_closed_account(command):
    given = (OpenStaff("teacher", CLASS), CloseAccount())
    assert refusal(command, *given) == "account-closed"
    assert types_of(CloseAccount(), *given) == []


def test_after_a_reset_the_password_is_not_changed_without_the_reset_code():
    given = (OpenStaff("teacher", CLASS), ChangePassword(), ResetPassword("admin", 1))
    assert refusal(ChangePassword(), *given) == "reset-code-needed"
    assert types_of(ChangePassword(), *given, UseResetCode(2)) == ["account.password-changed"]


def test_an_event_of_an_unknown_type_changes_nothing():
    state = state_after(OpenStaff("teacher", CLASS))
    assert account_decider.evolve(state, NewEvent("account.unheard-of", {})) == state


def test_accounts_are_private_and_say_nothing_to_others():
    assert account_decider.public(state_after(OpenGuardian(PUPIL, True))) == {}
