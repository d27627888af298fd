"""A projection in memory between requests.

Every slot has a tag that changes with each batch that changes the slot. Only slots with another tag are read again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, Protocol

from services.stats.domain.columns import Flow
from services.stats.domain.snapshot import Snapshot, Units
from services.stats.domain.watermark import Watermark

KINDS = ("flows", "units", "classes")  # of tags; classes are read when somebody asks for their school


class Source(Protocol):
    """ProjectionQueries, or a double."""

    def snapshot_session(self) -> AbstractContextManager[Any]: ...
    def tags(self, kind: str, session: Any = None) -> Mapping[int, str]: ...
    def flows(self, slot: int, session: Any = None) -> list[Flow]: ...
    def units(self, slots: Iterable[int], session: Any = None) -> Units: ...


class Cache:
    """One projection, shared by threads. now: ms. watermark: read in the session of a refresh."""

    def __init__(self, source: Source, now: Callable[[], int], watermark: Callable[[Any], Watermark]) -> None:
        self._source, self._now, self._watermark = source, now, watermark
        self._lock, self._snapshot = threading.Lock(), Snapshot()
        self._tags: dict[str, Mapping[int, str]] = {kind: {} for kind in KINDS}
        self._begun = 0  # refreshes that have begun
        self._shown = 0  # number of the refresh in memory; 0: one inside a session, or one that failed
        self._revision = 0

    @contextmanager
    def snapshot(self, session: Any = None, max_age_ms: int = 0) -> Iterator[Snapshot]:
        """The projection as a session sees it, or as it was at most so many ms ago. The block owns it to its end.

        A caller that waited for others takes the result of a refresh that began after its own call: a crowd causes one
        refresh, not one each.
        """
        begun = self._begun
        with self._lock:
            if session is not None or not (self._shown > begun or self._is_young(max_age_ms)):
                self._begun, self._shown, began = self._begun + 1, 0, self._now()
                with nullcontext(session) if session is not None else self._source.snapshot_session() as moment:
                    self._refresh(moment)
                self._snapshot.read_at = began
                self._shown = 0 if session is not None else self._begun
            yield self._snapshot

    def revision(self, max_age_ms: int) -> tuple[int, int]:
        """The revision of at most so many ms ago, another one whenever any answer may be another; ms of that look."""
        with self.snapshot(max_age_ms=max_age_ms) as snapshot:
            return self._revision, snapshot.read_at

    def _is_young(self, max_age_ms: int) -> bool:
        """True within that age; False after a clock was set back."""
        return self._shown > 0 and 0 <= self._now() - self._snapshot.read_at < max_age_ms

    def _refresh(self, session: Any) -> None:
        """Read slots with another tag again, and drop slots without a tag: a restored read model may hold fewer."""
        tags = {kind: self._source.tags(kind, session) for kind in KINDS}
        changed = {kind: _changed(self._tags[kind], tags[kind]) for kind in KINDS}
        watermark = self._watermark(session)
        if any(changed.values()) or watermark != self._snapshot.watermark:
            self._revision += 1  # first: what fails half-way is no answer of the revision before
        for slot in changed["flows"]:
            self._snapshot.replace_flows(slot, self._source.flows(slot, session) if slot in tags["flows"] else ())
        if slots := changed["units"]:
            self._snapshot.replace_units(slots, self._source.units(slots & tags["units"].keys(), session))
        self._tags, self._snapshot.watermark = tags, watermark


def _changed(before: Mapping[int, str], after: Mapping[int, str]) -> set[int]:
    return {slot for slot, _ in before.items() ^ after.items()}
