"""Photos of every difficulty, made from a seed: from a scan to an unreadable photo."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping

import numpy as np
from PIL import Image, ImageFilter
from PIL.Image import Resampling

from benchmarks.forms import CAMPAIGN, PORTAL, made_up_forms
from drill import photos, printed
from services.roster.forms.form import render
from tests.support import spoilt_photos

SEED = 7
Page = tuple[Image.Image, photos.Box]
Take = Callable[[Page, np.random.Generator], bytes]
TWELVE_MEGAPIXELS = 2.5  # times the drill's photos


def jpeg(image: Image.Image, quality: int = 85) -> bytes:
    out = io.BytesIO()
    image.convert("RGB").save(out, "JPEG", quality=quality)
    return out.getvalue()


def phone(page: Page, random: np.random.Generator) -> Image.Image:
    """A page as the drill's phones photograph it, decoded again."""
    return Image.open(io.BytesIO(photos.readable(page[0], random).content)).convert("RGB")


def larger(image: Image.Image) -> Image.Image:
    """Enlarged to the number of pixels of today's phones."""
    return image.resize(
        (round(image.width * TWELVE_MEGAPIXELS), round(image.height * TWELVE_MEGAPIXELS)), Resampling.BICUBIC
    )


def dim(image: Image.Image, random: np.random.Generator) -> Image.Image:
    """Low light and noise."""
    dark = np.asarray(image, np.float32) * 0.25 + 20
    return Image.fromarray(np.clip(dark + random.normal(0, 7, dark.shape), 0, 255).astype(np.uint8))


def far(image: Image.Image, random: np.random.Generator) -> Image.Image:
    """The page fills a quarter of the picture."""
    small, whole = (
        image.resize((image.width // 2, image.height // 2), Resampling.BILINEAR),
        Image.new("RGB", image.size, (96, 84, 70)),
    )
    whole.paste(small, (int(random.integers(whole.width // 2)), int(random.integers(whole.height // 2))))
    return whole


def shaken(image: Image.Image, random: np.random.Generator) -> Image.Image:
    """Motion blur of a few pixels."""
    return image.filter(ImageFilter.GaussianBlur(float(random.uniform(2.0, 4.0))))


def steep(image: Image.Image, random: np.random.Generator) -> Image.Image:
    """Taken from the side: the far edge is half as long as the near one."""
    width, height = image.size
    far_end = float(random.uniform(0.15, 0.25)) * width
    quad = (-far_end, 0, 0, height, width, height, width + far_end, 0)
    return image.transform(image.size, Image.Transform.QUAD, quad, Resampling.BILINEAR)


def spoilt(kind: str) -> Take:
    return lambda page, random: spoilt_photos.photo(*page, kind, int(random.integers(99)))


DIFFICULTIES: Mapping[str, Take] = {
    "scan": lambda page, random: jpeg(page[0]),
    "phone": lambda page, random: photos.readable(page[0], random).content,
    "phone-heic": lambda page, random: photos.readable(page[0], random, "HEIF").content,
    "12-megapixels": lambda page, random: jpeg(larger(phone(page, random))),
    "dim": lambda page, random: jpeg(dim(phone(page, random), random)),
    "far-away": lambda page, random: jpeg(far(phone(page, random), random)),
    "shaken": lambda page, random: jpeg(shaken(phone(page, random), random)),
    "steep": lambda page, random: jpeg(steep(phone(page, random), random)),
    **{kind.replace(" ", "-"): spoilt(kind) for kind in spoilt_photos.KINDS},
    "hopeless": lambda page, random: photos.unreadable(*page, "blurred", random).content,
}


def pages(count: int) -> list[Page]:
    """First pages as paper, with the box of their QR code."""
    sheets = printed.sheets(render(made_up_forms(count), CAMPAIGN, PORTAL))
    return [sheet.page_one for sheet in sheets]


def taken(difficulty: str, paper: list[Page]) -> list[bytes]:
    random = np.random.default_rng(SEED)
    return [DIFFICULTIES[difficulty](page, random) for page in paper]
