"""The figures' cache: never older than a request asks for, and a crowd of requests causes one refresh."""

from __future__ import annotations

import threading
from contextlib import contextmanager

import pytest

from services.stats.domain.columns import Flow
from services.stats.domain.tree import Unit, UnitVersion
from services.stats.domain.watermark import Watermark
from services.stats.projection.cache import Cache
from shared.infrastructure.clock import FixedClock
from tests.support.wait import await_until


class Source:
    """One slot with one school, whose figure a test may set. refreshes: how often it was read."""

    def __init__(self):
        self.uploaded, self.refreshes, self.hold, self.closed_through = 1, 0, None, ""

    @contextmanager
    def snapshot_session(self):
        self.refreshes += 1
        yield "snapshot"

    def tags(self, kind, session=None):
        if self.hold and kind == "flows":
            self.hold.wait(10)
        return {"flows": {0: f"tag-{self.uploaded}"}, "units": {0: "tag"}}.get(kind, {})

    def flows(self, slot, session=None):
        return [Flow("2026a", "school", "2026-11-01", {"uploaded": self.uploaded})]

    def units(self, slots, session=None):
        units = (Unit("000000", "", "nation", ""), Unit("school", "", "school", "000000"))
        return {0: [[UnitVersion("2026-11-01", "2026-11-01", unit)] for unit in units]} if slots else {}


def cache_of(source, clock=None):
    return Cache(source, (clock or FixedClock()).now, lambda session: Watermark(source.closed_through))


def uploaded(cache, session=None, max_age_ms=0):
    with cache.snapshot(session, max_age_ms) as snapshot:
        return snapshot.roll_up("2026a", "2026-11-30", "2026-11-30").figures("school")[0]["uploaded"]


def test_each_request_after_another_refreshes_again():
    source = Source()
    cache = cache_of(source)
    assert uploaded(cache) == 1
    source.uploaded = 2
    assert uploaded(cache) == 2 and source.refreshes == 2


def test_requests_that_wait_for_one_refresh_share_the_next_one_and_see_what_is_new():
    source, seen = Source(), []
    cache, source.hold = cache_of(source), threading.Event()
    first = threading.Thread(target=lambda: seen.append(uploaded(cache)))
    first.start()
    await_until(lambda: source.refreshes == 1)
    crowd = [threading.Thread(target=lambda: seen.append(uploaded(cache)), name="crowd") for _ in range(20)]
    arrived = Counting(cache)
    for thread in crowd:
        thread.start()
    await_until(lambda: arrived.waiting == 20)
    source.uploaded = 5  # after the first refresh began, before the crowd's own
    source.hold.set()
    for thread in (first, *crowd):
        thread.join()
    assert source.refreshes == 2 and seen.count(5) >= 20


class Counting:
    """Counts the threads that wait for a cache, as a double of its lock."""

    def __init__(self, cache):
        self.waiting, self._lock = 0, cache._lock
        cache._lock = self

    def __enter__(self):
        self.waiting += 1
        self._lock.acquire()

    def __exit__(self, *_):
        self._lock.release()


def test_a_snapshot_of_a_session_is_never_passed_on_to_others():
    source = Source()
    cache = cache_of(source)
    assert uploaded(cache) == 1
    assert uploaded(cache, session="of a report") == 1
    source.uploaded = 2
    assert uploaded(cache) == 2


def test_a_failed_refresh_is_shown_to_nobody():
    source = Source()
    cache = cache_of(source)
    source.flows = lambda slot, session=None: 1 / 0
    with pytest.raises(ZeroDivisionError):
        uploaded(cache)
    del source.flows
    assert uploaded(cache) == 1


def test_figures_of_less_than_the_age_that_is_asked_for_come_from_memory_and_older_ones_do_not():
    source, clock = Source(), FixedClock()
    cache = cache_of(source, clock)
    assert uploaded(cache, max_age_ms=500) == 1
    source.uploaded = 2
    clock.advance(seconds=0.499)
    assert uploaded(cache, max_age_ms=500) == 1 and source.refreshes == 1
    clock.advance(seconds=0.001)
    assert uploaded(cache, max_age_ms=500) == 2 and source.refreshes == 2


def test_a_question_of_now_is_answered_of_now_however_young_those_in_memory_are():
    source = Source()
    cache = cache_of(source)
    assert uploaded(cache, max_age_ms=500) == 1
    source.uploaded = 2
    assert uploaded(cache) == 2


def test_a_clock_that_is_set_back_makes_nothing_young():
    source, clock = Source(), FixedClock()
    cache = cache_of(source, clock)
    assert uploaded(cache, max_age_ms=500) == 1
    source.uploaded = 2
    clock.advance(seconds=-3600)
    assert uploaded(cache, max_age_ms=500) == 2


@pytest.mark.parametrize("change", [{"uploaded": 2}, {"closed_through": "2026-11-01"}, {}])
def test_the_revision_is_another_one_only_when_something_has_changed(change):
    source = Source()
    cache = cache_of(source)
    before = cache.revision(0)[0]
    for name, value in change.items():
        setattr(source, name, value)
    assert (cache.revision(0)[0] != before) == bool(change)


def test_after_a_refresh_that_failed_half_way_the_revision_is_another_one():
    source = Source()
    cache = cache_of(source)
    before = cache.revision(0)[0]
    source.uploaded, source.flows = 2, lambda slot, session=None: 1 / 0
    with pytest.raises(ZeroDivisionError):
        cache.revision(0)
    del source.flows
    assert cache.revision(0)[0] != before and uploaded(cache) == 2
