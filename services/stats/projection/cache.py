"""A projection in memory between requests.

Every slot has a tag that changes with each batch that changes the slot. Only slots with another tag are read again.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, Protocol

from services.stats.domain.fold import StreamHistory
from services.stats.domain.snapshot import Flow, Snapshot


class Source(Protocol):
    """ProjectionQueries, or a double."""

    def snapshot_session(self) -> AbstractContextManager[Any]: ...
    def tags(self, kind: str, session: Any = None) -> Mapping[int, str]: ...
    def flows(self, slot: int, session: Any = None) -> list[Flow]: ...
    def units(self, slots: Iterable[int], session: Any = None) -> Mapping[int, Mapping[str, StreamHistory]]: ...


class Cache:
    """One projection, shared by threads."""

    def __init__(self, source: Source) -> None:
        self._source, self._lock, self._snapshot = source, threading.Lock(), Snapshot()
        self._tags: dict[str, Mapping[int, str]] = {"flows": {}, "units": {}}
        self._begun = 0  # refreshes that have begun
        self._shown = 0  # number of the refresh in memory; 0: one inside a session, or one that failed

    @contextmanager
    def snapshot(self, session: Any = None) -> Iterator[Snapshot]:
        """The projection as it is now, or as a session sees it. For the length of the block it belongs to the caller.

        A caller that waited for others takes the result of a refresh that began after its own call: a crowd causes one
        refresh, not one each.
        """
        begun = self._begun
        with self._lock:
            if session is not None or self._shown <= begun:
                self._begun, self._shown = self._begun + 1, 0
                with nullcontext(session) if session is not None else self._source.snapshot_session() as moment:
                    self._refresh(moment)
                self._shown = 0 if session is not None else self._begun
            yield self._snapshot

    def _refresh(self, session: Any) -> None:
        """Read slots with another tag again, and drop slots without a tag: a restored read model may hold fewer."""
        flow_tags, unit_tags = self._source.tags("flows", session), self._source.tags("units", session)
        if changed := _changed(self._tags["flows"], flow_tags):
            flows = {slot: self._source.flows(slot, session) for slot in changed if slot in flow_tags}
            self._snapshot.replace_flows(changed, flows)
        if changed := _changed(self._tags["units"], unit_tags):
            self._snapshot.replace_units(changed, self._source.units(changed & unit_tags.keys(), session))
        self._tags = {"flows": flow_tags, "units": unit_tags}


def _changed(before: Mapping[int, str], after: Mapping[int, str]) -> set[int]:
    return {slot for slot, _ in before.items() ^ after.items()}
