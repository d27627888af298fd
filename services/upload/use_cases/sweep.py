"""Sweep: deletes originals without a purpose and old hashes of devices; completes interrupted destructions."""

from __future__ import annotations

import re
import threading

from services.upload.dependencies import Dependencies
from services.upload.domain.outcome import OPEN, SETTLED
from services.upload.photos.protocol import HOUR_MS, INCOMING
from services.upload.use_cases.destruction import resume
from services.upload.use_cases.device import KEPT_MS

ORPHANS_KEPT_HOURS = 35 * 24  # as deploy/k8s/life-cycle.json: a copy of the store with their records may come back
BATCH = 100  # objects of one sweep
# As SentPhoto.incoming, and as the release before named them.
NAMED = re.compile(rf"{INCOMING}(?:([0-9]{{7}})-([0-9a-f]{{32}})-[0-9a-f]*|([0-9a-f]{{32}}))")
FORGET_EVERY_MS = 3_600_000  # between two deletions of the hashes of devices


class Sweeper:
    """One per process: remembers how far it has looked through the incoming objects, and what is not due yet."""

    def __init__(self, deps: Dependencies) -> None:
        self._deps, self._last_name = deps, ""
        self._forget_at, self._lock = 0, threading.Lock()

    def sweep(self) -> None:
        self._delete_originals()
        self._complete_destructions()
        self._forget_devices()

    def _forget_devices(self) -> None:
        now = self._deps.clock.now()
        with self._lock:
            if now < self._forget_at:
                return
            self._forget_at = now + FORGET_EVERY_MS
        self._deps.photos.forget_devices(now - KEPT_MS)

    def _delete_originals(self) -> None:
        """Delete originals that arrived after their photo was settled or that a crashed worker left behind.

        And those of tickets that ended long ago and were never completed. Objects with other names stay: some stores
        list unfinished uploads under names of their own.
        """
        names = self._deps.objects.names(INCOMING, self._last_name, BATCH)
        self._last_name = names[-1] if len(names) == BATCH else ""
        for name in names:
            if (named := NAMED.fullmatch(name)) and self._is_without_purpose(named[1], named[2] or named[3]):
                self._deps.objects.remove(name)

    def _is_without_purpose(self, named: str | None, id: str) -> bool:
        """named: the hour in which the ticket of the original ended; the release before kept it in the record alone."""
        photo = self._deps.photos.get(id)
        if photo and photo.outcome.state != OPEN:
            return photo.outcome.state in SETTLED
        ended = photo.expires_at // HOUR_MS if photo else int(named) if named else None
        return ended is not None and self._deps.clock.now() // HOUR_MS > ended + ORPHANS_KEPT_HOURS

    def _complete_destructions(self) -> None:
        for form in self._deps.keys.due(self._deps.clock.now(), BATCH):
            resume(self._deps, form)
