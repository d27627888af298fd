"""Holding of what one account has sent for a pupil, for identity: the account had used another family's code.

As in a withdrawal, open tickets of the account are closed and its photos in the check awaited first. The photos of
everybody else stay, and so does what the account has sent for other pupils.
"""

from __future__ import annotations

from services.upload.dependencies import Dependencies
from services.upload.domain.form_commands import Hold
from services.upload.photos.protocol import form_stream
from services.upload.roster_view.view import Entry
from services.upload.use_cases.withdrawal import photo_in_check
from shared.eventsourcing.store import CommandContext
from shared.service.auth import Caller


def hold_all(deps: Dependencies, caller: Caller, pupil: str, *, command: str, account: str) -> dict[str, int]:
    """{"photos": how many are put on hold}, the same for a repeated command. Raises Refused("photo-in-check")."""
    entries = deps.roster_view.entries_of_pupil(pupil)
    return {"photos": sum(_hold(deps, caller, entry, account, command) for entry in entries)}


def _hold(deps: Dependencies, caller: Caller, entry: Entry, account: str, command: str) -> int:
    form = form_stream(entry.campaign, entry.pupil)
    if deps.photos.close_pending(form, account=account):
        raise photo_in_check()
    sent = frozenset(photo.sha256 for photo in deps.photos.of_form(form) if photo.account == account and photo.sha256)
    context = CommandContext(f"{caller.account}:hold:{command}", caller.account, account)
    return len(deps.handle(entry.campaign, entry.pupil, Hold(sent), context).events)
