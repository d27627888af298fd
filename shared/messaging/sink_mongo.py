"""A sink in the document store: one transaction for what is learned, what is parked, and how far it reaches.

Collections beside the read model: `checkpoints` (one document per subscription and place) and `parked`.
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

from shared.messaging.bus import Place
from shared.messaging.sink import START, Batch, Checkpoint, Conflicted, Parked, Projector, TooManyParked, Unavailable
from shared.messaging.sink_memory import forward, refuse_behind

Document = dict[str, Any]
TRANSIENT, UNKNOWN = "TransientTransactionError", "UnknownTransactionCommitResult"
DUPLICATE_KEY = 11000


@contextmanager
def translated() -> Iterator[None]:
    """Errors of the driver in the words of a sink: again at once, again later, or (unchanged) the lesson's own fault."""
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
    """Two lessons inserted the same new document."""
    details = error.details if isinstance(error, BulkWriteError) else {}
    return any(item.get("code") == DUPLICATE_KEY for item in details.get("writeErrors", ()))


class MongoSink:
    """name: of the subscription. learner: gets pymongo's session and writes with it, in the order of `_id`, nothing else."""

    def __init__(self, database: Database[Document], name: str, projector: Projector) -> None:
        self.name = name
        safe = database.with_options(read_concern=ReadConcern("majority"), write_concern=WriteConcern("majority"))
        self._client, self._learner, self._own = database.client, projector, threading.local()
        self._checkpoints, self._parked = safe["checkpoints"], safe["parked"]

    def ensure_indexes(self) -> None:
        for collection in (self._checkpoints, self._parked):
            collection.create_index([("subscription", ASCENDING)])

    def checkpoints(self, places: Many[Place]) -> Mapping[Place, Checkpoint]:
        with translated():
            stored = self._stored(None)
        return {place: stored.get(place, START) for place in places}

    def _stored(self, session: ClientSession | None) -> dict[Place, Checkpoint]:
        found = self._checkpoints.find({"subscription": self.name}, session=session)
        return {Place(d["topic"], d["partition"]): Checkpoint(d["at"]["offset"], d["at"]["id"]) for d in found}

    def learn(self, batch: Batch) -> int:
        with translated():
            session = self._session()
            with session.start_transaction(
                read_concern=ReadConcern("snapshot"), write_concern=WriteConcern("majority")
            ):
                stored = self._stored(session)
                refuse_behind(batch, stored)
                rejected = self._learner(session, batch.events) if batch.events else ()
                parked = [*batch.parked, *(Parked.event(*item) for item in rejected)]
                if len(parked) > batch.allowance:
                    raise TooManyParked(parked[0].reason)
                self._write_parked(parked, batch.released, session)
                self._move(forward(batch, stored), session)
            return len(parked)

    def _session(self) -> ClientSession:
        """The same for every lesson of a thread: a session's next transaction ends the one before it, even where a line was cut in the middle of it.

        Of another session it would wait for what that one had written until the store lets go of it, which takes a minute.
        """
        if not hasattr(self._own, "session"):
            self._own.session = self._client.start_session()
        return self._own.session  # type: ignore[no-any-return]

    def _write_parked(self, parked: Sequence[Parked], released: Sequence[str], session: ClientSession) -> None:
        writes: list[ReplaceOne[Document] | DeleteOne] = [
            DeleteOne({"_id": f"{self.name}|{key}"}) for key in sorted(released)
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

    def _move(self, checkpoints: Mapping[Place, Checkpoint], session: ClientSession) -> None:
        writes = [
            ReplaceOne(
                {"_id": f"{self.name}|{place.topic}|{place.partition}"},
                {
                    "subscription": self.name,
                    "topic": place.topic,
                    "partition": place.partition,
                    "at": {"offset": end.offset, "id": end.id},
                },
                upsert=True,
            )
            for place, end in checkpoints.items()
        ]
        if writes:
            self._checkpoints.bulk_write(writes, session=session)

    def forget(self) -> None:
        """Know nothing of what was learned and parked: a running member seeks back to the begin. What was learned is emptied before."""
        with translated():
            for collection in (self._parked, self._checkpoints):
                collection.delete_many({"subscription": self.name})

    def parked(self) -> Sequence[Parked]:
        with translated():
            found = list(self._parked.find({"subscription": self.name}))
        return sorted((Parked(d["key"], d["reason"], bytes(d["value"])) for d in found), key=lambda item: item.key)

    def parked_count(self) -> int:
        with translated():
            return self._parked.count_documents({"subscription": self.name})
