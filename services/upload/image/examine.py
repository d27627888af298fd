"""What arrives as a photo: decoded for real, measured before it is unpacked, turned upright, stripped of everything but its pixels.

Pure: bytes in, bytes and codes out. Whose photo it is, is matching's business.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

import pillow_heif
from PIL import Image, UnidentifiedImageError

from services.upload.image import qr

MAX_BYTES = 15 * 1024 * 1024
MAX_PIXELS = 64_000_000  # 200 MB unpacked; phones in their usual mode make 12 million, A4 at 600 dpi has 35
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


class Unfit(Exception):
    """What arrived can never be an archive. reason: "not-an-image", "too-many-pixels", "too-small" or "damaged"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Examined:
    """jpeg: the cleaned photo, long side at most LONG_SIDE pixels. marks: what its QR codes say, foreign ones left out."""

    jpeg: bytes
    width: int
    height: int
    marks: tuple[qr.Mark, ...]


def examine(content: bytes) -> Examined:
    """Raises Unfit. The first frame of a moving picture is the picture."""
    image = _opened(content)
    orientation = _orientation(image)
    try:
        image.draft(
            "RGB", (LONG_SIDE, LONG_SIDE)
        )  # a large JPEG is unpacked at a half or a quarter; others are not touched
        image.load()
        pixels = _flat(image)
    except MemoryError:
        raise  # this machine's fault, not the photo's: another attempt may do
    except Exception as error:  # decoders raise whatever broken bytes lead them to
        raise Unfit("damaged") from error
    small = _reduced(pixels)
    found = qr.read(small, pixels)
    upright = _upright(small, orientation, found.quarter_turns)
    return Examined(_encoded(upright), upright.width, upright.height, found.marks)


def format_of(content: bytes) -> str:
    """Pillow's name of the format that the first bytes promise, "" for anything that is not welcome. Names and declared types are not asked."""
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
    """A cleaned photo at a size for lists, long side at most THUMBNAIL pixels. Raises Unfit when these bytes are no such photo any more."""
    try:
        image = Image.open(io.BytesIO(jpeg), formats=["JPEG"])
        image.draft("RGB", (THUMBNAIL, THUMBNAIL))
        image.thumbnail((THUMBNAIL, THUMBNAIL))
    except OSError as error:
        raise Unfit("damaged") from error
    return _encoded(image)


def _opened(content: bytes) -> Image.Image:
    """The image with its header read and its size found bearable; no pixel is unpacked yet. Only the promised decoder is tried."""
    promised = format_of(content)
    if not promised:
        raise Unfit("not-an-image")
    try:
        image = Image.open(io.BytesIO(content), formats=[promised])
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Unfit("too-many-pixels") from error
    except UnidentifiedImageError as error:
        raise Unfit("damaged") from error
    except MemoryError:
        raise
    except Exception as error:
        raise Unfit("damaged") from error
    if image.width * image.height > MAX_PIXELS or max(image.size) > MAX_SIDE:
        raise Unfit("too-many-pixels")
    if min(image.size) < MIN_SIDE:
        raise Unfit("too-small")
    return image


def _orientation(image: Image.Image) -> int:
    """1..8; 1 where the metadata is missing or broken, for a good picture with bad metadata is a good picture."""
    try:
        found = image.getexif().get(ORIENTATION, 1)
    except Exception:
        return 1
    return found if found in TURNS else 1


def _flat(image: Image.Image) -> Image.Image:
    """8 bits, three colours, on white paper where it is transparent."""
    if image.mode.startswith(("I", "F")):
        low, high = image.getextrema()
        span = max(float(high) - float(low), 1.0)  # type: ignore[arg-type]
        image = image.convert("F").point(lambda value: value * (255 / span) - float(low) * 255 / span).convert("L")  # type: ignore[arg-type]
    if image.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in image.info:
        paper = Image.new("RGBA", image.size, "white")
        paper.alpha_composite(image.convert("RGBA"))
        image = paper
    return image if image.mode == "RGB" else image.convert("RGB")


def _reduced(image: Image.Image) -> Image.Image:
    """A copy with at most LONG_SIDE pixels on its long side."""
    factor = LONG_SIDE / max(image.size)
    if factor >= 1:
        return image.copy()
    size = max(1, round(image.width * factor)), max(1, round(image.height * factor))
    return image.resize(size, Image.Resampling.HAMMING)  # half the time of sharper filters, and no letter suffers


def _upright(image: Image.Image, orientation: int, quarter_turns: int | None) -> Image.Image:
    """The QR on the paper knows better than the phone where up is, unless the picture is a mirror's."""
    turn = TURNS.get(orientation) if quarter_turns is None or orientation in MIRRORED else QUARTERS[quarter_turns]
    return image if turn is None else image.transpose(turn)


def _encoded(image: Image.Image) -> bytes:
    image.info = {}  # comments, places, times and thumbnails do not travel on
    out = io.BytesIO()
    image.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()
