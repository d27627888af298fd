"""Opening of a picture: its first bytes name the one decoder that may read it, its header must keep the bounds.

File names and declared media types play no part. Of every kind only what a scanner or phone makes is taken.
"""

from __future__ import annotations

import io

import pillow_heif
from PIL import Image, ImageFile, UnidentifiedImageError

from services.upload.domain.outcome import DAMAGED, NOT_AN_IMAGE, SEVERAL_PAGES, TOO_COSTLY, TOO_MANY_PIXELS, TOO_SMALL
from services.upload.image import headers, scanned
from services.upload.image.examined import RejectedImage

# Phones make 12 million pixels in their usual mode, 108 and 200 in their largest; A4 at 600 dpi has 35. A JPEG is
# scaled while it is decoded, the others take up to 800 MB for so many.
MAX_PIXELS = {"JPEG": 210_000_000, "HEIF": 50_000_000, "AVIF": 50_000_000}
MAX_OTHERS = 36_000_000
MAX_SCANS = 20  # of a JPEG; progressive ones have ten
MAX_PASSED = 1_300_000_000  # pixels times scans of a JPEG: each scan passes over all of them
MAX_SIDE = 65_500  # what a JPEG can have: the archive's format
MIN_SIDE = 400  # of the short side: below it no signature can be read
HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
AVIF_BRANDS = (b"avif", b"avis")
BMP_HEADERS = (12, 40, 52, 56, 64, 108, 124)  # sizes of the header behind the file's own
NEW_SUBFILE_TYPE, REDUCED = 254, 1  # TIFF: this page is a preview of another

pillow_heif.register_heif_opener(thumbnails=False)
Image.MAX_IMAGE_PIXELS = None  # the bounds above are checked for every format, and are narrower for most


def format_of(content: bytes) -> str:
    """Pillow's name of the format that the first bytes announce, "" for a format that is not accepted."""
    if content.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "WEBP"
    if content[4:8] == b"ftyp":
        return _format_of_brands(content[8:12], content[16 : int.from_bytes(content[:4], "big")][:256])
    if content.startswith((b"II*\0", b"MM\0*")):
        return "TIFF"
    if content.startswith((b"GIF87a", b"GIF89a")):
        return "GIF"
    if content.startswith(b"BM") and int.from_bytes(content[14:18], "little") in BMP_HEADERS:
        return "BMP"
    return "PDF" if content.startswith(b"%PDF-") else ""


def opened(content: bytes, plain: io.BytesIO | None = None) -> Image.Image:
    """The picture with its header read and its bounds checked; no pixel is decoded yet, but those of a PDF.

    plain: a file of the same picture, to be decoded in its place. Raises RejectedImage.
    """
    announced = format_of(content)
    if not announced:
        raise RejectedImage(NOT_AN_IMAGE)
    scans = headers.scans(content, MAX_SCANS + 1) if announced == "JPEG" else 0
    if scans > MAX_SCANS:
        raise RejectedImage(TOO_COSTLY)
    if announced == "WEBP":
        _require_few_pixels(announced, *headers.webp_size(content))
    image = scanned.page(content) if announced == "PDF" else _image(plain or io.BytesIO(content), announced)
    _require_few_pixels(announced, *image.size)
    if image.width * image.height * scans > MAX_PASSED:
        raise RejectedImage(TOO_MANY_PIXELS)
    if min(image.size) < MIN_SIDE:
        raise RejectedImage(TOO_SMALL)
    if announced == "TIFF" and _has_another_page(image):
        raise RejectedImage(SEVERAL_PAGES)
    return image


def _format_of_brands(major: bytes, others: bytes) -> str:
    """The format of a file of the ISO family, by its major brand and the compatible ones."""
    if major in AVIF_BRANDS or (major in HEIF_BRANDS[-2:] and b"avif" in others):
        return "AVIF"
    return "HEIF" if major in HEIF_BRANDS else ""


def _image(file: io.BytesIO, format: str) -> ImageFile.ImageFile:
    try:
        return Image.open(file, formats=[format])
    except UnidentifiedImageError as error:
        raise RejectedImage(DAMAGED) from error
    except MemoryError:
        raise
    except Exception as error:
        raise RejectedImage(DAMAGED) from error


def _require_few_pixels(format: str, width: int, height: int) -> None:
    if width * height > MAX_PIXELS.get(format, MAX_OTHERS) or max(width, height) > MAX_SIDE:
        raise RejectedImage(TOO_MANY_PIXELS)


def _has_another_page(tiff: Image.Image) -> bool:
    """True if a second page follows; a preview of the first one is none."""
    try:
        tiff.seek(1)
        return not tiff.tag_v2.get(NEW_SUBFILE_TYPE, 0) & REDUCED  # type: ignore[attr-defined]
    except EOFError:
        return False
    except Exception as error:
        raise RejectedImage(DAMAGED) from error
    finally:
        tiff.seek(0)
