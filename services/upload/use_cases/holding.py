"""Holding of what one account has sent for a pupil, for identity: the account had used another family's code.

Open tickets of the account are closed, and its photos in the check are put on hold by who checks them. The photos of
everybody else stay, and so does what the account has sent for other pupils.
"""

from __future__ import annotations

from services.upload.dependencies import Dependencies
from services.upload.domain.form_commands import Hold
from services.upload.domain.outcome import ON_HOLD
from services.upload.photos.protocol import form_stream
from services.upload.roster_view.view import Entry
from shared.eventsourcing.store import CommandContext
from shared.service.auth import Caller


def hold_all(deps: Dependencies, caller: Caller, pupil: str, *, command: str, account: str) -> dict[str, int]:
    """{"photos": how many are put on hold, those in the check included}, the same for a repeated command."""
    entries = deps.roster_view.entries_of_pupil(pupil)
    return {"photos": sum(_hold(deps, caller, entry, account, command) for entry in entries)}


def count_held(deps: Dependencies, pupil: str) -> dict[str, int]:
    """{"photos": how many photos of the pupil's forms are on hold at this moment, or will be after their check}."""
    entries = deps.roster_view.entries_of_pupil(pupil)
    return {"photos": sum(_held(deps, entry) for entry in entries)}


def _hold(deps: Dependencies, caller: Caller, entry: Entry, account: str, command: str) -> int:
    """The photos in the check are told first: whichever are settled before that are found settled after it."""
    form = form_stream(entry.campaign, entry.pupil)
    pending = deps.photos.hold_pending(form, deps.clock.now(), account, command)
    settled = deps.photos.of_form(form)
    sent = frozenset(photo.sha256 for photo in settled if photo.account == account and photo.sha256)
    context = CommandContext(f"{caller.account}:hold:{command}", caller.account, account)
    return pending + len(deps.handle(entry.campaign, entry.pupil, Hold(sent), context).events)


def _held(deps: Dependencies, entry: Entry) -> int:
    """Count those in the check first: none is missed while it goes over."""
    pending = deps.photos.held_pending(form_stream(entry.campaign, entry.pupil))
    form = deps.form(entry.campaign, entry.pupil)
    return pending + sum(photo.reason == ON_HOLD for photo in form.waiting)
