"""Connected areas of a small picture in black and white, and the shape that they have. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image

Row = tuple[int, int, int]  # y, and the first and the last x of an area; what lies between belongs to it


def threshold(counts: Sequence[int]) -> tuple[int, float]:
    """The level that parts light from dark best, and how far apart their means lie (Otsu 1979). counts: per level."""
    total, whole = sum(counts), float(sum(level * count for level, count in enumerate(counts)))
    best, found = -1.0, (0, 0.0)
    dark, dark_sum = 0, 0.0
    for level, count in enumerate(counts[:-1]):
        dark, dark_sum = dark + count, dark_sum + level * count
        if 0 < dark < total:
            apart = (whole - dark_sum) / (total - dark) - dark_sum / dark
            if dark * (total - dark) * apart**2 > best:
                best, found = dark * (total - dark) * apart**2, (level, apart)
    return found


def largest(picture: Image.Image) -> list[Row]:
    """The largest connected area of 255, from its top to its bottom. [] in a picture without one."""
    width, pixels = picture.width, bytearray(picture.tobytes())
    best: tuple[int, list[Row]] = (0, [])
    while (start := pixels.find(255)) >= 0:
        count, rows = _taken(pixels, width, start)
        best = max(best, (count, rows), key=lambda area: area[0])
    return best[1]


def _taken(pixels: bytearray, width: int, start: int) -> tuple[int, list[Row]]:
    """The pixels that are connected with `start`: how many, and their rows. They become 0."""
    rows, waiting, count = dict[int, tuple[int, int]](), [start], 0
    pixels[start] = 0
    while waiting:
        at = waiting.pop()
        y, x = divmod(at, width)
        left, right = rows.get(y, (x, x))
        rows[y], count = (min(left, x), max(right, x)), count + 1
        for near in (at - 1 if x else -1, at + 1 if x + 1 < width else -1, at - width, at + width):
            if 0 <= near < len(pixels) and pixels[near]:
                pixels[near] = 0
                waiting.append(near)
    return count, [(y, *rows[y]) for y in sorted(rows)]


def filled(area: Sequence[Row]) -> int:
    """The pixels of an area, with those that it encloses on a row."""
    return sum(right - left + 1 for _, left, right in area)


def mask(area: Sequence[Row], size: tuple[int, int]) -> Image.Image:
    """The area in white, in a black picture of this size."""
    picture = Image.new("L", size)
    for y, left, right in area:
        picture.paste(255, (left, y, right + 1, y + 1))
    return picture


def quadrilateral(area: Sequence[Row], least: float, most: float) -> bool:
    """True if the area is about as large as the quadrilateral between its outermost points, whichever way it is turned.

    least, most: its size as a share of that quadrilateral's.
    """
    points = [(x, y) for y, left, right in area for x in (left, right + 1)]
    for one, two in (((1, 1), (1, -1)), ((1, 0), (0, 1))):  # it lies straight, or on one of its corners
        first, second = (sorted(points, key=lambda p, way=way: p[0] * way[0] + p[1] * way[1]) for way in (one, two))  # type: ignore[misc]
        corners = [first[0], second[-1], first[-1], second[0]]
        between = abs(sum(corners[i - 1][0] * y - x * corners[i - 1][1] for i, (x, y) in enumerate(corners))) / 2
        if between and least <= filled(area) / between <= most:
            return True
    return False
