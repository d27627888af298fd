"""Headers of a picture, read before any decoder sees it: scans of a JPEG, size of a WebP."""

from __future__ import annotations

import re
from collections.abc import Iterator

START_OF_SCAN, END = 0xDA, 0xD9
MAY_BE_A_SCAN = re.compile(re.escape(bytes((0xFF, START_OF_SCAN))))
WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD9)})
NEXT_MARKER = re.compile(rb"\xff+([\x01-\xcf\xd8-\xfe])")  # of entropy-coded data: neither a stuffed byte nor a restart
BITS_14 = (1 << 14) - 1


def scans(jpeg: bytes, most: int) -> int:
    """The number of scans of a JPEG, exact from `most` on, where counting ends; below it previews may count as well.

    A progressive one has about ten. Each passes over all pixels once more, however few bytes it has.
    """
    found = len(MAY_BE_A_SCAN.findall(jpeg))  # those of a preview included; a third of the time that bytes.count takes
    if found < most:
        return found
    count = 0
    for marker in _markers(jpeg):
        count += marker == START_OF_SCAN
        if count >= most:
            break
    return count


def _markers(jpeg: bytes) -> Iterator[int]:
    """The markers of the picture itself, not those of a preview within a segment."""
    at = 2
    while found := NEXT_MARKER.search(jpeg, at):
        marker, at = found[1][0], found.end()
        yield marker
        if marker == END:
            return
        if marker not in WITHOUT_LENGTH:
            at += max(2, int.from_bytes(jpeg[at : at + 2], "big"))


def webp_size(content: bytes) -> tuple[int, int]:
    """Width and height of a WebP, whose decoder takes memory for all pixels when it opens one. (0, 0) if unknown."""
    kind, body = content[12:16], content[20:30]
    if len(body) < 10:
        return 0, 0
    if kind == b"VP8X":
        return int.from_bytes(body[4:7], "little") + 1, int.from_bytes(body[7:10], "little") + 1
    if kind == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        return (bits & BITS_14) + 1, (bits >> 14 & BITS_14) + 1
    if kind == b"VP8 ":
        return int.from_bytes(body[6:8], "little") & BITS_14, int.from_bytes(body[8:10], "little") & BITS_14
    return 0, 0
