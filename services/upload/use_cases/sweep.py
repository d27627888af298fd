"""Sweep: deletes abandoned tickets and incoming objects without a purpose; completes interrupted destructions."""

from __future__ import annotations

import threading

from services.upload.dependencies import Dependencies
from services.upload.domain.outcome import SETTLED
from services.upload.photos.protocol import INCOMING
from services.upload.use_cases.destruction import resume
from services.upload.use_cases.device import KEPT_MS

GRACE_MS = 86_400_000  # retention of expired tickets
BATCH = 100  # tickets, and objects, of one sweep
FORGET_EVERY_MS = 3_600_000  # between two deletions of the hashes of devices


class Sweeper:
    """One per process: remembers how far it has looked through the incoming objects, and what is not due yet."""

    def __init__(self, deps: Dependencies) -> None:
        self._deps, self._last_name = deps, ""
        self._forget_at, self._lock = 0, threading.Lock()

    def sweep(self) -> None:
        self._delete_abandoned_tickets()
        self._delete_settled_originals()
        self._complete_destructions()
        self._forget_devices()

    def _forget_devices(self) -> None:
        now = self._deps.clock.now()
        with self._lock:
            if now < self._forget_at:
                return
            self._forget_at = now + FORGET_EVERY_MS
        self._deps.photos.forget_devices(now - KEPT_MS)

    def _delete_abandoned_tickets(self) -> None:
        """Close the ticket, delete its object, delete the ticket: an interrupted sweep is completed by the next one."""
        for photo in self._deps.photos.abandoned(self._deps.clock.now() - GRACE_MS, BATCH):
            if self._deps.photos.give_up(photo.id):
                self._deps.objects.remove(photo.incoming)
                self._deps.photos.forget(photo.id)

    def _delete_settled_originals(self) -> None:
        """Delete originals that arrived after their photo was settled or that a crashed worker left behind.

        Objects without a record stay: some stores list unfinished uploads under names of their own.
        """
        names = self._deps.objects.names(INCOMING, self._last_name, BATCH)
        self._last_name = names[-1] if len(names) == BATCH else ""
        for name in names:
            photo = self._deps.photos.get(name.removeprefix(INCOMING))
            if photo and photo.outcome.state in SETTLED:
                self._deps.objects.remove(name)

    def _complete_destructions(self) -> None:
        for form in self._deps.keys.due(self._deps.clock.now(), BATCH):
            resume(self._deps, form)
