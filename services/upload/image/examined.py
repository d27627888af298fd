"""Result of an examination. Apart from the decoders, so that the service itself never loads them."""

from __future__ import annotations

from dataclasses import dataclass

from services.upload.domain.outcome import REFUSED, Outcome
from shared.language.codes import PageOne, PageTwo

MAX_BYTES = 15 * 1024 * 1024
QrCode = PageOne | PageTwo


class RejectedImage(Exception):
    """Bytes that can never become an archive. reason: one of the first in outcome.REASONS[REFUSED]."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.outcome = Outcome(REFUSED, reason)


@dataclass(frozen=True, slots=True)
class ExaminedPhoto:
    """jpeg: the cleaned photo, with its orientation. width, height: as it is seen. qr_codes: of forms, page 1 first.

    whole: those of them around which page 1 lies in the picture, printed and down to its signature box.
    is_cut_short: the end of the file is missing; the page is there all the same.
    another_sheet: print lies beside the pages with these codes, and no code of it could be read.
    """

    jpeg: bytes
    width: int
    height: int
    qr_codes: tuple[QrCode, ...]
    whole: tuple[QrCode, ...] = ()
    is_cut_short: bool = False
    another_sheet: bool = False
