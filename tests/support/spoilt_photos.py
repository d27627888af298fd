"""Photos of printed pages that something went wrong with, made from a seed: stamps, weak toner, pens, screens, creases.

Each kind is what schools and families send; the marks on the paper lie where a form's QR is.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter
from PIL.Image import Resampling, Transform

Box = tuple[int, int, int, int]  # left, top, right, bottom of the QR in pixels of the page
Random = np.random.Generator
Pixels = np.ndarray[Any, Any]
Spoil = Callable[[Image.Image, Box, Random], Image.Image]
RED, PENS, TABLES = (200, 30, 45), ((25, 30, 40), (30, 50, 140), (190, 30, 40)), ((122, 92, 66), (150, 150, 170))


def stamped(page: Image.Image, qr: Box, random: Random) -> Image.Image:
    """A round red stamp with letters and a star over the code."""
    side, ink = qr[2] - qr[0], Image.new("RGB", page.size, "white")
    draw, radius = ImageDraw.Draw(ink), side * float(random.uniform(0.42, 0.55))
    x, y = (
        (qr[0] + qr[2]) / 2 + float(random.uniform(-0.2, 0.2)) * side,
        (qr[1] + qr[3]) / 2 + float(random.uniform(-0.2, 0.2)) * side,
    )
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), outline=RED, width=max(3, side // 30))
    for angle in np.arange(0.6, 5.8, 0.45):
        at = x - 0.75 * radius * np.sin(angle), y + 0.75 * radius * np.cos(angle)
        draw.text(at, "EDU", fill=RED, font_size=side / 9, anchor="mm")
    draw.regular_polygon((x, y, radius * 0.35), 5, fill=RED)
    strength = float(random.uniform(0.75, 1.0))
    return ImageChops.multiply(page, Image.blend(Image.new("RGB", page.size, "white"), ink, strength))


def weak_toner(page: Image.Image, qr: Box, random: Random) -> Image.Image:
    """A cartridge that is nearly empty: pale print with specks that stayed white."""
    paper = np.asarray(page, np.float32)
    specks = Image.fromarray(random.integers(0, 255, (page.height, page.width)).astype(np.uint8))
    grain = np.asarray(specks.filter(ImageFilter.BoxBlur(page.width / 1650)))
    bare = grain < np.quantile(grain[::7, ::7], float(random.uniform(0.3, 0.42)))
    pale = 255 - (255 - paper) * float(random.uniform(0.4, 0.6))
    pale[bare] = 250
    return _image(pale)


def crossed_out(page: Image.Image, qr: Box, random: Random) -> Image.Image:
    """A few strokes of a pen across the code."""
    drawn, side = page.copy(), qr[2] - qr[0]
    draw, colour = ImageDraw.Draw(drawn), PENS[int(random.integers(len(PENS)))]
    for _ in range(int(random.integers(2, 5))):
        steps = random.uniform(0, side, (4, 2)) + np.array(qr[:2])
        draw.line([tuple(at) for at in steps.tolist()], fill=colour, width=max(2, side // 75), joint="curve")
    return drawn


def on_a_screen(page: Image.Image, qr: Box, random: Random) -> Image.Image:
    """Bands of colour, as on a photo of a monitor."""
    down, across = np.mgrid[0 : page.height, 0 : page.width].astype(np.float32)
    bands = []
    for period in random.uniform(5.0, 14.0, 3):
        angle = float(random.uniform(0, np.pi))
        bands.append(np.sin((across * np.cos(angle) + down * np.sin(angle)) * 2 * np.pi / float(period)))
    strength = float(random.uniform(35, 60))
    return _image(np.asarray(page, np.float32) * 0.75 + 30 + strength * np.stack(bands, axis=-1))


def crumpled(page: Image.Image, qr: Box, random: Random) -> Image.Image:
    """Folded and flattened again: every facet is a bit elsewhere and has another brightness."""
    size, cells = page.size, (14, 10)
    height = np.asarray(
        Image.fromarray(random.normal(0, 1, cells).astype(np.float32)).resize(size, Resampling.BICUBIC), np.float32
    )
    slope_y, slope_x = np.gradient(height)
    reach = float(random.uniform(0.8, 2.0)) / 0.006
    down, across = np.mgrid[0 : page.height, 0 : page.width].astype(np.float32)
    rows = np.clip(down + slope_y * reach, 0, page.height - 1).astype(np.int32)
    columns = np.clip(across + slope_x * reach, 0, page.width - 1).astype(np.int32)
    light = np.clip(0.85 + (slope_x + slope_y) * float(random.uniform(15, 30)), 0.35, 1.0)
    return _image(np.asarray(page, np.float32)[rows, columns] * np.expand_dims(light, -1))


KINDS: Mapping[str, Spoil] = {
    "stamped": stamped,
    "weak toner": weak_toner,
    "crossed out": crossed_out,
    "on a screen": on_a_screen,
    "crumpled": crumpled,
}


def taken(page: Image.Image, random: Random, blur: float = 0.5, tilt: float = 5.0) -> Image.Image:
    """A phone's photo of the page on a table: somewhat askew, with a shadow, the lens and the sensor's noise."""
    across, down = page.width * 11 // 10, page.height * 11 // 10
    table = Image.new("RGB", (across, down), TABLES[int(random.integers(len(TABLES)))])
    lying = page.convert("RGBA").rotate(float(random.uniform(-tilt, tilt)), Resampling.BICUBIC, expand=True)
    lying.thumbnail((across, down), Resampling.BICUBIC)
    table.paste(lying, ((across - lying.width) // 2, (down - lying.height) // 2), lying)
    bent = random.uniform(0, 0.025, (4, 2)) * (across, down)
    corners = np.array([(0, 0), (0, down), (across, down), (across, 0)]) + bent * ((1, 1), (1, -1), (-1, -1), (-1, 1))
    seen = table.transform(table.size, Transform.QUAD, corners.ravel().tolist(), Resampling.BICUBIC)
    light = Image.fromarray(random.integers(165, 255, (4, 3)).astype(np.uint8)).resize(seen.size, Resampling.BICUBIC)
    seen = ImageChops.multiply(seen, Image.merge("RGB", [light] * 3)).filter(ImageFilter.GaussianBlur(blur))
    noise = random.normal(0, 3, (down, across, 1)).astype(np.float32)
    return _image(np.asarray(seen, np.float32) + noise)


def photo(page: Image.Image, qr: Box, kind: str, seed: int) -> bytes:
    """A JPEG of the page, spoilt in this way. page: upright, of any mode. kind: of KINDS, "" for none."""
    random = np.random.default_rng([seed, len(kind)])
    page = page.convert("RGB")
    return jpeg(taken(KINDS[kind](page, qr, random) if kind else page, random))


def jpeg(image: Image.Image, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", **{"quality": 85, **options})
    return out.getvalue()


def _image(values: Pixels) -> Image.Image:
    return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))
