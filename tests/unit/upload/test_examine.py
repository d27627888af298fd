"""Examination of incoming images: cleaning, refusal, reading of QR codes."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image

from services.upload.domain.outcome import Outcome
from services.upload.image.examine import LONG_SIDE, MAX_PIXELS, TURNS, examine
from services.upload.image.examined import RejectedImage
from shared.language.codes import PageOne, PageTwo
from tests.unit.upload import pictures
from tests.unit.upload.pictures import (
    CODE,
    COMMENT,
    ORIENTATION,
    PAGE_ONE,
    PAGE_TWO,
    PORTAL,
    SERIAL,
    encoded,
    exif,
    page,
    photo,
    png_header,
)

OURS = (PageOne(CODE, SERIAL, PORTAL),)
SVG = (
    b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="900" height="1200">'
    b"<script>alert(1)</script></svg>"
)
PDF = b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\n%%EOF"


def pixels(jpeg: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(jpeg))
    assert image.format == "JPEG"
    return image.convert("RGB")


def is_upright(image: Image.Image) -> bool:
    """The dark bar of `page` is at the top and nowhere else."""

    def bar(x: int, y: int) -> bool:
        return image.getpixel((x, y))[2] - image.getpixel((x, y))[0] > 30  # type: ignore[index]

    right, bottom = image.width - 5, image.height - 5
    return (
        bar(image.width // 4, 5)
        and bar(image.width * 3 // 4, 5)
        and not any(bar(*at) for at in ((5, bottom), (right, bottom), (right, bottom // 2)))
    )


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_every_accepted_format_becomes_a_clean_jpeg(format: str) -> None:
    examined = examine(encoded(page(PAGE_ONE), format))
    assert examined.qr_codes == OURS
    assert pixels(examined.jpeg).size == (examined.width, examined.height) == (900, 1200)
    assert is_upright(pixels(examined.jpeg))


@pytest.mark.parametrize("mode", ["L", "1", "P", "RGBA", "LA", "CMYK", "I;16"])
def test_every_colour_mode_becomes_rgb(mode: str) -> None:
    picture = page(PAGE_ONE)
    image = (
        picture.convert("L").convert("I;16").point(lambda v: v * 257)
        if mode == "I;16"
        else picture.convert("L").convert(mode)
        if mode == "LA"
        else picture.convert(mode)
    )
    examined = examine(encoded(image, "JPEG" if mode == "CMYK" else "PNG"))
    assert examined.qr_codes == OURS
    assert min(pixels(examined.jpeg).getpixel((450, 1190))) > 200  # type: ignore[arg-type]


def test_transparency_becomes_a_white_background() -> None:
    image = page(PAGE_ONE).convert("RGBA")
    image.putalpha(page(PAGE_ONE).convert("L").point(lambda v: 255 - v))
    examined = examine(encoded(image, "PNG"))
    assert examined.qr_codes == OURS


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("address", [PAGE_ONE, ""])
def test_every_orientation_is_turned_upright_and_no_location_is_kept(orientation: int, address: str) -> None:
    """Orientation in the metadata of a picture stored sideways, as by phones."""
    stored = page(*([address] if address else []))
    undo = {6: 8, 8: 6}.get(orientation, orientation)
    if undo in TURNS:
        stored = stored.transpose(TURNS[undo])
    sent = encoded(stored, quality=90, exif=exif({ORIENTATION: orientation}), comment=COMMENT)
    assert COMMENT in sent
    assert Image.open(io.BytesIO(sent)).getexif().get_ifd(pictures.GPS)
    examined = examine(sent)
    cleaned = Image.open(io.BytesIO(examined.jpeg))
    assert is_upright(cleaned.convert("RGB"))
    assert not cleaned.getexif()
    assert not {"exif", "comment", "xmp", "icc_profile", "photoshop"} & set(cleaned.info)
    assert COMMENT not in examined.jpeg
    assert b"Exif" not in examined.jpeg


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
def test_broken_metadata_do_not_spoil_a_good_picture() -> None:
    broken = b"Exif\0\0II*\0\xff\xff\xff\xff" + b"\xff" * 40
    assert examine(encoded(page(PAGE_ONE), exif=broken)).qr_codes == OURS


@pytest.mark.parametrize("quarter", [90, 180, 270])
def test_a_page_on_its_side_is_turned_upright_by_its_code(quarter: int) -> None:
    examined = examine(encoded(page(PAGE_ONE).rotate(quarter, expand=True)))
    assert examined.qr_codes == OURS
    assert is_upright(pixels(examined.jpeg))


@pytest.mark.parametrize("degrees", [3, 12, 30, 45, 77, 130, 200, 300])
def test_the_code_is_read_at_any_angle(degrees: int) -> None:
    assert examine(encoded(pictures.held_askew(page(PAGE_ONE, width=1500, qr=300), degrees))).qr_codes == OURS


@pytest.mark.parametrize("radius", [1, 2, 3])
def test_the_code_is_read_on_a_blurred_photo(radius: int) -> None:
    assert examine(encoded(pictures.blurred(page(PAGE_ONE, width=1500, qr=300), radius))).qr_codes == OURS


@pytest.mark.parametrize("contrast", [0.5, 0.2, 0.1])
def test_the_code_is_read_in_dim_light(contrast: float) -> None:
    assert examine(encoded(pictures.dim(page(PAGE_ONE), contrast), quality=95)).qr_codes == OURS


@pytest.mark.parametrize(("width", "qr"), [(3000, 260), (3000, 900), (600, 105), (420, 100)])
def test_the_code_is_read_from_far_and_near(width: int, qr: int) -> None:
    assert examine(encoded(page(PAGE_ONE, width=width, qr=qr), quality=95)).qr_codes == OURS


def test_an_unreadable_code_is_not_guessed() -> None:
    examined = examine(encoded(pictures.blurred(page(PAGE_ONE), 14)))
    assert examined.qr_codes == ()
    assert examined.jpeg


def test_foreign_codes_are_ignored() -> None:
    assert examine(photo("https://elsewhere.example/menu", "WIFI:T:WPA;S:school;P:secret;;")).qr_codes == ()
    assert examine(photo(PAGE_ONE[:-1] + "!")).qr_codes == ()
    assert examine(photo("https://elsewhere.example/menu", PAGE_ONE)).qr_codes == OURS


def test_the_codes_of_both_pages_and_of_two_children_are_all_reported() -> None:
    other = PAGE_ONE.replace(CODE, pictures.OTHER_CODE)
    assert [type(qr) for qr in examine(photo(PAGE_TWO, PAGE_ONE)).qr_codes] == [PageOne, PageTwo]
    assert set(examine(photo(PAGE_ONE, other)).qr_codes) == {
        PageOne(CODE, SERIAL, PORTAL),
        PageOne(pictures.OTHER_CODE, SERIAL, PORTAL),
    }


def test_a_large_photo_is_reduced() -> None:
    examined = examine(encoded(page(PAGE_ONE, width=3000, qr=500)))
    assert (examined.width, examined.height) == (LONG_SIDE * 3 // 4, LONG_SIDE)
    assert examined.qr_codes == OURS


def test_the_same_content_gives_the_same_bytes() -> None:
    assert examine(photo()).jpeg == examine(photo()).jpeg


@pytest.mark.parametrize("format", ["PNG", "WEBP"])
def test_of_an_animation_the_first_frame_counts(format: str) -> None:
    frames = [page(PAGE_ONE), page(PAGE_TWO)]
    animation = encoded(frames[0], format, save_all=True, append_images=frames[1:], duration=100)
    assert getattr(Image.open(io.BytesIO(animation)), "n_frames", 1) == 2
    assert examine(animation).qr_codes == OURS


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not-an-image"),
        (b"\xff\xd8", "not-an-image"),
        (b"hello", "not-an-image"),
        (SVG, "not-an-image"),
        (PDF, "not-an-image"),
        (b"PK\x03\x04" + b"\0" * 100, "not-an-image"),
        (b"GIF89a" + b"\0" * 100, "not-an-image"),
        (encoded(page(), "GIF"), "not-an-image"),
        (encoded(page(), "BMP"), "not-an-image"),
        (encoded(page(), "TIFF"), "not-an-image"),
        (PDF + photo(), "not-an-image"),  # a picture behind another file's beginning
        (b"<html>" + photo(), "not-an-image"),
        (b"\xff\xd8\xff\xe0" + SVG, "damaged"),  # another file behind a picture's beginning
        (b"\xff\xd8\xff" + PDF, "damaged"),
        (b"\x89PNG\r\n\x1a\n" + PDF, "damaged"),
        (b"RIFF\x00\x00\x00\x00WEBP" + SVG, "damaged"),
        (b"\0\0\0\x18ftypheic" + b"\0" * 100, "damaged"),
        (photo()[:-3000], "damaged"),
        (photo()[:700], "damaged"),
        (encoded(page(), "PNG")[:-3000], "damaged"),
        (encoded(page(), "WEBP")[:-3000], "damaged"),
        (encoded(page(), "HEIF")[:-3000], "damaged"),
        (encoded(page().resize((300, 2000))), "too-small"),
        (encoded(Image.new("RGB", (1, 1))), "too-small"),
        (png_header(100_000, 100_000), "too-many-pixels"),
        (png_header(2**31 - 1, 2**31 - 1), "too-many-pixels"),
        (png_header(30_000, 500), "too-many-pixels"),
        (png_header(6001, 6000), "too-many-pixels"),
        (png_header(6000, 6000), "damaged"),  # few enough pixels to decode, but none follow
    ],
)
def test_bytes_that_are_no_photo_are_refused_with_a_reason(content: bytes, reason: str) -> None:
    with pytest.raises(RejectedImage) as rejected:
        examine(content)
    assert rejected.value.outcome == Outcome("refused", reason)


def test_a_decompression_bomb_is_refused_before_it_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    def decode(*_: object) -> None:
        raise AssertionError("decoded")

    bomb = encoded(Image.new("1", (6001, MAX_PIXELS["PNG"] // 6000 + 1)), "PNG")
    assert len(bomb) < 100_000
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", decode)
    with pytest.raises(RejectedImage) as rejected:
        examine(bomb)
    assert rejected.value.outcome.reason == "too-many-pixels"


def test_another_file_behind_a_picture_does_not_reach_the_archive() -> None:
    examined = examine(photo() + PDF + b"PK\x03\x04 secret.zip")
    assert examined.qr_codes == OURS
    assert b"%PDF" not in examined.jpeg
    assert b"PK\x03\x04" not in examined.jpeg


def test_a_text_bomb_inside_a_png_counts_as_damage() -> None:
    """A small chunk that decompresses into gigabytes of text."""
    good = encoded(page(PAGE_ONE), "PNG")
    text = b"bomb\0\0" + zlib.compress(b"a" * 80_000_000)
    chunk = struct.pack(">I", len(text)) + b"zTXt" + text + struct.pack(">I", zlib.crc32(b"zTXt" + text))
    with pytest.raises(RejectedImage) as rejected:
        examine(good[:33] + chunk + good[33:])
    assert rejected.value.outcome.reason == "damaged"


def test_a_shortage_of_memory_is_no_reason_to_refuse_a_photo(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_memory(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("PIL.JpegImagePlugin.JpegImageFile.load", no_memory)
    with pytest.raises(MemoryError):
        examine(photo())
