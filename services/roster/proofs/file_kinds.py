"""The kinds of files that a proof may be, told by their first bytes, and pictures without their metadata.

A picture is not decoded here: its segments are copied without those that may say where it was taken. Of them only the
orientation is kept, without which a phone's picture lies on its side.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator, Mapping

from shared.infrastructure.errors import Refused

MAX_BYTES = 8 << 20
MEDIA_TYPES: Mapping[str, str] = {"pdf": "application/pdf", "jpeg": "image/jpeg", "png": "image/png"}
PNG = b"\x89PNG\r\n\x1a\n"
KEPT_CHUNKS = frozenset((b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"pHYs"))
TAIL = 1024  # bytes in which a PDF ends
MARKER = re.compile(rb"\xff[^\0\xd0-\xd7\xff]", re.DOTALL)  # in a scan: not a stuffed byte, a restart, a fill byte
END = b"\xff\xd9"
SCAN, APP0, APP1, APP15, COMMENT, ADOBE = 0xDA, 0xE0, 0xE1, 0xEF, 0xFE, 0xEE
ORIENTATION = b"\xff\xe1\0\x22Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0%c\0\0\0\0\0\0\0"
TAG, TURNS = 0x0112, range(2, 9)


def checked(data: bytes) -> tuple[str, bytes]:
    """(kind, the file without metadata). Raises Refused: "proof-too-large", "proof-kind", "proof-damaged"."""
    if len(data) > MAX_BYTES:
        raise Refused(
            "proof-too-large",
            f"A proof has at most {MAX_BYTES >> 20} MB; photograph it again in a smaller size.",
            kind="too-large",
            where="proof",
            extra={"most": MAX_BYTES >> 20},
        )
    try:
        if data.startswith(PNG):
            return "png", b"".join([PNG, *_chunks(data)])
        if data.startswith(b"\xff\xd8\xff"):
            return "jpeg", b"".join([b"\xff\xd8", *_segments(data)])
        if data.startswith(b"%PDF-"):
            if b"%%EOF" not in data[-TAIL:]:
                raise ValueError("cut off")
            return "pdf", data
    except (ValueError, IndexError, struct.error) as error:
        raise Refused("proof-damaged", "The file is damaged or cut off; choose it again.", where="proof") from error
    raise Refused("proof-kind", "A proof is a PDF, JPEG or PNG file.", kind="unsupported-media", where="proof")


def _chunks(data: bytes) -> Iterator[bytes]:
    """The chunks of a PNG that draw it."""
    at, name = len(PNG), b""
    while name != b"IEND":
        length, name = struct.unpack_from(">I4s", data, at)
        chunk = data[at : at + 12 + length]
        if len(chunk) < 12 + length or zlib.crc32(chunk[4:-4]) != struct.unpack(">I", chunk[-4:])[0]:
            raise ValueError("a damaged chunk")
        if name in KEPT_CHUNKS:
            yield chunk
        at += len(chunk)


def _segments(data: bytes) -> Iterator[bytes]:
    """The segments and scans of a JPEG that draw it, its orientation, and its end."""
    at = 2
    while data[at : at + 2] != END:  # what follows are previews, or a moving picture
        marker, (length,) = data[at + 1], struct.unpack_from(">H", data, at + 2)
        segment = data[at : at + 2 + length]
        if segment[0] != 0xFF or length < 2 or len(segment) < 2 + length:
            raise ValueError("a damaged segment")
        if marker == SCAN:
            segment += _scan(data, at + len(segment))
        if marker == APP1 and (turn := _orientation(segment)) in TURNS:
            yield ORIENTATION % turn
        if marker in (APP0, ADOBE) or not (APP1 <= marker <= APP15 or marker == COMMENT):
            yield segment
        at += len(segment)
    yield END


def _scan(data: bytes, at: int) -> bytes:
    """The picture itself, or one of its passes, up to the next marker."""
    if (end := MARKER.search(data, at)) is None:
        raise ValueError("cut off")
    return data[at : end.start()]


def _orientation(segment: bytes) -> int:
    """The orientation that an EXIF segment tells, 1 where it tells none."""
    tiff = segment[10:]
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4], "")
    if not segment.startswith(b"Exif\0\0", 4) or not order or len(tiff) < 10:
        return 1
    (first,) = struct.unpack_from(f"{order}I", tiff, 4)
    if first + 2 > len(tiff):
        return 1
    (entries,) = struct.unpack_from(f"{order}H", tiff, first)
    for at in range(first + 2, min(first + 2 + 12 * entries, len(tiff) - 11), 12):
        tag, _, _, value = struct.unpack_from(f"{order}HHIH", tiff, at)
        if tag == TAG:
            return int(value)
    return 1
