"""A signal ends a wait wherever it meets its thread."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from shared.infrastructure.signalled import Signalled


@pytest.fixture
def stop() -> Iterator[Signalled]:
    """An event set by SIGUSR1; after five seconds the test fails instead of hanging."""

    def hangs(*_: object) -> None:
        raise AssertionError("the handler waits for the thread in which it runs")

    event = Signalled()
    before = {
        signal.SIGUSR1: signal.signal(signal.SIGUSR1, lambda *_: event.set()),
        signal.SIGALRM: signal.signal(signal.SIGALRM, hangs),
    }
    signal.alarm(5)
    yield event
    signal.alarm(0)
    for number, handler in before.items():
        signal.signal(number, handler)


def test_a_signal_within_the_step_that_holds_the_events_lock_is_no_deadlock(stop: Signalled) -> None:
    with stop._cond:
        assert stop._cond._is_owned()  # type: ignore[attr-defined]
        os.kill(os.getpid(), signal.SIGUSR1)
        assert stop.is_set()
    assert stop.wait(0)


def test_a_signal_ends_a_wait(stop: Signalled) -> None:
    signal.signal(signal.SIGALRM, lambda *_: stop.set())
    signal.setitimer(signal.ITIMER_REAL, 0.01)
    assert stop.wait(5)
