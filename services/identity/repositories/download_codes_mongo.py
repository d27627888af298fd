"""Keyed hashes of download codes in the document store: `download_codes`."""

from __future__ import annotations

from typing import Any

from pymongo.database import Database

from services.identity.repositories.download_codes import NO_CODE, KeptCode


class MongoDownloadCodes:
    def __init__(self, db: Database[dict[str, Any]]) -> None:
        self._codes = db["download_codes"]

    def get(self, account: str) -> KeptCode:
        found = self._codes.find_one({"_id": account})
        return NO_CODE if found is None else KeptCode(found["number"], found["hashed"])

    def put(self, account: str, kept: KeptCode, session: Any) -> None:
        fields = {"number": kept.number, "hashed": kept.hashed}
        self._codes.update_one({"_id": account}, {"$set": fields}, upsert=True, session=session)
