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

DAY_MS = 86_400_000
KEPT_MS = 31 * DAY_MS
MANY_FORMS = 8  # of different pupils, from one device within a day: more than a family, or neighbours, have


def device_of(deps: Dependencies, source: str, browser: str) -> str:
    """browser: the portal's random id of it, "" for one that the portal had never seen before."""
    month = day_of(deps.clock.now())[:7]
    return keyed_hash(deps.sender_key, f"device {month}", f"{source}\n{browser}")


def is_burst(deps: Dependencies, photo: SentPhoto) -> bool:
    """True if within a day of this photo its device has sent for many pupils, without an account."""
    return deps.photos.forms_of_device(photo.device, photo.created_at - DAY_MS) >= MANY_FORMS


def count_burst(deps: Dependencies, photo: SentPhoto) -> None:
    """Count a photo that belongs to a burst, for the alarm."""
    if is_burst(deps, photo):
        DEVICE_BURSTS.inc()
