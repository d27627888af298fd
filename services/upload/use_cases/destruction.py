"""Destruction of a form's photos for good: their data keys first, then their objects, then a certificate.

Retire, (record the event), complete. Every step may be repeated; a sweep completes what a crash has interrupted.
"""

from __future__ import annotations

from hashlib import sha256

from services.upload.dependencies import Dependencies
from services.upload.domain.destruction import CERTIFIED, Certify, destruction_decider, destruction_stream, must_wait
from services.upload.photos.data_keys import DataKey, Retirement, campaign_of, pupil_of
from shared.eventsourcing.commands import handle
from shared.eventsourcing.store import CommandContext

GRACE_MS = 60_000  # until a sweep completes a retirement that nobody has completed


def retire(deps: Dependencies, form: str, reason: str, by: str) -> None:
    """Begin: from now on no photo is sealed under the present keys of the form."""
    now = deps.clock.now()
    deps.keys.retire(form, Retirement(reason, by, now, now + GRACE_MS))


def complete(deps: Dependencies, form: str) -> int:
    """Destroy the retired keys of a form and what they sealed. Returns the number of keys.

    While a withdrawn form holds a photo that came meanwhile, or that was not withdrawn after all, they are kept.
    """
    retired = [key for key in deps.keys.of_form(form) if key.retired_at and (key.due_at or not key.is_destroyed)]
    has_photos = bool(deps.form(campaign_of(form), pupil_of(form)).photos())
    if retired and must_wait([key.reason for key in retired], has_photos):
        retired = []
    for key in retired:
        deps.keys.destroy(key)
    for key in retired:
        deps.sealed.remove_all(key)
    if retired:
        _certify(deps, form, retired)
    deps.keys.completed(form)
    return len(retired)


def destroy(deps: Dependencies, form: str, reason: str, by: str) -> int:
    """Retire and complete. Returns the number of destroyed keys, 0 if the form had none left."""
    retire(deps, form, reason, by)
    return complete(deps, form)


def destroy_again(deps: Dependencies, form: str) -> int:
    """Destroy keys that have a certificate, and came back with an older copy of the key store. Returns their number."""
    certified = {
        (key["number"], key["digest"])
        for event in deps.store.load(destruction_stream(form))
        if event.type == CERTIFIED
        for key in event.data["keys"]
    }
    back = [key for key in deps.keys.of_form(form) if not key.is_destroyed and (key.number, key.digest) in certified]
    if back:
        retire(deps, form, back[0].reason, back[0].by)
    for key in back:
        deps.keys.destroy(key)
        deps.sealed.remove_all(key)
    deps.keys.completed(form)
    return len(back)


def _certify(deps: Dependencies, form: str, keys: list[DataKey]) -> None:
    reason, by = keys[-1].reason, keys[-1].by
    named = tuple((key.number, key.digest) for key in keys)
    hash = sha256(f"{form}\n{named}\n{reason}\n{by}".encode()).hexdigest()
    context = CommandContext(f"destroy:{hash}", by)
    handle(deps.store, destruction_decider(), destruction_stream(form), Certify(named, reason, by, hash), context)
