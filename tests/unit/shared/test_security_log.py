"""The security log: what happened, by whom, from which network, and never more lines than its allowance."""

from __future__ import annotations

import logging

import pytest

from shared.infrastructure.clock import FixedClock
from shared.infrastructure.security_log import EVENTS, KINDS_KEPT, LINES_A_MINUTE, SecurityLog, network_of


@pytest.fixture
def lines(caplog):
    caplog.set_level(logging.INFO, "security")
    return caplog


def record(log, account="a1", name="sign-in-failed", source="", **facts):
    log.record(name, account=account, role="", target="", source=source, **facts)


def test_a_line_tells_the_event_the_account_and_the_network_but_no_address(lines):
    record(SecurityLog(FixedClock()), source="203.0.113.77", code="wrong-credentials")
    line = vars(lines.records[0])
    assert (line["event"], line["account"], line["network"], line["code"]) == (
        "sign-in-failed",
        "a1",
        "203.0.113.0/24",
        "wrong-credentials",
    )
    assert "203.0.113.77" not in str(line)
    assert "role" not in line


@pytest.mark.parametrize(
    ("address", "network"),
    [("", ""), ("unix:", ""), ("2001:db8:1:2::3", "2001:db8:1::/48"), ("10.1.2.3", "10.1.2.0/24")],
)
def test_an_address_is_kept_as_its_network_only(address, network):
    assert network_of(address) == network


def test_an_event_without_a_name_in_the_list_is_a_mistake_of_the_caller():
    with pytest.raises(KeyError):
        record(SecurityLog(FixedClock()), name="something")


def test_a_flood_by_one_account_is_cut_and_the_next_line_says_by_how_many(lines):
    clock = FixedClock()
    log = SecurityLog(clock)
    for _ in range(LINES_A_MINUTE + 40):
        record(log)
    assert len(lines.records) == LINES_A_MINUTE
    record(log, account="another")
    assert vars(lines.records[-1])["left_out"] == 40
    clock.advance(seconds=60)
    record(log)
    assert len(lines.records) == LINES_A_MINUTE + 2


def test_a_flood_from_ever_new_originators_shares_one_allowance(lines):
    log = SecurityLog(FixedClock())
    for number in range(KINDS_KEPT + LINES_A_MINUTE + 40):
        record(log, account=str(number))
    assert len(lines.records) == KINDS_KEPT + LINES_A_MINUTE


def test_every_event_has_a_meaning():
    assert all(EVENTS.values())
