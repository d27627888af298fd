"""Reading of the QR codes on a photo of a form: one cheap look, which reads nearly every good photo, then the attempts.

A code says where its page is, what is upright, and whether the picture is a mirror image.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import zxingcpp
from PIL import Image

from services.upload.image import attempts, symbol
from services.upload.image.examined import QrCode
from services.upload.image.pixels import Pixels
from shared.language.codes import PageOne, PageTwo, parse_qr

Point = tuple[float, float]
QR_ONLY = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)  # a further format may be misread out of a table


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
    """

    qr_codes: tuple[QrCode, ...] = ()
    upright: tuple[bool, int] | None = None
    places: Mapping[PageOne, tuple[Point, ...]] = field(default_factory=dict)


def read(grey: Image.Image, pixels: Pixels) -> QrReading:
    """The QR codes on a picture, however it is held. Stops at the first attempt that finds one of our codes."""
    for found in _looks(grey, pixels):
        if found:
            found.sort(key=lambda each: isinstance(each.code, PageTwo))
            codes = tuple(dict.fromkeys(each.code for each in found))
            places = {each.code: each.shares for each in found if isinstance(each.code, PageOne)}
            return QrReading(codes, (found[0].mirrored, found[0].quarter_turns), places)
    return QrReading()


def _looks(grey: Image.Image, pixels: Pixels) -> Iterator[list[Found]]:
    """The first look leaves out what a printed form never needs: light on dark, and coarser pictures of the same."""
    yield _found(grey, attempts.LOCAL, thorough=False)
    for picture, binarizer in attempts.attempts(grey, pixels):
        yield _found(picture, binarizer, thorough=True)


def _found(picture: Image.Image, binarizer: zxingcpp.Binarizer, thorough: bool) -> list[Found]:
    barcodes = zxingcpp.read_barcodes(
        picture, formats=QR_ONLY, binarizer=binarizer, try_invert=thorough, try_downscale=thorough
    )
    return [
        _placed(code, barcode, picture.size) for barcode in barcodes if (code := parse_qr(barcode.text)) is not None
    ]


def _placed(code: QrCode, barcode: zxingcpp.Barcode, size: tuple[int, int]) -> Found:
    at, mirrored = barcode.position, symbol.is_mirrored(barcode)
    right, left = (at.bottom_left, at.top_right) if mirrored else (at.top_right, at.bottom_left)
    corners = tuple((float(point.x), float(point.y)) for point in (at.top_left, right, at.bottom_right, left))
    return Found(code, corners, size, mirrored)
