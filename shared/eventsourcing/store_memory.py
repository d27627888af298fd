"""EventStore in memory, for unit tests and the delivery model."""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from shared.eventsourcing.event import Event, category, id_hash, slot_of
from shared.eventsourcing.recording import Recorder, check
from shared.eventsourcing.store import (
    TO_RESEND,
    UNPUBLISHED,
    Also,
    Append,
    CommandContext,
    CommandRecord,
    ControlTotals,
    Unpublished,
)
from shared.infrastructure.clock import Clock
from shared.infrastructure.errors import Conflict


class MemoryStore:
    def __init__(self, clock: Clock, *, is_public: Callable[[str], bool], validate: Callable[[Event], None]) -> None:
        self._recorder, self._is_public = Recorder(clock, is_public, validate), is_public
        self._lock = threading.RLock()  # `also` may call `remember`
        self._streams: defaultdict[str, list[str]] = defaultdict(list)  # ids in the order of versions
        self._events: dict[str, Event] = {}
        self._marks: dict[str, int] = {}  # of public events
        # mark -> ids, so that due events are found without a scan of all history
        self._marked: defaultdict[int, dict[str, None]] = defaultdict(dict)
        self._commands: dict[str, CommandRecord] = {}
        self._closed = ""

    def load(self, stream: str) -> list[Event]:
        with self._lock:
            return [self._events[id] for id in self._streams.get(stream, ())]

    def load_many(self, streams: Collection[str]) -> Mapping[str, list[Event]]:
        with self._lock:
            return {stream: self.load(stream) for stream in streams}

    def append(self, appends: Sequence[Append], context: CommandContext, also: Also | None = None) -> list[Event]:
        check(appends, context)
        with self._lock:
            if conflicts := [append.stream for append in appends if self._conflicts(append)]:
                raise Conflict(conflicts[0])
            events = [
                event for append in appends for event in self._recorder(append, context, self._last_day(append.stream))
            ]
            if also:
                self._run(also)
            self._record(events)
            return events

    def _run(self, also: Also) -> None:
        commands = dict(self._commands)
        try:
            also(None)
        except BaseException:
            self._commands = commands
            raise

    def append_many(self, appends: Sequence[Append], context: CommandContext) -> tuple[list[Event], list[str]]:
        check(appends, context, one_each=True)
        with self._lock:
            conflicts = [append.stream for append in appends if self._conflicts(append)]
            fitting = [append for append in appends if not self._conflicts(append)]
            events = [
                event for append in fitting for event in self._recorder(append, context, self._last_day(append.stream))
            ]
            self._record(events)
            return events, conflicts

    def _conflicts(self, append: Append) -> bool:
        return len(self._streams.get(append.stream, ())) != append.expected_version

    def _last_day(self, stream: str) -> str:
        ids = self._streams.get(stream)
        return self._events[ids[-1]].day if ids else ""

    def _record(self, events: Iterable[Event]) -> None:
        for event in events:
            self._streams[event.stream].append(event.id)
            self._events[event.id] = event
            if self._is_public(event.stream):
                self._set_mark(event.id, UNPUBLISHED)

    def _set_mark(self, id: str, mark: int) -> None:
        if id in self._marks:
            del self._marked[self._marks[id]][id]
        self._marks[id] = mark
        self._marked[mark][id] = None

    def recall(self, command_id: str) -> CommandRecord | None:
        with self._lock:
            return self._commands.get(command_id)

    def remember(self, context: CommandContext, response: Mapping[str, Any], session: Any = None) -> None:
        with self._lock:
            self._commands.setdefault(context.id, CommandRecord(context.fingerprint, dict(response)))

    def _due(self, generation: int) -> Iterable[Unpublished]:
        return (
            Unpublished(self._events[id], mark)
            for mark in sorted(self._marked)
            if mark < generation
            for id in self._marked[mark]
        )

    def unpublished(self, generation: int, slots: range, limit: int) -> list[Unpublished]:
        with self._lock:
            return [found for found in self._due(generation) if slot_of(found.event.stream) in slots][:limit]

    def redate(self, events: Iterable[Event], day: str) -> list[Event]:
        with self._lock:
            stored = [event for event in events if event.id in self._events]
            for event in stored:
                if self._marks.get(event.id) == UNPUBLISHED and self._events[event.id].day == event.day < day:
                    self._events[event.id] = replace(self._events[event.id], day=day)
            return [self._events[event.id] for event in stored]

    def mark(self, events: Iterable[Event], generation: int) -> None:
        with self._lock:
            for event in events:
                if event.id in self._marks and self._events[event.id].day == event.day:
                    self._set_mark(event.id, max(self._marks[event.id], generation))

    def resend(self, slot: int, day: str) -> int:
        with self._lock:
            found = [
                id
                for id, mark in self._marks.items()
                if mark > UNPUBLISHED and slot_of(self._events[id].stream) == slot and self._events[id].day == day
            ]
            for id in found:
                self._set_mark(id, TO_RESEND)
            return len(found)

    def closed_through(self) -> str:
        return self._closed

    def close(self, day: str) -> None:
        with self._lock:
            self._closed = max(self._closed, day)

    def pending(self, day: str) -> int:
        with self._lock:
            return sum(self._events[id].day <= day for id in self._marked[UNPUBLISHED])

    def control_totals(self, through: str, categories: Sequence[str]) -> list[ControlTotals]:
        counts, sums = Counter[tuple[int, str]](), Counter[tuple[int, str]]()
        with self._lock:
            counted = [
                event
                for id in self._marks
                if (event := self._events[id]).day <= through and category(event.stream) in categories
            ]
        for event in counted:
            key = slot_of(event.stream), event.day
            counts[key] += 1
            sums[key] += id_hash(event.id)
        return [ControlTotals(*key, counts[key], sums[key]) for key in sorted(counts)]

    def oldest_unpublished(self, generation: int) -> int | None:
        with self._lock:
            return min((found.event.at for found in self._due(generation)), default=None)
