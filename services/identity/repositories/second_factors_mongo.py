"""Keys of second factors in the document store: `second_factors`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pymongo.database import Database

from services.identity.repositories.second_factors import FactorRecord


class MongoSecondFactors:
    def __init__(self, db: Database[dict[str, Any]]) -> None:
        self._factors = db["second_factors"]

    def get(self, account: str) -> FactorRecord | None:
        found = self._factors.find_one({"_id": account})
        if found is None:
            return None
        sealed, pending = bytes(found.get("sealed", b"")), bytes(found.get("pending", b""))
        return FactorRecord(account, sealed, pending, found.get("last_step", 0), tuple(found.get("recovery", ())))

    def begin(self, account: str, pending: bytes, session: Any) -> None:
        self._factors.update_one({"_id": account}, {"$set": {"pending": pending}}, upsert=True, session=session)

    def confirm(self, account: str, step: int, recovery: Sequence[str], session: Any) -> None:
        found = self._factors.find_one({"_id": account}, session=session) or {}
        fields = {"sealed": found.get("pending", b""), "pending": b"", "last_step": step, "recovery": list(recovery)}
        self._factors.update_one({"_id": account}, {"$set": fields}, upsert=True, session=session)

    def use_step(self, account: str, step: int) -> bool:
        unused = {"_id": account, "last_step": {"$lt": step}}
        return self._factors.update_one(unused, {"$set": {"last_step": step}}).modified_count == 1

    def set_recovery(self, account: str, recovery: Sequence[str], session: Any) -> None:
        self._factors.update_one({"_id": account}, {"$set": {"recovery": list(recovery)}}, session=session)

    def remove(self, account: str, session: Any) -> None:
        self._factors.delete_one({"_id": account}, session=session)
