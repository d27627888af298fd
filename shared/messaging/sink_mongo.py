"""Sink in the document store: one transaction for the read model, what is parked, and the checkpoints.

Collections beside the read model: `checkpoints` (one document per subscription and partition) and `parked`.
"""

from __future__ import annotations

import threading
from collections.abc import Collection as Many
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from pymongo import ASCENDING, DeleteOne, ReplaceOne
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import BulkWriteError, ConnectionFailure, DuplicateKeyError, PyMongoError, WriteError
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from shared.infrastructure.mongo import DUPLICATE_KEY, majority
from shared.messaging.bus import TopicPartition
from shared.messaging.sink import (
    START,
    Batch,
    Checkpoint,
    Conflicted,
    Parked,
    Projector,
    TooManyParked,
    Unavailable,
    advanced,
    refuse_behind,
)

Document = dict[str, Any]
TRANSIENT = "TransientTransactionError"


@contextmanager
def translate_errors() -> Iterator[None]:
    """Turns errors of the driver into Conflicted or Unavailable; an error caused by the batch passes unchanged."""
    try:
        yield
    except (ConnectionFailure, DuplicateKeyError) as error:
        raise (Conflicted if isinstance(error, DuplicateKeyError) else Unavailable)(type(error).__name__) from error
    except (WriteError, BulkWriteError) as error:
        if error.has_error_label(TRANSIENT) or _collided(error):
            raise Conflicted(type(error).__name__) from error
        raise
    except PyMongoError as error:
        raise (Conflicted if error.has_error_label(TRANSIENT) else Unavailable)(type(error).__name__) from error


def _collided(error: PyMongoError) -> bool:
    """True if two batches inserted the same new document."""
    details = error.details if isinstance(error, BulkWriteError) else {}
    return any(item.get("code") == DUPLICATE_KEY for item in details.get("writeErrors", ()))


class MongoSink:
    """name: of the subscription. projector: gets pymongo's session and writes with it alone, in the order of `_id`."""

    def __init__(self, database: Database[Document], name: str, projector: Projector) -> None:
        self.name = name
        safe = majority(database)
        self._client, self._projector, self._of_thread = database.client, projector, threading.local()
        self._checkpoints, self._parked = safe["checkpoints"], safe["parked"]

    def ensure_indexes(self) -> None:
        for collection in (self._checkpoints, self._parked):
            collection.create_index([("subscription", ASCENDING)])

    def checkpoints(self, partitions: Many[TopicPartition]) -> Mapping[TopicPartition, Checkpoint]:
        with translate_errors():
            stored = self._stored(None)
        return {partition: stored.get(partition, START) for partition in partitions}

    def _stored(self, session: ClientSession | None) -> dict[TopicPartition, Checkpoint]:
        found = self._checkpoints.find({"subscription": self.name}, session=session)
        return {TopicPartition(d["topic"], d["partition"]): Checkpoint(d["at"]["offset"], d["at"]["id"]) for d in found}

    def apply(self, batch: Batch) -> int:
        with translate_errors():
            session = self._session()
            with session.start_transaction(
                read_concern=ReadConcern("snapshot"), write_concern=WriteConcern("majority")
            ):
                stored = self._stored(session)
                refuse_behind(batch, stored)
                rejected = self._projector(session, batch.events) if batch.events else ()
                parked = [*batch.parked, *(Parked.of_event(*item) for item in rejected)]
                if len(parked) > batch.allowance:
                    raise TooManyParked(parked[0].reason)
                self._write_parked(parked, batch.unparked, session)
                self._move(advanced(batch, stored), session)
            return len(parked)

    def _session(self) -> ClientSession:
        """The session of this thread, kept for all its batches.

        A session's next transaction ends the one before it, even where a connection broke in the middle of it. Another
        session would wait until the store releases what that transaction had written, which takes a minute.
        """
        if not hasattr(self._of_thread, "session"):
            self._of_thread.session = self._client.start_session()
        return self._of_thread.session  # type: ignore[no-any-return]

    def _write_parked(self, parked: Sequence[Parked], unparked: Sequence[str], session: ClientSession) -> None:
        writes: list[ReplaceOne[Document] | DeleteOne] = [
            DeleteOne({"_id": f"{self.name}|{key}"}) for key in sorted(unparked)
        ]
        writes += [
            ReplaceOne(
                {"_id": f"{self.name}|{item.key}"},
                {"subscription": self.name, "key": item.key, "reason": item.reason, "value": item.value},
                upsert=True,
            )
            for item in sorted(parked, key=lambda item: item.key)
        ]
        if writes:
            self._parked.bulk_write(writes, session=session)

    def _move(self, checkpoints: Mapping[TopicPartition, Checkpoint], session: ClientSession) -> None:
        writes = [
            ReplaceOne(
                {"_id": f"{self.name}|{partition.topic}|{partition.partition}"},
                {
                    "subscription": self.name,
                    "topic": partition.topic,
                    "partition": partition.partition,
                    "at": {"offset": end.offset, "id": end.id},
                },
                upsert=True,
            )
            for partition, end in checkpoints.items()
        ]
        if writes:
            self._checkpoints.bulk_write(writes, session=session)

    def forget(self) -> None:
        """Delete checkpoints and parked events, once the read model is empty: a running member then starts again."""
        with translate_errors():
            for collection in (self._parked, self._checkpoints):
                collection.delete_many({"subscription": self.name})

    def parked(self) -> Sequence[Parked]:
        with translate_errors():
            found = list(self._parked.find({"subscription": self.name}))
        return sorted((Parked(d["key"], d["reason"], bytes(d["value"])) for d in found), key=lambda item: item.key)

    def parked_count(self) -> int:
        with translate_errors():
            return self._parked.count_documents({"subscription": self.name})
