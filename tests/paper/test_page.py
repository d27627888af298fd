"""The page around a QR: good photos of it pass, a part of it or a white sheet with a QR does not."""

from __future__ import annotations

import pytest
from PIL import Image, ImageDraw, ImageFilter

from services.upload.image import page as page_check
from services.upload.image.examine import examine
from services.upload.image.greys import Grey
from shared.language import form_layout as layout
from shared.language.codes import PageOne
from tests.paper.pictures import CODE, PAGE_ONE, PORTAL, SERIAL, dim, encoded, held_askew, page

pytestmark = pytest.mark.paper

OURS = (PageOne(CODE, SERIAL, PORTAL),)
TABLE_TOP = (96, 88, 70)


def good(width: int = 1200) -> Image.Image:
    return page(PAGE_ONE, width=width)


def on_a_table(image: Image.Image) -> Image.Image:
    table = Image.new("RGB", (image.width * 3 // 2, image.height * 3 // 2), TABLE_TOP)
    table.paste(image, (image.width // 4, image.height // 4))
    return table


def without(image: Image.Image, *areas: layout.Area) -> Image.Image:
    """The page with these areas under fingers."""
    mm = image.height / layout.PAGE[1]
    for area in areas:
        middle = (area.left + area.right) / 2 * mm, (area.top + area.bottom) / 2 * mm
        ImageDraw.Draw(image).ellipse([at + by for by in (-12 * mm, 12 * mm) for at in middle], fill=(170, 120, 100))
    return image


def part(image: Image.Image, upto: float) -> Image.Image:
    """The page down to this height in millimetres."""
    return image.crop((0, 0, image.width, round(upto * image.height / layout.PAGE[1])))


def from_the_side(image: Image.Image, by: float = 0.12) -> Image.Image:
    """The page with its right side farther away."""
    across, down = image.size
    corners = (0, 0, -by * across, -by * down, across + by * across, down + by * down, across, 0)
    quad = (corners[0], corners[1], 0, down, across, down + by * down, across, -by * down)
    return image.transform(image.size, Image.Transform.QUAD, quad, Image.Resampling.BICUBIC, fillcolor=TABLE_TOP)


@pytest.mark.parametrize(
    "picture",
    [
        good(),
        good(700),
        good(2400),
        on_a_table(good()),
        held_askew(good(), 20),
        held_askew(good(), 200),
        good().rotate(90, expand=True),
        good().transpose(Image.Transpose.FLIP_LEFT_RIGHT),
        from_the_side(good()),
        good().filter(ImageFilter.GaussianBlur(2)),
        dim(good(), 0.3),
        dim(good(), 0.7),
        without(good(), layout.MARKS[0]),
        without(good(), layout.MARKS[1]),
        part(good(), layout.SIGNATURE.bottom),
    ],
    ids=[
        "plain",
        "small",
        "large",
        "on a table",
        "askew",
        "upside down",
        "on its side",
        "mirrored",
        "from the side",
        "blurred",
        "dark",
        "dim",
        "finger on the left",
        "finger on the right",
        "cut right below the signature",
    ],
)
def test_a_whole_page_passes_however_it_is_held(picture: Image.Image) -> None:
    examined = examine(encoded(picture, quality=80))
    assert (examined.qr_codes, examined.whole) == (OURS, OURS)


@pytest.mark.parametrize(
    "picture",
    [
        page(PAGE_ONE, width=1200, blank=True),
        on_a_table(page(PAGE_ONE, width=1200, blank=True)),
        page(PAGE_ONE, width=1200, qr=900, blank=True),
        part(good(2400), 150),
        on_a_table(part(good(), 150)),
        part(good(), layout.SIGNATURE.top),
        on_a_table(part(good(), layout.SIGNATURE.top)),
        good(2400).crop((1500, 0, 2400, 900)),
        without(good(), *layout.MARKS),
    ],
    ids=[
        "white sheet",
        "white sheet on a table",
        "a code alone",
        "top half",
        "top half on a table",
        "no signature",
        "no signature on a table",
        "close-up",
        "both marks covered",
    ],
)
def test_without_the_page_around_it_a_code_is_not_enough(picture: Image.Image) -> None:
    examined = examine(encoded(picture, quality=90))
    assert (examined.qr_codes, examined.whole) == (OURS, ())


def test_of_a_page_without_rows_the_marks_are_not_enough() -> None:
    sheet = good()
    mm = sheet.height / layout.PAGE[1]
    ImageDraw.Draw(sheet).rectangle((0, 60 * mm, sheet.width, 250 * mm), fill="white")
    assert examine(encoded(sheet)).whole == ()


@pytest.mark.parametrize(
    "corners",
    [
        [(0.5, 0.5)] * 4,
        [(0.1, 0.1), (0.9, 0.1), (0.5, 0.11), (0.5, 0.1)],
        [(0.0, 0.0), (1.0, 0.0), (0.6, 0.1), (0.4, 0.1)],
        [(0.4, 0.1), (0.6, 0.1), (1.0, 0.0), (0.0, 0.0)],
    ],
)
def test_corners_that_no_page_has_are_a_part_of_none(corners: list[tuple[float, float]]) -> None:
    assert not page_check.is_whole(Grey(good().convert("L")), corners)
