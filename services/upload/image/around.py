"""Print around the pages that were found in a picture: another sheet, whose code was not read.

Looked for in cells outside the pages, but for strips along them: there lies the edge of the page itself. Print is dark
on light: thin dark strokes, and no light ones between them as in wood, cloth and stone. How dark it must be is measured
against the code that was read, so that a bad light is no fault of the photo; of faint print there must be more. Small
print loses its strokes where pixels are merged: of a photo that may have some, all pixels are measured. Of a photo that
its page fills no cell is left, and nothing is measured. Pure.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property
from statistics import median

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps

from services.upload.image import page
from services.upload.image.greys import Grey
from shared.language import form_layout as layout

Point = tuple[float, float]
Corners = Sequence[Point]
SCALE, COARSER, FINER = 1.5, 0.75, 4.5  # pixels per millimetre of the page
MOST = 600_000  # pixels of the picture at SCALE, and for a finer look as many more
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
SPOT = 0.03  # of the code's contrast: a cell as dark as this may hold a code


class Surroundings:
    """Print and spots around the pages with these codes. pages: corners of their codes, as shares."""

    def __init__(self, grey: Grey, pages: Sequence[Corners], scale: float = SCALE) -> None:
        self._grey, self._pages, self._scale = grey, pages, scale
        self._length = page.side(grey, pages[0])
        self._cell = CELL * self._length / layout.QR.width
        width, height = grey.whole.size
        self._size = max(1, round(width / self._cell)), max(1, round(height / self._cell))
        self._outside = _outside(self._size, pages)

    def has_print(self, strokes: Sequence[tuple[float, int]] = SURE) -> bool:
        """True if print lies there, but for strips. strokes: SURE or ANY."""
        wide = _wide(self._outside)
        outside = [level > 0 for level in wide.tobytes()]
        if sum(outside) < min(fewest for _, fewest in strokes):
            return False
        own = [at for at, level in enumerate(_drawn(self._size, self._pages[:1], WITHIN)) if level] or [0]
        paper = self._reduced.resize(self._size, Image.Resampling.BOX).tobytes()
        lightest = AS_LIGHT * median(paper[at] for at in own)
        for stroke, fewest in strokes:
            cells = zip(outside, self._darker(stroke), self._lighter(stroke), paper, strict=True)
            if sum(o and d > max(DARKEST * p, ONE_WAY * li) and p > lightest for o, d, li, p in cells) >= fewest:
                return True
        return False

    def has_spot(self) -> bool:
        """True if a single cell, in a strip or not, is as dark as one with a code too small for the first look."""
        if not self._outside.getbbox():
            return False
        dark = ImageChops.darker(Image.frombytes("L", self._size, self._darker(INK[0])), self._outside)
        darkest: int = dark.getextrema()[1]  # type: ignore[assignment]
        return darkest >= SPOT * self._contrast

    @cached_property
    def _factor(self) -> int:
        pixels = self._grey.whole.width * self._grey.whole.height
        most = MOST * max(1, self._scale / SCALE) ** 2
        factor = max(1, round(self._length / layout.QR.width / self._scale), math.ceil(math.sqrt(pixels / most)))
        return factor - factor % 2 if self._scale < SCALE else factor

    @cached_property
    def _reduced(self) -> Image.Image:
        return self._grey.reduced(self._factor)

    @cached_property
    def _near(self) -> Image.Image:
        """The brightness around each place."""
        return self._reduced.filter(ImageFilter.BoxBlur(NEAR / CELL * self._cell / self._factor))

    @cached_property
    def _contrast(self) -> float:
        """The difference between the levels of the code."""
        black, white = page.Flat(self._reduced, self._pages[0], self._scale).levels()
        return white - black

    def _darker(self, stroke: float) -> bytes:
        """The darkness of the strokes of each cell."""
        return self._cells(self._near, self._reduced, stroke)

    def _lighter(self, stroke: float) -> bytes:
        """The lightness of the light strokes of each cell."""
        return self._cells(self._reduced, self._near, stroke)

    def _cells(self, one: Image.Image, other: Image.Image, stroke: float) -> bytes:
        least = stroke * self._contrast
        levels = [min(255, max(0, round((level - least) * AMPLIFIED))) for level in range(256)]
        return ImageChops.subtract(one, other).point(levels).resize(self._size, Image.Resampling.BOX).tobytes()


def has_print(grey: Grey, pages: Sequence[Corners]) -> bool:
    """True if print lies around the pages, be it that of a smaller sheet in faint ink."""
    if (surroundings := Surroundings(grey, pages)).has_print():
        return True
    return surroundings.has_print(ANY) and Surroundings(grey, pages, FINER).has_print()


def _outside(size: tuple[int, int], pages: Sequence[Corners]) -> Image.Image:
    """255 for each cell outside the pages."""
    return ImageChops.invert(Image.frombytes("L", size, _drawn(size, pages, MARGIN)))


def _wide(outside: Image.Image) -> Image.Image:
    """The cells that lie in no strip."""
    cells = ImageOps.expand(outside, 1)
    return ImageOps.crop(cells.filter(ImageFilter.MinFilter(STRIP)).filter(ImageFilter.MaxFilter(STRIP)), 1)


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
