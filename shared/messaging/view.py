"""View: the current state of each stream, for services that need no history.

The highest version wins, in any order of arrival. Another event with the same version is a fork: two histories claim
one stream. It is not applied, but returned to be parked. Erasure keeps the version, so that a redelivered event does
not bring the state back.
Implementations: view_memory.py, view_mongo.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from shared.eventsourcing.event import Event
from shared.messaging.sink import Rejected


@dataclass(frozen=True, slots=True)
class Latest:
    """The highest version of a stream that was applied. state: None when it was erased."""

    version: int
    id: str
    state: Mapping[str, Any] | None


class Fork(ValueError):
    """Two different events claim the same version of a stream."""


class View(Protocol):
    def put(self, stream: str, version: int, id: str, state: Mapping[str, Any], session: Any = None) -> bool:
        """Store a state if its version is newer. Returns True if it was stored. Raises Fork."""
        ...

    def put_many(self, events: Iterable[Event], session: Any = None) -> list[Rejected]:
        """Store the states of a batch, which is in any order. Returns its forks, to be parked.

        session: of the batch's transaction, None for one of its own.
        """
        ...

    def get(self, stream: str) -> Mapping[str, Any] | None:
        """The current state of a stream; None if it is unknown or erased."""
        ...

    def get_many(self, streams: Iterable[str]) -> dict[str, Mapping[str, Any]]:
        """The current states of these streams, without those that are unknown or erased."""
        ...

    def erase(self, stream: str, version: int) -> None:
        """Delete the state of a stream through this version, permanently; a newer one stays, or may still arrive."""
        ...

    def empty(self) -> None:
        """Delete everything, erasures included: to be read again from the bus."""
        ...


def newer(latest: Latest | None, version: int, id: str, state: Mapping[str, Any]) -> Latest | None:
    """The new latest version, None if nothing changes. Raises Fork."""
    if latest is None or latest.version < version:
        return Latest(version, id, state)
    if latest.version == version and latest.state is not None and latest.id != id:
        raise Fork(f"version {version} is event {latest.id} and claimed by {id}")
    return None


def project(events: Iterable[Event], stored: Mapping[str, Latest]) -> tuple[dict[str, Latest], list[Rejected]]:
    """The changes of a batch, by stream, and its forks."""
    changes: dict[str, Latest] = {}
    forks: list[Rejected] = []
    for event in events:
        latest = changes.get(event.stream) or stored.get(event.stream)
        try:
            changed = newer(latest, event.version, event.id, event.state)
        except Fork as fork:
            forks.append(Rejected(event, f"fork: {fork}"))
            continue
        if changed:
            changes[event.stream] = changed
    return changes, forks


def erased(latest: Latest | None, version: int) -> Latest | None:
    """The entry after an erasure through `version`, None if nothing changes."""
    return Latest(version, "", None) if latest is None or latest.version <= version else None
