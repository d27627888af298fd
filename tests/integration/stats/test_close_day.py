"""The command that closes days on a schedule: yesterday by itself, and no day for good that is not final."""

from __future__ import annotations

import orjson
import pytest

from services.stats.operator import close_day as command
from tests.integration.stats.conftest import DAY_AFTER_NOW, YESTERDAY
from tests.unit.stats.histories import CLASSES, DAYS, entry, pupil_id, tree


@pytest.fixture
def run(stats, monkeypatch, capfdbinary):
    stats.happen(*tree(), entry(pupil_id(1), 1, DAYS[0], CLASSES[0]))
    monkeypatch.setattr(command, "load", lambda _: None)
    monkeypatch.setattr(command, "bootstrap", lambda *_, **__: None)
    monkeypatch.setattr(command, "resources_of", lambda _: stats.resources)

    def run(*arguments):
        return command.main(list(arguments)), orjson.loads(capfdbinary.readouterr().out or b"null")

    return run


def test_without_a_day_it_closes_yesterday_and_a_repetition_is_harmless(stats, run):
    for _ in range(2):
        status, found = run()
        assert (status, found["day"], found["settled"]) == (0, YESTERDAY, True)
    assert stats.deps.register.settled_through() == YESTERDAY


def test_a_day_with_events_that_are_not_on_the_bus_fails_and_is_not_settled(stats, run):
    stats.publishers["upload"].pending = 1
    status, found = run()
    assert (status, found["final"], found["settled"]) == (1, False, False)
    stats.publishers["upload"].pending = 0
    assert run()[0] == 0


@pytest.mark.parametrize("day", [DAY_AFTER_NOW, "yesterday"])
def test_a_day_that_is_not_over_and_what_is_no_day_are_refused_with_a_sentence(run, day):
    with pytest.raises(SystemExit) as exited:
        run(day)
    assert exited.value.code == 2
