"""Two forms in one photo: another child's is read or told, whatever is wrong with its code; a table is no form."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from services.upload.image import plain
from services.upload.image.examine import examine
from shared.language import codes
from shared.language import form_layout as layout
from shared.language.codes import PageOne
from tests.paper.pictures import CODE, OTHER_CODE, PAGE_ONE, PORTAL, SERIAL, a_serial, beside, encoded, page
from tests.support import spoilt_photos

pytestmark = pytest.mark.paper

OURS, OTHERS = PageOne(CODE, SERIAL, PORTAL), PageOne(OTHER_CODE, a_serial(5, OTHER_CODE), PORTAL)
WIDTH = 900
TABLE = (96, 84, 70)
Spoil = Callable[[Image.Image], Image.Image]
Lay = Callable[[Image.Image, Image.Image], Image.Image]


def mine() -> Image.Image:
    return page(PAGE_ONE, width=WIDTH)


def box() -> spoilt_photos.Box:
    mm, qr = WIDTH * 4 // 3 / layout.PAGE[1], layout.QR
    left, top, right, bottom = (round(at * mm) for at in (qr.left, qr.top, qr.right, qr.bottom))
    return left, top, right, bottom


def by(kind: str, seed: int) -> Spoil:
    return lambda sheet: spoilt_photos.KINDS[kind](sheet, box(), np.random.default_rng(seed))


def faint(share: float) -> Spoil:
    return lambda sheet: Image.blend(sheet, Image.new("RGB", sheet.size, "white"), share)


def under_a_thumb(sheet: Image.Image) -> Image.Image:
    left, top, right, bottom = box()
    ImageDraw.Draw(sheet).ellipse((left - 20, top - 20, right + 20, bottom + 20), fill=(200, 150, 120))
    return sheet


def at(scale: float) -> Spoil:
    return lambda sheet: sheet.resize((round(sheet.width * scale), round(sheet.height * scale)))


def below(one: Image.Image, two: Image.Image) -> Image.Image:
    table = Image.new("RGB", (max(one.width, two.width) + 80, one.height + two.height + 120), TABLE)
    table.paste(one, (40, 40))
    table.paste(two, (40, one.height + 80))
    return table


def half_under(one: Image.Image, two: Image.Image) -> Image.Image:
    table = Image.new("RGB", (one.width + two.width // 2 + 80, max(one.height, two.height) + 80), TABLE)
    table.paste(two, (one.width - two.width // 2 + 40, 40))
    table.paste(one, (40, 40))
    return table


SECOND: dict[str, Spoil] = {
    "good": lambda sheet: sheet,
    "stamped": by("stamped", 4),
    "weak toner": by("weak toner", 2),
    "crossed out": by("crossed out", 3),
    "nearly white": faint(0.85),
    "small": at(0.35),
    "upside down": lambda sheet: sheet.rotate(180),
    "on its side": lambda sheet: sheet.rotate(90, expand=True),
    "under a thumb": under_a_thumb,
    "small and faint": lambda sheet: at(0.35)(faint(0.4)(sheet)),
    "small, faint and under a thumb": lambda sheet: at(0.35)(faint(0.6)(under_a_thumb(sheet))),
    "small, fainter and under a thumb": lambda sheet: at(0.35)(faint(0.7)(under_a_thumb(sheet))),
    "small and under a thumb": lambda sheet: at(0.35)(under_a_thumb(sheet)),
    "out of focus": lambda sheet: sheet.filter(ImageFilter.GaussianBlur(5)),
}


@pytest.mark.parametrize("second", SECOND)
@pytest.mark.parametrize("lay", [beside, below, half_under])
def test_a_second_form_is_read_or_told_whatever_is_wrong_with_its_code(lay: Lay, second: str) -> None:
    other = codes.page_one_address(PORTAL, OTHER_CODE, a_serial(5, OTHER_CODE))
    examined = examine(encoded(lay(mine(), SECOND[second](page(other, width=WIDTH))), quality=85))
    assert OURS in examined.qr_codes and set(examined.qr_codes) <= {OURS, OTHERS}
    assert OTHERS in examined.qr_codes or examined.another_sheet


@pytest.mark.parametrize("second", ["good", "stamped", "under a thumb", "small and under a thumb"])
def test_a_second_form_on_a_plain_photo_is_seen_in_grey(second: str) -> None:
    """With the noise of a sensor, without which no photo is taken for a plain one."""
    other = codes.page_one_address(PORTAL, OTHER_CODE, a_serial(5, OTHER_CODE))
    both = beside(mine(), SECOND[second](page(other, width=WIDTH)))
    noise = Image.merge("RGB", [Image.effect_noise(both.size, 8)] * 3)
    photo = encoded(ImageChops.subtract(both, noise, 1, 120), quality=80)
    assert plain.examined(encoded(ImageChops.subtract(mine(), noise.crop((0, 0, *mine().size)), 1, 120), quality=80))
    examined = examine(photo)
    assert OURS in examined.qr_codes and set(examined.qr_codes) <= {OURS, OTHERS}
    assert OTHERS in examined.qr_codes or examined.another_sheet


def slip(scale: float) -> Image.Image:
    """Cut or covered so that hardly more than a code is left of another form: no print to tell of it."""
    left, top, right, bottom = box()
    other = page(codes.page_one_address(PORTAL, OTHER_CODE, a_serial(5, OTHER_CODE)), width=WIDTH * 2)
    code = other.crop((2 * left - 50, 2 * top - 50, 2 * right + 50, 2 * bottom + 50))
    return code.resize((round(code.width * scale / 2), round(code.height * scale / 2)), Image.Resampling.LANCZOS)


@pytest.mark.parametrize("at", [(60, 40), (60, 1300), (1100, 60), (1100, 900)])
@pytest.mark.parametrize("plain_photo", [True, False])
def test_a_code_of_another_form_is_read_however_small_and_alone_it_lies(plain_photo: bool, at: tuple[int, int]) -> None:
    """At a third of the size, in a strip along the page, where half of the pixels are too few to read it."""
    table = Image.new("RGB", (WIDTH + 300, WIDTH * 4 // 3 + 260), TABLE)
    table.paste(mine(), (150, 150) if at[0] < WIDTH else (60, 130))
    table.paste(slip(0.4), at)
    noise = Image.merge("RGB", [Image.effect_noise(table.size, 8)] * 3)
    photo = encoded(ImageChops.subtract(table, noise, 1, 120), quality=80 if plain_photo else 95)
    assert examine(photo).qr_codes == (OURS, OTHERS)


def wood(size: tuple[int, int]) -> Image.Image:
    down, across = np.mgrid[0 : size[1], 0 : size[0]]
    grain = 4 * np.sin(across / 4 + 3 * np.sin(down / 200)) + np.random.default_rng(1).normal(0, 4, size[::-1])
    return Image.fromarray(np.clip(np.array((190, 140, 90)) + grain[..., None], 0, 255).astype(np.uint8))


def keyboard(size: tuple[int, int]) -> Image.Image:
    image = Image.new("RGB", size, (40, 40, 44))
    draw = ImageDraw.Draw(image)
    for x in range(0, size[0], 60):
        for y in range(0, size[1], 60):
            draw.rounded_rectangle((x + 4, y + 4, x + 54, y + 54), 6, fill=(25, 25, 28))
            draw.text((x + 12, y + 10), "KL", fill=(230, 230, 230), font_size=20)
    return image


def terrazzo(size: tuple[int, int]) -> Image.Image:
    stones = np.random.default_rng(2).normal(128, 60, size[::-1]).clip(0, 255).astype(np.uint8)
    grey = np.asarray(Image.fromarray(stones).filter(ImageFilter.GaussianBlur(2)), np.float32) / 2 + 110
    return Image.fromarray(np.clip(grey, 0, 255).astype(np.uint8)).convert("RGB")


def pens(size: tuple[int, int]) -> Image.Image:
    image = Image.new("RGB", size, (225, 220, 210))
    ImageDraw.Draw(image).line((60, 200, 160, 900), fill=(20, 30, 90), width=22)
    ImageDraw.Draw(image).ellipse((40, 1200, 180, 1340), fill=(60, 60, 60))
    return image


def tablecloth(size: tuple[int, int]) -> Image.Image:
    image = Image.new("RGB", size, (225, 215, 200))
    for at in range(0, max(size), 70):
        ImageDraw.Draw(image).line((at, 0, at, size[1]), fill=(205, 190, 175), width=14)
    return image


def checks(size: tuple[int, int]) -> Image.Image:
    """Checked cloth in the dark, whose soft edges hold more contrast in fewer pixels."""
    cloth = Image.new("RGB", size, (106, 103, 99))
    for step in range(0, max(size), 60):
        for line in ((step, 0, step, size[1]), (0, step, size[0], step)):
            ImageDraw.Draw(cloth).line(line, fill=(97, 94, 92), width=20)
    return cloth.filter(ImageFilter.GaussianBlur(4))


def lying_there(draw_on: Callable[[ImageDraw.ImageDraw, int], None]) -> Callable[[tuple[int, int]], Image.Image]:
    """A table with something white and flat along its right edge. draw_on: what is on it, from this column on."""

    def ground(size: tuple[int, int]) -> Image.Image:
        table, left = Image.new("RGB", size, TABLE), size[0] * 3 // 4
        draw = ImageDraw.Draw(table)
        draw.rectangle((left, 60, *size), fill=(246, 246, 244))
        draw_on(draw, size[0] - size[0] // 7)
        return table

    return ground


def messages(draw: ImageDraw.ImageDraw, left: int) -> None:
    """A chat as a screen shows it, too far away to read."""
    draw.rectangle((left, 60, left + 300, 130), fill=(7, 193, 96))
    for down in range(170, 1000, 80):
        draw.rounded_rectangle((left + 15, down, left + 300, down + 50), 14, fill=(228, 230, 234))


def bare(*colour: int) -> Callable[[tuple[int, int]], Image.Image]:
    return lambda size: Image.new("RGB", size, colour)


GROUNDS = {"a table": bare(*TABLE), "white": bare(250, 250, 250), "black": bare(15, 15, 15), "wood": wood}
GROUNDS |= {"a pale tablecloth": tablecloth, "keyboard": keyboard, "terrazzo": terrazzo, "pens": pens}
GROUNDS |= {"checks": checks, "a blank sheet": lying_there(lambda draw, left: None), "a screen": lying_there(messages)}


@pytest.mark.parametrize("ground", GROUNDS)
def test_one_form_on_whatever_it_lies_is_not_held_back(ground: str) -> None:
    lying = mine().convert("RGBA").rotate(7, Image.Resampling.BICUBIC, expand=True)
    table = GROUNDS[ground]((lying.width * 3 // 2, lying.height * 5 // 4))
    table.paste(lying, (lying.width // 4, lying.height // 8), lying)
    examined = examine(encoded(table, quality=85))
    assert (examined.qr_codes, examined.whole, examined.another_sheet) == ((OURS,), (OURS,), False)


def test_a_page_that_fills_the_picture_leaves_no_room_for_another() -> None:
    assert not examine(encoded(mine())).another_sheet


def test_what_lies_in_a_strip_along_the_page_is_no_other_sheet() -> None:
    """Such as a ruler, or the page's own edge where its place is not exact."""
    sheet = mine()
    table = Image.new("RGB", (sheet.width + 70, sheet.height), "white")
    table.paste(sheet, (0, 0))
    for down in range(0, table.height, 20):
        ImageDraw.Draw(table).line((sheet.width + 10, down, table.width, down), fill="black", width=3)
    assert not examine(encoded(table, quality=85)).another_sheet
