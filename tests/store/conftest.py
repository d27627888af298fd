"""Tests with the fixture `store` run on every implementation, with `mongo_store` on the real document store only."""

from __future__ import annotations

import pytest

from shared.eventsourcing.event import Event, NewEvent, category
from shared.eventsourcing.store import Append, CommandContext, EventStore
from shared.eventsourcing.store_memory import MemoryStore
from shared.eventsourcing.store_mongo import MongoStore
from shared.infrastructure.clock import FixedClock

GENERATION = 1


def is_public(stream: str) -> bool:
    return category(stream) in {"form", "entry"}


def validate(event: Event) -> None:
    if event.type == "form.misshapen":
        raise ValueError("breaks its contract")


def stream(number: int, kind: str = "form", slot: int | None = None) -> str:
    return f"{kind}-2026a-{number % 1024 if slot is None else slot:03x}.{number:020x}"


def new(what: str = "received", **data: object) -> NewEvent:
    return NewEvent(f"form.{what}", data, state={"state": what})


def asked(number: int = 1, body: str = "body") -> CommandContext:
    return CommandContext(f"teacher:key-{number:08}", "teacher", body)


def grow(store: EventStore, name: str, *events: NewEvent, after: int = 0, number: int = 1) -> list[Event]:
    """Append to one stream."""
    return store.append([Append(name, after, events or (new(),))], asked(number))


def mongo(db, clock) -> MongoStore:
    made = MongoStore(db, clock, is_public=is_public, validate=validate)
    made.ensure_indexes(GENERATION)
    return made


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def mongo_store(mongo_db, clock) -> MongoStore:
    return mongo(mongo_db, clock)


@pytest.fixture(params=["memory", "mongo"])
def store(request: pytest.FixtureRequest, clock: FixedClock) -> EventStore:
    if request.param == "memory":
        return MemoryStore(clock, is_public=is_public, validate=validate)
    found: EventStore = request.getfixturevalue("mongo_store")
    return found
