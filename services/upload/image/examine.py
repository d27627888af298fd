"""Examination of an incoming image: bounds checked before decoding, turned upright, stripped of all metadata, QR read.

Pure: bytes in, bytes and QR codes out. Matching decides whose form it is (domain/matching.py).
"""

from __future__ import annotations

import io

import pillow_heif
from PIL import Image, UnidentifiedImageError

from services.upload.domain.outcome import DAMAGED, NO_PAGE, NOT_AN_IMAGE, TOO_COSTLY, TOO_MANY_PIXELS, TOO_SMALL
from services.upload.image import headers, nothing, page, qr
from services.upload.image.examined import ExaminedPhoto, RejectedImage

# Phones in their usual mode make 12 million, at most 48; A4 at 600 dpi has 35. A JPEG is scaled while it is decoded,
# the others take up to 800 MB for so many.
MAX_PIXELS = {"JPEG": 64_000_000, "HEIF": 50_000_000, "PNG": 36_000_000, "WEBP": 36_000_000}
MAX_SCANS = 20  # of a JPEG; progressive ones have ten
MAX_SIDE = 20_000
MIN_SIDE = 400  # of the short side: below it no signature can be read
LONG_SIDE, QUALITY = 2400, 85
THUMBNAIL = 480  # of the long side: a hand's width on a sharp phone
ORIENTATION = 0x0112  # the EXIF tag
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
MIRRORED = (2, 4, 5, 7)
QUARTERS = (None, Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_270)
HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")

pillow_heif.register_heif_opener(thumbnails=False)


def examine(content: bytes) -> ExaminedPhoto:
    """Clean a photo and read its QR codes. Of an animation only the first frame counts. Raises RejectedImage."""
    image = _opened(content)
    orientation = _orientation(image)
    try:
        image.draft("RGB", (LONG_SIDE, LONG_SIDE))  # decodes a large JPEG at a half or a quarter; no other format
        image.load()
        pixels = _halved(_flat(image))
    except MemoryError:
        raise  # a shortage of this machine, not a fault of the photo: another attempt may succeed
    except Exception as error:  # broken bytes make decoders raise anything
        raise RejectedImage(DAMAGED) from error
    small = _reduced(pixels)
    grey = small.convert("L")
    reading = qr.read(grey, pixels)
    if not reading.qr_codes and nothing.is_nothing(small):
        raise RejectedImage(NO_PAGE)
    upright = _upright(small, orientation, reading.quarter_turns)
    whole = tuple(qr_code for qr_code, corners in reading.places.items() if page.is_whole(grey, corners))
    return ExaminedPhoto(_encoded(upright), upright.width, upright.height, reading.qr_codes, whole)


def format_of(content: bytes) -> str:
    """Pillow's name of the format that the first bytes announce, "" for a format that is not accepted.

    File names and declared media types play no part.
    """
    if content.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "WEBP"
    if content[4:8] == b"ftyp" and content[8:12] in HEIF_BRANDS:
        return "HEIF"
    return ""


def thumbnail(jpeg: bytes) -> bytes:
    """A cleaned photo at a size for lists, at most THUMBNAIL pixels on its long side.

    Raises RejectedImage for bytes that are no longer a cleaned photo.
    """
    try:
        image = Image.open(io.BytesIO(jpeg), formats=["JPEG"])
        image.draft("RGB", (THUMBNAIL, THUMBNAIL))
        image.thumbnail((THUMBNAIL, THUMBNAIL))
    except OSError as error:
        raise RejectedImage(DAMAGED) from error
    return _encoded(image)


def _opened(content: bytes) -> Image.Image:
    """The image with its header read and its bounds checked; no pixel is decoded yet. Only one decoder is tried."""
    announced = format_of(content)
    if not announced:
        raise RejectedImage(NOT_AN_IMAGE)
    if announced == "JPEG" and headers.scans(content, MAX_SCANS + 1) > MAX_SCANS:
        raise RejectedImage(TOO_COSTLY)
    if announced == "WEBP":
        _require_few_pixels(announced, *headers.webp_size(content))
    try:
        image = Image.open(io.BytesIO(content), formats=[announced])
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise RejectedImage(TOO_MANY_PIXELS) from error
    except UnidentifiedImageError as error:
        raise RejectedImage(DAMAGED) from error
    except MemoryError:
        raise
    except Exception as error:
        raise RejectedImage(DAMAGED) from error
    _require_few_pixels(announced, *image.size)
    if min(image.size) < MIN_SIDE:
        raise RejectedImage(TOO_SMALL)
    return image


def _require_few_pixels(format: str, width: int, height: int) -> None:
    if width * height > MAX_PIXELS[format] or max(width, height) > MAX_SIDE:
        raise RejectedImage(TOO_MANY_PIXELS)


def _orientation(image: Image.Image) -> int:
    """The EXIF orientation, 1..8. Missing or broken metadata give 1: they are no reason to refuse a good picture."""
    try:
        found = image.getexif().get(ORIENTATION, 1)
    except Exception:
        return 1
    return found if found in TURNS else 1


def _flat(image: Image.Image) -> Image.Image:
    """The image in 8-bit RGB, on a white background where it is transparent."""
    if image.mode.startswith(("I", "F")):
        low, high = image.getextrema()
        span = max(float(high) - float(low), 1.0)  # type: ignore[arg-type]
        image = image.convert("F").point(lambda value: value * (255 / span) - float(low) * 255 / span).convert("L")  # type: ignore[arg-type]
    if image.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in image.info:
        background = Image.new("RGBA", image.size, "white")
        background.alpha_composite(image.convert("RGBA"))
        image = background
    return image if image.mode == "RGB" else image.convert("RGB")


def _halved(image: Image.Image) -> Image.Image:
    """At a half or a quarter if it is large: what `draft` does to a JPEG, after decoding."""
    factor = min(image.size) // LONG_SIDE
    return image.reduce(4 if factor >= 4 else 2) if factor > 1 else image


def _reduced(image: Image.Image) -> Image.Image:
    """A copy with at most LONG_SIDE pixels on its long side."""
    factor = LONG_SIDE / max(image.size)
    if factor >= 1:
        return image.copy()
    size = max(1, round(image.width * factor)), max(1, round(image.height * factor))
    return image.resize(size, Image.Resampling.HAMMING)  # half the time of sharper filters, and equally legible


def _upright(image: Image.Image, orientation: int, quarter_turns: int | None) -> Image.Image:
    """Turn the page upright, by its QR code rather than by EXIF, unless the picture is mirrored."""
    turn = TURNS.get(orientation) if quarter_turns is None or orientation in MIRRORED else QUARTERS[quarter_turns]
    return image if turn is None else image.transpose(turn)


def _encoded(image: Image.Image) -> bytes:
    image.info = {}  # no comment, location, time or thumbnail is kept
    out = io.BytesIO()
    image.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()
