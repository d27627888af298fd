"""Files of accounts in the document store: `account_files`, `account_file_parts`, `account_file_errors`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, astuple
from typing import Any

from bson.binary import Binary
from pymongo import ASCENDING, DESCENDING
from pymongo.database import Database

from services.identity.domain.account_file import AT_WORK, CHECKED
from services.identity.repositories.account_files import AccountFileRow, LineError, Overtaken
from shared.infrastructure.known_fields import known

Document = dict[str, Any]


class MongoAccountFiles:
    def __init__(self, db: Database[Document]) -> None:
        self._rows, self._parts, self._wrong = db["account_files"], db["account_file_parts"], db["account_file_errors"]

    def ensure_indexes(self) -> None:
        self._rows.create_index([("by", ASCENDING), ("at", DESCENDING)], name="by")
        self._rows.create_index([("state", ASCENDING), ("at", ASCENDING)], name="state")
        self._parts.create_index([("file", ASCENDING)], name="file")
        self._parts.create_index([("at", ASCENDING)], name="at")
        self._wrong.create_index([("of", ASCENDING), ("last", ASCENDING)], name="of")

    def put(self, row: AccountFileRow, session: Any) -> None:
        self._rows.replace_one({"_id": row.id}, asdict(row), upsert=True, session=session)

    def advance(self, before: AccountFileRow, after: AccountFileRow, wrong: Sequence[LineError], session: Any) -> None:
        at = {"_id": before.id, "state": before.state, "done": before.done}
        if not self._rows.replace_one(at, asdict(after), session=session).matched_count:
            raise Overtaken(before.id)
        if wrong:
            of, last = f"{after.id}/{after.stage}", max(each.number for each in wrong)
            found = {"of": of, "last": last, "lines": [list(astuple(each)) for each in wrong]}
            self._wrong.replace_one({"_id": f"{of}/{last}"}, found, upsert=True, session=session)

    def get(self, id: str) -> AccountFileRow | None:
        found = self._rows.find_one({"_id": id})
        return None if found is None else _row(found)

    def sent_by(self, account: str, limit: int) -> list[AccountFileRow]:
        return [_row(found) for found in self._rows.find({"by": account}).sort("at", DESCENDING).limit(limit)]

    def at_work(self, limit: int) -> list[AccountFileRow]:
        found = [_row(each) for state in AT_WORK for each in self._in_state(state).limit(limit)]
        return sorted(found, key=lambda row: (row.at, row.id))[:limit]

    def unanswered(self, before: int, limit: int) -> list[AccountFileRow]:
        return [row for each in self._in_state(CHECKED) if (row := _row(each)).changed_at < before][:limit]

    def wrong_lines(self, id: str, stage: str, after: int, limit: int) -> list[LineError]:
        found: list[LineError] = []
        query = {"of": f"{id}/{stage}", "last": {"$gt": after}}
        for document in self._wrong.find(query).sort("last", ASCENDING).limit(limit):
            found += [LineError(*line) for line in document["lines"] if line[0] > after]
            if len(found) >= limit:
                break
        return sorted(found, key=lambda each: each.number)

    def put_part(self, id: str, number: int, sealed: bytes, now: int) -> None:
        part = {"file": id, "at": now, "sealed": Binary(sealed)}
        self._parts.replace_one({"_id": f"{id}/{number}"}, part, upsert=True)

    def part(self, id: str, number: int) -> bytes:
        found = self._parts.find_one({"_id": f"{id}/{number}"})
        if found is None:
            raise KeyError(id)
        return bytes(found["sealed"])

    def drop_parts(self, id: str) -> None:
        self._parts.delete_many({"file": id})

    def drop_parts_before(self, before: int) -> None:
        self._parts.delete_many({"at": {"$lt": before}})

    def _in_state(self, state: str) -> Any:
        return self._rows.find({"state": state}).sort("at", ASCENDING)


def _row(document: Document) -> AccountFileRow:
    units = tuple((str(path), int(accounts)) for path, accounts in document["units"])
    return AccountFileRow(**{**known(AccountFileRow, document), "paths": tuple(document["paths"]), "units": units})
