"""Pictures of nothing are refused, and no photo of a form ever is, however bad."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps

from drill.photos import UNREADABLE, cat, readable, unreadable
from services.upload.domain.outcome import NO_PAGE
from services.upload.image.areas import largest, quadrilateral, threshold
from services.upload.image.examine import examine
from services.upload.image.examined import RejectedImage
from services.upload.image.nothing import is_nothing
from shared.language import form_layout as layout
from tests.paper.pictures import PAGE_ONE, encoded, page
from tests.support.thorough import many

pytestmark = [pytest.mark.paper, pytest.mark.larger]

SIZE = 900, 1200
SEEDS = range(many(4, 60))
QR = tuple(
    round(mm * 1200 / layout.PAGE[1]) for mm in (layout.QR.left, layout.QR.top, layout.QR.right, layout.QR.bottom)
)
Spoil = Callable[[Image.Image], Image.Image]


def light(factor: float, offset: int = 0) -> Spoil:
    return lambda image: image.point([min(255, max(0, round(v * factor + offset))) for v in range(256)] * 3)


def lamp(*colour: int) -> Spoil:
    return lambda image: ImageChops.multiply(image, Image.new("RGB", image.size, colour))


def blur(radius: float) -> Spoil:
    return lambda image: image.filter(ImageFilter.GaussianBlur(radius))


def noise(sigma: float, factor: float = 1.0) -> Spoil:
    def add(image: Image.Image) -> Image.Image:
        grain = np.random.default_rng(1).normal(0, sigma, (image.height, image.width, 3))
        return Image.fromarray(np.clip(np.asarray(image) * factor + grain, 0, 255).astype(np.uint8))

    return add


def far(share: float) -> Spoil:
    def shrink(image: Image.Image) -> Image.Image:
        whole = Image.new("RGB", image.size, (96, 84, 70))
        whole.paste(image.resize((round(image.width * share), round(image.height * share))), (image.width // 3, 200))
        return whole

    return shrink


def part(left: float, top: float, right: float, bottom: float) -> Spoil:
    def cut(image: Image.Image) -> Image.Image:
        width, height = image.size
        return image.crop((int(left * width), int(top * height), int(right * width), int(bottom * height))).resize(SIZE)

    return cut


def faded(image: Image.Image) -> Image.Image:
    return Image.blend(image, Image.new("RGB", image.size, "white"), 0.92)


def on_white(image: Image.Image) -> Image.Image:
    desk = Image.new("RGB", image.size, (250, 250, 250))
    desk.paste(image.resize((image.width * 3 // 5, image.height * 3 // 5)), (image.width // 6, image.height // 6))
    return desk


SPOILT: dict[str, Spoil] = {
    "sharp": lambda image: image,
    "out of focus": blur(8),
    "far out of focus": blur(20),
    "dark": light(0.06, 3),
    "overexposed": light(1.3, 90),
    "no toner": lambda image: Image.blend(image, Image.new("RGB", image.size, "white"), 0.9),
    "no toner, out of focus": lambda image: blur(30)(faded(image)),
    "no toner, in the dark": lambda image: light(0.12, 3)(faded(image)),
    "no toner, in the dark and noisy": lambda image: noise(4, 0.12)(faded(image)),
    "the signature on a white desk": lambda image: part(0, 0.7, 1, 1)(on_white(image)),
    "yellow lamp": lamp(255, 190, 90),
    "blue screen": lamp(120, 160, 255),
    "noise": noise(60),
    "dark and noisy": noise(10, 0.12),
    "far away": far(0.33),
    "very far away": far(0.15),
    "a quarter": part(0, 0.25, 0.5, 0.7),
    "a few rows": part(0.1, 0.5, 0.4, 0.65),
    "the signature": part(0, 0.65, 1, 0.9),
    "askew": lambda image: image.rotate(30, expand=True, fillcolor=(90, 80, 70)),
    "a small picture": lambda image: image.resize((420, 560)),
    "black and white": lambda image: image.convert("1").convert("RGB"),
    "negative": ImageOps.invert,
}


def on_a_table(image: Image.Image, seed: int) -> Image.Image:
    return Image.open(io.BytesIO(readable(image.convert("L"), np.random.default_rng(seed)).content)).convert("RGB")


@pytest.mark.parametrize("spoil", SPOILT)
def test_no_photo_of_a_form_is_taken_for_nothing_however_bad(spoil: str) -> None:
    form = page(PAGE_ONE)
    photos = [form, *(on_a_table(form, seed) for seed in SEEDS)]
    assert [is_nothing(SPOILT[spoil](photo)) for photo in photos] == [False] * len(photos)


def desk() -> Image.Image:
    return flat((190, 140, 90))


def cloth() -> Image.Image:
    image = flat((230, 230, 230))
    draw = ImageDraw.Draw(image)
    for x in range(0, SIZE[0], 60):
        for y in range(x % 120, SIZE[1], 120):
            draw.rectangle((x, y, x + 59, y + 59), fill=(190, 40, 40))
    return image


@pytest.mark.parametrize("ground", [desk, cloth])
@pytest.mark.parametrize("factor", [0.08, 0.15, 0.3])
def test_a_sheet_in_the_dark_and_out_of_focus_has_edges_still(ground: Callable[[], Image.Image], factor: float) -> None:
    table, sheet = ground(), page(PAGE_ONE)
    for share in (0.4, 0.6):
        table.paste(sheet.resize((round(sheet.width * share), round(sheet.height * share))), (200, 250))
        assert not is_nothing(noise(4, factor)(blur(10)(table)))


@pytest.mark.parametrize("how", UNREADABLE)
def test_no_photo_whose_code_is_lost_is_taken_for_nothing(how: str) -> None:
    for seed in SEEDS:
        taken = unreadable(page(PAGE_ONE).convert("L"), QR, how, np.random.default_rng(seed))  # type: ignore[arg-type]
        assert not is_nothing(Image.open(io.BytesIO(taken.content)).convert("RGB"))


def flat(colour: str | tuple[int, int, int]) -> Image.Image:
    return Image.new("RGB", SIZE, colour)


def shape(colour: str, ground: str, kind: str) -> Image.Image:
    image = flat(ground)
    getattr(ImageDraw.Draw(image), kind)((150, 250, 700, 900), fill=colour)
    return image


def slope(first: int, last: int) -> Image.Image:
    """From dark to light, as a wall beside a lamp."""
    return ImageOps.colorize(Image.linear_gradient("L").resize(SIZE), (first,) * 3, (last,) * 3)  # type: ignore[arg-type]


def hills() -> Image.Image:
    image = flat((110, 160, 230))
    ImageDraw.Draw(image).polygon([(0, 800), (300, 500), (600, 750), (900, 450), (900, 1200), (0, 1200)], (60, 110, 50))
    return image


NOTHING: dict[str, Image.Image] = {
    **{f"flat {colour}": flat(colour) for colour in ("green", "white", "black", "grey", "red")},
    **{f"a green rectangle on {ground}": shape("green", ground, "rectangle") for ground in ("white", "grey", "black")},
    "a red disc on white": shape("red", "white", "ellipse"),
    "a finger on the lens": noise(6)(flat((70, 12, 8))),
    "a pocket": noise(3)(flat((3, 3, 4))),
    "grain": Image.effect_noise(SIZE, 120).convert("RGB"),
    "hills": hills(),
}


@pytest.mark.parametrize("what", NOTHING)
def test_what_is_surely_no_page_is_refused_at_once(what: str) -> None:
    assert is_nothing(NOTHING[what])
    with pytest.raises(RejectedImage) as rejected:
        examine(encoded(NOTHING[what], quality=90))
    assert rejected.value.outcome.reason == NO_PAGE


def test_a_cat_is_no_page() -> None:
    for seed in SEEDS:
        assert is_nothing(Image.open(io.BytesIO(cat(np.random.default_rng(seed)).content)).convert("RGB"))


@pytest.mark.parametrize("wall", [noise(4)(slope(180, 230)), slope(8, 30)], ids=["light", "dark"])
def test_a_wall_may_be_a_page_without_toner_and_waits(wall: Image.Image) -> None:
    assert not is_nothing(wall)


def test_a_blank_sheet_and_any_other_print_wait_for_a_person() -> None:
    sheet = flat((90, 60, 30))
    ImageDraw.Draw(sheet).rectangle((120, 150, 780, 1050), fill=(245, 244, 240))
    assert not is_nothing(sheet)
    assert not is_nothing(page())


def test_levels_are_parted_where_they_lie_apart() -> None:
    level, apart = threshold([0] * 40 + [10] + [0] * 159 + [30] + [0] * 55)
    assert 40 <= level < 200 and apart == 160
    assert threshold([0] * 7 + [5] + [0] * 248) == (0, 0.0)


def test_the_largest_area_is_connected_and_knows_its_shape() -> None:
    image = Image.new("L", (60, 60))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 5, 5), fill=255)
    draw.polygon([(30, 10), (50, 30), (30, 50), (10, 30)], fill=255)
    found = largest(image)
    assert (found[0][0], found[-1][0]) == (10, 50)
    assert quadrilateral(found, 0.75, 1.35)
    disc = Image.new("L", (60, 60))
    ImageDraw.Draw(disc).ellipse((5, 5, 55, 55), fill=255)
    assert not quadrilateral(largest(disc), 0.75, 1.35)
    assert largest(Image.new("L", (9, 9))) == []
