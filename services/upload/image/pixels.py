"""Pixels of a picture: decoded no larger than an archive needs them, flat, and lying as they were taken."""

from __future__ import annotations

import io
import math
from typing import Protocol

from PIL import Image

from services.upload.domain.outcome import DAMAGED
from services.upload.image import opening, orientation
from services.upload.image.examined import RejectedImage

# An archive has that many pixels, if the photo has: A4 at 150 dpi and more. A JPEG of 12 million is decoded at a half,
# in a sixth of the time that decoding all and scaling them takes; one of 8 million is kept as it is, since scaling it
# would take twice as long as decoding and writing it.
FEWEST, MOST = 2_400_000, 9_600_000  # four times the fewest: beyond it a half is left enough
SHORTEST, LARGEST = 1080, 16_000_000  # of a long screenshot the short side stays legible: so many pixels at the most
QUALITY = 85
END_OF_IMAGE = b"\xff\xd9"  # behind a JPEG without one: its decoder fills what is missing with grey
FRACTIONS = (8, 4, 2)  # at which a JPEG can be decoded


class Damaged(RejectedImage):
    """Bytes that do not decode."""


class Picture(Protocol):
    """small: RGB, as large as an archive of it. larger: see Pixels."""

    @property
    def small(self) -> Image.Image: ...
    def larger(self) -> Image.Image | None: ...


class Pixels:
    """A decoded picture. small: RGB, at most MOST pixels. is_cut_short: the end of the file is missing, grey instead.

    Raises RejectedImage for what cannot be decoded.
    """

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._image, self.is_cut_short = _loaded(content)
        try:
            self._whole = _flat(self._image)
            self.small = _reduced(self._whole)
        except (OSError, ValueError) as error:
            raise RejectedImage(DAMAGED) from error

    @property
    def lacks_rows(self) -> bool:
        """True if the last rows hold nothing at all: what a decoder fills in behind the end of a file."""
        return self.is_cut_short and ends_flat(self.small)

    def larger(self) -> Image.Image | None:
        """The same picture in grey with up to LARGEST pixels, for a code that is too fine; None if it has no more."""
        whole = self._whole
        if opening.format_of(self._content) == "JPEG" and not self.is_cut_short:
            whole = _decoded(opening.opened(self._content), "L", LARGEST / 4)
        elif (fraction := _fraction(whole, LARGEST / 4)) > 1:
            whole = whole.reduce(fraction)
        return whole.convert("L") if whole.width > self.small.width else None

    def archive(self, upright: tuple[bool, int] | None) -> tuple[bytes, int, int]:
        """A clean JPEG of the small one, and its width and height as it is seen. Its pixels lie as they were taken.

        upright: as its code says (mirrored, quarter turns); without one its metadata count.
        """
        turned = self._orientation() if upright is None else orientation.of_code(*upright)
        return orientation.tagged(encoded(self.small), turned), *orientation.size(self.small.size, turned)

    def _orientation(self) -> int:
        """Read the orientation from the metadata. Broken ones are no reason to refuse a good picture."""
        try:
            return orientation.of_metadata(self._image)
        except Exception:
            return orientation.UPRIGHT


def ends_flat(image: Image.Image) -> bool:
    """True if the last rows are of one colour."""
    last = image.crop((0, image.height - max(1, image.height // 100), image.width, image.height))
    return last.getcolors(1) is not None


def is_unscaled(image: Image.Image) -> bool:
    """True if an archive has all pixels of the image."""
    return image.width * image.height <= MOST and _fraction(image, FEWEST) == 1


def _loaded(content: bytes) -> tuple[Image.Image, bool]:
    """The decoded picture, and whether the end of its file is missing. Only a JPEG is shown without its end."""
    try:
        return _decoded(opening.opened(content), "RGB", FEWEST), False
    except Damaged:
        if opening.format_of(content) != "JPEG":
            raise
    return _decoded(opening.opened(content + END_OF_IMAGE), "RGB", FEWEST), True


def _decoded(image: Image.Image, mode: str, fewest: float) -> Image.Image:
    """Decode; a large JPEG at the smallest fraction that leaves `fewest` pixels. Raises Damaged."""
    try:
        fraction = _fraction(image, fewest)
        image.draft(mode, (image.width // fraction, image.height // fraction))  # changes no other format
        image.load()
    except MemoryError:
        raise  # a shortage of this machine, not a fault of the photo: another attempt may succeed
    except Exception as error:  # broken bytes make decoders raise anything
        raise Damaged(DAMAGED) from error
    return image


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


def _fraction(image: Image.Image, fewest: float) -> int:
    """The smallest fraction of the sides, as its denominator, that leaves `fewest` pixels and a legible short side."""
    pixels, short = image.width * image.height, min(image.size)
    return next((n for n in FRACTIONS if pixels >= fewest * n**2 and short >= SHORTEST * n), 1)


def _reduced(image: Image.Image) -> Image.Image:
    """At most MOST pixels. Of a long screenshot more, so that its short side stays legible."""
    if (fraction := _fraction(image, FEWEST)) > 1:
        image = image.reduce(fraction)
    pixels = image.width * image.height
    factor = max(math.sqrt(MOST / pixels), min(SHORTEST / min(image.size), math.sqrt(LARGEST / pixels)))
    if pixels <= MOST or factor >= 1:
        return image
    size = int(image.width * factor), int(image.height * factor)
    return image.resize(size, Image.Resampling.HAMMING)  # half the time of sharper filters, and equally legible


def encoded(image: Image.Image) -> bytes:
    """A JPEG of the pixels and nothing else: no comment, location, time or preview."""
    image.info, out = {}, io.BytesIO()
    image.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()
