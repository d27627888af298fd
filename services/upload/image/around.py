"""Print around the pages that were found in a picture: another sheet, whose code was not read.

Looked for in cells outside the pages, but for strips along them: there lies the edge of the page itself. Print is dark
on light: thin dark strokes, and no light ones between them as in wood, cloth and stone. How dark it must be is measured
against the code that was read, so that a bad light is no fault of the photo; of faint print there must be more. Of a
photo that its page fills no cell is left, and nothing is measured. Pure.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import median

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps

from services.upload.image import page
from services.upload.image.greys import Grey
from shared.language import form_layout as layout

Point = tuple[float, float]
Corners = Sequence[Point]
SCALE, MOST = 1.5, 600_000  # pixels per millimetre of the page, and of the picture at the most
CELL, NEAR = 8.0, 4.0  # millimetres: side of a cell, reach of the brightness around a stroke
MARGIN = 14.0  # millimetres around a found page: its places are not exact, and its edge looks like a stroke
WITHIN = -10.0  # the same for the part of the page on which print is measured
# By which share of the code's contrast a stroke differs from what is around it; cells with such, from which on they may
# be another form
INK, FAINT = (0.12, 5), (0.08, 7)
SURE, ANY = (INK, FAINT), ((0.08, 3), (0.05, 4))  # any: in mere grey, in which print is fainter than in the red channel
AMPLIFIED = 4  # times, so that thin strokes survive whole numbers
DARKEST = 0.01  # of a cell's brightness: the least that counts as print
ONE_WAY = 2.0  # dark strokes to light ones
AS_LIGHT = 0.5  # of the page's own paper: a sheet in its shadow
STRIP = 3  # cells: what is narrower than that is no place for a sheet


def has_print(grey: Grey, pages: Sequence[Corners], strokes: Sequence[tuple[float, int]] = SURE) -> bool:
    """True if print lies outside the pages with these codes. pages: corners of their codes, as shares.

    strokes: SURE or ANY.
    """
    length = page.side(grey, pages[0])
    pixels = grey.whole.width * grey.whole.height
    factor = max(1, round(length / layout.QR.width / SCALE), math.ceil(math.sqrt(pixels / MOST)))
    cell = CELL * length / layout.QR.width
    across = max(1, round(grey.whole.width / cell)), max(1, round(grey.whole.height / cell))
    outside = [level > 0 for level in _outside(across, pages)]
    if sum(outside) < min(fewest for _, fewest in strokes):
        return False
    coarse = grey.reduced(factor)
    black, white = page.Flat(coarse, pages[0], SCALE).levels()
    own = [at for at, level in enumerate(_drawn(across, pages[:1], WITHIN)) if level] or [0]
    for stroke, fewest in strokes:
        dark, light, paper = _cells(coarse, across, NEAR / CELL * cell / factor, stroke * (white - black))
        lightest = AS_LIGHT * median(paper[at] for at in own)
        found = zip(outside, dark, light, paper, strict=True)
        if sum(o and d > max(DARKEST * p, ONE_WAY * li) and p > lightest for o, d, li, p in found) >= fewest:
            return True
    return False


def _outside(size: tuple[int, int], pages: Sequence[Corners]) -> bytes:
    """255 for each cell outside the pages, but in strips."""
    cells = ImageOps.expand(ImageChops.invert(Image.frombytes("L", size, _drawn(size, pages, MARGIN))), 1)
    wide = cells.filter(ImageFilter.MinFilter(STRIP)).filter(ImageFilter.MaxFilter(STRIP))
    return ImageOps.crop(wide, 1).tobytes()


def lies_on(point: Point, pages: Sequence[Corners]) -> bool:
    """True if a point, given as shares of the picture, lies on one of the pages."""
    size = 256, 256
    at = min(255, max(0, int(point[1] * 256))) * 256 + min(255, max(0, int(point[0] * 256)))
    return _drawn(size, pages, MARGIN)[at] > 0


def _drawn(size: tuple[int, int], pages: Sequence[Corners], margin: float) -> bytes:
    """255 for each cell on a page, in a picture with so many cells."""
    drawn = Image.new("L", size)
    for corners in pages:
        for outline in page.outlines(corners, margin):
            ImageDraw.Draw(drawn).polygon([(x * size[0] - 0.5, y * size[1] - 0.5) for x, y in outline], fill=255)
    return drawn.tobytes()


def _cells(coarse: Image.Image, size: tuple[int, int], near: float, stroke: float) -> tuple[bytes, bytes, bytes]:
    """The cells: how dark the strokes of each are, how light its light ones, and how light it is."""
    around = coarse.filter(ImageFilter.BoxBlur(near))
    levels = [min(255, max(0, round((level - stroke) * AMPLIFIED))) for level in range(256)]
    pairs = (around, coarse), (coarse, around)
    dark, light = (ImageChops.subtract(*pair).point(levels).resize(size, Image.Resampling.BOX) for pair in pairs)
    return dark.tobytes(), light.tobytes(), coarse.resize(size, Image.Resampling.BOX).tobytes()
