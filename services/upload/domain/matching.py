"""Matching: the QR codes read on a photo against the pupil for whom it was sent. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from services.upload.domain.outcome import (
    ANOTHER_SHEET,
    ARCHIVED,
    FOREIGN_ADDRESS,
    OTHER_CHILD,
    PAGE_INCOMPLETE,
    PAGE_TWO,
    REFUSED,
    SEVERAL_FORMS,
    SUSPICIOUS,
    UNKNOWN_SHEET,
    UNREADABLE_QR,
    VOID_SHEET,
    WAITING,
    Outcome,
)


@dataclass(frozen=True, slots=True)
class UploadTarget:
    """The form for which a photo was sent. sheet, void_sheets: hashes of the serials of valid and void sheets."""

    campaign: str
    pupil: str
    sheet: str = ""
    void_sheets: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class PageOneQr:
    """A page-1 QR code and the owner of its upload code.

    campaign, pupil  "" without an owner
    serial           its hash
    ours             it leads to this deployment's portal
    proven           the serial proves that roster has made it for this upload code
    whole            the page lies around it in the picture, printed and down to its signature box
    """

    campaign: str
    pupil: str
    serial: str
    ours: bool = True
    proven: bool = True
    whole: bool = True


def match(target: UploadTarget, page_ones: Sequence[PageOneQr], page_two: bool, another_sheet: bool = False) -> Outcome:
    """Decide whether the photo shows page 1 of the target's form.

    page_two: whether a page-2 QR code was read as well. another_sheet: print beside their pages.

    An unknown serial that proves itself is newer than this service's view of the roster: its sheet is valid. An
    invented one and a code without an owner need a person, and so does a page of which only a part is there. A photo
    with the code of another pupil's form, alone or beside the right one, never counts; where such a code may be lost,
    under a stamp or out of focus, a person looks before anything is archived.
    """
    if not page_ones:
        return Outcome(REFUSED, PAGE_TWO) if page_two else Outcome(WAITING, UNREADABLE_QR)
    own = [qr for qr in page_ones if qr.pupil == target.pupil]
    others = any(qr.pupil and qr.pupil != target.pupil for qr in page_ones)
    if not own:
        return Outcome(REFUSED, OTHER_CHILD) if others else Outcome(WAITING, SUSPICIOUS)
    if others:
        return Outcome(REFUSED, SEVERAL_FORMS)
    if any(qr.campaign != target.campaign or qr.serial in target.void_sheets for qr in own):
        return Outcome(WAITING, VOID_SHEET)
    if not all(qr.ours for qr in own):
        return Outcome(WAITING, FOREIGN_ADDRESS)
    if not all(qr.proven or qr.serial == target.sheet for qr in own):
        return Outcome(WAITING, UNKNOWN_SHEET)
    if not any(qr.whole for qr in own):
        return Outcome(WAITING, PAGE_INCOMPLETE)
    if another_sheet:
        return Outcome(WAITING, ANOTHER_SHEET)
    return Outcome(ARCHIVED)
