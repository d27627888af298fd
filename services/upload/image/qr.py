"""Reading of the QR codes on a photo of a form: the cheap attempt first, then other scales, sharpening and contrast.

The order of attempts follows measurements on simulated phone photos (tilted, dim, blurred, far away): the first one
takes 5 ms and reads nine in ten.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import zxingcpp
from PIL import Image, ImageFilter, ImageOps

from services.upload.image.examined import QrCode
from shared.language.codes import PageOne, PageTwo, parse_qr

Attempt = tuple[Image.Image, zxingcpp.Binarizer]
Corners = tuple[tuple[float, float], ...]  # the QR's own top left first, then clockwise as printed
LOCAL, GLOBAL = zxingcpp.Binarizer.LocalAverage, zxingcpp.Binarizer.GlobalHistogram
QR_ONLY = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)  # a further format may be misread out of a table
SMALL = 2000  # pixels of the long side below which enlarging helps


@dataclass(frozen=True, slots=True)
class QrReading:
    """qr_codes: ours only, page 1 before page 2.

    quarter_turns: counter-clockwise turns that set the page upright, None if unknown.
    places: the corners of every QR of page 1, as shares of the picture's width and height.
    """

    qr_codes: tuple[QrCode, ...] = ()
    quarter_turns: int | None = None
    places: Mapping[PageOne, Corners] = field(default_factory=dict)


def read(grey: Image.Image, whole: Image.Image) -> QrReading:
    """The QR codes on a picture in any rotation. grey: the same picture as whole, reduced to a few million pixels.

    Stops at the first attempt that finds one of our codes.
    """
    for picture, binarizer in _attempts(grey, whole):
        found = [(qr_code, barcode) for barcode in _read(picture, binarizer) if (qr_code := parse_qr(barcode.text))]
        if found:
            found.sort(key=lambda pair: isinstance(pair[0], PageTwo))
            qr_codes = dict.fromkeys(qr_code for qr_code, _ in found)
            places = {one: _corners(barcode, picture) for one, barcode in found if isinstance(one, PageOne)}
            return QrReading(tuple(qr_codes), round(found[0][1].orientation / 90) % 4, places)
    return QrReading()


def _corners(barcode: zxingcpp.Barcode, picture: Image.Image) -> Corners:
    at = barcode.position
    return tuple(
        (point.x / picture.width, point.y / picture.height)
        for point in (at.top_left, at.top_right, at.bottom_right, at.bottom_left)
    )


def _attempts(grey: Image.Image, whole: Image.Image) -> Iterator[Attempt]:
    side = max(grey.size)
    middle = _scaled(grey, min(1600, side))
    yield middle, LOCAL
    if side > 1000:
        yield _scaled(grey, 1000), LOCAL
    if middle is not grey:
        yield grey, LOCAL
    if whole.size != grey.size:
        grey = whole.convert("L")
        yield grey, LOCAL
    enlarge = max(grey.size) < SMALL
    if enlarge:
        yield _scaled(grey, 2 * max(grey.size)), LOCAL
    yield middle, GLOBAL
    clear = ImageOps.autocontrast(grey, cutoff=1)
    for radius, percent in ((2, 200), (4, 300)):
        yield clear.filter(ImageFilter.UnsharpMask(radius, percent, 0)), LOCAL
    if enlarge:
        yield _scaled(clear, 3 * max(grey.size)), LOCAL


def _read(grey: Image.Image, binarizer: zxingcpp.Binarizer) -> list[zxingcpp.Barcode]:
    return list(zxingcpp.read_barcodes(grey, formats=QR_ONLY, binarizer=binarizer))


def _scaled(grey: Image.Image, side: int) -> Image.Image:
    """The image with `side` pixels on its long side."""
    factor = side / max(grey.size)
    if factor == 1:
        return grey
    method = Image.Resampling.HAMMING if factor < 1 else Image.Resampling.BICUBIC
    return grey.resize((max(1, round(grey.width * factor)), max(1, round(grey.height * factor))), method)
