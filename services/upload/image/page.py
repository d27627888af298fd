"""The page around a QR code: whether a photo shows page 1 of the form down to its signature, printed as it must be.

The QR lies at a known place of the page (shared/language/form_layout.py), so its four corners say where everything
else is in the picture. Two things are looked for there: a black square in a lower corner of the signature box, and the
rows of the table. A white sheet with a QR has neither; a close-up or the top half of a page lacks the square.

The farther from the QR, the less exact the places are: two pixels at the QR become a centimetre at the signature.
Hence a square is searched for in a window, and of the table only its texture counts. Everything is measured against the
ink of the QR itself, so that a bad light or a weak print is none of the photo's faults. Pure.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import islice

from PIL import Image, ImageChops, ImageFilter

from services.upload.image.greys import Grey
from shared.language import form_layout as layout

Point = tuple[float, float]
Map = tuple[float, float, float, float, float, float, float, float]  # a plane onto another, as Pillow's PERSPECTIVE

SCALE, COARSE = 2.0, 1.0  # pixels per millimetre of the page as it is laid flat: for the marks, for the rows
WINDOW, WIDEST = 24.0, 60.0  # millimetres around a mark in which it is searched for: FINE pixels along the QR, fewer
FINE = 180
EDGE = 6.0  # millimetres around a window, for the white beside a mark
BESIDE = 2.9  # millimetres from the middle of a mark to the white that is compared with it
CONTRAST = 0.6  # of a mark, as a share of the QR's
COLUMNS, ROWS = 12, 15  # cells of the table's area; each holds a rule or text of at least one row
TEXTURE = 0.01  # of a cell, as a share of the QR's contrast: mean deviation from the brightness around
AMPLIFIED = 8  # times, so that small deviations survive whole numbers
BENDS = (1.0, 0.0, 0.5)  # shares of the measured perspective with which the page is laid flat, until one fits
PRINTED = 0.6  # share of the cells that must have it
HORIZON = 0.05  # what lies beyond it is not in the picture


def is_whole(grey: Grey, corners: Sequence[Point], marks: int = 1) -> bool:
    """True if page 1 lies around the QR down to its signature box.

    corners: of the QR, as shares of width and height; its own top left first, then clockwise as printed, whichever way
    that is in a mirrored picture. marks: how many of the squares must be there; a finger may cover one.
    """
    return any(_is_printed(grey, _bent(corners, share), marks) for share in BENDS)


def outlines(corners: Sequence[Point], margin: float) -> list[list[Point]]:
    """The corners of the page around a QR with so many millimetres around it, for each share of its perspective."""
    left, top, right, bottom = -margin, -margin, layout.PAGE[0] + margin, layout.PAGE[1] + margin
    ends = (left, top), (right, top), (right, bottom), (left, bottom)
    return [[_at(square_to(_bent(corners, share)), *end) for end in ends] for share in BENDS]


def side(grey: Grey, corners: Sequence[Point]) -> float:
    """The side of the QR in pixels."""
    across = [(x * grey.whole.width, y * grey.whole.height) for x, y in corners]
    return max(1.0, sum(math.dist(across[i], across[i - 1]) for i in range(4)) / 4)


def _bent(corners: Sequence[Point], share: float) -> Sequence[Point]:
    """The corners with this share of the perspective that they show.

    Of a small QR, whose corners are known to a pixel, most of it is noise; at the signature that is three centimetres.
    """
    top_left, top_right, (x, y), bottom_left = corners
    flat_x, flat_y = (top_right[at] + bottom_left[at] - top_left[at] for at in (0, 1))
    return top_left, top_right, (flat_x + share * (x - flat_x), flat_y + share * (y - flat_y)), bottom_left


def _at(across: Map, x: float, y: float) -> Point:
    """The place in the picture of a place on the page. across: of the unit square onto the QR."""
    a, b, c, d, e, f, g, h = across
    right, down = (x - layout.QR.left) / layout.QR.width, (y - layout.QR.top) / layout.QR.height
    last = max(g * right + h * down + 1, HORIZON)
    return (a * right + b * down + c) / last, (d * right + e * down + f) / last


def _is_printed(grey: Grey, corners: Sequence[Point], marks: int) -> bool:
    """True if the printing is where the page must have it: so many of the squares, and the rows."""
    length = side(grey, corners)
    per_millimetre = max(1, int(length / layout.QR.width / SCALE))
    fine = grey.reduced(per_millimetre - per_millimetre % 2 or 1)  # hardly more pixels than are needed
    flat = Flat(fine, corners, SCALE)
    dark, light = flat.levels()
    contrast = (light - dark) / max(light, 1.0)
    window = min(WIDEST, max(WINDOW, WINDOW * FINE / length))
    squares = (_mark(flat, mark, window) >= CONTRAST * contrast for mark in layout.MARKS)
    found = len(list(islice(filter(None, squares), marks)))
    coarse = Flat(fine.reduce(int(SCALE / COARSE)), corners, COARSE)
    return found == marks and _rows(coarse, TEXTURE * contrast) >= PRINTED


class Flat:
    """The page laid flat, by the corners of its QR. scale: pixels per millimetre."""

    def __init__(self, picture: Image.Image, corners: Sequence[Point], scale: float) -> None:
        self._picture, self._scale = picture, scale
        self._map = square_to([(x * picture.width, y * picture.height) for x, y in corners])

    def levels(self) -> tuple[float, float]:
        """The darkest and the lightest level of the QR."""
        dark, light = self.area(layout.QR, 0.0).filter(ImageFilter.BoxBlur(0.5)).getextrema()
        return float(dark), float(light)  # type: ignore[arg-type]

    def area(self, area: layout.Area, around: float) -> Image.Image:
        """An area of the page with some millimetres around it. Black: outside the picture."""
        left, top = area.left - around, area.top - around
        size = round((area.width + 2 * around) * self._scale), round((area.height + 2 * around) * self._scale)
        steps = 1 / self._scale / layout.QR.width, 1 / self._scale / layout.QR.height
        origin = (left - layout.QR.left) / layout.QR.width, (top - layout.QR.top) / layout.QR.height
        a, b, c, d, e, f, g, h = self._map
        last = g * origin[0] + h * origin[1] + 1
        if last <= 0:  # beyond the horizon
            return Image.new("L", size)
        mapped = (
            *(a * steps[0], b * steps[1], a * origin[0] + b * origin[1] + c),
            *(d * steps[0], e * steps[1], d * origin[0] + e * origin[1] + f),
            *(g * steps[0], h * steps[1]),
        )
        return self._picture.transform(
            size, Image.Transform.PERSPECTIVE, [value / last for value in mapped], Image.Resampling.BILINEAR
        )


def square_to(corners: Sequence[Point]) -> Map:
    """The projective map of the unit square onto four corners, clockwise from (0, 0) (Heckbert 1989)."""
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = corners
    dx1, dx2, dx3 = x1 - x2, x3 - x2, x0 - x1 + x2 - x3
    dy1, dy2, dy3 = y1 - y2, y3 - y2, y0 - y1 + y2 - y3
    turn = dx1 * dy2 - dx2 * dy1 or 1e-9
    g, h = (dx3 * dy2 - dx2 * dy3) / turn, (dx1 * dy3 - dx3 * dy1) / turn
    return (x1 - x0 + g * x1, x3 - x0 + h * x3, x0, y1 - y0 + g * y1, y3 - y0 + h * y3, y0, g, h)


def _mark(flat: Flat, mark: layout.Area, window: float) -> float:
    """The contrast of the best black square with white on all four sides near this place."""
    patch = flat.area(mark, window + EDGE)
    core, near = patch.filter(ImageFilter.BoxBlur(2)), patch.filter(ImageFilter.BoxBlur(1))
    step = round(BESIDE * SCALE)
    sides = [ImageChops.offset(near, *by) for by in ((step, 0), (-step, 0), (0, step), (0, -step))]
    white = ImageChops.darker(ImageChops.darker(sides[0], sides[1]), ImageChops.darker(sides[2], sides[3]))
    inner = (step, step, patch.width - step, patch.height - step)  # no side beyond the edge
    white, core = white.crop(inner), core.crop(inner)
    rise = ImageChops.subtract(white, core)
    best: int = rise.getextrema()[1]  # type: ignore[assignment]
    return best / max(white.tobytes()[rise.tobytes().index(best)], 1)


def _rows(flat: Flat, least: float) -> float:
    """The share of cells of the table's area in which something is printed."""
    area = layout.Area(
        layout.MARGIN_X, layout.TABLE[0], layout.PAGE[0] - 2 * layout.MARGIN_X, layout.TABLE[1] - layout.TABLE[0]
    )
    patch = flat.area(area, 0.0)
    deviation = ImageChops.difference(patch.filter(ImageFilter.BoxBlur(0.5)), patch.filter(ImageFilter.BoxBlur(3)))
    texture = deviation.point([min(255, AMPLIFIED * value) for value in range(256)])
    found, light = (image.resize((COLUMNS, ROWS), Image.Resampling.BOX).tobytes() for image in (texture, patch))
    printed = sum(cell >= AMPLIFIED * least * around > 0 for cell, around in zip(found, light, strict=True))
    return printed / (COLUMNS * ROWS)
