"""EventStore in MongoDB: one document per event; a single event is one insert, everything else one transaction.

Collections: `events`, `commands` (remembered responses), `closing` (the last closed day). A document of `events` is
the event with `_id` = its id, and `slot`, `category`, `id_hash`, and for public events `published_in`: the generation
of the bus that it has reached.

Two costs of the embedded store shape the queries: a filter with a list of values compares each with each, so lists are
cut into chunks; and a limit is applied after everything in range was fetched, so ranges of slots are cut, too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import fields
from typing import Any

from pymongo import ASCENDING
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import BulkWriteError, DuplicateKeyError, OperationFailure

from shared.eventsourcing.event import ABSENT, SLOTS, Event, category, id_hash, slot_of
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
from shared.infrastructure.chunks import chunks
from shared.infrastructure.clock import Clock
from shared.infrastructure.errors import Conflict
from shared.infrastructure.mongo import DUPLICATE_KEY, INDEX_NOT_FOUND, is_transient, majority, reachable, transaction

Document = dict[str, Any]
FIELDS = tuple(field.name for field in fields(Event) if field.name != "id")
VALUES, DOCUMENTS, WINDOW = 50, 1000, 128  # at most: values in a filter, documents in an insert, slots in a range
ALL_SLOTS = {"$gte": 0, "$lt": SLOTS}


class MongoStore:
    def __init__(
        self,
        db: Database[Document],
        clock: Clock,
        *,
        is_public: Callable[[str], bool],
        validate: Callable[[Event], None],
    ) -> None:
        safe = majority(db)
        self._client = db.client
        self._events, self._commands, self._closing = safe["events"], safe["commands"], safe["closing"]
        self._recorder, self._is_public = Recorder(clock, is_public, validate), is_public

    @reachable()
    def ensure_indexes(self, generation: int) -> None:
        """Indexes for relays of this generation. The previous one's stays: its relays may still be finishing."""
        self._events.create_index([("stream", ASCENDING), ("version", ASCENDING)], unique=True, name="stream-version")
        self._events.create_index(
            [("slot", ASCENDING), ("day", ASCENDING), ("category", ASCENDING), ("id_hash", ASCENDING)],
            name="control-totals",
        )
        self._events.create_index(
            [("slot", ASCENDING)],
            name=f"unpublished-{generation}",
            partialFilterExpression={"published_in": {"$lt": generation}},
        )
        for name in list(self._events.index_information()):
            kind, _, of = name.rpartition("-")
            if kind == "unpublished" and int(of) < generation - 1:
                self._drop_index(name)

    def _drop_index(self, name: str) -> None:
        try:
            self._events.drop_index(name)
        except OperationFailure as error:
            if error.code != INDEX_NOT_FOUND:  # not found: another process that is starting has dropped it
                raise

    @reachable()
    def load(self, stream: str) -> list[Event]:
        return [_event(found) for found in self._events.find({"stream": stream}).sort("version", ASCENDING)]

    @reachable()
    def load_many(self, streams: Collection[str]) -> Mapping[str, list[Event]]:
        loaded: dict[str, list[Event]] = {stream: [] for stream in streams}
        for chunk in chunks(loaded, VALUES):
            for found in self._events.find({"stream": {"$in": chunk}}):
                loaded[found["stream"]].append(_event(found))
        return {stream: sorted(events, key=lambda event: event.version) for stream, events in loaded.items()}

    @reachable()
    def append(self, appends: Sequence[Append], context: CommandContext, also: Also | None = None) -> list[Event]:
        check(appends, context)
        try:
            if also is None and sum(len(append.events) for append in appends) <= 1:
                return self._append(appends, context)
            return transaction(self._client, lambda session: self._append(appends, context, also, session))
        except OperationFailure as error:
            if is_transient(error):
                raise Conflict(appends[0].stream if appends else "") from error
            raise

    def _append(
        self,
        appends: Sequence[Append],
        context: CommandContext,
        also: Also | None = None,
        session: ClientSession | None = None,
    ) -> list[Event]:
        days = self._days_before(appends, session)
        if missing := [append.stream for append in appends if append.stream not in days]:
            raise Conflict(missing[0])
        events = [event for append in appends for event in self._recorder(append, context, days[append.stream])]
        if refused := self._insert(events, session):
            raise Conflict(refused[0])
        if also:
            also(session)
        return events

    def _days_before(self, appends: Sequence[Append], session: ClientSession | None = None) -> dict[str, str]:
        """The day of each stream's predecessor, "" before the first event; if it is missing, the stream is left out."""
        days = {append.stream: "" for append in appends if not append.expected_version}
        streams: defaultdict[int, list[str]] = defaultdict(list)
        for append in appends:
            if append.expected_version:
                streams[append.expected_version].append(append.stream)
        for version, named in streams.items():
            for chunk in chunks(named, VALUES):
                wanted = {"stream": chunk[0] if len(chunk) == 1 else {"$in": chunk}, "version": version}
                days |= {
                    found["stream"]: found["day"]
                    for found in self._events.find(wanted, {"_id": 0, "stream": 1, "day": 1}, session=session)
                }
        return days

    def _insert(self, events: Sequence[Event], session: ClientSession | None = None) -> list[str]:
        """Insert; the streams whose next version is taken, in a transaction only the first, which aborts it."""
        refused: list[str] = []
        for chunk in chunks(events, DOCUMENTS):
            try:
                if len(events) == 1:
                    self._events.insert_one(self._document(events[0]), session=session)
                else:
                    self._events.insert_many(
                        [self._document(event) for event in chunk], ordered=session is not None, session=session
                    )
            except DuplicateKeyError:
                return [events[0].stream]
            except BulkWriteError as error:
                failures = error.details["writeErrors"]
                if not failures or any(failure["code"] != DUPLICATE_KEY for failure in failures):
                    raise
                refused += [chunk[failure["index"]].stream for failure in failures]
                if session:
                    break
        return refused

    def _document(self, event: Event) -> Document:
        document = {
            "_id": event.id,
            **{name: getattr(event, name) for name in FIELDS},
            "slot": slot_of(event.stream),
            "category": category(event.stream),
            "id_hash": id_hash(event.id),
        }
        return {**document, "published_in": UNPUBLISHED} if self._is_public(event.stream) else document

    @reachable()
    def append_many(self, appends: Sequence[Append], context: CommandContext) -> tuple[list[Event], list[str]]:
        check(appends, context, one_each=True)
        days = self._days_before(appends)
        events = [
            event
            for append in appends
            if append.stream in days
            for event in self._recorder(append, context, days[append.stream])
        ]
        taken = set(self._insert(events))
        conflicts = [append.stream for append in appends if append.stream not in days or append.stream in taken]
        return [event for event in events if event.stream not in taken], conflicts

    @reachable()
    def recall(self, command_id: str) -> CommandRecord | None:
        found = self._commands.find_one({"_id": command_id})
        return CommandRecord(found["fingerprint"], found["response"]) if found else None

    def remember(self, context: CommandContext, response: Mapping[str, Any], session: Any = None) -> None:
        kept = {"fingerprint": context.fingerprint, "actor": context.actor, "response": dict(response)}
        # In a transaction the driver's own error decides whether it is retried.
        with nullcontext() if session else reachable():
            self._commands.update_one({"_id": context.id}, {"$setOnInsert": kept}, upsert=True, session=session)

    @reachable()
    def unpublished(self, generation: int, slots: range, limit: int) -> list[Unpublished]:
        found: list[Document] = []
        for start in range(slots.start, slots.stop, WINDOW):
            window = {"$gte": start, "$lt": min(start + WINDOW, slots.stop)}
            found += self._events.find({"slot": window, "published_in": {"$lt": generation}}).limit(limit - len(found))
            if len(found) >= limit:
                break
        return [Unpublished(_event(document), document["published_in"]) for document in found]

    @reachable()
    def redate(self, events: Iterable[Event], day: str) -> list[Event]:
        asked = list(events)
        for old, ids in _ids_by_day(asked):
            if old < day:
                self._events.update_many(
                    {"_id": {"$in": ids}, "day": old, "published_in": UNPUBLISHED}, {"$set": {"day": day}}
                )
        stored = [
            _event(found)
            for chunk in chunks(asked, VALUES)
            for found in self._events.find({"_id": {"$in": [event.id for event in chunk]}})
        ]
        by_id = {event.id: event for event in stored}
        return [by_id[event.id] for event in asked if event.id in by_id]

    @reachable()
    def mark(self, events: Iterable[Event], generation: int) -> None:
        for day, ids in _ids_by_day(events):
            self._events.update_many({"_id": {"$in": ids}, "day": day}, {"$max": {"published_in": generation}})

    @reachable()
    def resend(self, slot: int, day: str) -> int:
        due = {"slot": slot, "day": day, "published_in": {"$gt": UNPUBLISHED}}
        return self._events.update_many(due, {"$set": {"published_in": TO_RESEND}}).modified_count

    @reachable()
    def closed_through(self) -> str:
        found = self._closing.find_one({"_id": "closed"})
        return str(found["through"]) if found else ""

    @reachable()
    def close(self, day: str) -> None:
        self._closing.update_one({"_id": "closed"}, {"$max": {"through": day}}, upsert=True)

    @reachable()
    def pending(self, day: str) -> int:
        by_day: list[Document] = [
            {"$match": {"slot": ALL_SLOTS, "published_in": UNPUBLISHED}},
            {"$group": {"_id": "$day", "count": {"$sum": 1}}},
        ]
        # A range of days in the match would make the store choose the index of the control totals.
        return sum(row["count"] for row in self._events.aggregate(by_day) if row["_id"] <= day)

    @reachable()
    def control_totals(self, through: str, categories: Sequence[str]) -> list[ControlTotals]:
        public = [name for name in categories if self._is_public(f"{name}-")]
        counted = {"slot": ALL_SLOTS, "day": {"$lte": through}, "category": {"$in": public}}
        group = {"_id": {"slot": "$slot", "day": "$day"}, "count": {"$sum": 1}, "hash_total": {"$sum": "$id_hash"}}
        rows = self._events.aggregate([{"$match": counted}, {"$group": group}])
        return sorted(
            (ControlTotals(row["_id"]["slot"], row["_id"]["day"], row["count"], row["hash_total"]) for row in rows),
            key=lambda totals: (totals.slot, totals.day),
        )

    @reachable()
    def oldest_unpublished(self, generation: int) -> int | None:
        due = (
            self._events.find({"slot": ALL_SLOTS, "published_in": {"$lt": generation}}, {"at": 1})
            .sort("at", ASCENDING)
            .limit(1)
        )
        return next((int(found["at"]) for found in due), None)


def _event(document: Mapping[str, Any]) -> Event:
    known = {**ABSENT, **document}
    return Event(document["_id"], *(known[name] for name in FIELDS))


def _ids_by_day(events: Iterable[Event]) -> Iterator[tuple[str, list[str]]]:
    """The ids of the events of each day, in chunks, in the order of ids."""
    days: defaultdict[str, list[str]] = defaultdict(list)
    for event in events:
        days[event.day].append(event.id)
    for day in sorted(days):
        for chunk in chunks(sorted(days[day]), VALUES):
            yield day, chunk
