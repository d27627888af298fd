"""The list of applications for missing counties in the document store: `applications`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from pymongo import ASCENDING, DESCENDING
from pymongo.database import Database

from services.identity.domain.application import WAITING
from services.identity.repositories.applications import ApplicationRow, HolderCount, counts_by_holder
from shared.infrastructure.known_fields import known
from shared.language.path import upper_bound
from shared.language.scope import Scope

Query = dict[str, Any]


class MongoApplications:
    def __init__(self, db: Database[dict[str, Any]]) -> None:
        self._rows = db["applications"]

    def ensure_indexes(self) -> None:
        for field in ("parent", "holder", "answer", "due_at"):
            self._rows.create_index([(field, ASCENDING)], name=field)

    def put(self, row: ApplicationRow, session: Any) -> None:
        self._rows.replace_one({"_id": row.id}, asdict(row), upsert=True, session=session)

    def get(self, id: str) -> ApplicationRow | None:
        return self._one({"_id": id})

    def by_answer(self, hashed: str) -> ApplicationRow | None:
        return self._one({"answer": hashed}) if hashed else None

    def waiting_at(self, holders: Sequence[str], limit: int) -> list[ApplicationRow]:
        return self._find({"holder": {"$in": list(holders)}, "state": WAITING}, [("since", ASCENDING)], limit)

    def under(self, scope: Scope, limit: int) -> list[ApplicationRow]:
        found = [
            row for query in scope.queries("parent") for row in self._find(dict(query), [("at", DESCENDING)], limit)
        ]
        return sorted(found, key=lambda row: (-row.at, row.id))[:limit]

    def due(self, now: int, limit: int) -> list[ApplicationRow]:
        return self._find({"due_at": {"$gt": 0, "$lte": now}}, [("due_at", ASCENDING)], limit)

    def counts(self, path: str) -> list[HolderCount]:
        wanted = {"parent": {"$gte": path, "$lt": upper_bound(path)}, "state": WAITING}
        return counts_by_holder(
            (each["holder"], each["since"]) for each in self._rows.find(wanted, {"holder": 1, "since": 1})
        )

    def _one(self, query: Query) -> ApplicationRow | None:
        found = self._rows.find_one(query)
        return None if found is None else _row(found)

    def _find(self, query: Query, order: list[tuple[str, int]], limit: int) -> list[ApplicationRow]:
        return [_row(found) for found in self._rows.find(query).sort([*order, ("id", ASCENDING)]).limit(limit)]


def _row(document: Query) -> ApplicationRow:
    return ApplicationRow(**{**known(ApplicationRow, document), "sealed": bytes(document["sealed"])})
