"""What each act of the store does to its collections: the roles of docs/how-to/mongodb-replica-set.md stand on it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pymongo import MongoClient
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from shared.eventsourcing.event import SLOTS
from shared.eventsourcing.store import Append
from shared.eventsourcing.store_mongo import MongoStore
from tests.store.conftest import GENERATION, asked, mongo, new, stream

DAY = "2030-01-01"


class Notes(CommandListener):
    """What was done to which collection."""

    def __init__(self) -> None:
        self.taken: set[tuple[str, str]] = set()

    def started(self, event: CommandStartedEvent) -> None:
        if isinstance(name := event.command.get(event.command_name), str):
            self.taken.add((event.command_name, name))

    def succeeded(self, event: CommandSucceededEvent) -> None:
        """Only what is asked matters."""

    def failed(self, event: CommandFailedEvent) -> None:
        """Only what is asked matters."""


@pytest.fixture
def notes() -> Notes:
    return Notes()


@pytest.fixture
def noted(mongo_url, mongo_db, clock, notes) -> Iterator[MongoStore]:
    with MongoClient(mongo_url, event_listeners=[notes]) as client:
        yield mongo(client[mongo_db.name], clock)


def test_only_what_a_relay_does_changes_an_event_that_is_stored(noted, notes):
    [event] = noted.append([Append(stream(1), 0, [new()])], asked())
    acts = {
        "append": lambda: noted.append(
            [Append(stream(2), 0, [new(), new()])], asked(2), lambda session: noted.remember(asked(2), {}, session)
        ),
        "append many": lambda: noted.append_many(
            [Append(stream(3), 0, [new()]), Append(stream(1), 1, [new()])], asked(3)
        ),
        "load": lambda: noted.load(stream(1)),
        "recall": lambda: noted.recall("teacher:key"),
        "close": lambda: noted.close("2020-01-01"),
        "closed through": noted.closed_through,
        "pending": lambda: noted.pending(DAY),
        "books": lambda: noted.books(DAY, ["form"]),
        "unpublished": lambda: noted.unpublished(GENERATION, range(SLOTS), 10),
        "oldest unpublished": lambda: noted.oldest_unpublished(GENERATION),
        "redate": lambda: noted.redate([event], DAY),
        "mark": lambda: noted.mark([event], GENERATION),
        "resend": lambda: noted.resend(1, DAY),
    }
    done = {}
    for name, act in acts.items():
        notes.taken.clear()
        act()
        done[name] = set(notes.taken)
    assert {name for name, commands in done.items() if ("update", "events") in commands} == {"redate", "mark", "resend"}
    assert {command for commands in done.values() for command in commands} == {
        ("find", "events"),
        ("aggregate", "events"),
        ("insert", "events"),
        ("update", "events"),
        ("find", "commands"),
        ("update", "commands"),
        ("find", "books"),
        ("update", "books"),
    }


def test_a_process_that_starts_makes_indexes_and_drops_those_of_generations_that_are_over(noted, notes):
    noted.ensure_indexes(2)
    notes.taken.clear()
    noted.ensure_indexes(3)
    assert notes.taken == {("createIndexes", "events"), ("listIndexes", "events"), ("dropIndexes", "events")}
