"""A JPEG as it was sent, without anything beside its picture: an archive that need not be coded a second time.

What the picture consists of is taken out of the file segment by segment and put together anew; what is not needed to
draw it stays behind: metadata, previews, comments, further pictures, bytes behind the end. Only the plain kind is
taken, which every decoder draws alike: one baseline scan of 8 bits in grey or YCbCr, with the tables it uses, and
without restarts, before each of which a decoder passes over any bytes. Pure.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping

START, END = b"\xff\xd8", b"\xff\xd9"
TABLES, FRAME, CODES, SCAN, ADOBE = 0xDB, 0xC0, 0xC4, 0xDA, 0xEE
LEFT_OUT = frozenset({*range(0xE0, 0xF0), 0xFE})  # of applications, and comments
JFIF = b"\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0"  # says that the colours are YCbCr, and no size on paper
IN_YCBCR = b"\1"  # as Adobe's programs say it, in the last byte of their segment
BASELINE = b"\0\x3f\0"  # all coefficients of a block, in one pass
NO_DATA = re.compile(rb"\xff[^\x00]")  # a marker within coded data
KINDS = (0x00, 0x01, 0x10, 0x11)  # of baseline: two for the first coefficients, two for the others
MOST_CODES = 1 << 16  # of 16 bits
SAMPLED = (0x11, 0x12, 0x21, 0x22)  # every pixel, or every second one across, down
HELD_BACK = 12  # more bytes than a decoder reads ahead


def watched(content: bytes) -> Watched | None:
    """The stripped file, to be decoded."""
    jpeg = stripped(content)
    return Watched(jpeg) if jpeg else None


def stripped(content: bytes) -> bytes | None:
    """The same picture and nothing else; None for a file that holds any other kind, or is not complete."""
    try:
        segments, data = _taken_apart(content)
        return _put_together(segments, data)
    except (IndexError, KeyError, ValueError):
        return None


class Watched(io.BytesIO):
    """A stripped JPEG whose last bytes are handed out on their own, so that it is seen whether its decoder needs them.

    One that has drawn every block without them leaves them: the end of the data belongs to no picture.
    """

    def __init__(self, jpeg: bytes) -> None:
        super().__init__(jpeg)
        self._held_back = len(jpeg) - HELD_BACK
        self.is_used_up = False

    def read(self, size: int | None = -1) -> bytes:
        left = self._held_back - self.tell()
        if left > 0:
            return super().read(left if size is None or size < 0 else min(size, left))
        self.is_used_up = True
        return super().read(size)


def _taken_apart(content: bytes) -> tuple[dict[int, list[bytes]], bytes]:
    """The bodies of the segments that a picture needs, by marker, and its coded data."""
    segments: dict[int, list[bytes]] = {}
    for marker, body, after in _segments(content):
        if marker == ADOBE and body.startswith(b"Adobe") and body[11:12] != IN_YCBCR:
            raise ValueError("colours")
        if marker not in LEFT_OUT:
            segments.setdefault(marker, []).append(body)
        if marker == SCAN:
            found = NO_DATA.search(content, after)
            if not found or found[0] != END or found.start() < after + HELD_BACK:
                raise ValueError("another scan, no end, or hardly any data")
            return segments, content[after : found.start()]
    raise ValueError("no scan")


def _segments(content: bytes) -> Iterator[tuple[int, bytes, int]]:
    """Marker, body and end of each segment."""
    at = len(START)
    while content[at] == 0xFF:
        length = int.from_bytes(content[at + 2 : at + 4], "big")
        after = at + 2 + length
        if length < 2 or after > len(content):
            raise ValueError("length")
        yield content[at + 1], content[at + 4 : after], after
        at = after
    raise ValueError("between segments")


def _put_together(segments: Mapping[int, list[bytes]], data: bytes) -> bytes:
    """A file of exactly these segments. Raises ValueError if one is of another kind, or nothing uses it."""
    if set(segments) != {TABLES, FRAME, CODES, SCAN}:
        raise ValueError("another kind")
    [frame], [scan] = segments[FRAME], segments[SCAN]
    components = [frame[at : at + 3] for at in range(6, len(frame), 3)]
    chosen = [scan[at : at + 2] for at in range(1, len(scan) - 3, 2)]
    ids = [each[0] for each in components]
    if ids not in ([1], [1, 2, 3]) or [each[0] for each in chosen] != ids or scan[-3:] != BASELINE:
        raise ValueError("components")
    if any(each[1] not in SAMPLED for each in components):
        raise ValueError("sampling")
    if frame[0] != 8 or not frame[5] == scan[0] == len(ids):
        raise ValueError("sizes")
    quantities = dict(_quantities(b"".join(segments[TABLES])))
    codes = dict(_codes(b"".join(segments[CODES])))
    used = {kind << 4 | each[1] >> 4 * (1 - kind) & 15 for each in chosen for kind in (0, 1)}
    if set(quantities) != {each[2] for each in components} or set(codes) != used:
        raise ValueError("a table is missing, or unused")
    ordered = [
        *((TABLES, bytes([number]) + table) for number, table in sorted(quantities.items())),
        (FRAME, frame),
        *((CODES, bytes([number]) + table) for number, table in sorted(codes.items())),
        (SCAN, scan),
    ]
    bodies = (bytes((0xFF, marker)) + (len(body) + 2).to_bytes(2, "big") + body for marker, body in ordered)
    return b"".join((START, JFIF, *bodies, data, END))


def _quantities(tables: bytes) -> Iterator[tuple[int, bytes]]:
    """Number and values of each quantization table, of 8 bits only."""
    if len(tables) % 65:
        raise ValueError("length")
    for at in range(0, len(tables), 65):
        number, table = tables[at], tables[at + 1 : at + 65]
        if number > 3 or 0 in table:
            raise ValueError("quantities")
        yield number, table


def _codes(tables: bytes) -> Iterator[tuple[int, bytes]]:
    """Class and number, in one byte, of each Huffman table, and what it consists of."""
    at = 0
    while at < len(tables):
        counts = tables[at + 1 : at + 17]
        after = at + 17 + sum(counts)
        taken = sum(count << 16 - bits for bits, count in enumerate(counts, 1))
        if tables[at] not in KINDS or len(counts) < 16 or taken > MOST_CODES or after > len(tables):
            raise ValueError("codes")
        yield tables[at], tables[at + 1 : after]
        at = after
