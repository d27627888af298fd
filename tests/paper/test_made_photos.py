"""The drill must be certain which of its photos can be read."""

import io

import numpy as np
import pytest
import segno
import zxingcpp
from PIL import Image, ImageDraw

from drill.photos import TYPES, UNREADABLE, cat, readable, sign, truncated, unreadable
from tests.support.thorough import many

pytestmark = [pytest.mark.paper, pytest.mark.larger]

ADDRESS = "http://127.0.0.1:8000/u#ABCDEFGHJKMNPQRS.23456789"
SEEDS = range(many(16, 300))
QR = zxingcpp.BarcodeFormat.QRCode


@pytest.fixture(scope="module")
def page():
    """A page of 130 dpi with text and a QR of 25 mm, and the box of the QR."""
    image = Image.new("L", (1075, 1520), 255)
    draw = ImageDraw.Draw(image)
    for y in range(300, 1300, 40):
        draw.rectangle((80, y, 995, y + 40), outline=0)
        draw.text((90, y + 8), "abcdefg " * 12, fill=0)
    out = io.BytesIO()
    segno.make(ADDRESS, error="m", micro=False).save(out, kind="png", scale=4, border=4)
    size = round(25 / 25.4 * 130)
    image.paste(Image.open(out).convert("L").resize((size, size)), (880, 60))
    return image, (880, 60, 880 + size, 60 + size)


def read(content):
    image = Image.open(io.BytesIO(content)).convert("L")
    return [code.text for code in zxingcpp.read_barcodes(image, formats=QR)]


@pytest.mark.parametrize("seed", SEEDS)
def test_readable_photos_are_read_even_at_three_quarters_of_their_size(page, seed):
    image, qr = page
    random = np.random.default_rng(seed)
    photo = readable(sign(image, qr, random), random)
    smaller = Image.open(io.BytesIO(photo.content)).convert("L")
    smaller = smaller.resize((smaller.width * 3 // 4, smaller.height * 3 // 4))
    assert read(photo.content) == [ADDRESS]
    assert [code.text for code in zxingcpp.read_barcodes(smaller, formats=QR)] == [ADDRESS]


@pytest.mark.parametrize("seed", SEEDS)
def test_unreadable_photos_are_never_read_at_any_scale_or_contrast(page, seed):
    image, qr = page
    photo = unreadable(image, qr, UNREADABLE[seed % len(UNREADABLE)], np.random.default_rng(seed))
    picture = Image.open(io.BytesIO(photo.content)).convert("L")
    for scale in (0.5, 1, 1.5):
        scaled = picture.resize((int(picture.width * scale), int(picture.height * scale)))
        assert zxingcpp.read_barcodes(scaled, formats=QR) == []
        assert zxingcpp.read_barcodes(scaled.point([255 * (v > 110) for v in range(256)]), formats=QR) == []


@pytest.mark.parametrize("kind", TYPES)
def test_every_file_format_of_a_phone_keeps_the_form_readable(page, kind):
    for seed in range(many(2, 16)):
        photo = readable(page[0], np.random.default_rng(seed), kind)
        assert photo.content_type == TYPES[kind]
        assert read(photo.content) == [ADDRESS]


def test_phone_photos_carry_a_gps_position_so_that_its_removal_can_be_proved(page):
    exif = Image.open(io.BytesIO(readable(page[0], np.random.default_rng(1)).content)).getexif()
    assert exif.get_ifd(0x8825)[1] == "N"


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(page):
    one, same, other = (readable(page[0], np.random.default_rng(seed)).content for seed in (1, 1, 2))
    assert one == same
    assert one != other


def test_a_cat_is_an_image_without_a_code():
    assert read(cat(np.random.default_rng(3)).content) == []


def test_a_truncated_file_cannot_be_decoded(page):
    photo = truncated(readable(page[0], np.random.default_rng(1)))
    with pytest.raises(OSError):
        Image.open(io.BytesIO(photo.content)).load()
