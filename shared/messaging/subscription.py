"""Subscription: the bus -> a read model. Positions are ours, kept in the read model and written with what was learned."""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Collection, Sequence

from shared.infrastructure.metrics import LAG, PARKED
from shared.messaging.batches import BatchProcessor, Stopped
from shared.messaging.bus import Bus, BusUnavailable, Consumer, OffsetLost, Place, UnknownPlace
from shared.messaging.sink import Behind, Checkpoint, EventFilter, Sink

BUS_WAIT = 1.0  # seconds between two attempts while the bus is away
POLL_WAIT = 1.0  # seconds that an idle poll waits
MOST_PARTITIONS = 1024  # a partition is a range of slots
MEASURE_EVERY = 5  # polls: looking at the ends of all places costs as much as a poll
log = logging.getLogger("subscription")


class BusLostData(Exception):
    """The bus does not hold what the read model has learned from it, so it may have lost more: only a new generation,
    published again from the event stores, is known to be whole."""

    def __init__(self, place: Place, detail: str) -> None:
        super().__init__(
            f"The bus has lost records of {place.topic}, partition {place.partition}: {detail}. "
            "Raise BUS_GENERATION at every service, so that everything is published again."
        )


class Subscription:
    """One member of a group that teaches a sink.

    group  a consumer group of the bus: members share its places where the bus can do that
    batch  records in a lesson, at most
    limit  events of one batch that may be parked; more is bad code
    """

    def __init__(
        self,
        bus: Bus,
        sink: Sink,
        topics: Sequence[str],
        syllabus: EventFilter,
        *,
        group: str = "",
        batch: int = 500,
        limit: int = 20,
        rng: random.Random | None = None,
    ) -> None:
        self._bus, self._sink, self._topics, self._batch = bus, sink, list(topics), batch
        self._group = group or sink.name
        self._lessons = BatchProcessor(sink, syllabus, pause=self._pause, limit=limit, rng=rng)
        self._stop = threading.Event()
        self._member: Consumer | None = None
        self._polls = 0
        self._next: dict[Place, int] = {}  # the first offset that is not learned, as far as this member knows

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
        except Stopped:
            log.info("stopped while waiting", extra={"subscription": self._sink.name})
        finally:
            self.close()
            for number in (LAG, PARKED):
                number.remove(self._sink.name)  # after a flip nobody would ever set it to 0

    def run_once(self, timeout: float = 0.0) -> int:
        """Read once and learn what came: the number of records. Takes up new places, and places whose read model was restored."""
        member = self._member = self._member or self._join()
        try:
            records = member.poll(timeout, self._batch)
        except OffsetLost as lost:
            raise BusLostData(lost.place, f"offset {lost.offset} is not there") from lost
        strange = member.unsought()
        if strange:
            self._take_up(member, strange)
        if not records:
            self._look_back(member)
        self._polls += 1
        if (
            strange or self._polls % MEASURE_EVERY == 0
        ):  # how much new places hold is known at once: a member that starts says no 0
            self._measure(member)
        if not records:
            return 0
        try:
            self._lessons.process(records)
        except Behind as behind:
            self._seek_back(member, member.assignment(), str(behind))
            return 0
        for record in records:
            self._next[record.place] = record.offset + 1
        return len(records)

    def _join(self) -> Consumer:
        """A topic that is not there is a deployment that is not ready yet; or one from which we have learned, and then it is lost."""
        try:
            return self._bus.consumer(self._group, self._topics)
        except UnknownPlace:
            self._look_for(self._topics)
            raise

    def _look_for(self, topics: Collection[str]) -> None:
        """Raises BusLostData where a topic is gone from which we have learned."""
        places = [
            Place(topic, partition)
            for topic in topics
            if not self._bus.exists(topic)
            for partition in range(MOST_PARTITIONS)
        ]
        known = self._lessons.insist(lambda: self._sink.checkpoints(places)) if places else {}
        if lost := [place for place, checkpoint in known.items() if checkpoint.offset >= 0]:
            raise BusLostData(lost[0], "the topic is not there any more")

    def _take_up(self, member: Consumer, places: Collection[Place]) -> None:
        """Go to our checkpoints, after a look whether the bus still holds what we know of it."""
        for place, checkpoint in self._lessons.insist(lambda: self._sink.checkpoints(places)).items():
            _compare(member, place, checkpoint)
            member.seek(place, checkpoint.offset + 1)
            self._next[place] = checkpoint.offset + 1

    def _look_back(self, member: Consumer) -> None:
        """While nothing comes, no lesson would notice that the read model was restored: look."""
        stored = self._lessons.insist(lambda: self._sink.checkpoints(member.assignment() & self._next.keys()))
        if behind := {place for place, checkpoint in stored.items() if checkpoint.offset + 1 < self._next[place]}:
            self._seek_back(member, behind, ", ".join(sorted(map(str, behind))))

    def _seek_back(self, member: Consumer, places: Collection[Place], why: str) -> None:
        log.warning("read model was restored, reading again", extra={"subscription": self._sink.name, "place": why})
        self._take_up(member, places)

    def _measure(self, member: Consumer) -> None:
        """How far are we, and what is put aside? Raises BusLostData where a topic is gone, or ends before what we have read of it."""
        self._look_for(
            set(self._topics) - {place.topic for place in member.assignment()}
        )  # another member may have its places, or it is gone
        self._say_lag(member)
        PARKED.labels(self._sink.name).set(self._lessons.insist(self._sink.parked_count))

    def _say_lag(self, member: Consumer) -> None:
        """From the bus alone, so that it grows while the read model is away. Raises BusLostData where the bus ends before what we have read of it."""
        ends = member.ends()
        for place, end in ends.items():
            if end < self._next.get(place, end):
                raise BusLostData(place, f"it ends at offset {end}, and {self._next[place] - 1} was read")
        if ends and ends.keys() <= self._next.keys():
            LAG.labels(self._sink.name).set(sum(end - self._next[place] for place, end in ends.items()))
        else:  # its places are on their way, or another member's
            LAG.remove(self._sink.name)

    def release(self) -> tuple[int, int]:
        """Learn, with mended code, what was parked: (learned, still parked)."""
        return self._lessons.release()

    def _pause(self, seconds: float) -> None:
        """Wait, and stay a member of the group meanwhile: reading is what stops, not the membership."""
        if self._member:
            try:
                self._member.poll(0, 0)
                self._say_lag(self._member)
            except BusUnavailable:
                log.warning("bus away too", extra={"subscription": self._sink.name})
                LAG.remove(self._sink.name)
        if self._stop.wait(seconds):
            raise Stopped

    def close(self) -> None:
        if self._member:
            self._member.close()
        self._member = None
        self._next.clear()


def _compare(member: Consumer, place: Place, checkpoint: Checkpoint) -> None:
    """Raise BusLostData unless the record at the checkpoint is the one that was learned."""
    if checkpoint.offset < 0:
        return
    record = member.read_at(place, checkpoint.offset)
    if record is None:
        raise BusLostData(place, f"it ends before offset {checkpoint.offset}, which was learned")
    if record.headers.get("id", "") != checkpoint.id:
        raise BusLostData(place, f"at offset {checkpoint.offset} stands another record than the one that was learned")
