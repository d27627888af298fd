"""Attempts at a QR that the first look did not read: other scales, then without what lies over it, then sharper.

Their sequence is that of yield for cost, measured on photos that were spoilt in known ways (benchmarks/intake.py).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import zxingcpp
from PIL import Image, ImageChops, ImageFilter, ImageOps

from services.upload.image.pixels import Picture

Attempt = tuple[Image.Image, zxingcpp.Binarizer]
Choice = Callable[[Image.Image, Image.Image], Image.Image]
LOCAL, GLOBAL = zxingcpp.Binarizer.LocalAverage, zxingcpp.Binarizer.GlobalHistogram
MOST = 4_400_000  # pixels
SMALL = 2000  # pixels of the long side below which enlarging helps


def attempts(picture: Picture) -> Iterator[Attempt]:
    small = _small(picture.small)
    grey = small.convert("L")
    yield grey, LOCAL
    yield from _other_scales(grey, picture)
    yield from _without_what_lies_over_it(small)
    yield from _sharper(grey)


def enlarged(grey: Image.Image) -> Iterator[Image.Image]:
    """The picture and, if it is small, twice as large."""
    yield grey
    if max(grey.size) < SMALL:
        yield _scaled(grey, 2 * max(grey.size))


def _small(image: Image.Image) -> Image.Image:
    """At most MOST pixels: each attempt costs as much as all else on a good photo."""
    return _scaled(image, round(max(image.size) * min(1, math.sqrt(MOST / (image.width * image.height)))))


def _other_scales(grey: Image.Image, picture: Picture) -> Iterator[Attempt]:
    side = max(grey.size)
    middle = _scaled(grey, min(1600, side))
    if middle is not grey:
        yield middle, LOCAL
    if side > 1000:
        yield _scaled(grey, 1000), LOCAL
    if larger := picture.larger():
        yield larger, LOCAL
    elif side < SMALL:
        yield _scaled(grey, 2 * side), LOCAL
    yield middle, GLOBAL


def _without_what_lies_over_it(small: Image.Image) -> Iterator[Attempt]:
    """The code under a stamp, under strokes of a pen, with specks that got no toner, or under several of these."""
    plain = _uncoloured(small)
    yield plain, LOCAL
    yield _darkest(_lightest(plain, 2), 2), LOCAL  # a closing: thin dark lines go, modules stay
    for side, reach in ((2000, 1), (2000, 2), (2500, 2), (1500, 1)):
        yield _darkest(_scaled(plain, side), reach).filter(ImageFilter.BoxBlur(1)), LOCAL
    yield _lightest(plain, 1).reduce(3), LOCAL  # thick lines, at the price of half of a module


def _sharper(grey: Image.Image) -> Iterator[Attempt]:
    clear = ImageOps.autocontrast(grey, cutoff=1)
    for radius, percent in ((2, 200), (4, 300)):
        yield clear.filter(ImageFilter.UnsharpMask(radius, percent, 0)), LOCAL
    if max(grey.size) < SMALL:
        yield _scaled(clear, 3 * max(grey.size)), LOCAL


def _uncoloured(image: Image.Image) -> Image.Image:
    """The lightest channel of each pixel: coloured ink is nearly white in one of them, black print in none."""
    red, green, blue = image.split()
    return ImageChops.lighter(ImageChops.lighter(red, green), blue)


def _lightest(grey: Image.Image, reach: int) -> Image.Image:
    return _spread(grey, reach, ImageChops.lighter)


def _darkest(grey: Image.Image, reach: int) -> Image.Image:
    return _spread(grey, reach, ImageChops.darker)


def _spread(grey: Image.Image, reach: int, chosen: Choice) -> Image.Image:
    """The chosen pixel of each square of 2 * reach + 1: rows, then columns, which takes a tenth of a rank filter."""
    for across, down in ((1, 0), (0, 1)):
        line = grey
        for step in range(1, reach + 1):
            for by in (step, -step):
                line = chosen(line, ImageChops.offset(grey, across * by, down * by))
        grey = line
    return grey


def _scaled(grey: Image.Image, side: int) -> Image.Image:
    """The image with `side` pixels on its long side."""
    factor = side / max(grey.size)
    if factor == 1:
        return grey
    method = Image.Resampling.HAMMING if factor < 1 else Image.Resampling.BICUBIC
    return grey.resize((max(1, round(grey.width * factor)), max(1, round(grey.height * factor))), method)
