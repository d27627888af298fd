"""The security log on one machine: a file a day, six months of them, readable by their owner only."""

from __future__ import annotations

import json
import logging

import pytest

from shared.infrastructure.clock import FixedClock, day_of
from shared.infrastructure.log_setup import set_up
from shared.infrastructure.security_log import security_event
from shared.infrastructure.security_log_files import KEPT_DAYS


@pytest.fixture(autouse=True)
def logging_as_before():
    root, security = logging.getLogger(), logging.getLogger("security")
    before = list(root.handlers), root.level, list(security.handlers)
    yield
    root.handlers, root.level, security.handlers = before


@pytest.fixture
def clock():
    return FixedClock()


@pytest.fixture
def folder(tmp_path, clock):
    set_up("identity", clock, security_folder=str(tmp_path / "security"))
    return tmp_path / "security"


def test_an_event_is_a_line_in_the_file_of_its_day(folder, clock):
    security_event("sign-in-failed", account="a1")
    [file] = folder.iterdir()
    line = json.loads(file.read_text())
    assert file.name == f"{day_of(clock.now())}.jsonl"
    assert (line["event"], line["account"], line["service"]) == ("sign-in-failed", "a1", "identity")
    assert (folder.stat().st_mode & 0o777, file.stat().st_mode & 0o777) == (0o700, 0o600)


def test_other_log_lines_are_not_in_it(folder):
    logging.getLogger("web").warning("something else")
    assert list(folder.iterdir()) == []


def test_files_end_after_six_months_and_not_a_day_before(folder, clock):
    security_event("sign-in", account="a1")
    first = next(folder.iterdir())
    clock.advance(days=KEPT_DAYS)
    security_event("sign-in", account="a1")
    assert first.exists()
    clock.advance(days=1)
    security_event("sign-in", account="a1")
    assert not first.exists()
    assert len(list(folder.iterdir())) == 2
