"""Photos of forms for tests: the same bytes in every run."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Mapping
from typing import Any

import segno
from PIL import Image, ImageDraw, ImageFilter

from shared.language import codes

PORTAL = "https://rollcall.example"
GPS, ORIENTATION, COMMENT = 0x8825, 0x0112, b"taken at home"


def a_code(seed: int, length: str = "code") -> str:
    """A code (or serial) that is always the same for a seed."""
    numbers = iter(range(seed, seed + 1000, 7))
    return (
        codes.make_serial(lambda n: next(numbers) % n)
        if length == "serial"
        else codes.make(lambda n: next(numbers) % n)
    )


CODE, OTHER_CODE, SERIAL = a_code(1), a_code(2), a_code(3, "serial")
PAGE_ONE = codes.page_one_address(PORTAL, CODE, SERIAL)
PAGE_TWO = codes.page_two_address(PORTAL, a_code(4))


def page(*addresses: str, width: int = 900, qr: int = 220) -> Image.Image:
    """A page upright: a dark bar at its top, lines of text, each address as a QR at the right."""
    image = Image.new("RGB", (width, width * 4 // 3), "white")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, width, width // 30), fill=(20, 20, 90))
    for y in range(width // 5, image.height - 40, 40):
        draw.text((40, y), "name, class, address, signature", fill="black", font_size=22)
    for index, address in enumerate(addresses):
        square = io.BytesIO()
        segno.make(address, error="m", micro=False).save(square, kind="png", scale=8, border=4)
        image.paste(Image.open(square).convert("RGB").resize((qr, qr)), (width - qr - 40, 60 + index * (qr + 20)))
    return image


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
