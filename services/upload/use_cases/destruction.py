"""Destruction of a form's photos for good: their data keys first, then their objects, then a certificate.

Retire, (record the event), complete. Every step may be repeated; a sweep completes what a crash has interrupted.
"""

from __future__ import annotations

from hashlib import sha256

from services.upload.dependencies import Dependencies
from services.upload.domain.destruction import CERTIFIED, WITHDRAWN, Certify, destruction_decider, destruction_stream
from services.upload.image.examined import MAX_BYTES
from services.upload.photos.data_keys import DataKey, Retirement, campaign_of, pupil_of
from services.upload.photos.protocol import archive_name, waiting_name
from shared.eventsourcing.commands import handle
from shared.eventsourcing.store import CommandContext

GRACE_MS = 60_000  # until a sweep completes a retirement that nobody has completed


def retire(deps: Dependencies, form: str, reason: str, by: str) -> None:
    """Begin: from now on no photo is sealed under the present keys of the form."""
    deps.keys.retire(form, _retirement(deps, reason, by))


def complete(deps: Dependencies, form: str) -> int:
    """Destroy the retired keys of a form and what they sealed. Returns the number of keys.

    What a withdrawn form holds, because it came meanwhile or was not withdrawn, is sealed under another key before.
    """
    retired = [key for key in deps.keys.of_form(form) if key.retired_at and key.reason and _is_left(key)]
    if retired:
        _renew_held(deps, form)
    for key in retired:
        deps.keys.destroy(key)
    for key in retired:
        deps.sealed.remove_all(key)
    for whose in dict.fromkeys((key.reason, key.by) for key in retired):
        _certify(deps, form, [key for key in retired if (key.reason, key.by) == whose])
    deps.keys.completed(form, [key.number for key in retired])
    return len(retired)


def destroy(deps: Dependencies, form: str, reason: str, by: str) -> int:
    """Retire and complete. Returns the number of destroyed keys, 0 if the form had none left."""
    retire(deps, form, reason, by)
    return complete(deps, form)


def resume(deps: Dependencies, form: str) -> int:
    """Complete what was interrupted. Returns the number of destroyed keys.

    A withdrawal whose event came after a further photo was sealed under the next key takes that key too.
    """
    withdrawn = [key for key in deps.keys.of_form(form) if key.due_at and key.reason == WITHDRAWN]
    return destroy(deps, form, WITHDRAWN, withdrawn[-1].by) if withdrawn else complete(deps, form)


def destroy_again(deps: Dependencies, form: str) -> int:
    """Destroy keys that have a certificate, and came back with an older copy of the key store. Returns their number."""
    certified = {
        (key["number"], key["digest"]): event.data
        for event in deps.store.load(destruction_stream(form))
        if event.type == CERTIFIED
        for key in event.data["keys"]
    }
    back = [key for key in deps.keys.of_form(form) if not key.is_destroyed and (key.number, key.digest) in certified]
    for key in back:
        certificate = certified[key.number, key.digest]
        deps.keys.retire(form, _retirement(deps, certificate["reason"], certificate["by"]), [key.number])
        deps.keys.destroy(key)
        deps.sealed.remove_all(key)
    deps.keys.completed(form, [key.number for key in back])
    return len(back)


def _retirement(deps: Dependencies, reason: str, by: str) -> Retirement:
    now = deps.clock.now()
    return Retirement(reason, by, now, now + GRACE_MS)


def _is_left(key: DataKey) -> bool:
    """True if its destruction is not completed: a key that is destroyed already may lack its certificate."""
    return bool(key.due_at) or not key.is_destroyed


def _renew_held(deps: Dependencies, form: str) -> None:
    """A photo that waits may be in the folder of the archive: the form's rules have decided after it was stored."""
    for photo in deps.form(campaign_of(form), pupil_of(form)).photos():
        for name in (archive_name(form, photo.sha256), waiting_name(form, photo.sha256)):
            deps.sealed.renew(name, MAX_BYTES)


def _certify(deps: Dependencies, form: str, keys: list[DataKey]) -> None:
    reason, by = keys[-1].reason, keys[-1].by
    named = tuple((key.number, key.digest) for key in keys)
    hash = sha256(f"{form}\n{named}\n{reason}\n{by}".encode()).hexdigest()
    context = CommandContext(f"destroy:{hash}", by)
    handle(deps.store, destruction_decider(), destruction_stream(form), Certify(named, reason, by, hash), context)
