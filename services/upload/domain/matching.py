"""Whose form is on the photo? What was read is compared with the pupil that ticket or binding names. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

ARCHIVED, WAITING, REFUSED = "archived", "waiting", "refused"


@dataclass(frozen=True, slots=True)
class Named:
    """The form that the photo was sent for. void_sheets: hashes of serials that hold no more."""

    campaign: str
    pupil: str
    void_sheets: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """A QR of page 1 on the photo: campaign and pupil that own its upload code, "" where nobody does, and the hash of its serial."""

    campaign: str
    pupil: str
    serial: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """state: ARCHIVED, WAITING (for a person) or REFUSED (thrown away, never counted)."""

    state: str
    reason: str = ""


def match(named: Named, seen: Sequence[Seen], page_two: bool) -> Verdict:
    """seen: every page 1 on the photo. page_two: whether a page 2 is on it.

    A serial of which nobody has heard is newer than what we know: its sheet holds. A code that nobody owns, and two
    children's forms on one photo, are for a person to look at. Another pupil's code alone never counts.
    """
    if not seen:
        return Verdict(REFUSED, "page-two") if page_two else Verdict(WAITING, "unreadable-qr")
    own = [s for s in seen if s.pupil == named.pupil]
    others = any(s.pupil and s.pupil != named.pupil for s in seen)
    if not own:
        return Verdict(REFUSED, "other-child") if others else Verdict(WAITING, "suspicious")
    if others:
        return Verdict(WAITING, "suspicious")
    if any(s.campaign != named.campaign or s.serial in named.void_sheets for s in own):
        return Verdict(WAITING, "void-sheet")
    return Verdict(ARCHIVED)
