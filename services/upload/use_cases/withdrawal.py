"""Withdrawal of a pupil's photos from every form, for identity: consent has ended, or a family asks for it.

Tickets are closed and photos in the check awaited first, so that no photo is archived after the withdrawal.
"""

from __future__ import annotations

from services.upload.authorization import entry_of_code
from services.upload.dependencies import Dependencies
from services.upload.photos.protocol import form_stream
from services.upload.roster_view.view import Entry
from services.upload.use_cases.reviewing import withdraw
from shared.eventsourcing.store import CommandContext
from shared.infrastructure.errors import Refused
from shared.service.auth import Caller

CODE = "code"  # of the contract's BY


def withdraw_all(deps: Dependencies, caller: Caller, pupil: str, *, command: str, upload_code: str) -> dict[str, int]:
    """{"photos": how many are withdrawn}, the same for a repeated command.

    upload_code: withdraw only photos sent by codes alone, and only from the form of this code, which must be the
    pupil's. Raises Refused("code-unknown", "photo-in-check").
    """
    entries, by = deps.roster_view.entries_of_pupil(pupil), ""
    if upload_code:
        entries, by = [_own_entry(deps, pupil, upload_code)], CODE
    return {"photos": sum(_withdraw(deps, caller, entry, by, command) for entry in entries)}


def _own_entry(deps: Dependencies, pupil: str, upload_code: str) -> Entry:
    entry = entry_of_code(deps.roster_view, deps.code_key, upload_code)
    if entry.pupil != pupil:
        raise Refused(
            "other-child", "The two codes belong to different children; take both from one form.", where="upload_code"
        )
    return entry


def _withdraw(deps: Dependencies, caller: Caller, entry: Entry, by: str, command: str) -> int:
    if deps.photos.close_pending(form_stream(entry.campaign, entry.pupil), deps.clock.now(), by):
        raise Refused(
            "photo-in-check", "A photo of this child is being checked; try again in a minute.", kind="conflict"
        )
    context = CommandContext(f"{caller.account}:withdraw:{command}", caller.account, by)
    try:
        return withdraw(deps, entry, context, by)
    except Refused as refused:
        if refused.code != "nothing-to-withdraw":
            raise
        return 0
