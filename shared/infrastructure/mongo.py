"""MongoDB: connections, transactions, and the errors that mean "unavailable"."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, TypeVar

from pymongo import MongoClient
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import ConnectionFailure, OperationFailure, PyMongoError, ServerSelectionTimeoutError
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from shared.infrastructure.clock import Clock
from shared.infrastructure.errors import Refused
from shared.infrastructure.retry import Backoff

T = TypeVar("T")
Client = MongoClient[dict[str, Any]]
TRANSIENT, UNKNOWN_COMMIT, RETRYABLE = (
    "TransientTransactionError",
    "UnknownTransactionCommitResult",
    "RetryableWriteError",
)
UNABLE = (1, 14031)  # InternalError, which is what the embedded store reports of a full disk, and OutOfDiskSpace
DUPLICATE_KEY, INDEX_NOT_FOUND = 11000, 27
ATTEMPTS, FIRST_PAUSE, LONGEST_PAUSE = 12, 0.02, 1.0  # of a transaction; seconds


def connect(url: str, *, user: str = "", password: str = "", patience_ms: int = 5000) -> Client:
    """A client with majority reads and writes: an acknowledged write survives the failure of a machine.

    user: with its password, unless the address has them; users are in the database `admin`.
    patience_ms: how long an operation waits for a server before it fails.
    """
    credentials: dict[str, Any] = {"username": user, "password": password, "authSource": "admin"} if user else {}
    return MongoClient(
        url,
        **credentials,
        w="majority",
        readConcernLevel="majority",
        retryWrites=True,
        retryReads=True,
        serverSelectionTimeoutMS=patience_ms,
        connectTimeoutMS=3000,
        socketTimeoutMS=60_000,
    )


def majority(db: Database[dict[str, Any]]) -> Database[dict[str, Any]]:
    """The database with reads and writes of a majority, whatever the options of its client."""
    return db.with_options(read_concern=ReadConcern("majority"), write_concern=WriteConcern("majority"))


def clock_difference(client: Client, clock: Clock) -> int | None:
    """Milliseconds by which this clock is ahead of the store's, less half the round trip; None if it is unreachable."""
    before = clock.now()
    try:
        theirs: datetime = client.admin.command("hello")["localTime"].replace(tzinfo=UTC)
    except PyMongoError:
        return None
    return (before + clock.now()) // 2 - round(theirs.timestamp() * 1000)


def transaction(
    client: Client, act: Callable[[ClientSession], T], *, attempts: int = ATTEMPTS, rng: random.Random | None = None
) -> T:
    """Run `act` in a transaction; all of it again, reads included, after a transient error.

    `act` may therefore run several times. Raises what `act` raises (and then nothing is written), or the last
    PyMongoError.
    """
    backoff = Backoff(FIRST_PAUSE, LONGEST_PAUSE, jitter=1, rng=rng)
    with client.start_session() as session:
        for attempt in range(1, attempts + 1):
            session.start_transaction(read_concern=ReadConcern("snapshot"), write_concern=WriteConcern("majority"))
            try:
                result = act(session)
                _commit(session)
                return result
            except BaseException as error:
                if session.in_transaction:
                    session.abort_transaction()
                if attempt == attempts or not is_transient(error):
                    raise
            backoff.pause()
    raise ValueError("a transaction needs at least one attempt")


def _commit(session: ClientSession, attempts: int = 5) -> None:
    """Commit; an unknown result is resolved by committing again, which is harmless."""
    for attempt in range(1, attempts + 1):
        try:
            return session.commit_transaction()
        except PyMongoError as error:
            if attempt == attempts or not error.has_error_label(UNKNOWN_COMMIT):
                raise
    return None


def is_transient(error: BaseException) -> bool:
    """True if the transaction may be retried: another one wrote the same document first, or a machine failed."""
    if isinstance(error, ServerSelectionTimeoutError):
        return False  # the driver has waited long enough already
    return isinstance(error, PyMongoError) and error.has_error_label(TRANSIENT)


def is_unavailable(error: BaseException) -> bool:
    """True if the fault is the document store's, not the request's: unreachable, disk full, or a transaction lost.

    The same request may be sent again.
    """
    if not isinstance(error, PyMongoError):
        return False
    passing = any(map(error.has_error_label, (TRANSIENT, UNKNOWN_COMMIT, RETRYABLE)))
    return (
        passing
        or isinstance(error, ConnectionFailure)
        or (isinstance(error, OperationFailure) and error.code in UNABLE)
    )


@contextmanager
def reachable() -> Iterator[None]:
    """Turns errors of an unavailable document store into Refused("unavailable")."""
    try:
        yield
    except PyMongoError as error:
        if not is_unavailable(error):
            raise
        raise Refused(
            "unavailable", "The document store cannot be reached or cannot do its work at the moment; try again."
        ) from error
