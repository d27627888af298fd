"""Event stores that validate the published language, as those of the services do."""

from __future__ import annotations

from typing import Any

from pymongo.database import Database

from shared.eventsourcing.store_memory import MemoryStore
from shared.eventsourcing.store_mongo import MongoStore
from shared.infrastructure.clock import Clock
from shared.language import contracts


def memory_store(clock: Clock) -> MemoryStore:
    return MemoryStore(clock, is_public=contracts.is_public, validate=contracts.validate)


def mongo_store(database: Database[dict[str, Any]], clock: Clock) -> MongoStore:
    return MongoStore(database, clock, is_public=contracts.is_public, validate=contracts.validate)
