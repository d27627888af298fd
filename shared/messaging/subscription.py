"""Subscription: the bus -> a read model. Positions are kept in the read model and written with its changes."""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Collection, Sequence

from shared.infrastructure.clock import Clock, SystemClock
from shared.infrastructure.metrics import LAG, PARKED, READ_MODEL_AGE
from shared.messaging.age import Age
from shared.messaging.batches import BatchProcessor, StopRequested
from shared.messaging.bus import Bus, BusUnavailable, Consumer, OffsetLost, TopicPartition, UnknownPartition
from shared.messaging.sink import Behind, Checkpoint, EventFilter, Sink

BUS_WAIT = 1.0  # seconds between two attempts while the bus is unavailable
POLL_WAIT = 1.0  # seconds that an idle poll waits
MOST_PARTITIONS = 1024  # a partition is a range of slots
BACKLOG = 8  # times a batch: so large one becomes while there is a backlog
MEASURE_EVERY = 5  # polls: fetching the end offsets of all partitions costs as much as a poll
log = logging.getLogger("subscription")


class BusLostData(Exception):
    """The bus does not hold what the read model has processed, so it may have lost more.

    Only a new generation, published again from the event stores, is sure to be complete.
    """

    def __init__(self, partition: TopicPartition, detail: str) -> None:
        super().__init__(
            f"The bus has lost records of {partition.topic}, partition {partition.partition}: {detail}. "
            "Raise BUS_GENERATION at every service, so that everything is published again."
        )


class Subscription:
    """One member of a consumer group that feeds a sink.

    group  a consumer group of the bus: members share its partitions where the bus supports that
    batch  records in a batch, at most; up to BACKLOG times as many while there is a backlog, as in a rebuild
    limit  events of so many records that may be parked; more is bad code
    clock  that of the events' times; the system's by default
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
        clock: Clock | None = None,
    ) -> None:
        self._bus, self._sink, self._topics = bus, sink, list(topics)
        self._batch = self._size = batch
        self._group = group or sink.name
        self._processor = BatchProcessor(sink, event_filter, pause=self._pause, limit=limit, per=batch, rng=rng)
        self._stop = threading.Event()
        self._member: Consumer | None = None
        self._polls = 0
        self._age = Age(sink.name, clock or SystemClock())
        self._next: dict[TopicPartition, int] = {}  # the first offset that this member has not processed

    def run(self, stop: threading.Event) -> None:
        """Process records until `stop` is set.

        Raises BusLostData and TooManyParked: then an operator is needed, and the process must report it and exit.
        """
        self._stop = stop
        try:
            while not stop.is_set():
                try:
                    self.run_once(POLL_WAIT)
                except BusUnavailable as error:
                    log.warning("bus unavailable", extra={"subscription": self._sink.name, "cause": str(error)})
                    self.close()  # drops the positions, so unprocessed records are read again
                    LAG.remove(self._sink.name)
                    self._age.show()
                    stop.wait(BUS_WAIT)
        except StopRequested:
            log.info("stopped while waiting", extra={"subscription": self._sink.name})
        finally:
            self.close()
            for gauge in (LAG, PARKED, READ_MODEL_AGE):
                gauge.remove(self._sink.name)  # after a rebuild no process would ever set it to 0

    def run_once(self, timeout: float = 0.0) -> int:
        """Poll once and process the records: returns their number.

        Also seeks newly assigned partitions, and those whose read model was restored, to their checkpoints.
        """
        member = self._member = self._member or self._join()
        try:
            records = member.poll(timeout, self._size)
        except OffsetLost as lost:
            raise BusLostData(lost.topic_partition, f"offset {lost.offset} is not there") from lost
        new = member.missing_positions()
        if new:
            self._seek_to_checkpoints(member, new)
        if not records:
            self._check_restored(member)
        self._size = min(max(self._batch, 2 * len(records)), BACKLOG * self._batch)
        self._polls += 1
        if new or self._polls % MEASURE_EVERY == 0:  # at once for new partitions: a starting member must not report 0
            self._measure(member)
        if not records:
            return 0
        try:
            newest = self._processor.process(records)
        except Behind as behind:
            self._read_again(member, member.assignment(), str(behind))
            return 0
        for record in records:
            self._next[record.topic_partition] = record.offset + 1
        self._age.processed(newest)
        return len(records)

    def _join(self) -> Consumer:
        """A missing topic means a deployment that is not ready; or lost data, if records of it have been processed."""
        try:
            return self._bus.consumer(self._group, self._topics)
        except UnknownPartition:
            self._check_topics(self._topics)
            raise

    def _check_topics(self, topics: Collection[str]) -> None:
        """Raises BusLostData for a topic that has a checkpoint and no longer exists."""
        partitions = [
            TopicPartition(topic, number)
            for topic in topics
            if not self._bus.exists(topic)
            for number in range(MOST_PARTITIONS)
        ]
        stored = self._processor.until_available(lambda: self._sink.checkpoints(partitions)) if partitions else {}
        if lost := [partition for partition, checkpoint in stored.items() if checkpoint.offset >= 0]:
            raise BusLostData(lost[0], "the topic does not exist any more")

    def _seek_to_checkpoints(self, member: Consumer, partitions: Collection[TopicPartition]) -> None:
        """Read on after the checkpoints, once the bus is verified to hold their records."""
        stored = self._processor.until_available(lambda: self._sink.checkpoints(partitions))
        for partition, checkpoint in stored.items():
            _verify_checkpoint(member, partition, checkpoint)
            member.seek(partition, checkpoint.offset + 1)
            self._next[partition] = checkpoint.offset + 1

    def _check_restored(self, member: Consumer) -> None:
        """Compare positions and checkpoints: without records no batch would reveal that the read model was restored."""
        partitions = member.assignment() & self._next.keys()
        stored = self._processor.until_available(lambda: self._sink.checkpoints(partitions))
        behind = {
            partition for partition, checkpoint in stored.items() if checkpoint.offset + 1 < self._next[partition]
        }
        if behind:
            self._read_again(member, behind, ", ".join(sorted(map(str, behind))))

    def _read_again(self, member: Consumer, partitions: Collection[TopicPartition], why: str) -> None:
        log.warning("read model was restored, reading again", extra={"subscription": self._sink.name, "cause": why})
        self._age.forget()
        self._seek_to_checkpoints(member, partitions)

    def _measure(self, member: Consumer) -> None:
        """Update lag and parked events. Raises BusLostData for a topic that is gone or ends before our position."""
        # Unassigned topics belong to another member, or are gone.
        self._check_topics(set(self._topics) - {partition.topic for partition in member.assignment()})
        self._update_lag(member)
        PARKED.labels(self._sink.name).set(self._processor.until_available(self._sink.parked_count))

    def _update_lag(self, member: Consumer) -> None:
        """Update the lag from the bus alone, so that it grows while the read model is unavailable.

        Raises BusLostData for a partition that ends before our position.
        """
        ends = member.end_offsets()
        for partition, end in ends.items():
            if end < self._next.get(partition, end):
                raise BusLostData(partition, f"it ends at offset {end}, and {self._next[partition] - 1} was read")
        unread = {partition: end - self._next[partition] for partition, end in ends.items() if partition in self._next}
        if ends and len(unread) == len(ends):
            LAG.labels(self._sink.name).set(sum(unread.values()))
        else:  # nothing assigned yet, or everything is assigned to another member
            LAG.remove(self._sink.name)
        self._age.measured(ends.keys(), unread)

    def replay(self) -> tuple[int, int]:
        """Apply parked events again, with fixed code. Returns (applied, still parked)."""
        return self._processor.replay()

    def _pause(self, seconds: float) -> None:
        """Wait without leaving the group: reading stops, the membership does not."""
        if self._member:
            try:
                self._member.poll(0, 0)
                self._update_lag(self._member)
            except BusUnavailable:
                log.warning("bus unavailable too", extra={"subscription": self._sink.name})
                LAG.remove(self._sink.name)
                self._age.show()
        if self._stop.wait(seconds):
            raise StopRequested

    def close(self) -> None:
        if self._member:
            self._member.close()
        self._member = None
        self._next.clear()


def _verify_checkpoint(member: Consumer, partition: TopicPartition, checkpoint: Checkpoint) -> None:
    """Raise BusLostData unless the record at the checkpoint is the one that was processed."""
    if checkpoint.offset < 0:
        return
    record = member.read_at(partition, checkpoint.offset)
    if record is None:
        raise BusLostData(partition, f"it ends before offset {checkpoint.offset}, which was processed")
    if record.headers.get("id", "") != checkpoint.id:
        raise BusLostData(partition, f"offset {checkpoint.offset} holds another record than the one that was processed")
