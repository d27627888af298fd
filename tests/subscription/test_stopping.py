"""The end of a member, as SIGTERM brings it: what it has begun is finished, and others go on at once."""

from __future__ import annotations

import threading

import pytest

from shared.messaging import bus_kafka_consumer
from shared.messaging.bus import Bus
from tests.bus.engines import DEADLINE, until
from tests.subscription.conftest import Subscribe
from tests.subscription.world import ReadModel, Watched, apply_all, event, send


def test_a_member_that_is_stopped_within_a_batch_finishes_it_and_hands_its_partitions_over_at_once(
    bus: Bus, topic: str, model: ReadModel, subscribe: Subscribe, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A member that does not leave would keep its partitions until its session ends: longer than this test waits."""
    monkeypatch.setattr(bus_kafka_consumer, "SESSION_MS", int(2 * DEADLINE * 1000))
    for partition in (0, 1):
        send(bus, topic, *(event(10 * partition + n) for n in range(6)), partition=partition)
    begun, resumed, stop = threading.Event(), threading.Event(), threading.Event()

    def pause() -> None:
        begun.set()
        resumed.wait(DEADLINE)

    watched = Watched(model.sink)
    watched.before = pause
    thread = threading.Thread(target=subscribe(sink=watched, batch=3).run, args=(stop,))
    thread.start()
    until(begun.is_set, "a batch has begun")
    stop.set()
    resumed.set()
    thread.join(DEADLINE)
    assert not thread.is_alive()
    (batch,) = watched.batches
    assert model.versions() == {each.stream: 1 for each in batch.events} and len(batch.events) == 3
    apply_all(subscribe(), model, topic, 6, 6)
    assert model.versions() == {f"thing-000.{10 * partition + n}": 1 for partition in (0, 1) for n in range(6)}
