"""Authorization: which accounts may send, see and review the photos of a form."""

from __future__ import annotations

from services.upload.photos.protocol import SentPhoto
from services.upload.roster_view.view import Entry, RosterView
from shared.infrastructure.clock import day_of
from shared.infrastructure.errors import Refused
from shared.language.campaign_state import is_over
from shared.language.codes import UPLOAD, code_hash, parse
from shared.language.permissions import VIEW_PHOTOS
from shared.service.auth import Caller


def in_scope(caller: Caller, entry: Entry, view: RosterView) -> bool:
    """True if it is a guardian's own child, or a pupil of the teacher's class or of the school as the tree is now."""
    if caller.role == "guardian":
        return caller.scope.allows_pupil(entry.pupil)
    return caller.may(VIEW_PHOTOS) and caller.scope.allows(view.path_of(entry))


def require_in_scope(caller: Caller, entry: Entry, view: RosterView) -> None:
    if not in_scope(caller, entry, view):
        raise _pupil_outside_scope()


def require_pupil(caller: Caller, pupil: str) -> None:
    """Refuse other children to a guardian before any lookup, so that not even their existence shows."""
    if caller.role == "guardian" and not caller.scope.allows_pupil(pupil):
        raise _pupil_outside_scope()


def entry_for(caller: Caller, view: RosterView, campaign: str, pupil: str) -> Entry:
    """The entry of a pupil within the caller's scope. Raises Refused."""
    require_pupil(caller, pupil)
    entry = view.entry(campaign, pupil)
    if not entry:
        raise Refused(
            "not-found",
            "This pupil has no entry in the campaign, or the entry is not in the system yet; try again in a moment.",
            where="pupil",
        )
    require_in_scope(caller, entry, view)
    return entry


def entry_of_code(view: RosterView, code_key: bytes, typed: str) -> Entry:
    """The entry of an upload code as typed or scanned. 69 random bits make guessing hopeless. Raises Refused."""
    entry = view.entry_of_code(code_hash(UPLOAD, parse(typed, "upload_code", kind=UPLOAD), code_key))
    if not entry:
        raise Refused(
            "code-unknown",
            "No pupil has this upload code. Compare every letter with page 1; the form must be this campaign's.",
            kind="not-found",
            where="upload_code",
        )
    return entry


def require_photo_in_scope(caller: Caller, photo: SentPhoto, view: RosterView) -> Entry:
    """The entry of the photo's form. Raises Refused."""
    entry = view.entry(photo.campaign, photo.pupil)
    if not entry or not in_scope(caller, entry, view):
        raise Refused("outside-scope", "This photo lies outside the scope of your account.")
    return entry


def require_running(view: RosterView, entry: Entry, now: int) -> None:
    last_day = view.last_day(entry)
    if is_over(last_day, day_of(now)):
        raise Refused("campaign-over", f"The campaign ended on {last_day}.", kind="conflict")


def _pupil_outside_scope() -> Refused:
    return Refused("outside-scope", "This pupil lies outside the scope of your account.")
