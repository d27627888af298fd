"""Plain good photos, nearly all there are: looked at once, in grey, and archived as they were sent.

A photo is one of these if its file is of the plain kind (as_sent.py) and as small as an archive may be, and if a first
look finds whole pages 1 and nothing that has to be explained. Colours, other scales and coding anew are for the others;
of those nothing is decided here. Pure.
"""

from __future__ import annotations

import io

from PIL import Image

from services.upload.image import as_sent, opening, orientation, page, pixels, qr
from services.upload.image.examined import ExaminedPhoto
from services.upload.image.greys import Grey

LARGEST = 1_200_000  # bytes of a file: MOST pixels at QUALITY, with all its metadata
PLANNED = 400_000  # bytes of an archive (docs/capacity.py)
COARSE = 1_109  # the sum of a table for brightness from which on coding anew makes no file smaller: that of QUALITY


def examined(content: bytes) -> ExaminedPhoto | None:
    """The examination of a plain good photo; None for any other. Raises RejectedImage as opening does."""
    if opening.format_of(content) != "JPEG" or len(content) > LARGEST or not (sent := as_sent.watched(content)):
        return None
    image = opening.opened(content, sent)
    if not pixels.is_unscaled(image) or not _is_small(image, sent) or not _drawn(image, sent):
        return None
    grey = Grey(image)
    reading = qr.read_at_once(grey)
    if not reading or not reading.upright or not all(code in reading.places for code in reading.qr_codes):
        return None
    if not all(page.is_whole(grey, corners) for corners in reading.places.values()):
        return None
    turned = orientation.of_code(*reading.upright)
    jpeg, size = orientation.tagged(sent.getvalue(), turned), orientation.size(image.size, turned)
    return ExaminedPhoto(jpeg, *size, reading.qr_codes, reading.qr_codes)


def _is_small(image: Image.Image, sent: io.BytesIO) -> bool:
    """True if the file has no more bytes than planned, or no more than it would have if it were coded anew."""
    tables: dict[int, list[int]] = image.quantization  # type: ignore[attr-defined]
    return len(sent.getbuffer()) <= PLANNED or sum(tables[min(tables)]) >= COARSE


def _drawn(image: Image.Image, sent: as_sent.Watched) -> bool:
    """Decode the brightness, for which all data are read. True if they are whole and belong to the picture."""
    try:
        image.draft("L", image.size)
        image.load()
    except MemoryError:
        raise  # a shortage of this machine, not a fault of the photo
    except Exception:
        return False
    return image.mode == "L" and sent.is_used_up and not pixels.ends_flat(image)
