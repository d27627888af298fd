"""Subscription: the bus -> a read model. Positions are ours, kept in the read model and written with what was learned."""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Collection, Sequence

from shared.infrastructure.metrics import LAG, PARKED
from shared.messaging.batches import BatchProcessor, StopRequested
from shared.messaging.bus import Bus, BusUnavailable, Consumer, OffsetLost, TopicPartition, UnknownPartition
from shared.messaging.sink import Behind, Checkpoint, EventFilter, Sink

BUS_WAIT = 1.0  # seconds between two attempts while the bus is away
POLL_WAIT = 1.0  # seconds that an idle poll waits
MOST_PARTITIONS = 1024  # a partition is a range of slots
MEASURE_EVERY = 5  # polls: looking at the ends of all partitions costs as much as a poll
log = logging.getLogger("subscription")


class BusLostData(Exception):
    """The bus does not hold what the read model has learned from it, so it may have lost more: only a new generation,
    published again from the event stores, is known to be whole."""

    def __init__(self, partition: TopicPartition, detail: str) -> None:
        super().__init__(
            f"The bus has lost records of {partition.topic}, partition {partition.partition}: {detail}. "
            "Raise BUS_GENERATION at every service, so that everything is published again."
        )


class Subscription:
    """One member of a group that teaches a sink.

    group  a consumer group of the bus: members share its partitions where the bus can do that
    batch  records in a lesson, at most
    limit  events of one batch that may be parked; more is bad code
    """

    def __init__(
        self,
        bus: Bus,
        sink: Sink,
        topics: Sequence[str],
        event_filter: EventFilter,
        *,
        group: str = "",
        batch: int = 500,
        limit: int = 20,
        rng: random.Random | None = None,
    ) -> None:
        self._bus, self._sink, self._topics, self._batch = bus, sink, list(topics), batch
        self._group = group or sink.name
        self._processor = BatchProcessor(sink, event_filter, pause=self._pause, limit=limit, rng=rng)
        self._stop = threading.Event()
        self._member: Consumer | None = None
        self._polls = 0
        self._next: dict[TopicPartition, int] = {}  # the first offset that is not learned, as far as this member knows

    def run(self, stop: threading.Event) -> None:
        """Until told to stop. Raises BusLostData and TooManyParked: then a person is needed, and the process must say so and end."""
        self._stop = stop
        try:
            while not stop.is_set():
                try:
                    self.run_once(POLL_WAIT)
                except BusUnavailable as away:
                    log.warning("bus away", extra={"subscription": self._sink.name, "cause": str(away)})
                    self.close()  # what was read and not learned is forgotten with the positions
                    LAG.remove(self._sink.name)
                    stop.wait(BUS_WAIT)
        except StopRequested:
            log.info("stopped while waiting", extra={"subscription": self._sink.name})
        finally:
            self.close()
            for number in (LAG, PARKED):
                number.remove(self._sink.name)  # after a flip nobody would ever set it to 0

    def run_once(self, timeout: float = 0.0) -> int:
        """Read once and learn what came: the number of records. Takes up new partitions, and partitions whose read model was restored."""
        member = self._member = self._member or self._join()
        try:
            records = member.poll(timeout, self._batch)
        except OffsetLost as lost:
            raise BusLostData(lost.topic_partition, f"offset {lost.offset} is not there") from lost
        strange = member.missing_positions()
        if strange:
            self._seek_to_checkpoints(member, strange)
        if not records:
            self._check_restored(member)
        self._polls += 1
        if (
            strange or self._polls % MEASURE_EVERY == 0
        ):  # how much new partitions hold is known at once: a member that starts says no 0
            self._measure(member)
        if not records:
            return 0
        try:
            self._processor.process(records)
        except Behind as behind:
            self._read_again(member, member.assignment(), str(behind))
            return 0
        for record in records:
            self._next[record.topic_partition] = record.offset + 1
        return len(records)

    def _join(self) -> Consumer:
        """A topic that is not there is a deployment that is not ready yet; or one from which we have learned, and then it is lost."""
        try:
            return self._bus.consumer(self._group, self._topics)
        except UnknownPartition:
            self._check_topics(self._topics)
            raise

    def _check_topics(self, topics: Collection[str]) -> None:
        """Raises BusLostData where a topic is gone from which we have learned."""
        partitions = [
            TopicPartition(topic, partition)
            for topic in topics
            if not self._bus.exists(topic)
            for partition in range(MOST_PARTITIONS)
        ]
        known = self._processor.until_available(lambda: self._sink.checkpoints(partitions)) if partitions else {}
        if lost := [partition for partition, checkpoint in known.items() if checkpoint.offset >= 0]:
            raise BusLostData(lost[0], "the topic is not there any more")

    def _seek_to_checkpoints(self, member: Consumer, partitions: Collection[TopicPartition]) -> None:
        """Go to our checkpoints, after a look whether the bus still holds what we know of it."""
        for partition, checkpoint in self._processor.until_available(
            lambda: self._sink.checkpoints(partitions)
        ).items():
            _verify_checkpoint(member, partition, checkpoint)
            member.seek(partition, checkpoint.offset + 1)
            self._next[partition] = checkpoint.offset + 1

    def _check_restored(self, member: Consumer) -> None:
        """While nothing comes, no lesson would notice that the read model was restored: look."""
        stored = self._processor.until_available(
            lambda: self._sink.checkpoints(member.assignment() & self._next.keys())
        )
        if behind := {
            partition for partition, checkpoint in stored.items() if checkpoint.offset + 1 < self._next[partition]
        }:
            self._read_again(member, behind, ", ".join(sorted(map(str, behind))))

    def _read_again(self, member: Consumer, partitions: Collection[TopicPartition], why: str) -> None:
        log.warning("read model was restored, reading again", extra={"subscription": self._sink.name, "partition": why})
        self._seek_to_checkpoints(member, partitions)

    def _measure(self, member: Consumer) -> None:
        """How far are we, and what is put aside? Raises BusLostData where a topic is gone, or ends before what we have read of it."""
        self._check_topics(
            set(self._topics) - {partition.topic for partition in member.assignment()}
        )  # another member may have its partitions, or it is gone
        self._update_lag(member)
        PARKED.labels(self._sink.name).set(self._processor.until_available(self._sink.parked_count))

    def _update_lag(self, member: Consumer) -> None:
        """From the bus alone, so that it grows while the read model is away. Raises BusLostData where the bus ends before what we have read of it."""
        ends = member.end_offsets()
        for partition, end in ends.items():
            if end < self._next.get(partition, end):
                raise BusLostData(partition, f"it ends at offset {end}, and {self._next[partition] - 1} was read")
        if ends and ends.keys() <= self._next.keys():
            LAG.labels(self._sink.name).set(sum(end - self._next[partition] for partition, end in ends.items()))
        else:  # its partitions are on their way, or another member's
            LAG.remove(self._sink.name)

    def replay(self) -> tuple[int, int]:
        """Learn, with mended code, what was parked: (learned, still parked)."""
        return self._processor.replay()

    def _pause(self, seconds: float) -> None:
        """Wait, and stay a member of the group meanwhile: reading is what stops, not the membership."""
        if self._member:
            try:
                self._member.poll(0, 0)
                self._update_lag(self._member)
            except BusUnavailable:
                log.warning("bus away too", extra={"subscription": self._sink.name})
                LAG.remove(self._sink.name)
        if self._stop.wait(seconds):
            raise StopRequested

    def close(self) -> None:
        if self._member:
            self._member.close()
        self._member = None
        self._next.clear()


def _verify_checkpoint(member: Consumer, partition: TopicPartition, checkpoint: Checkpoint) -> None:
    """Raise BusLostData unless the record at the checkpoint is the one that was learned."""
    if checkpoint.offset < 0:
        return
    record = member.read_at(partition, checkpoint.offset)
    if record is None:
        raise BusLostData(partition, f"it ends before offset {checkpoint.offset}, which was learned")
    if record.headers.get("id", "") != checkpoint.id:
        raise BusLostData(
            partition, f"at offset {checkpoint.offset} stands another record than the one that was learned"
        )
