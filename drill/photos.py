"""Phone photos of printed pages: perspective, quarter turns, shadow, blur, noise, a phone's file formats; seeded.

Either readable or unreadable: a readable photo is easily read, an unreadable one has lost the QR completely.
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pillow_heif
from PIL import Image, ImageChops, ImageDraw, ImageFilter
from PIL.Image import Resampling, Transform

pillow_heif.register_heif_opener()

LONG, SHORT = 1600, 1200  # pixels of a photo, before it is turned
TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "HEIF": "image/heic"}
FASTER: dict[str, dict[str, Any]] = {"WEBP": {"method": 1}, "HEIF": {"enc_params": {"preset": "ultrafast"}}}
UNREADABLE = ("blurred", "covered", "cut-off")
TABLES = ((122, 92, 66), (168, 150, 128), (96, 104, 110), (190, 186, 178), (70, 60, 56))
INK = 12  # the darkest grey of a printed page
ORIENTATION, GPS = 0x0112, 0x8825  # EXIF tags
Box = tuple[int, int, int, int]  # left, top, right, bottom in pixels of the page


@dataclass(frozen=True, slots=True)
class Photo:
    """A file as a phone sends it."""

    content: bytes
    content_type: str


def readable(page: Image.Image, random: np.random.Generator, kind: str = "JPEG") -> Photo:
    """A usable photo of a page. page: grey ("L"). kind: a key of TYPES."""
    return _file(_develop(*_lay_down(page, random), random, blur=float(random.uniform(0.3, 0.7))), random, kind)


def unreadable(page: Image.Image, qr: Box, how: str, random: np.random.Generator) -> Photo:
    """A photo whose QR cannot be read. qr: box of the QR on the page. how: one of UNREADABLE."""
    if how == "blurred":
        small = page.resize((page.width // 20, page.height // 20), Resampling.BOX)
        page = small.resize(page.size, Resampling.BILINEAR).filter(ImageFilter.GaussianBlur(9))
    elif how == "covered":
        page = _cover(page, qr, random)
    else:
        page = (
            page.crop((0, qr[3], page.width, page.height))
            if qr[1] < page.height // 2
            else page.crop((0, 0, page.width, qr[1]))
        )
    return _file(_develop(*_lay_down(page, random), random, blur=0.6), random, "JPEG")


def sign(page: Image.Image, qr: Box, random: np.random.Generator) -> Image.Image:
    """The page with a signature at its foot, never over the QR."""
    signed = page.copy()
    x, y = int(page.width * random.uniform(0.2, 0.45)), int(page.height * random.uniform(0.86, 0.92))
    if qr[1] - 20 < y < qr[3] + 20:
        y = int(page.height * 0.55)
    steps = np.cumsum(random.normal((7, 0), (5, 9), (18, 2)), axis=0)
    ImageDraw.Draw(signed).line([(x + float(dx), y + float(dy)) for dx, dy in steps], fill=40, width=3, joint="curve")
    return signed


def cat(random: np.random.Generator) -> Photo:
    """A drawing of a red cat on something green, surely no form: without whiskers, which look like print."""
    green = tuple(int(random.integers(low, low + 40)) for low in (30, 90, 40))
    image = Image.new("RGB", (SHORT, LONG), green)
    draw, fur = ImageDraw.Draw(image), tuple(int(random.integers(low, low + 40)) for low in (180, 90, 20))
    x, y, r = int(random.integers(450, 750)), int(random.integers(600, 900)), int(random.integers(220, 320))
    for side in (-1, 1):
        draw.polygon(
            [(x + side * r, y - r // 3), (x + side * r * 0.9, y - r * 1.4), (x + side * r // 4, y - r * 0.9)], fill=fur
        )
    draw.ellipse((x - r, y - r, x + r, y + r), fill=fur)
    for side in (-1, 1):
        draw.ellipse((x + side * r // 2 - 40, y - 90, x + side * r // 2 + 40, y - 10), fill=(230, 220, 90))
        draw.ellipse((x + side * r // 2 - 12, y - 85, x + side * r // 2 + 12, y - 15), fill=(10, 10, 10))
    draw.polygon([(x - 30, y + 50), (x + 30, y + 50), (x, y + 85)], fill=(210, 120, 130))
    return _file(image, random, "JPEG")


def truncated(photo: Photo) -> Photo:
    """The first third of a file, as after a broken connection."""
    return Photo(photo.content[: len(photo.content) // 3], photo.content_type)


def _lay_down(page: Image.Image, random: np.random.Generator) -> tuple[Image.Image, Image.Image]:
    """The page seen slightly from the side, and its mask in the photo: two grey images of SHORT x LONG."""
    scale = min(SHORT / page.width, LONG / page.height) * float(random.uniform(0.90, 0.95))
    width, height = page.width * scale, page.height * scale
    left, top = (SHORT - width) / 2, (LONG - height) / 2
    corners = np.array([(left, top), (left + width, top), (left + width, top + height), (left, top + height)])
    corners = _tilt(corners, float(random.uniform(-2.5, 2.5))) + random.uniform(-0.018, 0.018, (4, 2)) * (SHORT, LONG)
    source = [(0, 0), (page.width, 0), (page.width, page.height), (0, page.height)]
    ink = page.point([max(INK, value) for value in range(256)])  # no ink is black, so 0 is the table
    paper = ink.transform(
        (SHORT, LONG), Transform.PERSPECTIVE, _perspective(corners.tolist(), source), Resampling.BILINEAR, fillcolor=0
    )
    return paper, paper.point([255 * (value > 0) for value in range(256)])


def _tilt(corners: np.ndarray[Any, Any], degrees: float) -> np.ndarray[Any, Any]:
    angle, middle = math.radians(degrees), corners.mean(axis=0)
    turn = np.array(((math.cos(angle), -math.sin(angle)), (math.sin(angle), math.cos(angle))))
    turned: np.ndarray[Any, Any] = (corners - middle) @ turn.T + middle
    return turned


def _perspective(target: Sequence[Sequence[float]], source: Sequence[Sequence[float]]) -> list[float]:
    """The eight coefficients by which Pillow maps a point of the photo to a point of the page."""
    rows, values = [], []
    for (x, y), (u, v) in zip(target, source, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    return [float(n) for n in np.linalg.solve(np.array(rows, float), np.array(values, float))]


def _develop(paper: Image.Image, inside: Image.Image, random: np.random.Generator, blur: float) -> Image.Image:
    """Apply light and shadow, the lens, the sensor's noise, and colours."""
    light = Image.fromarray(random.integers(160, 255, (4, 3)).astype(np.uint8)).resize(
        (SHORT, LONG), Resampling.BICUBIC
    )
    seen = ImageChops.multiply(paper, light).filter(ImageFilter.GaussianBlur(blur))
    grain = np.tile(random.normal(0, float(random.uniform(1.5, 4)), (400, 400)).astype(np.int16), (4, 3))
    seen = Image.fromarray(np.clip(np.asarray(seen, np.int16) + grain, 0, 255).astype(np.uint8))
    tint, table = (
        (1.0, float(random.uniform(0.95, 1)), float(random.uniform(0.86, 1))),
        TABLES[int(random.integers(len(TABLES)))],
    )
    return Image.composite(_coloured(seen, tint), _coloured(light, [value / 255 for value in table]), inside)


def _coloured(grey: Image.Image, tint: Sequence[float]) -> Image.Image:
    return Image.merge("RGB", [grey.point([round(value * factor) for value in range(256)]) for factor in tint])


def _cover(page: Image.Image, qr: Box, random: np.random.Generator) -> Image.Image:
    """Cover the QR completely, with a thumb or the glare of a lamp."""
    covered, margin = page.copy(), (qr[2] - qr[0]) // 2
    ImageDraw.Draw(covered).ellipse(
        (qr[0] - margin, qr[1] - margin, qr[2] + margin, qr[3] + margin), fill=int(random.choice((110, 255)))
    )
    return covered


def _file(image: Image.Image, random: np.random.Generator, kind: str) -> Photo:
    """Encode as phones do: rotated by quarter turns or by EXIF orientation, with the GPS position."""
    turns, exif = int(random.integers(4)), Image.Exif()
    if kind == "JPEG" and random.random() < 0.4:
        exif[ORIENTATION] = {0: 1, 1: 6, 2: 3, 3: 8}[turns]
    if turns:
        image = image.transpose(
            (Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_270)[turns - 1]
        )
    exif.get_ifd(GPS).update(
        {1: "N", 2: (38.0, float(random.integers(60)), 12.5), 3: "E", 4: (114.0, float(random.integers(60)), 30.1)}
    )
    out = io.BytesIO()
    if kind in ("PNG", "HEIF"):  # the slow ones, from a smaller phone
        image = image.resize((image.width * 3 // 4, image.height * 3 // 4), Resampling.BOX)
    if kind == "PNG":
        image.convert("L").point([value & 0xF0 for value in range(256)]).save(out, "PNG", compress_level=3)
    else:
        image.save(out, kind, exif=exif, quality=int(random.integers(70, 92)), **FASTER.get(kind, {}))
    return Photo(out.getvalue(), TYPES[kind])
