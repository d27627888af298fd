"""Tables in Mongo: one collection per kind, always found through a secondary index."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from pymongo import ASCENDING, ReplaceOne
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import BulkWriteError, DuplicateKeyError

from services.roster.tables.kinds import Kind, tables_of
from services.roster.tables.rows import Document, Tables
from shared.infrastructure.chunks import chunks
from shared.infrastructure.errors import Conflict
from shared.infrastructure.mongo import DUPLICATE_KEY, majority, reachable

VALUES = 50  # in one filter: an embedded store compares each of them with every document


class MongoTable:
    def __init__(self, db: Database[Document], kind: Kind[Any]) -> None:
        self._kind = kind
        self._rows = majority(db)[kind.name]

    @reachable()
    def ensure_indexes(self) -> None:
        for field in self._kind.find:
            self._rows.create_index([(field, ASCENDING)], unique=field in self._kind.unique, name=field)
        for field, by in self._kind.first:
            self._rows.create_index([(field, ASCENDING), (by, ASCENDING), ("_id", ASCENDING)], name=f"{field}-{by}")

    @reachable()
    def get(self, id: str) -> Any:
        found = self._rows.find_one({"_id": id})
        return self._kind.read(found) if found is not None else None

    def many(self, ids: Iterable[str]) -> list[Any]:
        return self._all("_id", ids)

    def find(self, field: str, values: Iterable[str]) -> list[Any]:
        return self._all(field, values)

    @reachable()
    def first(self, field: str, value: str, by: str, limit: int) -> list[Any]:
        found = self._rows.find({field: value}).sort([(by, ASCENDING), ("_id", ASCENDING)]).limit(limit)
        return [self._kind.read(document) for document in found]

    @reachable()
    def _all(self, field: str, values: Iterable[str]) -> list[Any]:
        found: dict[str, Document] = {}  # a row that holds two of the values is one row
        for chunk in chunks(dict.fromkeys(values), VALUES):
            condition: Any = chunk[0] if len(chunk) == 1 else {"$in": chunk}
            found.update((document["_id"], document) for document in self._rows.find({field: condition}))
        return [self._kind.read(document) for document in found.values()]

    def put(self, rows: Sequence[Any], session: ClientSession | None = None) -> None:
        if session is None:
            with reachable():
                self._put(rows, None)
        else:
            self._put(rows, session)  # the transaction needs the driver's own errors: it retries some of them

    def _put(self, rows: Sequence[Any], session: ClientSession | None) -> None:
        """Inside a transaction first versions are inserted, much cheaper than upserted; others are replaced."""
        new = [row for row in rows if row.version == 1 and session is not None]
        old = [row for row in rows if not (row.version == 1 and session is not None)]
        try:
            if new:
                self._rows.insert_many([{"_id": row.id, **self._kind.write(row)} for row in new], session=session)
            if old:
                self._rows.bulk_write(
                    [ReplaceOne({"_id": row.id}, self._kind.write(row), upsert=True) for row in old], session=session
                )
        except DuplicateKeyError as error:
            raise Conflict(f"{self._kind.name}: taken") from error
        except BulkWriteError as error:
            if any(wrong.get("code") == DUPLICATE_KEY for wrong in (error.details or {}).get("writeErrors", ())):
                raise Conflict(f"{self._kind.name}: taken") from error
            raise


def mongo_tables(db: Database[Document]) -> Tables:
    """All tables with their indexes."""

    def make(kind: Kind[Any]) -> MongoTable:
        table = MongoTable(db, kind)
        table.ensure_indexes()
        return table

    return tables_of(make)
