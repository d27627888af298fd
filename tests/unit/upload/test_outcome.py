"""Outcomes: every state and reason is listed and has its message."""

from __future__ import annotations

import pytest

from services.upload.domain.outcome import MESSAGES, REASONS, SETTLED, STATES, WAITING, Outcome
from shared.language.contracts import upload as contract

NEEDS_A_REASON = ("waiting", "refused")


def outcomes() -> list[Outcome]:
    bare = [Outcome(state) for state in STATES if state not in NEEDS_A_REASON]
    return bare + [Outcome(state, reason) for state, reasons in REASONS.items() for reason in reasons]


@pytest.mark.parametrize("outcome", outcomes())
def test_every_outcome_has_a_message_in_both_languages(outcome: Outcome) -> None:
    chinese, english = outcome.message
    assert chinese.endswith("。")
    assert english.endswith(".")


def test_no_message_is_without_an_outcome() -> None:
    assert set(MESSAGES) == {outcome.reason or outcome.state for outcome in outcomes()}


def test_a_reason_belongs_to_one_state_only() -> None:
    reasons = [reason for of_state in REASONS.values() for reason in of_state]
    assert len(reasons) == len(set(reasons))
    assert set(REASONS) == set(SETTLED)


def test_the_reasons_of_waiting_and_returns_are_those_of_the_contract() -> None:
    assert REASONS[WAITING] == (*contract.WAITING, contract.ON_HOLD)
    assert set(contract.RETURNED) <= set(REASONS["refused"])
