"""The histories of pupils: packs, and the journal of what came after them.

A batch appends what it adds to a lane, a range of slots, as one entry, and moves the lane's head in its transaction: of
two batches in a lane one starts again. A process's memory of a lane is as of a head. Each batch compares it, and
reads the lane again where anybody else has written or packed, or a backup was restored. Packing adds the rows of
entries to packs, some at a time, and leaves the others as one entry. It may stop between any two of its transactions.

heads    _id: lane; number: of the last entry; tag: a new one after every change
journal  _id: lane|number; lane; rows: bytes of domain/packs.py
packs    _id: lane|first key; lane; first; histories: bytes of domain/packs.py
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection as Many
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from pymongo import ASCENDING, InsertOne, ReplaceOne, UpdateOne
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from services.stats.domain.fold import History
from services.stats.domain.packs import (
    Pack,
    Row,
    decode_history,
    decode_pack,
    decode_rows,
    encode,
    pack_of,
    split,
    with_rows,
)
from shared.eventsourcing.event import partition_of, slot_of
from shared.infrastructure.chunks import chunks
from shared.messaging.sink import Conflicted

Document = dict[str, Any]
Session = ClientSession | None
LANES = 64  # as many projectors append side by side
LEAST, ROWS_A_PACK = 1000, 2  # rows that a lane's journal has before it is packed: so many, and so many for each pack
MOST_ROWS = 200_000  # that the journals of all lanes have: a process that takes all over remembers them, some 250 MB
PACKS_AT_ONCE = 32  # in a transaction; and so many packs of each lane are remembered
COLLECTIONS = ("heads", "journal", "packs")
LAYOUT = {"_id": "layout"}  # among the heads: the histories of pupils are in this journal


class Head(NamedTuple):
    number: int = 0
    tag: str = ""


class Lane:
    """A lane as this process remembers it, as of its head.

    firsts  first keys of its packs, in order
    rows    those of the journal, by key
    packs   the packs that were read last, by first key
    staged  head and rows of a batch of which nobody knows yet whether it was committed
    """

    def __init__(self, head: Head, firsts: Iterable[str], rows: Iterable[Row]) -> None:
        self.head, self.firsts = head, sorted({"", *firsts})
        self.rows: dict[str, list[Row]] = defaultdict(list)
        self.packs: dict[str, Pack] = {}
        self.staged: tuple[Head, list[Row]] | None = None
        self.length = 0
        self._add(rows)

    def as_of(self, head: Head) -> bool:
        """True if the lane is remembered as of this head. Staged rows are added if their batch was committed."""
        if self.staged and self.staged[0] == head:
            self.head = head
            self._add(self.staged[1])
        self.staged = None
        return self.head == head

    def _add(self, rows: Iterable[Row]) -> None:
        for row in rows:
            self.rows[row.key].append(row)
            self.length += 1

    def history(self, key: str, pack: Pack) -> History:
        kept = pack.get(key)
        return with_rows(decode_history(kept) if kept else {}, self.rows.get(key, ()))

    def remember(self, packs: Mapping[str, Pack]) -> None:
        """Remember packs; those that were not read for longest are forgotten."""
        for first, pack in packs.items():
            self.packs.pop(first, None)
            self.packs[first] = pack
        for first in list(self.packs)[:-PACKS_AT_ONCE]:
            del self.packs[first]

    def is_long(self) -> bool:
        """True once the journal is to be packed."""
        return self.length >= min(max(LEAST, ROWS_A_PACK * len(self.firsts)), MOST_ROWS // LANES)

    def packed(self, head: Head, packs: Mapping[str, Pack], keys: Many[str]) -> int:
        """After a commit: the rows of these keys are in these packs. Returns the number of rows."""
        self.head, self.firsts = head, sorted({*self.firsts, *packs})
        self.remember(packs)
        rows = sum(len(self.rows.pop(key)) for key in keys)
        self.length -= rows
        return rows


class Journal:
    """One process's view of the histories of a projection. Not for several threads at once."""

    def __init__(self, database: Database[Document], prefix: str) -> None:
        self._heads, self._entries, self._packs = (database[f"{prefix}{name}"] for name in COLLECTIONS)
        self._lanes: dict[int, Lane] = {}
        self._appended = 0  # rows since lanes were packed

    def ensure_indexes(self) -> None:
        for collection in (self._entries, self._packs):
            collection.create_index([("lane", ASCENDING)])

    def read(self, keys: Iterable[str], session: Session) -> dict[str, History]:
        """The histories that exist among these, by key."""
        by_lane: dict[int, dict[str, list[str]]] = {}
        wanted = list(keys)
        lanes = self._as_of({lane_of(key) for key in wanted}, session)
        for key in wanted:
            packs = by_lane.setdefault(lane_of(key), {})
            packs.setdefault(pack_of(key, lanes[lane_of(key)].firsts), []).append(key)
        return {
            key: history
            for number, by_pack in by_lane.items()
            for first, pack in self._read_packs(number, by_pack, session).items()
            for key in by_pack[first]
            if (history := lanes[number].history(key, pack))
        }

    def append(self, rows: Iterable[Row], session: ClientSession) -> None:
        """Append rows to the journals of their lanes. Their histories were read in this transaction."""
        by_lane: dict[int, list[Row]] = defaultdict(list)
        for row in rows:
            by_lane[lane_of(row.key)].append(row)
        heads = {number: self._next(number) for number in sorted(by_lane)}
        self._move(heads, session)
        if heads:
            entries = [_entry(number, head, by_lane[number]) for number, head in heads.items()]
            self._entries.insert_many(entries, session=session)
        for number, head in heads.items():
            self._lanes[number].staged = head, by_lane[number]
            self._appended += len(by_lane[number])

    def all(self, slots: range, session: Session) -> Iterator[History]:
        """The histories of pupils in some slots, read from the store alone."""
        first, last = (partition_of(slot, LANES) for slot in (slots[0], slots[-1]))
        for number in range(first, last + 1):
            lane = self._load(number, self._stored_heads([number], session).get(number, Head()), session)
            late = set(lane.rows)
            for document in self._packs.find({"lane": number}, session=session):
                pack = decode_pack(document["histories"])
                late -= pack.keys()
                yield from (lane.history(key, pack) for key in pack if slot_of(key) in slots)
            yield from (lane.history(key, {}) for key in late if slot_of(key) in slots)

    def pack_long_ones(self, session: ClientSession) -> None:
        """Pack what has become long, as many rows as were appended since, or a few more: live events wait for it.

        session: that of the batches, whose next one ends what a connection that broke has left of a packing.
        """
        appended, self._appended = self._appended, 0
        while appended > 0 and (numbers := [number for number, lane in self._lanes.items() if lane.is_long()]):
            appended -= self.pack_some(max(numbers, key=lambda number: self._lanes[number].length), session)

    def pack_some(self, number: int, session: ClientSession) -> int:
        """Pack some of a lane's journal, in a transaction; the number of rows.

        The oldest rows come first, and the rest is one entry: each transaction is progress, even beside another writer.
        """

        with session.start_transaction(read_concern=ReadConcern("snapshot"), write_concern=WriteConcern("majority")):
            lane = self._as_of({number}, session)[number]
            by_pack: dict[str, list[str]] = defaultdict(list)
            for key in lane.rows:
                by_pack[pack_of(key, lane.firsts)].append(key)
            some = list(by_pack)[:PACKS_AT_ONCE]
            written: dict[str, Pack] = {}
            for first, pack in self._read_packs(number, some, session).items():
                late = {key: encode(lane.history(key, pack)) for key in by_pack[first]}
                written |= split(first, pack | late)
            packed = {key for first in some for key in by_pack[first]}
            head = self._next(number)
            self._move({number: head}, session)
            self._write_packs(number, written, session)
            self._entries.delete_many({"lane": number}, session=session)
            if left := [row for key, rows in lane.rows.items() if key not in packed for row in rows]:
                self._entries.insert_one(_entry(number, head, left), session=session)
        return lane.packed(head, written, packed)

    def _as_of(self, numbers: Many[int], session: Session) -> dict[int, Lane]:
        """Lanes as they are in this session."""
        heads = self._stored_heads(numbers, session)
        for number in numbers:
            head, lane = heads.get(number, Head()), self._lanes.get(number)
            if lane is None or not lane.as_of(head):
                self._lanes[number] = self._load(number, head, session)
        return {number: self._lanes[number] for number in numbers}

    def _stored_heads(self, numbers: Many[int], session: Session) -> dict[int, Head]:
        found = self._heads.find({"_id": {"$in": sorted(numbers)}}, session=session)
        return {d["_id"]: Head(d["number"], d["tag"]) for d in found}

    def _load(self, number: int, head: Head, session: Session) -> Lane:
        entries = self._entries.find({"lane": number}, session=session)
        firsts = self._packs.find({"lane": number}, {"first": 1}, session=session)
        rows = [row for entry in entries for row in decode_rows(entry["rows"])]
        return Lane(head, (document["first"] for document in firsts), rows)

    def _read_packs(self, number: int, firsts: Iterable[str], session: Session) -> dict[str, Pack]:
        """Packs of a lane by first key; one that is not written yet is empty."""
        lane = self._lanes[number]
        found = {first: lane.packs.get(first) for first in firsts}
        for some in chunks((first for first, pack in found.items() if pack is None), PACKS_AT_ONCE):
            ids = [pack_id(number, first) for first in some]
            for document in self._packs.find({"_id": {"$in": ids}}, session=session):
                found[document["first"]] = decode_pack(document["histories"])
        packs = {first: pack or {} for first, pack in found.items()}
        lane.remember(packs)
        return packs

    def _write_packs(self, number: int, packs: Mapping[str, Pack], session: ClientSession) -> None:
        writes = [
            ReplaceOne(
                {"_id": pack_id(number, first)},
                {"lane": number, "first": first, "histories": encode(pack)},
                upsert=True,
            )
            for first, pack in sorted(packs.items())
        ]
        if writes:
            self._packs.bulk_write(writes, session=session)

    def _next(self, number: int) -> Head:
        """The head of a lane after a further entry."""
        return Head(self._lanes[number].head.number + 1, uuid.uuid4().hex)

    def _move(self, heads: Mapping[int, Head], session: ClientSession) -> None:
        """Move heads on from where this process knows them. Raises Conflicted."""
        writes: list[InsertOne[Document] | UpdateOne] = []
        for number, head in heads.items():
            before = self._lanes[number].head
            if before.tag:
                writes.append(UpdateOne({"_id": number, "tag": before.tag}, {"$set": head._asdict()}))
            else:
                writes.append(InsertOne({"_id": number, **head._asdict()}))
        if writes:
            done = self._heads.bulk_write(writes, session=session)
            if done.inserted_count:  # the first of a lane, perhaps after everything was deleted
                self._heads.replace_one(LAYOUT, LAYOUT, upsert=True, session=session)
            if done.matched_count + done.inserted_count < len(writes):
                raise Conflicted("the head of a lane has moved")


def _entry(number: int, head: Head, rows: Iterable[Row]) -> Document:
    return {"_id": f"{number:02x}|{head.number:08x}", "lane": number, "rows": encode(rows)}


def lane_of(key: str) -> int:
    """The lane of a pupil's history."""
    return partition_of(slot_of(key), LANES)


def pack_id(number: int, first: str) -> str:
    return f"{number:02x}|{first}"
