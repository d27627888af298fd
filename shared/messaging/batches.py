"""How records become lessons: whole where possible, halved where two collide or one fails, parked alone where nothing helps."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Collection, Sequence
from typing import TypeVar

from shared.infrastructure.metrics import PROCESSED
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
FIRST_WAIT, LONGEST_WAIT, JITTER = 0.05, 5.0, 0.05  # seconds
log = logging.getLogger("lessons")


class StopRequested(Exception):
    """The process was asked to end while it was waiting. Nothing is half done: what was not committed is read again."""


class _SplitBatch(Exception):
    """This lesson does not go in as a whole. Its cause is the failure, if there was one."""


class BatchProcessor:
    """Teaches a sink. limit: how many events of one batch may be parked before it counts as bad code."""

    def __init__(
        self, sink: Sink, event_filter: EventFilter, *, pause: Pause, limit: int = 20, rng: random.Random | None = None
    ) -> None:
        self._sink, self._event_filter, self._pause, self._limit = sink, event_filter, pause, limit
        self._rng = rng or random.Random()  # noqa: S311 - spreads retries, guards nothing

    def process(self, records: Sequence[Record]) -> None:
        """Learn a batch; each partition's records in their order. Raises Behind, TooManyParked, StopRequested."""
        self._process(records, self._limit)

    def _process(self, records: Sequence[Record], allowance: int) -> int:
        batch = self._batch(records, allowance)
        try:
            parked = self._attempt(batch)
        except _SplitBatch as trouble:
            if len(records) > 1:
                middle = len(records) // 2
                parked = self._process(records[:middle], allowance)
                return parked + self._process(records[middle:], allowance - parked)
            return self._park(batch, trouble.__cause__)
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
                if event := self._event_filter.read(record.value):
                    events.append(event)
            except Unreadable as error:
                parked.append(
                    Parked.of_event(error.event, str(error)) if error.event else Parked.of_record(record, str(error))
                )
        return Batch(events, starts, ends, parked, (), allowance)

    def _attempt(self, batch: Batch) -> int:
        """Until it is learned, or until it is clear that it does not go in as a whole."""
        conflicts, failed = 0, set[type]()
        while True:
            try:
                return self.until_available(lambda: self._sink.apply(batch))
            except (Behind, TooManyParked, StopRequested):
                raise
            except Conflicted:
                conflicts += 1
                if conflicts >= 2 and len(batch.events) > 1:
                    raise _SplitBatch from None
                self._pause(self._rng.uniform(0, JITTER * 2 ** min(conflicts, 6)))
            except Exception as error:
                if type(error) in failed:
                    raise _SplitBatch from error
                failed.add(type(error))

    def _park(self, batch: Batch, cause: BaseException | None) -> int:
        """The one event of this lesson raises: put it aside, alone."""
        if cause is None or not batch.events:
            raise RuntimeError("a lesson of one record cannot be written, not even parked") from cause
        reason = f"{type(cause).__name__}: {cause}"
        log.error(
            "event parked",
            extra={"subscription": self._sink.name, "event_id": batch.events[0].id, "cause": type(cause).__name__},
        )
        parked = [Parked.of_event(event, reason) for event in batch.events]
        try:
            return self._attempt(Batch((), batch.starts, batch.ends, parked, (), batch.allowance))
        except _SplitBatch as trouble:
            raise RuntimeError("the read model refuses even to park an event") from trouble.__cause__

    def until_available(self, act: Callable[[], T]) -> T:
        """Do it as soon as the read model is there."""
        wait = FIRST_WAIT
        while True:
            try:
                return act()
            except Unavailable as away:
                log.warning("read model away", extra={"subscription": self._sink.name, "cause": str(away)})
                self._pause(wait)
                wait = min(wait * 2, LONGEST_WAIT)

    def replay(self) -> tuple[int, int]:
        """Try again, with mended code, what was parked: (learned, still parked)."""
        learned, items = 0, self._sink.parked()
        for item in items:
            try:
                event = self._event_filter.read(item.value)
                self._attempt(
                    Batch([event] if event else [], replayed=[item.key])
                )  # an allowance of 0: it may not be parked again
                learned += 1
            except (Unreadable, TooManyParked, _SplitBatch) as error:
                log.warning(
                    "event stays parked",
                    extra={
                        "subscription": self._sink.name,
                        "key": item.key,
                        "cause": type(error.__cause__ or error).__name__,
                    },
                )
        return learned, len(items) - learned

    def drop(self, keys: Collection[str]) -> list[str]:
        """Forget what was parked under these keys, learned by nobody: those that there were. What a store holds is missed by the books."""
        dropped = sorted({item.key for item in self._sink.parked()} & set(keys))
        if dropped:
            self._attempt(Batch(replayed=dropped))
        return dropped
