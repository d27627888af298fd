"""Examination of incoming images: cleaning, refusal, reading of QR codes."""

from __future__ import annotations

import io
import struct
import warnings
import zlib

import pytest
import segno
import zxingcpp
from PIL import Image, ImageOps

from services.upload.domain.outcome import Outcome
from services.upload.image.examine import examine
from services.upload.image.examined import RejectedImage
from services.upload.image.opening import MAX_OTHERS
from services.upload.image.pixels import FEWEST, MOST
from services.upload.image.qr import QR_ONLY
from shared.language.codes import PageOne, PageTwo
from tests.paper import pictures
from tests.paper.pictures import (
    CODE,
    COMMENT,
    ORIENTATION,
    PAGE_ONE,
    PAGE_TWO,
    PORTAL,
    SERIAL,
    TURNS,
    encoded,
    exif,
    page,
    photo,
    png_header,
    seen,
)

pytestmark = pytest.mark.paper

OURS = (PageOne(CODE, SERIAL, PORTAL),)
SVG = (
    b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="900" height="1200">'
    b"<script>alert(1)</script></svg>"
)
PDF = b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\n%%EOF"


def zxing_sees_a_mirror(jpeg: bytes) -> bool:
    """Told by the content: the code is compared with how segno draws it."""
    [read] = zxingcpp.read_barcodes(seen(jpeg), formats=QR_ONLY)
    side, modules = 37, bytes(memoryview(read.to_image(scale=1, add_quiet_zones=False)))
    drawn = segno.make(read.text, error="q", micro=False, version=5).matrix
    same = sum(
        (modules[row * side + column] == 0) == drawn[row][column] for row in range(side) for column in range(side)
    )
    return same < side * side * 0.9


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


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "HEIF", "AVIF", "TIFF", "GIF", "BMP"])
def test_every_accepted_format_becomes_a_clean_jpeg(format: str) -> None:
    examined = examine(encoded(page(PAGE_ONE), format))
    assert examined.qr_codes == OURS
    assert seen(examined.jpeg).size == (examined.width, examined.height) == (900, 1200)
    assert is_upright(seen(examined.jpeg))


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
    assert min(seen(examined.jpeg).getpixel((450, 1190))) > 200  # type: ignore[arg-type]


def test_transparency_becomes_a_white_background() -> None:
    image = page(PAGE_ONE).convert("RGBA")
    image.putalpha(page(PAGE_ONE).convert("L").point(lambda v: 255 - v))
    examined = examine(encoded(image, "PNG"))
    assert examined.qr_codes == OURS


@pytest.mark.parametrize("held", range(1, 9))
def test_a_page_is_archived_upright_and_unmirrored_however_it_was_taken_and_whatever_its_metadata_say(
    held: int,
) -> None:
    """All eight ways to hold a page before a camera, mirrored ones included, with each EXIF orientation."""
    stored = page(PAGE_ONE, width=600)
    taken = stored.transpose(TURNS[held]) if held in TURNS else stored
    for orientation in range(1, 9):
        progressive = orientation % 2 == 0  # coded anew, and not kept as it is
        sent = encoded(taken, quality=90, exif=exif({ORIENTATION: orientation}), progressive=progressive)
        examined = examine(sent)
        assert (examined.qr_codes, examined.whole) == (OURS, OURS)
        assert is_upright(seen(examined.jpeg)), orientation
        assert zxing_sees_a_mirror(examined.jpeg) is False


@pytest.mark.parametrize("degrees", [0, 17, 33, 100, 200, 290])
def test_a_mirrored_close_up_is_set_right_by_the_code_alone(degrees: float) -> None:
    """No page around it says which side is left."""
    code = pictures.held_askew(page(PAGE_ONE, width=900, qr=600, blank=True), degrees)
    for image in (code, ImageOps.mirror(code)):
        examined = examine(encoded(image, quality=90))
        assert (examined.qr_codes, examined.whole) == (OURS, ())
        assert zxing_sees_a_mirror(examined.jpeg) is False


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
    assert is_upright(seen(examined.jpeg))
    assert seen(examined.jpeg).size == (examined.width, examined.height)
    cleaned = Image.open(io.BytesIO(pictures.bare(examined.jpeg)))
    assert not cleaned.getexif()
    assert not {"exif", "comment", "xmp", "icc_profile", "photoshop"} & set(cleaned.info)
    assert COMMENT not in examined.jpeg
    assert b"Exif" not in pictures.bare(examined.jpeg)


def test_broken_metadata_do_not_spoil_a_good_picture() -> None:
    broken = b"Exif\0\0II*\0\xff\xff\xff\xff" + b"\xff" * 40
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Corrupt EXIF data")
        assert examine(encoded(page(PAGE_ONE), exif=broken)).qr_codes == OURS


@pytest.mark.parametrize("quarter", [90, 180, 270])
def test_a_page_on_its_side_is_turned_upright_by_its_code(quarter: int) -> None:
    examined = examine(encoded(page(PAGE_ONE).rotate(quarter, expand=True)))
    assert examined.qr_codes == OURS
    assert is_upright(seen(examined.jpeg))


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
    assert FEWEST <= examined.width * examined.height <= MOST
    assert examined.height / examined.width == pytest.approx(4 / 3, rel=0.01)
    assert examined.qr_codes == OURS


@pytest.mark.parametrize("size", [(9000, 12000), (3024, 4032), (2448, 3264)])
def test_a_photo_of_any_phone_is_scaled_and_not_refused(size: tuple[int, int]) -> None:
    drawn = page(PAGE_ONE, width=1500).resize(size, Image.Resampling.NEAREST)
    examined = examine(encoded(drawn, quality=40))
    assert (examined.qr_codes, examined.whole) == (OURS, OURS)
    assert FEWEST <= examined.width * examined.height <= MOST


@pytest.mark.parametrize("format", ["PNG", "JPEG"])
def test_a_long_screenshot_is_scaled_so_that_its_short_side_stays_legible(format: str) -> None:
    screenshot = Image.new("RGB", (1080, 24_000), (235, 235, 235))
    screenshot.paste(page(PAGE_ONE, width=1000), (40, 15_000))
    examined = examine(encoded(screenshot, format))
    assert (examined.qr_codes, examined.whole) == (OURS, OURS)
    assert (examined.width, examined.height) == pytest.approx((848, 18_855), abs=3)


def test_a_scan_of_one_page_as_a_pdf_is_read() -> None:
    examined = examine(encoded(page(PAGE_ONE, width=1600), "PDF", resolution=190.0))
    assert (examined.qr_codes, examined.whole) == (OURS, OURS)
    assert is_upright(seen(examined.jpeg))


@pytest.mark.parametrize("format", ["PDF", "TIFF"])
def test_of_a_file_with_several_pages_none_is_picked(format: str) -> None:
    stack = encoded(page(PAGE_ONE), format, save_all=True, append_images=[page(PAGE_TWO)])
    with pytest.raises(RejectedImage) as rejected:
        examine(stack)
    assert rejected.value.outcome == Outcome("refused", "several-pages")


def test_the_preview_in_a_tiff_is_no_second_page() -> None:
    preview = page().resize((90, 120))
    preview.encoderinfo = {"tiffinfo": {254: 1}}  # type: ignore[attr-defined]
    assert examine(encoded(page(PAGE_ONE), "TIFF", save_all=True, append_images=[preview])).qr_codes == OURS


# ---- the end of a file is missing
@pytest.mark.parametrize("lost", [1, 2, 3, 40])
@pytest.mark.parametrize("options", [{}, {"progressive": True}])
def test_a_photo_without_its_last_bytes_counts_and_says_so(lost: int, options: dict[str, bool]) -> None:
    examined = examine(photo(**options)[:-lost])
    assert (examined.qr_codes, examined.whole, examined.is_cut_short) == (OURS, OURS, True)
    assert is_upright(seen(examined.jpeg))
    assert not examine(photo(**options)).is_cut_short


@pytest.mark.parametrize(
    "turn",
    [Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_270],
    ids=["right to left", "upside down", "left to right"],
)
def test_of_a_photo_that_lacks_a_part_of_the_page_one_mark_is_not_enough(turn: Image.Transpose) -> None:
    """Stored on its side, the missing end is the page's left or right: one mark is there, the signature may be not."""
    content = encoded(page(PAGE_ONE).transpose(turn), quality=90)
    with pytest.raises(RejectedImage) as rejected:
        examine(content[: len(content) * 7 // 10])
    assert rejected.value.outcome.reason == "damaged"


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
        (b"%PDF-1.7\n" + b"0" * 1000, "damaged"),
        (SVG, "not-an-image"),
        (PDF, "damaged"),
        (b"PK\x03\x04" + b"\0" * 100, "not-an-image"),
        (b"GIF89a" + b"\0" * 100, "damaged"),
        (b"BM" + b"\0" * 100, "not-an-image"),
        (b"II*\0" + b"\0" * 100, "damaged"),
        (PDF + photo(), "damaged"),  # a picture behind another file's beginning
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
        (png_header(70_000, 500), "too-many-pixels"),
        (png_header(30_000, 500), "damaged"),  # as long as a screenshot may be
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

    bomb = encoded(Image.new("1", (6001, MAX_OTHERS // 6000 + 1)), "PNG")
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
