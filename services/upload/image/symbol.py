"""Mirror images of a QR, told by its format bits: its three corners look the same in a mirror.

The reader accepts mirrored codes and says neither that it did so nor which corner is which. The format is written
twice beside the corners, in bits whose sequence has a direction (ISO/IEC 18004, 7.9).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import zxingcpp

LEVELS = {"L": 1, "M": 0, "Q": 3, "H": 2}  # of error correction, as written in the format
GENERATOR, MASK, BITS = 0x537, 0x5412, 15
DARK = 128  # below it
Module = tuple[int, int]  # column, row


def is_mirrored(barcode: zxingcpp.Barcode) -> bool:
    """True if the picture shows the code in a mirror."""
    modules = bytes(memoryview(barcode.to_image(scale=1, add_quiet_zones=False)))  # type: ignore[arg-type]
    side = math.isqrt(len(modules))
    expected = _format(LEVELS[barcode.ec_level], int(barcode.extra["DataMask"]))  # type: ignore[index]
    pairs = [pair for copy in _places(side) for pair in zip(copy, expected, strict=True)]
    as_printed: int = sum((modules[row * side + column] < DARK) == bit for (column, row), bit in pairs)
    in_a_mirror: int = sum((modules[column * side + row] < DARK) == bit for (column, row), bit in pairs)
    return in_a_mirror > as_printed


def _format(level: int, mask: int) -> list[bool]:
    """The bits of the format, the first one first; True is dark."""
    data = level << 3 | mask
    rest = data << 10
    for shift in range(4, -1, -1):
        if rest >> shift + 10 & 1:
            rest ^= GENERATOR << shift
    word = (data << 10 | rest) ^ MASK
    return [bool(word >> BITS - 1 - place & 1) for place in range(BITS)]


def _places(side: int) -> Sequence[Sequence[Module]]:
    """Both copies of the format, bit by bit: around the top left corner, and beside the two others."""
    around = [*((x, 8) for x in (0, 1, 2, 3, 4, 5, 7, 8)), *((8, y) for y in (7, 5, 4, 3, 2, 1, 0))]
    beside = [*((8, side - 1 - n) for n in range(7)), *((side - 8 + n, 8) for n in range(8))]
    return around, beside
