"""Batches: applied whole where possible, halved when two collide or one fails; an event that fails alone is parked."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TypeVar

from shared.infrastructure.metrics import CONFLICTS, PROCESSED, in_advance
from shared.infrastructure.retry import Backoff
from shared.messaging.bus import Record, TopicPartition
from shared.messaging.sink import (
    Batch,
    Behind,
    Checkpoint,
    Conflicted,
    EventFilter,
    Parked,
    Sink,
    TooManyParked,
    Unavailable,
    Unreadable,
)

T = TypeVar("T")
Pause = Callable[[float], None]  # waits so many seconds, or raises StopRequested
FIRST_WAIT, LONGEST_WAIT = 0.05, 5.0  # seconds, while the read model is unavailable
FIRST_CONFLICT_WAIT, LONGEST_CONFLICT_WAIT = 0.1, 3.2  # seconds at most, between two attempts that conflict
log = logging.getLogger("batches")


class StopRequested(Exception):
    """The process was asked to stop while it waited. Nothing is half done: uncommitted records are read again."""


class _SplitBatch(Exception):
    """The batch cannot be applied as a whole. Its cause is the failure, None after conflicts."""


class BatchProcessor:
    """Applies records to a sink, batch by batch.

    pause  waits between attempts
    limit  how many events of `per` records may be parked; more is bad code
    """

    def __init__(
        self,
        sink: Sink,
        event_filter: EventFilter,
        *,
        pause: Pause,
        limit: int = 20,
        per: int = 500,
        rng: random.Random | None = None,
    ) -> None:
        self._sink, self._event_filter, self._pause = sink, event_filter, pause
        self._limit, self._per = limit, per
        self._newest: dict[TopicPartition, int] = {}  # times (ms) of the newest events of the records at hand
        in_advance([(sink.name,)], PROCESSED, CONFLICTS)
        self._rng = rng or random.Random()  # noqa: S311 - spreads retries, guards nothing

    def process(self, records: Sequence[Record]) -> Mapping[TopicPartition, int]:
        """Apply records, which are in order within each partition. Returns the times (ms) of their newest events.

        Raises Behind, TooManyParked, StopRequested.
        """
        self._newest = {}
        self._process(records, self._limit * max(1, len(records) // self._per))
        return self._newest

    def _process(self, records: Sequence[Record], allowance: int) -> int:
        """Returns how many events were parked."""
        batch = self._batch(records, allowance)
        try:
            parked = self._attempt(batch)
        except _SplitBatch as failure:
            if len(records) > 1:
                middle = len(records) // 2
                parked = self._process(records[:middle], allowance)
                return parked + self._process(records[middle:], allowance - parked)
            return self._park(batch, failure.__cause__)
        PROCESSED.labels(self._sink.name).inc(len(batch.events))
        return parked

    def _batch(self, records: Sequence[Record], allowance: int) -> Batch:
        events, parked = [], []
        starts: dict[TopicPartition, int] = {}
        ends: dict[TopicPartition, Checkpoint] = {}
        for record in records:
            starts.setdefault(record.topic_partition, record.offset)
            ends[record.topic_partition] = Checkpoint(record.offset, record.headers.get("id", ""))
            try:
                event = self._event_filter.decode(record.value)
                self._newest[record.topic_partition] = max(event.at, self._newest.get(record.topic_partition, 0))
                if event.type not in self._event_filter.ignores:
                    events.append(event)
            except Unreadable as error:
                reason = str(error)
                parked.append(Parked.of_event(error.event, reason) if error.event else Parked.of_record(record, reason))
        return Batch(events, starts, ends, parked, (), allowance)

    def _attempt(self, batch: Batch) -> int:
        """Try until the batch is applied. Raises _SplitBatch after two conflicts, or two failures of one type."""
        conflicts, failed = 0, set[type]()
        backoff = Backoff(FIRST_CONFLICT_WAIT, LONGEST_CONFLICT_WAIT, wait=self._pause, jitter=1, rng=self._rng)
        while True:
            try:
                return self.until_available(lambda: self._sink.apply(batch))
            except (Behind, TooManyParked, StopRequested):
                raise
            except Conflicted:
                conflicts += 1
                CONFLICTS.labels(self._sink.name).inc()
                if conflicts >= 2 and len(batch.events) > 1:
                    raise _SplitBatch from None
                backoff.pause()
            except Exception as error:
                if type(error) in failed:
                    raise _SplitBatch from error
                failed.add(type(error))

    def _park(self, batch: Batch, cause: BaseException | None) -> int:
        """Park the one event of this batch, on which the projector raises."""
        if cause is None or not batch.events:
            raise RuntimeError("a batch of one record can be neither applied nor parked") from cause
        reason = f"{type(cause).__name__}: {cause}"
        log.error(
            "event parked",
            extra={
                "subscription": self._sink.name,
                "event_id": batch.events[0].id,
                "request_id": batch.events[0].correlation_id,
                "cause": type(cause).__name__,
            },
        )
        parked = [Parked.of_event(event, reason) for event in batch.events]
        try:
            return self._attempt(Batch((), batch.starts, batch.ends, parked, (), batch.allowance))
        except _SplitBatch as failure:
            raise RuntimeError("the read model cannot even park an event") from failure.__cause__

    def until_available(self, act: Callable[[], T]) -> T:
        """The result of `act`, tried again with growing pauses as long as it raises Unavailable."""
        backoff = Backoff(FIRST_WAIT, LONGEST_WAIT, wait=self._pause)
        while True:
            try:
                return act()
            except Unavailable as error:
                log.warning("read model unavailable", extra={"subscription": self._sink.name, "cause": str(error)})
                backoff.pause()

    def replay(self) -> tuple[int, int]:
        """Apply parked events again, with fixed code. Returns (applied, still parked)."""
        applied, items = 0, self._sink.parked()
        for item in items:
            try:
                event = self._event_filter.read(item.value)
                # With an allowance of 0: an event that fails again stays parked as it was.
                self._attempt(Batch([event] if event else [], unparked=[item.key]))
                applied += 1
            except (Unreadable, TooManyParked, _SplitBatch) as error:
                cause = type(error.__cause__ or error).__name__
                log.warning(
                    "event stays parked", extra={"subscription": self._sink.name, "key": item.key, "cause": cause}
                )
        return applied, len(items) - applied

    def drop(self, keys: Collection[str]) -> list[str]:
        """Delete parked events without applying them; returns the keys that were found.

        The control totals miss a dropped event that an event store holds.
        """
        dropped = sorted({item.key for item in self._sink.parked()} & set(keys))
        if dropped:
            self._attempt(Batch(unparked=dropped))
        return dropped
