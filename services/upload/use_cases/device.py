"""Senders without an account: what is kept of where they sent from, so that a burst from one device can be seen.

A keyed hash of network address and browser, under a key for this alone and another one every month; nobody can tell
the address from it, nor that a device of this month was here last month. It stays in the records of photos, never in an
event or a log, and is deleted after KEPT_MS. A whole school behind one address is many browsers.
"""

from __future__ import annotations

from services.upload.dependencies import Dependencies
from services.upload.photos.protocol import SentPhoto
from shared.infrastructure.clock import day_of
from shared.infrastructure.metrics import DEVICE_BURSTS
from shared.infrastructure.pii import keyed_hash
from shared.infrastructure.security_log import security_event

DAY_MS = 86_400_000
KEPT_MS = 31 * DAY_MS
MANY_FORMS = 8  # of different pupils, from one device in the day before or after: more than neighbours have


def device_of(deps: Dependencies, source: str, browser: str) -> str:
    """browser: the portal's random id of it, "" for one that the portal had never seen before."""
    month = day_of(deps.clock.now())[:7]
    return keyed_hash(deps.sender_key, f"device {month}", f"{source}\n{browser}")


def is_burst(deps: Dependencies, photo: SentPhoto) -> bool:
    """True if in the day before this photo and the day after it its device has sent for many pupils."""
    return _has_many(deps, photo.device, photo.created_at - DAY_MS, photo.created_at + DAY_MS)


def count_burst(deps: Dependencies, photo: SentPhoto) -> None:
    """Count a checked photo that belongs to a burst; the one that makes it a burst is told to the security log.

    Called once for each photo, by who has checked it: no sender waits for it.
    """
    since = photo.created_at - DAY_MS
    if not _has_many(deps, photo.device, since, photo.created_at + 1):
        return
    DEVICE_BURSTS.inc()
    if not _has_many(deps, photo.device, since, photo.created_at):
        security_event("many-senders", target=photo.id, forms=MANY_FORMS)


def _has_many(deps: Dependencies, device: str, since: int, before: int) -> bool:
    return deps.photos.forms_of_device(device, since, before, MANY_FORMS) >= MANY_FORMS
