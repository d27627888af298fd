"""Relay: an event store -> the bus. At least once, in any order; no lease, no cursor, no transaction.

A crash anywhere publishes twice, and two relays at once are only wasteful: subscriptions are idempotent.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Sequence

from shared.eventsourcing.event import Event, partition_of, slot_of, slots_of, to_wire
from shared.eventsourcing.store import UNPUBLISHED, EventStore, Unpublished
from shared.infrastructure.clock import Clock, day_after
from shared.infrastructure.metrics import OLDEST_UNPUBLISHED, RELAY_BATCH, RELAYED, UNACKNOWLEDGED, in_advance
from shared.infrastructure.retry import Backoff
from shared.messaging.bus import Bus, Record, TopicPartition, topic_of

FIRST_WAIT, LONGEST_WAIT = 0.1, 0.5  # seconds between two queries of a store without unpublished events
UNAVAILABLE_WAIT = 5.0  # longest wait while store or bus are unavailable
log = logging.getLogger("relay")


def create_topics(bus: Bus, publishers: Iterable[str], generation: int, partitions: int) -> None:
    """Create the topics of a generation that do not exist. Raises ValueError for another number of partitions."""
    for publisher in publishers:
        bus.create(topic_of(publisher, generation), partitions)


class Relay:
    """Publishes the events of one event store to one generation of the bus.

    partitions  of the publisher's topic in this generation
    batch       events read per partition in a round
    """

    def __init__(
        self,
        store: EventStore,
        bus: Bus,
        publisher: str,
        generation: int,
        partitions: int,
        clock: Clock,
        *,
        batch: int = 500,
    ) -> None:
        self._store, self._bus, self._clock, self._batch = store, bus, clock, batch
        self._publisher, self._generation, self._partitions = publisher, generation, partitions
        self._topic, self._idle = topic_of(publisher, generation), False
        in_advance([(publisher,)], RELAYED, UNACKNOWLEDGED, RELAY_BATCH)
        self._since: int | None = None  # no unpublished event is older, as of the last query

    def run(self, stop: threading.Event) -> None:
        """Publish until `stop` is set. While store or bus are unavailable: log it and try again, without limit."""
        backoff = Backoff(FIRST_WAIT, LONGEST_WAIT, wait=stop.wait)
        while not stop.is_set():
            try:
                sent = self.run_once()
            except Exception:
                log.exception("nothing relayed, trying again", extra={"publisher": self._publisher})
                sent, longest = 0, UNAVAILABLE_WAIT
            else:
                longest = LONGEST_WAIT
            if sent:
                backoff.reset()
            else:
                backoff.pause(longest)

    def run_once(self) -> int:
        """One round over all partitions. Returns how many events the bus has acknowledged."""
        due = self._look()
        if not due:
            return 0
        # The closed day is read after the batch: an event whose day was closed before it was read must count as late.
        events = self._in_open_days(due, self._store.closed_through())
        acknowledged = self._bus.publish([self._record(event) for event in events])
        sent = [event for event, arrived in zip(events, acknowledged, strict=True) if arrived]
        self._store.mark(sent, self._generation)
        RELAY_BATCH.labels(self._publisher).observe(len(events))
        RELAYED.labels(self._publisher).inc(len(sent))
        UNACKNOWLEDGED.labels(self._publisher).inc(len(events) - len(sent))
        if len(sent) < len(events):
            log.warning(
                "events not acknowledged", extra={"publisher": self._publisher, "events": len(events) - len(sent)}
            )
        return len(sent)

    def _look(self) -> list[Unpublished]:
        """The unpublished events of this round.

        The age of the oldest is measured before they are published, and also when the query fails: while bus or store
        are unavailable, it grows.
        """
        now = self._clock.now()
        try:
            batches = self._due()
            oldest = min((found.event.at for batch in batches for found in batch), default=now)
            full = any(len(batch) >= self._batch for batch in batches)  # events beyond the batch may be older
            self._since = min(oldest, self._since) if full and self._since is not None else oldest
        finally:
            self._measure_age(now)
        return [found for batch in batches for found in batch]

    def _due(self) -> list[list[Unpublished]]:
        """The events of this round, by partition. While idle, one query of the store replaces one per partition."""
        if self._idle and self._store.oldest_unpublished(self._generation) is None:
            return []
        batches = [
            self._store.unpublished(self._generation, slots_of(partition, self._partitions), self._batch)
            for partition in range(self._partitions)
        ]
        self._idle = not any(batches)
        return batches

    def _in_open_days(self, due: Sequence[Unpublished], closed: str) -> list[Event]:
        """Moves unpublished events of closed days to the open day. Returns the events as the store then holds them."""
        late = [found.event for found in due if found.mark == UNPUBLISHED and found.event.day <= closed]
        redated = self._store.redate(late, day_after(closed)) if late else []
        moved = {(event.stream, event.version): event for event in redated}
        return [moved.get((found.event.stream, found.event.version), found.event) for found in due]

    def _record(self, event: Event) -> Record:
        partition = TopicPartition(self._topic, partition_of(slot_of(event.stream), self._partitions))
        return Record(partition, event.stream, to_wire(event), {"id": event.id, "version": str(event.version)})

    def _measure_age(self, now: int) -> None:
        if self._since is not None:
            OLDEST_UNPUBLISHED.labels(self._publisher).set(max(0, now - self._since) / 1000)
