# SPDX-License-Identifier: GPL-2.0-only
"""The embedded document store with six corrections: `python -P deploy/local/corrected_store.py OPTIONS`.

The options are those of `secantusd-py`. A program of its own under the store's licence: it imports nothing of Rollcall,
and nothing of Rollcall imports it. The corrections are of one version, and any other runs as it is. Reasons are in
docs/adr/2026-11-28-corrections-of-the-embedded-store.md.
"""

from __future__ import annotations

import contextlib
import copy
import ctypes
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from importlib.metadata import version
from typing import Any

import wiredtiger
from secantus import cli, storage, transactions

CORRECTED = "0.7.0b3"
_release = ctypes.pythonapi.Py_DecRef  # with the interpreter's lock held
_release.argtypes, _release.restype = [ctypes.py_object], None


def correct() -> None:
    """Apply the corrections in this process, once."""
    for handle in (wiredtiger.Session, wiredtiger.Cursor):
        handle.close = _releasing(handle.close)
    transactions.TransactionRegistry._prune_retryable_locked = _drop_old_replies
    store = storage.Storage
    for statement in ("_update_matching_single_txn", "_insert_chunk"):
        once = _with_one_catalog(getattr(store, statement).__wrapped__)  # within what repeats it after a conflict
        setattr(store, statement, storage._retry_write_conflicts(once))
    store._iter_indexes = _read_once(store._iter_indexes)
    store._maybe_mark_multikey = _forgetting(store._maybe_mark_multikey)
    store.get_role = _remembered(store.get_role)
    store.add_role, store.drop_role = _forgetting_roles(store.add_role), _forgetting_roles(store.drop_role)
    _prune_after_commits(store)
    wiredtiger.wiredtiger_open = _with_room_for_open_transactions(wiredtiger.wiredtiger_open)


def _releasing(close: Callable[..., Any]) -> Callable[..., Any]:
    """A handle's close that also gives back the reference that the engine's binding took when it opened the handle.

    The binding gives it back only of handles that the engine closes itself, and those have no `this` any more. Without
    it every session and every cursor ever opened stays in memory: 100 to 200 bytes of each, several in each command.
    """

    def close_and_release(self: Any, *arguments: Any) -> Any:
        is_open = self.this is not None
        try:
            return close(self, *arguments)
        finally:
            if is_open:
                _release(self)

    return close_and_release


_statement = threading.local()  # catalog: indexes by database and collection, read in this write


def _with_one_catalog(write: Callable[..., Any]) -> Callable[..., Any]:
    """An update, or an insert of some documents, that reads the indexes of its collection once, not for each document.

    It holds the lock of the collection, without which no index is made or dropped; a repetition takes it anew.
    """

    @wraps(write)
    def write_with_one_catalog(self: Any, *arguments: Any, **named: Any) -> Any:
        _statement.catalog = {}
        try:
            return write(self, *arguments, **named)
        finally:
            _statement.catalog = None

    return write_with_one_catalog


def _read_once(read: Callable[..., Iterable[Any]]) -> Callable[..., Iterable[Any]]:
    def read_once(self: Any, database: str, collection: str) -> Iterable[Any]:
        catalog = getattr(_statement, "catalog", None)
        if catalog is None:
            return read(self, database, collection)
        if (database, collection) not in catalog:
            catalog[database, collection] = list(read(self, database, collection))
        indexes: list[Any] = catalog[database, collection]
        return iter(indexes)

    return read_once


def _forgetting(mark: Callable[..., Any]) -> Callable[..., Any]:
    """The only change that a write makes to an index: it is read again after it."""

    def mark_and_forget(self: Any, *arguments: Any) -> Any:
        before = set(arguments[-1])  # it adds to the set that it is given
        after = mark(self, *arguments)
        if after != before and getattr(_statement, "catalog", None) is not None:
            _statement.catalog = {}
        return after

    return mark_and_forget


def _remembered(read: Callable[..., Any]) -> Callable[..., Any]:
    """A role that is read from its table once, not in a session of its own in every command of a user who has it.

    Each caller gets a copy, which it may change. The lock of the store is held, so that no change comes between reading
    and remembering.
    """

    @wraps(read)
    def read_or_remember(self: Any, database: str, name: str) -> Any:
        with self._lock:
            roles: dict[tuple[str, str], Any] = vars(self).setdefault("_roles_read", {})
            if (database, name) not in roles:
                roles[database, name] = read(self, database, name)
            return copy.deepcopy(roles[database, name])

    return read_or_remember


def _forgetting_roles(change: Callable[..., Any]) -> Callable[..., Any]:
    """A change of a role, after which all of them are read again."""

    @wraps(change)
    def change_and_forget(self: Any, *arguments: Any, **named: Any) -> Any:
        with self._lock:
            try:
                return change(self, *arguments, **named)
            finally:
                vars(self).pop("_roles_read", None)

    return change_and_forget


ROOM = "eviction_dirty_trigger=80,eviction_updates_trigger=80"  # percent of the cache; the engine's own: 20 and 10


def _with_room_for_open_transactions(open_store: Callable[..., Any]) -> Callable[..., Any]:
    """An engine whose readers wait for the writing of changed pages only when these fill most of the cache.

    Two hundred accounts with their search terms change some thousand pages, no one of which can be written before the
    commit: more than the fifth of a cache of 256 MB at which the engine lets every reader wait. The owner of the
    transaction waits among them, and one that was killed never comes to its end.
    """

    def open_with_room(home: str, options: str) -> Any:
        return open_store(home, f"{options},{ROOM}")

    return open_with_room


def _prune_after_commits(store: Any) -> None:
    """Prune the oplog after the commit that makes it due, in a transaction of its own, not within that commit.

    Within it the walk over the oldest rows is a second session, which the engine lets wait until less of its cache is
    changed and not written: for ever, where the changes are those of the transaction that waits for the walk. One prune
    at a time: of two that meet, the later one would end.
    """
    prune, commit, batch = store._prune_oplog_locked, store.commit_user_transaction, store._batch_transaction

    def note(self: Any, *, now: float | None = None) -> int:
        self._tls.prune_is_due = True
        return 0

    def prune_if_due(self: Any) -> None:
        turn: threading.Lock = vars(self).setdefault("_turn_to_prune", threading.Lock())
        if not getattr(self._tls, "prune_is_due", False) or not turn.acquire(blocking=False):
            return
        try:
            self._tls.prune_is_due = False
            with batch(self):
                prune(self, now=self._time())
        except Exception:  # what was committed stays so; the next prune finds the rows
            self._oplog_live_count = self._count_oplog_rows()
        finally:
            turn.release()

    def commit_and_prune(self: Any, *arguments: Any, **named: Any) -> Any:
        last = commit(self, *arguments, **named)
        prune_if_due(self)
        return last

    @contextlib.contextmanager
    def batch_and_prune(self: Any, *arguments: Any, **named: Any) -> Iterator[Any]:
        with batch(self, *arguments, **named) as session:
            yield session
        if getattr(self._tls, "user_txn", None) is None:
            prune_if_due(self)

    store._prune_oplog_locked = note
    store.prune_oplog = lambda self, *, now=None: prune(self, now=now)
    store.commit_user_transaction, store._batch_transaction = commit_and_prune, batch_and_prune


def _drop_old_replies(self: Any) -> None:
    """Drop replies kept for repeated writes that are too old or too many. They stand in the sequence of time.

    The store looks at each of them, twice in every write: up to ten thousand.
    """
    replies, oldest = self._retryable, self._time() - transactions._RETRYABLE_RECORD_LIFETIME_SECONDS
    while replies:
        key = next(iter(replies))
        if replies[key][1] >= oldest and len(replies) <= transactions._RETRYABLE_RECORD_MAX:
            return
        del replies[key]


if __name__ == "__main__":
    if version("secantusdb") == CORRECTED:
        correct()
    sys.exit(cli.main())
