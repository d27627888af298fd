from __future__ import annotations

import random
import threading

from shared.infrastructure.retry import Backoff


def pauses(count, **options):
    waited = []
    backoff = Backoff(0.1, 1.0, wait=waited.append, **options)
    for _ in range(count):
        backoff.pause()
    return backoff, waited


def test_pauses_double_up_to_the_longest_and_begin_again_after_a_success():
    backoff, waited = pauses(6)
    assert waited == [0.1, 0.2, 0.4, 0.8, 1.0, 1.0]
    backoff.reset()
    backoff.pause()
    assert waited[-1] == 0.1


def test_jitter_shortens_a_pause_by_no_more_than_its_share():
    _, waited = pauses(200, jitter=0.25, rng=random.Random(1))
    settled = waited[10:]
    assert all(0.75 < seconds <= 1.0 for seconds in settled) and len(set(settled)) == len(settled)
    assert min(pauses(200, jitter=1, rng=random.Random(1))[1][10:]) < 0.05


def test_a_pause_may_have_a_ceiling_of_its_own():
    backoff, waited = pauses(0)
    backoff.pause(longest=5.0)
    for _ in range(6):
        backoff.pause(longest=5.0)
    assert waited == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5.0]
    backoff.pause()
    assert waited[-1] == 1.0


def test_a_pause_tells_whether_the_stop_event_was_set():
    stop = threading.Event()
    backoff = Backoff(0.001, 0.001, wait=stop.wait)
    assert not backoff.pause()
    stop.set()
    assert backoff.pause()
