"""A code on paper that was folded or crumpled: its corners are found, and no flat grid meets the modules between them.

The code is laid flat by its corners and cut into areas of some modules; the corners of these areas are moved, the ones
beside the code's own corners first, to where the samples differ most from the grey around: on the middles of the
modules. Whatever that gives must still pass the code's error correction. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from PIL import Image, ImageChops, ImageFilter

from services.upload.image.page import square_to

Point = tuple[float, float]
Node = tuple[int, int]
Nodes = dict[Node, Point]
MODULE = 8  # pixels of a module of the code laid flat
QUIET = 4  # modules of white around it
AREAS = 5  # along a side
STEPS = (3, 2, 3)  # pixels by which a node is moved, turn by turn
GREY = 128
SHAPE = 1.6  # the longest side to the shortest: corners of something else make no square


def flattened(look: Image.Image, corners: Sequence[Point], side: int) -> Iterator[Image.Image]:
    """The modules of a code, ever better met, as pictures to be read. corners: in pixels. side: in modules."""
    if not _is_square(corners):
        return
    flat = _flat(look, corners, side)
    cuts = [round(side * n / AREAS) for n in range(AREAS + 1)]
    nodes = {(i, j): (_at(x), _at(y)) for (i, x), (j, y) in product(enumerate(cuts), enumerate(cuts))}
    yield _drawn(flat, nodes, cuts)
    for step in STEPS:
        for node in sorted(nodes, key=_from_a_finder):
            nodes[node] = _best(flat, nodes, cuts, node, step)
        yield _drawn(flat, nodes, cuts)


def _is_square(corners: Sequence[Point]) -> bool:
    sides = [max(abs(x - corners[i - 1][0]), abs(y - corners[i - 1][1])) for i, (x, y) in enumerate(corners)]
    return max(sides) <= SHAPE * min(sides)


def _flat(look: Image.Image, corners: Sequence[Point], side: int) -> Image.Image:
    """The code laid flat, with its quiet zone; GREY is the brightness around each place."""
    a, b, c, d, e, f, g, h = square_to(corners)
    step, start, pixels = 1 / side / MODULE, -QUIET / side, (side + 2 * QUIET) * MODULE
    last = g * start + h * start + 1
    mapped = (
        *(a * step, b * step, a * start + b * start + c),
        *(d * step, e * step, d * start + e * start + f),
        *(g * step, h * step),
    )
    flat = look.transform(
        (pixels, pixels), Image.Transform.PERSPECTIVE, [each / last for each in mapped], Image.Resampling.BILINEAR
    )
    around = flat.filter(ImageFilter.BoxBlur(2 * MODULE))
    return ImageChops.subtract(flat, around, 0.5, GREY).filter(ImageFilter.BoxBlur(1.5))


def _at(module: int) -> float:
    return float((QUIET + module) * MODULE)


def _from_a_finder(node: Node) -> int:
    """Steps to the nearest of the three corners that a reader finds exactly."""
    return min(abs(node[0] - i) + abs(node[1] - j) for i, j in ((0, 0), (AREAS, 0), (0, AREAS)))


def _best(flat: Image.Image, nodes: Nodes, cuts: Sequence[int], node: Node, step: int) -> Point:
    """The place near a node from which the areas around it are met best."""
    x, y = nodes[node]
    around = [(x + dx, y + dy) for dx, dy in product((0, -step, step), repeat=2)]
    return max(around, key=lambda at: _met(flat, {**nodes, node: at}, cuts, node))


def _met(flat: Image.Image, nodes: Nodes, cuts: Sequence[int], node: Node) -> int:
    """Distance of the samples from grey in the areas around a node, squared and summed."""
    i, j = node
    areas = ((a, b) for a, b in product((i - 1, i), (j - 1, j)) if 0 <= a < AREAS and 0 <= b < AREAS)
    counts = [_sampled(flat, nodes, cuts, area).histogram() for area in areas]
    return sum(count * (level - GREY) ** 2 for each in counts for level, count in enumerate(each))


def _sampled(flat: Image.Image, nodes: Nodes, cuts: Sequence[int], area: Node) -> Image.Image:
    """An area, a pixel for each module."""
    i, j = area
    size = cuts[i + 1] - cuts[i], cuts[j + 1] - cuts[j]
    corners = (*nodes[i, j], *nodes[i, j + 1], *nodes[i + 1, j + 1], *nodes[i + 1, j])
    return flat.transform(size, Image.Transform.QUAD, corners, Image.Resampling.BILINEAR)


def _drawn(flat: Image.Image, nodes: Nodes, cuts: Sequence[int]) -> Image.Image:
    """The modules in black and white with their quiet zone, a few pixels each."""
    drawn = Image.new("L", (cuts[-1] + 2 * QUIET,) * 2, 255)
    for (i, left), (j, top) in product(enumerate(cuts[:-1]), enumerate(cuts[:-1])):
        area = _sampled(flat, nodes, cuts, (i, j)).point([255 * (level >= GREY) for level in range(256)])
        drawn.paste(area, (QUIET + left, QUIET + top))
    return drawn.resize((drawn.width * 4, drawn.height * 4), Image.Resampling.NEAREST)
