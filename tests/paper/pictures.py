"""Photos of forms for tests: the same bytes in every run."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Mapping
from functools import cache
from typing import Any

import segno
from PIL import Image, ImageDraw, ImageFilter, ImageOps

from shared.language import codes
from shared.language import form_layout as layout

PORTAL = "https://rollcall.example"
GPS, ORIENTATION, COMMENT = 0x8825, 0x0112, b"taken at home"

TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}  # by EXIF orientation: what makes such a picture upright

CODE_KEY = b"of codes, only for tests, 32 byte"[:32]


def a_code(seed: int, kind: str = codes.UPLOAD) -> str:
    """A code that is always the same for a seed."""
    numbers = iter(range(seed, seed + 1000, 7))
    return codes.make(lambda n: next(numbers) % n, kind=kind)


def a_serial(seed: int, upload_code: str) -> str:
    """A serial that roster could have made for this upload code, always the same for a seed."""
    numbers = iter(range(seed, seed + 1000, 7))
    return codes.make_serial(upload_code, CODE_KEY, lambda n: next(numbers) % n)


CODE, OTHER_CODE = a_code(1), a_code(2)
SERIAL = a_serial(3, CODE)
PAGE_ONE = codes.page_one_address(PORTAL, CODE, SERIAL)
PAGE_TWO = codes.page_two_address(PORTAL, a_code(4, codes.REGISTRATION))


def page(*addresses: str, width: int = 900, qr: int = 0, blank: bool = False) -> Image.Image:
    """A page upright: a dark bar at its top, rows, marks, and the first address as a QR, each at its place on a form.

    Further addresses lie to the left. qr: pixels of a code out of place, for close-ups. blank: the codes alone.
    """
    image = Image.new("RGB", (width, width * 4 // 3), "white") if blank else _table(width).copy()
    mm = image.height / layout.PAGE[1]
    size = qr or round(layout.QR.width * mm * 41 / 37)  # a version 5, with half a quiet zone
    left, top = (width - qr - 40, 60) if qr else (round((layout.QR.left - 2) * mm), round((layout.QR.top - 2) * mm))
    for index, address in enumerate(addresses):
        image.paste(_square(address).resize((size, size)), (left - index * (size + 20), top))
    return image


@cache
def _table(width: int) -> Image.Image:
    """A page without codes, for copies."""
    image = Image.new("RGB", (width, width * 4 // 3), "white")
    draw, mm = ImageDraw.Draw(image), image.height / layout.PAGE[1]
    draw.rectangle((0, 0, width, width // 30), fill=(20, 20, 90))
    for row in range(int(layout.TABLE[0]), int(layout.TABLE[1]) + 30, 8):
        for left in range(int(layout.MARGIN_X), 190, 45):
            draw.text((left * mm, row * mm), "name, class", fill="black", font_size=5 * mm)
        draw.line((12 * mm, (row - 1) * mm, 198 * mm, (row - 1) * mm), fill=(90, 90, 90))
    for mark in layout.MARKS:
        draw.rectangle([at * mm for at in (mark.left, mark.top, mark.right, mark.bottom)], fill="black")
    return image


@cache
def _square(address: str) -> Image.Image:
    """The QR of an address, for copies."""
    square = io.BytesIO()
    segno.make(address, error="q", micro=False, version=5).save(square, kind="png", scale=8, border=2)
    return Image.open(square).convert("RGB")


def beside(one: Image.Image, two: Image.Image) -> Image.Image:
    """Two sheets on a table."""
    table = Image.new("RGB", (one.width + two.width + 120, max(one.height, two.height) + 80), (96, 84, 70))
    table.paste(one, (40, 40))
    table.paste(two, (one.width + 80, 40))
    return table


def encoded(image: Image.Image, format: str = "JPEG", **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


def exif(values: Mapping[int, Any]) -> bytes:
    """Metadata as phones write it, always with a location."""
    data = Image.Exif()
    for tag, value in values.items():
        data[tag] = value
    data.get_ifd(GPS).update({1: "N", 2: (39.0, 54.0, 26.0), 3: "E", 4: (116.0, 23.0, 29.0)})
    return data.tobytes()


@cache
def photo(*addresses: str, **options: Any) -> bytes:
    """A good JPEG of a page."""
    return encoded(page(*(addresses or (PAGE_ONE,))), **{"quality": 90, **options})


def held_askew(image: Image.Image, degrees: float) -> Image.Image:
    return image.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=(90, 80, 70))


def blurred(image: Image.Image, radius: float) -> Image.Image:
    return image.filter(ImageFilter.GaussianBlur(radius))


def dim(image: Image.Image, contrast: float) -> Image.Image:
    return image.point(lambda value: round(100 + (value - 128) * contrast))


def png_header(width: int, height: int) -> bytes:
    """A PNG whose header announces pixels that do not follow, as a decompression bomb does."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(d)) + t + d + struct.pack(">I", zlib.crc32(t + d)) for t, d in chunks
    )


def seen(jpeg: bytes) -> Image.Image:
    """A picture as browsers and phones show it: turned by its orientation."""
    image = Image.open(io.BytesIO(jpeg))
    assert image.format == "JPEG"
    return ImageOps.exif_transpose(image).convert("RGB")


def bare(jpeg: bytes) -> bytes:
    """An archive without its orientation. Of all that EXIF can hold nothing else may be there, byte by byte."""
    start, found = jpeg[:20], jpeg[20:56]
    assert start == b"\xff\xd8\xff\xe0" + struct.pack(">H", 16) + b"JFIF\0\1\1\0\0\1\0\1\0\0"
    if found[:2] != b"\xff\xe1":
        return jpeg
    [orientation] = struct.unpack("<H", found[28:30])
    directory = struct.pack("<2sHLHHHLHHL", b"II", 42, 8, 1, ORIENTATION, 3, 1, orientation, 0, 0)
    assert found == b"\xff\xe1" + struct.pack(">H", 34) + b"Exif\0\0" + directory and 2 <= orientation <= 8
    return start + jpeg[56:]
