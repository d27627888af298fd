"""Proofs in Mongo: a document each, below its limit of 16 MB, written in the transaction of its correction."""

from __future__ import annotations

from typing import Any

from pymongo import ASCENDING
from pymongo.client_session import ClientSession
from pymongo.database import Database

from services.roster.proofs.protocol import Proof
from shared.infrastructure.mongo import majority, reachable


class MongoProofs:
    """`keep` and `end` are not `reachable`, because the transaction needs the driver's own errors."""

    def __init__(self, db: Database[dict[str, Any]]) -> None:
        self._proofs = majority(db)["proofs"]

    @reachable()
    def ensure_indexes(self) -> None:
        self._proofs.create_index([("until", ASCENDING)], name="until")

    def keep(self, proof: Proof, session: ClientSession | None = None) -> None:
        self._proofs.insert_one({"_id": proof.id, "until": proof.until, "sealed": proof.sealed}, session=session)

    def end(self, id: str, until: int, session: ClientSession | None = None) -> None:
        self._proofs.update_one({"_id": id}, {"$set": {"until": until}}, session=session)

    @reachable()
    def get(self, id: str) -> Proof | None:
        found = self._proofs.find_one({"_id": id})
        return Proof(id, int(found["until"]), bytes(found["sealed"])) if found else None

    @reachable()
    def remove_due(self, now: int) -> int:
        return self._proofs.delete_many({"until": {"$lte": now}}).deleted_count
