"""A subscription: bus -> read model, exactly once in its effect, whatever happens in between."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import pytest
from prometheus_client import REGISTRY

from shared.eventsourcing.event import Event
from shared.messaging import bus_kafka_consumer
from shared.messaging.bus import Bus, TopicPartition
from shared.messaging.sink import START, Batch, Checkpoint, Conflicted, Sink, Unavailable
from shared.messaging.subscription import Subscription
from tests.bus.engines import until
from tests.subscription.conftest import Subscribe
from tests.subscription.world import ReadModel, Watched, apply_all, event, no_failure, reasons, send


class Killed(BaseException):
    """The process dies here."""


class PausedSink(Watched):
    """A sink that records a batch and applies it only after `resumed` is set."""

    def __init__(self, inner: Sink) -> None:
        super().__init__(inner)
        self.resumed = threading.Event()

    def apply(self, batch: Batch) -> int:
        self.batches.append(batch)
        self.resumed.wait()
        return self._inner.apply(batch)


def settle(member: Subscription) -> None:
    """Read until no records come."""
    until(lambda: member.run_once(0.1) == 0, "quiet")


def lag() -> float | None:
    return REGISTRY.get_sample_value("rollcall_lag_records", {"subscription": "model"})


def test_everything_is_applied_and_the_checkpoint_names_the_last_record(
    bus: Bus, topic: str, model: ReadModel, subscribe: Subscribe
) -> None:
    send(bus, topic, *(event(n) for n in range(5)))
    send(bus, topic, *(event(n) for n in range(5, 8)), partition=1)
    apply_all(subscribe(), model, topic, 5, 3)
    assert model.versions() == {f"thing-000.{n}": 1 for n in range(8)}
    assert model.sink.checkpoints([TopicPartition(topic, 0), TopicPartition(topic, 1)]) == {
        TopicPartition(topic, 0): Checkpoint(4, "e0004"),
        TopicPartition(topic, 1): Checkpoint(2, "e0007"),
    }


def test_duplicates_and_older_versions_change_nothing(
    bus: Bus, topic: str, model: ReadModel, subscribe: Subscribe
) -> None:
    first, second = (event(n, stream="thing-000.1", version=n) for n in (1, 2))
    send(bus, topic, second, first, first, second)
    apply_all(subscribe(), model, topic, 4, 0)
    assert model.versions() == {"thing-000.1": 2}


def test_a_member_that_was_killed_inside_a_batch_leaves_nothing_half_done(
    bus: Bus, topic: str, model: ReadModel, subscribe: Subscribe
) -> None:
    def killed(events: Sequence[Event]) -> None:
        raise Killed

    send(bus, topic, *(event(n) for n in range(5)))
    model.failure = killed
    victim = subscribe()
    with pytest.raises(Killed):
        settle(victim)
        until(lambda: victim.run_once(0.1), "the end of it")
    assert model.versions() == {}
    assert model.sink.checkpoints([TopicPartition(topic, 0)])[TopicPartition(topic, 0)] == START
    victim.close()
    model.failure = no_failure
    apply_all(subscribe(), model, topic, 5, 0)
    assert len(model.versions()) == 5


def test_a_member_that_died_between_reading_and_applying_is_followed_by_one_that_reads_again(
    bus: Bus, topic: str, model: ReadModel, subscribe: Subscribe
) -> None:
    send(bus, topic, *(event(n) for n in range(3)))
    watched = Watched(model.sink)
    watched.failures = [Killed()]
    victim = subscribe(sink=watched)
    with pytest.raises(Killed):
        until(lambda: victim.run_once(0.1) and False, "the end of it")
    victim.close()
    apply_all(subscribe(), model, topic, 3, 0)
    assert len(model.versions()) == 3


def test_a_member_that_lost_its_partitions_while_it_was_paused_applies_nothing_old_when_it_resumes(
    bus: Bus, topic: str, model: ReadModel, subscribe: Subscribe, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(bus, topic, *(event(n, stream=f"thing-000.{n}") for n in range(2)))
    paused = PausedSink(model.sink)
    member = subscribe(sink=paused)
    zombie = threading.Thread(
        target=until, args=(lambda: member.run_once(0.1), "one batch and no other, which would hide its effect")
    )
    with monkeypatch.context() as of_the_zombie:
        of_the_zombie.setattr(bus_kafka_consumer, "MAX_POLL_MS", 3000)  # Kafka removes a member that polls less often
        zombie.start()
        until(lambda: paused.batches, "it has read a batch and is paused")
    fellow = subscribe()
    apply_all(fellow, model, topic, 2, 0)
    send(bus, topic, *(event(n, stream=f"thing-000.{n - 2}", version=2) for n in range(2, 4)))
    apply_all(fellow, model, topic, 4, 0)
    paused.resumed.set()
    zombie.join(30)
    assert [[each.id for each in batch.events] for batch in paused.batches] == [["e0000", "e0001"]]
    assert model.versions() == {"thing-000.0": 2, "thing-000.1": 2}
    assert model.sink.checkpoints([TopicPartition(topic, 0)]) == {TopicPartition(topic, 0): Checkpoint(3, "e0003")}


def test_a_read_model_that_was_restored_makes_a_running_member_seek_back(
    bus: Bus, topic: str, model: ReadModel, subscribe: Subscribe
) -> None:
    send(bus, topic, *(event(n) for n in range(3)))
    member = subscribe()
    apply_all(member, model, topic, 3, 0)
    model.backup()
    send(bus, topic, *(event(n) for n in range(3, 6)))
    apply_all(member, model, topic, 6, 0)
    model.restore()
    assert len(model.versions()) == 3
    send(bus, topic, event(6))
    apply_all(member, model, topic, 7, 0)
    assert len(model.versions()) == 7


def test_it_seeks_back_even_without_new_records_and_logs_it(
    bus: Bus, topic: str, model: ReadModel, subscribe: Subscribe, caplog: pytest.LogCaptureFixture
) -> None:
    model.backup()
    send(bus, topic, *(event(n) for n in range(3)))
    member = subscribe()
    apply_all(member, model, topic, 3, 0)
    model.restore()
    apply_all(member, model, topic, 3, 0)
    assert len(model.versions()) == 3
    assert "read model was restored" in caplog.text


def test_a_batch_that_would_leave_a_gap_is_not_applied(
    bus: Bus, topic: str, model: ReadModel, subscribe: Subscribe
) -> None:
    model.backup()
    send(bus, topic, event(0), event(1))
    watched = Watched(model.sink)
    member = subscribe(sink=watched)
    apply_all(member, model, topic, 2, 0)
    model.restore()
    send(bus, topic, event(2))
    until(lambda: member.run_once(0.1) or len(watched.batches) > 1, "a batch after the restoration")
    apply_all(member, model, topic, 3, 0)
    assert model.versions() == {f"thing-000.{n}": 1 for n in range(3)}


def conflicts() -> float:
    return REGISTRY.get_sample_value("rollcall_conflicts_total", {"subscription": "model"}) or 0


def test_after_two_conflicts_the_batch_is_halved(bus: Bus, topic: str, model: ReadModel, subscribe: Subscribe) -> None:
    send(bus, topic, *(event(n) for n in range(8)))
    watched = Watched(model.sink)
    member = subscribe(sink=watched)
    until(lambda: member.run_once(0.1) == 0 and watched.partition_lists, "an assignment")
    watched.batches.clear()
    watched.failures = [Conflicted(), Conflicted(), Conflicted()]
    send(bus, topic, *(event(n) for n in range(8, 16)))
    before = conflicts()
    apply_all(member, model, topic, 16, 0)
    assert conflicts() == before + 3
    sizes = [len(batch.events) for batch in watched.batches]
    assert sizes[:3] == [sizes[0]] * 2 + [sizes[0] // 2]
    assert len(model.versions()) == 16
    assert reasons(model) == {}


def test_while_the_read_model_is_unavailable_the_member_stays_and_continues_afterwards(
    bus: Bus, topic: str, model: ReadModel, subscribe: Subscribe
) -> None:
    send(bus, topic, *(event(n) for n in range(4)))
    watched = Watched(model.sink)
    watched.failures = [Unavailable("gone")] * 3
    apply_all(subscribe(sink=watched), model, topic, 4, 0)
    assert len(watched.batches) >= 4
    assert len(model.versions()) == 4


def test_while_the_read_model_is_unavailable_the_lag_grows(
    bus: Bus, topic: str, model: ReadModel, subscribe: Subscribe
) -> None:
    send(bus, topic, *(event(n) for n in range(4)))
    watched = Watched(model.sink)
    member = subscribe(sink=watched)
    apply_all(member, model, topic, 4, 0)
    until(lambda: (member.run_once(0.1), lag())[1] == 0, "everything is applied, and the lag says so")
    watched.failures = [Unavailable("gone")] * 2
    watched.before = lambda: lags.append(lag())
    lags: list[float | None] = []
    send(bus, topic, event(4))
    until(lambda: member.run_once(0.1), "the event is read")
    assert lags[-1] == 1, "it waits for the read model and reports its lag"


def test_it_can_be_stopped_while_the_read_model_is_unavailable(
    bus: Bus, topic: str, model: ReadModel, subscribe: Subscribe
) -> None:
    send(bus, topic, event(0))
    watched = Watched(model.sink)
    watched.failures = [Unavailable("gone")] * 10_000
    stop = threading.Event()
    thread = threading.Thread(target=subscribe(sink=watched).run, args=(stop,))
    thread.start()
    until(lambda: watched.batches, "the first attempt")
    stop.set()
    thread.join(30)
    assert not thread.is_alive()
    assert model.versions() == {}


def test_two_members_together_apply_everything_once(
    bus: Bus, topic: str, model: ReadModel, subscribe: Subscribe
) -> None:
    stop = threading.Event()
    threads = [threading.Thread(target=subscribe(batch=7).run, args=(stop,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for n in range(0, 60, 6):
        send(bus, topic, *(event(n + i) for i in range(6)), partition=n // 6 % 2)
    partitions = [TopicPartition(topic, 0), TopicPartition(topic, 1)]
    until(lambda: all(c.offset == 29 for c in model.sink.checkpoints(partitions).values()), "everything applied")
    stop.set()
    for thread in threads:
        thread.join(30)
    assert model.versions() == {f"thing-000.{n}": 1 for n in range(60)}
    assert reasons(model) == {}


def test_checkpoints_move_only_forwards(topic: str, model: ReadModel) -> None:
    partition = TopicPartition(topic, 0)
    model.sink.apply(Batch((), {}, {partition: Checkpoint(7, "e7")}))
    model.sink.apply(Batch((), {partition: 0}, {partition: Checkpoint(3, "e3")}))
    assert model.sink.checkpoints([partition]) == {partition: Checkpoint(7, "e7")}


def test_a_member_that_has_ended_no_longer_reports_a_lag(
    bus: Bus, topic: str, model: ReadModel, subscribe: Subscribe
) -> None:
    member, stop = subscribe(), threading.Event()
    send(bus, topic, event(1, schema=9))
    until(
        lambda: (
            member.run_once(0.1),
            REGISTRY.get_sample_value("rollcall_parked_events", {"subscription": "model"}) == 1,
        )[1],
        "the number is shown",
    )
    stop.set()
    member.run(stop)
    for number in ("rollcall_parked_events", "rollcall_lag_records"):
        assert REGISTRY.get_sample_value(number, {"subscription": "model"}) is None


def test_a_member_reports_the_lag_of_newly_assigned_partitions_at_once(
    bus: Bus, topic: str, model: ReadModel, subscribe: Subscribe
) -> None:
    send(bus, topic, event(1), event(2), event(3))
    member = subscribe(batch=1)
    until(lambda: member.run_once(0.1), "the first batch")
    assert lag() == 3
