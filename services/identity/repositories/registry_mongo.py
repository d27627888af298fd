"""The records of sign-ins from the registry in the document store: `registry_states`, `registry_people`."""

from __future__ import annotations

from typing import Any

from pymongo import ASCENDING
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from shared.infrastructure.errors import Conflict


class MongoRegistryRecords:
    def __init__(self, db: Database[dict[str, Any]]) -> None:
        self._states, self._people = db["registry_states"], db["registry_people"]

    def ensure_indexes(self) -> None:
        self._states.create_index([("until", ASCENDING)], name="until")

    def spend(self, state: str, until: int, now: int) -> bool:
        self._states.delete_many({"until": {"$lte": now}})
        try:
            self._states.insert_one({"_id": state, "until": until})
        except DuplicateKeyError:
            return False
        return True

    def account_of(self, subject: str) -> str:
        found = self._people.find_one({"_id": subject})
        return str(found["account"]) if found else ""

    def bind(self, subject: str, account: str, session: Any, former: str = "") -> None:
        if former:
            known = {"_id": subject, "account": former}
            if not self._people.update_one(known, {"$set": {"account": account}}, session=session).matched_count:
                raise Conflict(subject)
            return
        try:
            self._people.insert_one({"_id": subject, "account": account}, session=session)
        except DuplicateKeyError as error:
            raise Conflict(subject) from error
