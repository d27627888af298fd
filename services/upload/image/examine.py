"""Examination of an incoming photo: opened within bounds, codes read, of its metadata only the orientation kept.

Pure: bytes in, bytes and QR codes out. Matching decides whose form it is (domain/matching.py).
"""

from __future__ import annotations

import io

from PIL import Image, ImageOps

from services.upload.domain.outcome import DAMAGED, NO_PAGE
from services.upload.image import greys, nothing, page, plain, qr
from services.upload.image.examined import ExaminedPhoto, RejectedImage
from services.upload.image.pixels import Pixels, encoded

THUMBNAIL = 480  # of the long side: a hand's width on a sharp phone


def examine(content: bytes) -> ExaminedPhoto:
    """Clean a photo and read its QR codes. Of an animation only the first frame counts. Raises RejectedImage.

    A file whose end is missing counts like any other, as every phone shows it; unless a part of the page is missing.
    """
    return plain.examined(content) or _examined_thoroughly(content)


def _examined_thoroughly(content: bytes) -> ExaminedPhoto:
    pixels = Pixels(content)
    grey = greys.of_ink(pixels.small)
    reading = qr.read(grey, pixels)
    marks = 2 if pixels.is_cut_short else 1
    whole = tuple(code for code, corners in reading.places.items() if page.is_whole(grey, corners, marks))
    if pixels.lacks_rows and not whole:
        raise RejectedImage(DAMAGED)
    if not reading.qr_codes and nothing.is_nothing(pixels.small):
        raise RejectedImage(NO_PAGE)
    archive = pixels.archive(reading.upright)
    return ExaminedPhoto(*archive, reading.qr_codes, whole, pixels.is_cut_short, reading.another_sheet)


def thumbnail(jpeg: bytes) -> bytes:
    """A cleaned photo upright, at a size for lists: at most THUMBNAIL pixels on its long side.

    Raises RejectedImage for bytes that are no longer a cleaned photo.
    """
    try:
        image = Image.open(io.BytesIO(jpeg), formats=["JPEG"])
        image.draft("RGB", (THUMBNAIL, THUMBNAIL))
        image.thumbnail((THUMBNAIL, THUMBNAIL))
    except OSError as error:
        raise RejectedImage(DAMAGED) from error
    return encoded(ImageOps.exif_transpose(image))
