"""The security log records what it lists: every name has a place in the product that tells of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from shared.infrastructure.security_log import EVENTS

REPO = Path(__file__).resolve().parents[2]
SOURCES = [path.read_text() for folder in ("services", "shared") for path in (REPO / folder).rglob("*.py")]
# By its name to the log, or as an act to the audit trail.
TELLING = r"(?:security_event|trail\.(?:act|acting|record)|self\._acting)\([^()]*?\"([a-z-]+)\""
# Chosen by a name.
CHOSEN = {"guardian-unbound", "guardian-decided", "application-approved", "application-refused", "unit-granted"}
TOLD = set(re.findall(TELLING, "\n".join(SOURCES))) | CHOSEN


@pytest.mark.parametrize("event", EVENTS)
def test_every_event_that_the_security_log_lists_is_told_of_somewhere(event):
    assert event in TOLD


def test_nothing_is_told_that_the_security_log_does_not_list():
    assert EVENTS.keys() >= TOLD
