"""The document store is killed while writing: acknowledged events are there, and no transaction is partial."""

from __future__ import annotations

import threading
from collections import Counter

import pytest

from shared.eventsourcing.event import Event
from shared.eventsourcing.store import Append
from shared.eventsourcing.store_mongo import MongoStore
from shared.infrastructure.clock import SystemClock
from shared.infrastructure.errors import Refused
from shared.infrastructure.mongo import connect
from tests.store.conftest import GENERATION, asked, mongo, new, stream
from tests.support.servers import DocumentStore
from tests.support.wait import await_until

pytestmark = pytest.mark.engine
KILLS = 3
WAYS = ("single", "together", "many")
STRIDE = 1_000_000  # numbers that a writer has for itself


@pytest.fixture
def server(tmp_path):
    started = DocumentStore(tmp_path / "document-store")
    started.start()
    yield started
    started.stop()


class Writer(threading.Thread):
    """Writes to streams of its own in one of three ways until the store is down; records what was acknowledged."""

    def __init__(self, store: MongoStore, way: str, first: int) -> None:
        super().__init__(name=way)
        self.acknowledged: list[list[Event]] = []
        self._store, self._way, self._first = store, way, first

    def run(self) -> None:
        number = self._first
        while True:
            number += 10
            try:
                self.acknowledged.append(self._write(number))
            except Refused as refused:
                assert refused.code == "unavailable"
                return

    def _write(self, number: int) -> list[Event]:
        appends = [Append(stream(number + n), 0, [new()]) for n in range(10)]
        if self._way == "single":
            return self._store.append(appends[:1], asked(number))
        if self._way == "together":
            return self._store.append(
                appends, asked(number), lambda session: self._store.remember(asked(number), {"number": number}, session)
            )
        return self._store.append_many(appends, asked(number))[0]


def test_every_acknowledged_append_survives_a_kill_of_the_store_and_no_transaction_is_partial(server):
    acknowledged: list[Event] = []
    with connect(server.url, patience_ms=300) as client:
        store = mongo(client["rollcall"], SystemClock())
        for round in range(KILLS):
            writers = [Writer(store, way, (len(WAYS) * round + n) * STRIDE) for n, way in enumerate(WAYS)]
            for writer in writers:
                writer.start()
            await_until(
                lambda writers=writers: all(len(writer.acknowledged) >= 8 for writer in writers),
                60,
                "eight appends of each kind",
            )
            server.kill()
            for writer in writers:
                writer.join(60)
                assert not writer.is_alive()
            server.start()
            acknowledged += [event for writer in writers for events in writer.acknowledged for event in events]
            _assert_whole(store, acknowledged)


def _assert_whole(store: MongoStore, acknowledged: list[Event]) -> None:
    kept = {found.event.id: found.event for found in store.unpublished(GENERATION, range(1024), 1_000_000)}
    assert {event.id: event for event in acknowledged} == {event.id: kept.get(event.id) for event in acknowledged}
    sizes = Counter(event.command_id for event in kept.values())
    together = {
        command_id for command_id in sizes if int(command_id[-8:]) // STRIDE % len(WAYS) == WAYS.index("together")
    }
    assert together
    assert {sizes[command_id] for command_id in together} == {10}
    assert {command_id for command_id in sizes if store.recall(command_id)} == together


def test_a_killed_store_is_unavailable_and_works_again_after_its_restart(server):
    with connect(server.url, patience_ms=300) as client:
        store = mongo(client["rollcall"], SystemClock())
        [event] = store.append([Append(stream(1), 0, [new()])], asked())
        server.kill()
        for act in (
            lambda: store.load(stream(1)),
            lambda: store.closed_through(),
            lambda: store.append([Append(stream(2), 0, [new()])], asked()),
            lambda: store.append([Append(stream(2), 0, [new(), new()])], asked()),
            lambda: store.unpublished(GENERATION, range(1024), 5),
        ):
            with pytest.raises(Refused) as refused:
                act()
            assert refused.value.status == 503
        server.start()
        assert store.load(stream(1)) == [event]
        assert store.load(stream(2)) == []
