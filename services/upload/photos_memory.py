"""Photos in memory, for unit tests; gone with the process."""
from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import asdict, replace

from services.upload.photos import CHECKING, OPEN, SETTLED, Outcome, Photo


class MemoryPhotos:
    def __init__(self) -> None:
        self._photos: dict[str, Photo] = {}
        self._lock = threading.Lock()

    def open(self, photo: Photo) -> Photo:
        with self._lock:
            return self._photos.setdefault(photo.id, photo)

    def get(self, id: str) -> Photo | None:
        return self._photos.get(id)

    def receive(self, id: str, at: int) -> Photo:
        with self._lock:
            if self._photos[id].state == OPEN:
                self._photos[id] = replace(self._photos[id], state=CHECKING, received_at=at, due_at=at)
            return self._photos[id]

    def claim(self, now: int, lease: int) -> Photo | None:
        with self._lock:
            due = sorted((p for p in self._photos.values() if p.state == CHECKING and p.due_at <= now), key=lambda p: p.due_at)
            if not due:
                return None
            self._photos[due[0].id] = replace(due[0], due_at=now + lease, attempts=due[0].attempts + 1)
            return self._photos[due[0].id]

    def put_back(self, photo: Photo, due_at: int) -> None:
        with self._lock:
            if self._photos[photo.id] == photo:
                self._photos[photo.id] = replace(photo, due_at=due_at, attempts=photo.attempts - 1)

    def settle(self, id: str, outcome: Outcome) -> None:
        with self._lock:
            if self._photos[id].state == CHECKING:
                self._photos[id] = replace(self._photos[id], **asdict(outcome))

    def of_form(self, form: str) -> Sequence[Photo]:
        return sorted((p for p in self._photos.values() if p.form == form and p.state in SETTLED), key=lambda p: p.received_at)

    def abandoned(self, before: int, limit: int) -> Sequence[Photo]:
        return [p for p in self._photos.values() if p.state == OPEN and p.expires_at < before][:limit]

    def forget(self, id: str) -> bool:
        with self._lock:
            known = self._photos.get(id)
            return known is not None and known.state == OPEN and self._photos.pop(id) is not None
