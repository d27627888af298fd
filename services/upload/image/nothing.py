"""Pictures that surely show no page of a form: a pocket, a finger, a green rectangle.

Asked only where no code of ours was read. Whatever might be a page is none of these: print, sharp or not; a light area
with the shape of a sheet; and, for a page that fills the picture and is out of focus, anything in one colour that is
not flat, be it a wall. A real form refused by a machine costs a family more than a picture of nothing costs a teacher.
Pure.
"""

from __future__ import annotations

from itertools import pairwise

from PIL import Image, ImageChops, ImageFilter

from services.upload.image.areas import filled, largest, mask, quadrilateral, threshold

PRINT = 300  # long side at which print is looked for: letters of a close-up, rows of a page, and hardly any noise
CELL = 16  # pixels: some letters, or a few rows
STROKES = 1.4  # that a scan line meets in a cell of print, on average
STROKE = 12  # levels of 255 by which it is darker than what is around it
PRINTED = 0.045  # share of the cells that must have it
GRAIN, HALVED = (
    0.55,
    (600, 300, 150, 75),
)  # share of its contrast that is left of noise when a picture is halved: a half
SPECK = 0.01  # share at either end of the levels that does not count for a picture's contrast
FLAT = 40  # levels: a picture with less contrast is not stretched further, its noise would look like print

SMALL = 160  # long side at which areas and colours are looked at
SHEET = (0.01, 0.92)  # share of the picture: more has no edge
SHAPE = (0.75, 1.35)  # of a sheet, as a share of the quadrilateral between its corners; a disc has 1.57
APART, DIM = 20, 3  # levels between a sheet and what it lies on: in full light, in any; as many as the light gives
EDGE = 0.5  # of these levels: what lies within a few pixels of its edge; the light of a lamp fades more slowly
COLOURED, LAMP = 0.5, 0.7  # saturation of a sheet; of the lightest colour of a picture that a sheet may fill
SMOOTH = 0.05  # mean contrast below which nothing has an edge; a page without toner in the dark still has more
TINT = 45  # levels by which colours of one picture differ under one lamp
IN_ONE_COLOUR = 0.85  # share of the picture


def is_nothing(picture: Image.Image) -> bool:
    """picture: RGB, upright or not."""
    small, grey = _scaled(picture, SMALL).filter(ImageFilter.MedianFilter(3)), picture.convert("L")
    contrast = _contrast(_stretched(small.convert("L")))
    if contrast < SMOOTH:
        return True
    if _has_sheet(small):
        return False
    is_blurred_page = _in_one_colour(small)
    has_print = _print(_scaled(grey, PRINT)) >= PRINTED
    return _is_grain(grey) or not (is_blurred_page or has_print)


def _print(grey: Image.Image) -> float:
    """The share of cells in which dark strokes alternate with light."""
    ink = _darker(_stretched(grey)).point([255 * (level > STROKE) for level in range(256)])
    size = max(1, grey.width // CELL), max(1, grey.height // CELL)
    begins = [ImageChops.subtract(ink, ImageChops.offset(ink, *step)) for step in ((1, 0), (0, 1))]
    cells = ImageChops.lighter(*(image.resize(size, Image.Resampling.BOX) for image in begins)).tobytes()
    return sum(cell / 255 * CELL >= STROKES for cell in cells) / len(cells)


def _is_grain(grey: Image.Image) -> bool:
    """True for mere noise: under a page that is as noisy, rows and margins are left when the picture is halved."""
    found = [_contrast(_scaled(grey, size)) for size in HALVED]
    return all(after < GRAIN * before for before, after in pairwise(found))


def _contrast(grey: Image.Image) -> float:
    """The mean number of levels by which a pixel is darker than what is around it."""
    return _mean(_darker(grey), Image.new("L", grey.size, 255))


def _darker(grey: Image.Image) -> Image.Image:
    return ImageChops.subtract(grey.filter(ImageFilter.BoxBlur(5)), grey)


def _stretched(grey: Image.Image) -> Image.Image:
    """The picture with all levels from black to white, unless it has hardly any contrast."""
    low, high = _range(grey)
    span = max(high - low, FLAT)
    return grey.point([min(255, max(0, round((level - low) * 255 / span))) for level in range(256)])


def _range(grey: Image.Image) -> tuple[int, int]:
    """The darkest and the lightest level, specks aside."""
    counts = grey.histogram()
    specks, ends = SPECK * sum(counts), []
    for levels in (range(256), range(255, -1, -1)):
        found = 0
        for level in levels:
            found += counts[level]
            if found > specks:
                ends.append(level)
                break
    return ends[0], ends[1]


def _has_sheet(small: Image.Image) -> bool:
    """True if the largest light area has edges, the colour and about the shape of a sheet on something darker."""
    grey = small.convert("L")
    level, apart = threshold(grey.histogram())
    area = largest(grey.point([255 * (value > level) for value in range(256)]))
    share = filled(area) / (small.width * small.height)
    least = max(DIM, APART * _range(grey)[1] / 255)
    if apart < least or not SHEET[0] <= share <= SHEET[1] or not quadrilateral(area, *SHAPE):
        return False
    inside = mask(area, small.size)
    rim = ImageChops.subtract(inside, inside.filter(ImageFilter.MinFilter(3)))
    steps = ImageChops.subtract(grey.filter(ImageFilter.MaxFilter(7)), grey.filter(ImageFilter.MinFilter(7)))
    saturation = small.convert("HSV").getchannel("S")
    return _mean(steps, rim) >= EDGE * apart and _mean(saturation, inside) <= 255 * COLOURED


def _mean(image: Image.Image, where: Image.Image) -> float:
    counts = image.histogram(where)
    return sum(level * count for level, count in enumerate(counts)) / max(1, sum(counts))


def _in_one_colour(small: Image.Image) -> bool:
    """True if the picture is grey once its lightest colour counts as white, as paper is under any lamp."""
    lightest = [max(1, _range(band)[1]) for band in small.split()]
    if min(lightest) < (1 - LAMP) * max(lightest):
        return False
    red, green, blue = (
        band.point([min(255, round(level * 255 / most)) for level in range(256)])
        for band, most in zip(small.split(), lightest, strict=True)
    )
    high = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    low = ImageChops.darker(ImageChops.darker(red, green), blue)
    tint = ImageChops.subtract(high, low).histogram()
    return sum(tint[: TINT + 1]) >= IN_ONE_COLOUR * sum(tint)


def _scaled(picture: Image.Image, side: int) -> Image.Image:
    """The picture with at most `side` pixels on its long side."""
    factor = side / max(picture.size)
    if factor >= 1:
        return picture
    size = max(1, round(picture.width * factor)), max(1, round(picture.height * factor))
    return picture.resize(size, Image.Resampling.BOX)
