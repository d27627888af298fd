"""The commands that each method of the store sends to its collections, on which the roles in
docs/how-to/mongodb-replica-set.md are based.
"""

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
    """The commands sent, by collection."""

    def __init__(self) -> None:
        self.taken: set[tuple[str, str]] = set()

    def started(self, event: CommandStartedEvent) -> None:
        if isinstance(name := event.command.get(event.command_name), str):
            self.taken.add((event.command_name, name))

    def succeeded(self, event: CommandSucceededEvent) -> None:
        """Only commands sent matter."""

    def failed(self, event: CommandFailedEvent) -> None:
        """Only commands sent matter."""


@pytest.fixture
def notes() -> Notes:
    return Notes()


@pytest.fixture
def noted(mongo_url, mongo_db, clock, notes) -> Iterator[MongoStore]:
    with MongoClient(mongo_url, event_listeners=[notes]) as client:
        yield mongo(client[mongo_db.name], clock)


def test_only_a_relay_updates_stored_events(noted, notes):
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
        "control totals": lambda: noted.control_totals(DAY, ["form"]),
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
        ("find", "closing"),
        ("update", "closing"),
    }


def test_a_starting_process_creates_its_indexes_and_drops_those_of_older_generations(noted, notes):
    noted.ensure_indexes(2)
    notes.taken.clear()
    noted.ensure_indexes(3)
    assert notes.taken == {("createIndexes", "events"), ("listIndexes", "events"), ("dropIndexes", "events")}
