"""Reading of the QR codes on a photo of a form: one cheap look, which reads nearly every good photo, then the attempts.

Where print lies beside the pages with the codes that were read, it may be another child's form: the attempts are made
there, too, and what they do not explain is told.
A code says where its page is, what is upright, and whether the picture is a mirror image.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import zxingcpp
from PIL import Image

from services.upload.image import around, attempts, bent, symbol
from services.upload.image.examined import QrCode
from services.upload.image.greys import Grey
from services.upload.image.pixels import Picture
from services.upload.image.without import without
from shared.language.codes import PageOne, PageTwo, parse_qr

Point = tuple[float, float]
QR_ONLY = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)  # a further format may be misread out of a table
BENT = 3  # codes without their modules for which that is tried: each takes as long as a good photo
SHEETS = 4  # found in one picture before the rest is left to a person


@dataclass(frozen=True, slots=True)
class Found:
    """A code of a form. corners: the QR's own top left first, then clockwise as printed, in pixels of side `size`.

    In a mirrored picture they lie counter-clockwise.
    """

    code: QrCode
    corners: tuple[Point, ...]
    size: tuple[int, int]
    mirrored: bool

    @property
    def quarter_turns(self) -> int:
        """Counter-clockwise, of the picture after it was mirrored back if it must be, until its page is upright."""
        (left, top), (right, bottom) = self.corners[:2]
        across = left - right if self.mirrored else right - left
        return round(math.degrees(math.atan2(bottom - top, across)) / 90) % 4

    @property
    def shares(self) -> tuple[Point, ...]:
        """The corners as shares of width and height."""
        return tuple((x / self.size[0], y / self.size[1]) for x, y in self.corners)


@dataclass(frozen=True, slots=True)
class QrReading:
    """qr_codes: ours only, page 1 before page 2.

    upright: whether the picture is mirrored, and the counter-clockwise quarter turns after that; None if unknown.
    places: the corners of every QR of page 1, as shares of the picture's width and height.
    another_sheet: beside the pages with these codes lies something printed, and no code of it could be read.
    """

    qr_codes: tuple[QrCode, ...] = ()
    upright: tuple[bool, int] | None = None
    places: Mapping[PageOne, tuple[Point, ...]] = field(default_factory=dict)
    another_sheet: bool = False


def read_at_once(grey: Grey) -> QrReading | None:
    """The QR codes on a picture of which the first look finds all; None if there are none, or may be more."""
    found, unread = _found(grey.first_look(), attempts.LOCAL, thorough=False)
    found += _smaller(grey, found)
    places = [each.shares for each in found]
    if not found or _is_lost(unread, places) or around.Surroundings(grey, places).has_print(around.ANY):
        return None
    return _reading(found, another_sheet=False)


def read(grey: Grey, picture: Picture) -> QrReading:
    """The QR codes on a picture, however it is held. grey: of the same picture.

    Stops at the first look that finds one of our codes, unless there is print beside their pages.
    """
    found, unread = _found(grey.first_look(), attempts.LOCAL, thorough=False)
    found = found or _by_attempts(picture) or _on_bent_paper(grey.whole)
    found += _smaller(grey, found)
    for _ in range(SHEETS):
        places = [each.shares for each in found]
        if not found or not (_is_lost(unread, places) or around.has_print(grey, places)):
            return _reading(found, another_sheet=False)
        more = _by_attempts(without(picture, places))
        if not more:
            break
        found += more
    return _reading(found, another_sheet=True)


def _is_lost(unread: Sequence[Point], places: Sequence[Sequence[Point]]) -> bool:
    """True if beside the pages with these codes lies a code of which too much is lost."""
    return any(not around.lies_on(point, places) for point in unread)


def _smaller(grey: Grey, found: Sequence[Found]) -> list[Found]:
    """Codes beside these pages that are too small for the first look: a slip needs no print around its code."""
    places = [each.shares for each in found]
    if not found or not around.Surroundings(grey, places, around.COARSER).has_spot():
        return []
    known = {each.code for each in found}
    looks = (_found(look, attempts.LOCAL, thorough=False)[0] for look in attempts.enlarged(grey.whole))
    return next(filter(None, ([each for each in codes if each.code not in known] for codes in looks)), [])


def _reading(found: list[Found], another_sheet: bool) -> QrReading:
    found = sorted(found, key=lambda each: isinstance(each.code, PageTwo))
    codes = tuple(dict.fromkeys(each.code for each in found))
    places = {each.code: each.shares for each in found if isinstance(each.code, PageOne)}
    upright = (found[0].mirrored, found[0].quarter_turns) if found else None
    return QrReading(codes, upright, places, another_sheet)


def _by_attempts(picture: Picture) -> list[Found]:
    every = (_found(look, binarizer, thorough=True)[0] for look, binarizer in attempts.attempts(picture))
    return next(filter(None, every), [])


def _on_bent_paper(look: Image.Image) -> list[Found]:
    """A code whose corners and version are found and whose modules are not: once all else has failed."""
    barcodes = _barcodes(look, attempts.LOCAL, thorough=False)
    lost = [(each, _modules(each)) for each in barcodes if not each.valid and _modules(each)]
    for barcode, side in lost[:BENT]:
        corners = _corners(barcode)
        for modules in bent.flattened(look, corners, side):
            for read in _barcodes(modules, attempts.GLOBAL, thorough=False):
                if read.valid and (code := parse_qr(read.text)) is not None:
                    return [_placed(code, corners, look.size, symbol.is_mirrored(read))]
    return []


def _modules(barcode: zxingcpp.Barcode) -> int:
    """The modules along a side; 0 for the narrow kinds, which no form has: their version is no number.

    Of a code whose format is lost nothing is known.
    """
    version = str((barcode.extra or {}).get("Version", ""))  # type: ignore[attr-defined]
    return 17 + 4 * int(version) if version.isdecimal() else 0


def _found(picture: Image.Image, binarizer: zxingcpp.Binarizer, thorough: bool) -> tuple[list[Found], list[Point]]:
    """Our codes, and where codes lie of which too much is lost, as shares of the picture.

    The first look leaves out what a printed form never needs: light on dark, and coarser pictures of the same.
    """
    barcodes = _barcodes(picture, binarizer, thorough)
    ours = [
        _placed(code, _corners(barcode), picture.size, symbol.is_mirrored(barcode))
        for barcode in barcodes
        if barcode.valid and (code := parse_qr(barcode.text)) is not None
    ]
    return ours, [_middle(barcode, picture.size) for barcode in barcodes if not barcode.valid]


def _barcodes(picture: Image.Image, binarizer: zxingcpp.Binarizer, thorough: bool) -> list[zxingcpp.Barcode]:
    return list(
        zxingcpp.read_barcodes(
            picture,
            formats=QR_ONLY,
            binarizer=binarizer,
            try_invert=thorough,
            try_downscale=thorough,
            return_errors=True,
        )
    )


def _corners(barcode: zxingcpp.Barcode) -> tuple[Point, ...]:
    at = barcode.position
    ends = at.top_left, at.top_right, at.bottom_right, at.bottom_left
    return tuple((float(end.x), float(end.y)) for end in ends)


def _middle(barcode: zxingcpp.Barcode, size: tuple[int, int]) -> Point:
    ends = _corners(barcode)
    return sum(x for x, _ in ends) / 4 / size[0], sum(y for _, y in ends) / 4 / size[1]


def _placed(code: QrCode, ends: tuple[Point, ...], size: tuple[int, int], mirrored: bool) -> Found:
    top_left, right, bottom_right, left = ends
    corners = (top_left, left, bottom_right, right) if mirrored else ends
    return Found(code, corners, size, mirrored)
