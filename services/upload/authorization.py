"""Whose form is it, and who may touch it?"""

from __future__ import annotations

from services.upload.roster_view.view import Entry, RosterView
from shared.infrastructure.clock import day_of
from shared.infrastructure.errors import Refused
from shared.language.codes import UPLOAD, code_hash, parse
from shared.service.auth import Caller, require_role

STAFF = ("teacher", "school")
HANDS = ("guardian", *STAFF)  # who may send photos; the words are the contract's


def covers(caller: Caller, entry: Entry, view: RosterView) -> bool:
    """A guardian's own child; a pupil of the teacher's class or of the school, as the tree is now."""
    if caller.role == "guardian":
        return caller.scope.allows_pupil(entry.pupil)
    return caller.role in STAFF and caller.scope.allows(view.path_of(entry))


def require_cover(caller: Caller, entry: Entry, view: RosterView) -> None:
    if not covers(caller, entry, view):
        raise Refused("outside-scope", "This pupil lies outside what your account may see.")


def entry_for(caller: Caller, view: RosterView, campaign: str, pupil: str) -> Entry:
    """The entry of a pupil whom the caller may see; a guardian is told nothing about other children, not even whether they exist."""
    require_role(caller, HANDS)
    if caller.role == "guardian" and not caller.scope.allows_pupil(pupil):
        raise Refused("outside-scope", "This pupil lies outside what your account may see.")
    entry = view.entry(campaign, pupil)
    if not entry:
        raise Refused(
            "not-found",
            "This pupil has no entry in the campaign, or it is not known here yet; try again in a moment.",
            where="pupil",
        )
    require_cover(caller, entry, view)
    return entry


def entry_of_code(view: RosterView, code_key: bytes, typed: str) -> Entry:
    """The entry of an upload code that somebody typed or scanned. 69 random bits: trying codes is hopeless."""
    entry = view.entry_of_code(code_hash(UPLOAD, parse(typed, where="upload_code"), code_key))
    if not entry:
        raise Refused(
            "code-unknown",
            "Nobody has this upload code. Compare every letter with page 1, and whether it is this campaign's form.",
            kind="not-found",
            where="upload_code",
        )
    return entry


def require_running(entry: Entry, now: int) -> None:
    if day_of(now) > entry.last_day:
        raise Refused("campaign-over", f"The campaign ended on {entry.last_day}.", kind="conflict")
