"""The list of misuse cases in the document store: `misuse_cases`."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from pymongo import ASCENDING, DESCENDING
from pymongo.database import Database

from services.identity.repositories.misuse import MisuseRow, SchoolCount, counts_by_school
from shared.infrastructure.known_fields import known
from shared.language.path import upper_bound
from shared.language.scope import Scope


class MongoMisuseCases:
    def __init__(self, db: Database[dict[str, Any]]) -> None:
        self._cases = db["misuse_cases"]

    def ensure_indexes(self) -> None:
        self._cases.create_index([("path", ASCENDING)], name="path")
        self._cases.create_index([("school", ASCENDING)], name="school")

    def put(self, row: MisuseRow, session: Any) -> None:
        self._cases.replace_one({"_id": row.id}, asdict(row), upsert=True, session=session)

    def under(self, scope: Scope, limit: int) -> list[MisuseRow]:
        found = [
            MisuseRow(**known(MisuseRow, document))
            for query in scope.queries("path")
            for document in self._cases.find(query).sort("at", DESCENDING).limit(limit)
        ]
        return sorted(found, key=lambda row: (-row.at, row.id))[:limit]

    def counts(self, path: str) -> list[SchoolCount]:
        wanted = {"school": {"$gte": path, "$lt": upper_bound(path)}}
        return counts_by_school(
            (each["school"], each["state"]) for each in self._cases.find(wanted, {"school": 1, "state": 1})
        )
