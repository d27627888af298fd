"""Tickets that a process has given within a day, by form: a bound on the bytes that one form's paper can send.

The limit of photos is held by their records. A ticket that is never completed leaves no record, so it is counted here:
in memory, by each process for itself.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from services.upload.photos.protocol import SentPhoto

FORMS = 20_000


class GivenTickets:
    """forms: how many are remembered; those that have not asked for longest are forgotten first."""

    def __init__(self, forms: int = FORMS) -> None:
        self._given: OrderedDict[str, dict[str, int]] = OrderedDict()
        self._forms, self._lock = forms, Lock()

    def take(self, photo: SentPhoto, since: int, limit: int) -> bool:
        """Count the ticket of this photo; a repeated one counts once. False where the form has `limit` others."""
        with self._lock:
            given = {id: at for id, at in self._given.pop(photo.form, {}).items() if at > since}
            self._given[photo.form] = given
            if len(self._given) > self._forms:
                self._given.popitem(last=False)
            if photo.id not in given and len(given) >= limit:
                return False
            given.setdefault(photo.id, photo.created_at)
            return True
