"""A recording of the product's writes to a document store, so that the bare driver can repeat them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from pymongo import MongoClient, monitoring
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from shared.infrastructure.mongo import Client

BODY = {"insert": "documents", "update": "updates", "delete": "deletes"}
MAJORITY = WriteConcern("majority")
DOCUMENTS = 1000


@dataclass(frozen=True, slots=True)
class Write:
    """transaction: identifies it, None outside of one."""

    kind: str
    collection: str
    items: list[Any]
    transaction: Any


class Tape(monitoring.CommandListener):
    """Listens to a client while `recording`. Commands are kept by reference, which costs the product microseconds each.

    Afterwards `writes` holds the committed writes: a transaction that was tried again is in there once.
    """

    def __init__(self) -> None:
        self.writes: list[Write] = []
        self._on = False
        self._committing: dict[int, Any] = {}  # by request id
        self._committed: set[Any] = set()

    @contextmanager
    def recording(self) -> Iterator[Tape]:
        self.writes, self._on = [], True
        self._committed.clear()
        try:
            yield self
        finally:
            self._on = False
            self.writes = [
                write for write in self.writes if write.transaction is None or write.transaction in self._committed
            ]

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        command = event.command
        within = (bytes(command["lsid"]["id"]), command["txnNumber"]) if command.get("autocommit") is False else None
        if self._on and event.command_name in BODY:
            self.writes.append(
                Write(event.command_name, command[event.command_name], list(command[BODY[event.command_name]]), within)
            )
        elif event.command_name == "commitTransaction":
            self._committing[event.request_id] = within

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        if within := self._committing.pop(event.request_id, None):
            self._committed.add(within)

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        """The product retries a failed commit."""
        self._committing.pop(event.request_id, None)

    def inserted(self) -> dict[str, list[Any]]:
        """All inserted documents by collection."""
        out: dict[str, list[Any]] = {}
        for write in self.writes:
            if write.kind == "insert":
                out.setdefault(write.collection, []).extend(write.items)
        return out


def recorded_client(client: Client, tape: Tape) -> Client:
    """A client of the same server with the tape as its listener; only a new client accepts a listener."""
    host, port = client.address or ("127.0.0.1", 27017)
    return MongoClient(host, port, event_listeners=[tape], w="majority", readConcernLevel="majority")


def replay(writes: list[Write], client: Client, database: str) -> None:
    """The same writes in the same transactions, without a single read."""
    for within, group in groupby(writes, key=lambda write: write.transaction):
        if within is None:
            for write in group:
                client[database].command(
                    {write.kind: write.collection, BODY[write.kind]: write.items}, write_concern=MAJORITY
                )
            continue
        with (
            client.start_session() as session,
            session.start_transaction(read_concern=ReadConcern("snapshot"), write_concern=MAJORITY),
        ):
            for write in group:
                client[database].command({write.kind: write.collection, BODY[write.kind]: write.items}, session=session)


def copy_indexes(client: Client, source: str, target: str) -> None:
    """Copy the indexes of the product: without them the bound would do less work."""
    for name in client[source].list_collection_names():
        for index, found in client[source][name].index_information().items():
            if index != "_id_":
                options = {key: found[key] for key in ("unique", "partialFilterExpression") if key in found}
                client[target][name].create_index(found["key"], name=index, **options)
