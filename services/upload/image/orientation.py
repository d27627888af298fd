"""Orientation of a picture, as EXIF numbers it: how its pixels are turned to stand upright, 1 for not at all.

An archive keeps its pixels as they were taken; one segment of metadata beside them holds this number and nothing else.
Browsers, phones and printers turn a picture by it; a program that does not shows it as it was taken. Pure.
"""

from __future__ import annotations

from PIL import Image

UPRIGHT, SIDEWAYS, ALL = 1, range(5, 9), range(1, 9)  # sideways: its width is the height of what is seen
TAG = 0x0112
BY_QUARTERS = {False: (1, 8, 3, 6), True: (2, 5, 4, 7)}
HEADER = 20  # bytes of every archive before its first table: the start, and what says that the colours are YCbCr
# The tag alone in the metadata of a JPEG: segment and length, kind, byte order, place of the only directory; one entry,
# a number of 16 bits, once; no further directory
SEGMENT = b"\xff\xe1\0\x22Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0%c\0\0\0\0\0\0\0"


def of_code(mirrored: bool, quarters: int) -> int:
    """The orientation of a picture that must be mirrored back first, and then turned by quarters counter-clockwise."""
    return BY_QUARTERS[mirrored][quarters]


def of_metadata(image: Image.Image) -> int:
    """Read it from the sender's metadata; upright without any. Raises whatever broken ones make Pillow raise."""
    found = int(image.getexif().get(TAG, UPRIGHT))
    return found if found in ALL else UPRIGHT


def size(pixels: tuple[int, int], orientation: int) -> tuple[int, int]:
    """Width and height of what is seen. pixels: of the picture as it is stored."""
    return (pixels[1], pixels[0]) if orientation in SIDEWAYS else pixels


def tagged(jpeg: bytes, orientation: int) -> bytes:
    """An archive that says its orientation; an upright one needs no word."""
    return jpeg if orientation == UPRIGHT else jpeg[:HEADER] + SEGMENT % orientation + jpeg[HEADER:]
