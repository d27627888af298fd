"""Archives of a plain JPEG: the very data that were decoded, and of the file around them nothing."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageChops, ImageStat

from services.upload.image import as_sent
from services.upload.image.examine import examine, thumbnail
from services.upload.image.plain import LARGEST, PLANNED
from shared.language.codes import PageOne
from tests.paper.pictures import (
    CODE,
    COMMENT,
    ORIENTATION,
    PAGE_ONE,
    PORTAL,
    SERIAL,
    TURNS,
    bare,
    encoded,
    exif,
    page,
    seen,
)

pytestmark = pytest.mark.paper

OURS = (PageOne(CODE, SERIAL, PORTAL),)
ZIP = b"PK\x03\x04" + b"a secret of some length" * 4
QUALITY = 80


def taken(width: int = 900) -> Image.Image:
    """A page with the noise of a sensor: no row of it is in one colour."""
    sheet = page(PAGE_ONE, width=width)
    return ImageChops.subtract(sheet, Image.merge("RGB", [Image.effect_noise(sheet.size, 8)] * 3), 1, 120)


def sent(**options: Any) -> bytes:
    return encoded(taken(), **{"quality": QUALITY, **options})


def drawn(jpeg: bytes) -> Image.Image:
    return Image.open(io.BytesIO(jpeg)).convert("RGB")


def is_same(one: Image.Image, two: Image.Image) -> bool:
    return one.size == two.size and not ImageChops.difference(one, two).getbbox()


def behind_the_data(photo: bytes, more: bytes) -> bytes:
    return photo[:-2] + more + photo[-2:]


@pytest.mark.parametrize("options", [{}, {"subsampling": 0}, {"optimize": True}])
@pytest.mark.parametrize("orientation", [1, 6])
def test_a_plain_photo_is_archived_as_it_was_sent_and_without_its_metadata(
    options: dict[str, Any], orientation: int
) -> None:
    photo = sent(exif=exif({ORIENTATION: orientation}), comment=COMMENT, **options) + ZIP
    examined = examine(photo)
    assert (examined.qr_codes, examined.whole) == (OURS, OURS)
    assert is_same(drawn(examined.jpeg), drawn(photo))
    assert photo[-len(ZIP) - 5000 : -len(ZIP)] in examined.jpeg  # not coded a second time
    assert not drawn(examined.jpeg).getexif()
    assert not any(word in examined.jpeg for word in (b"Exif", COMMENT, ZIP[:4], b"secret"))


@pytest.mark.parametrize("said", [None, *range(1, 9)])
@pytest.mark.parametrize("held", TURNS)
def test_one_that_is_not_upright_is_kept_as_well_and_says_how_to_turn_it(held: int, said: int | None) -> None:
    """However the camera was held or mirrored, and whatever the sender's own metadata say."""
    photo = encoded(taken(600).transpose(TURNS[held]), quality=QUALITY, exif=exif({ORIENTATION: said} if said else {}))
    examined = examine(photo)
    assert photo[-5000:] in examined.jpeg
    assert is_same(drawn(examined.jpeg), drawn(photo))
    assert seen(examined.jpeg).size == (examined.width, examined.height) == (600, 800)
    bar = seen(examined.jpeg).getpixel((300, 7))
    assert bar[2] - bar[0] > 30  # type: ignore[index]
    assert bare(examined.jpeg) == as_sent.stripped(photo)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_without_a_code_it_is_coded_anew_and_the_senders_metadata_say_how_to_turn_it(orientation: int) -> None:
    photo = encoded(page(), quality=QUALITY, exif=exif({ORIENTATION: orientation}))
    examined = examine(photo)
    assert not examined.qr_codes
    assert bare(examined.jpeg) != as_sent.stripped(photo)
    apart = ImageChops.difference(seen(examined.jpeg), seen(photo)).convert("L")
    assert apart.getextrema()[1] < 60 and ImageStat.Stat(apart).mean[0] < 1  # type: ignore[operator]


def test_one_that_coding_anew_would_make_no_smaller_is_kept_though_it_is_larger_than_planned() -> None:
    for quality, is_kept in ((80, True), (87, False)):
        photo = encoded(taken(1600), quality=quality)
        assert PLANNED < len(photo) <= LARGEST
        examined = examine(photo)
        assert (examined.qr_codes, examined.whole) == (OURS, OURS)
        assert (examined.jpeg == as_sent.stripped(photo)) is is_kept


@pytest.mark.parametrize("held", TURNS)
def test_a_thumbnail_is_turned_itself(held: int) -> None:
    small = Image.open(io.BytesIO(thumbnail(examine(encoded(taken().transpose(TURNS[held]), quality=QUALITY)).jpeg)))
    assert (small.size, dict(small.getexif())) == ((360, 480), {})
    bar = small.convert("RGB").getpixel((180, 4))
    assert bar[2] - bar[0] > 30  # type: ignore[index]


def test_a_grey_scan_stays_grey() -> None:
    examined = examine(encoded(taken().convert("L"), quality=QUALITY))
    assert examined.qr_codes == OURS
    assert Image.open(io.BytesIO(examined.jpeg)).mode == "L"


@pytest.mark.parametrize(
    "photo",
    [
        encoded(taken(), quality=99),
        encoded(taken(3000).resize((3000, 4000)), quality=20),
        sent(progressive=True),
        sent()[:-2],
        encoded(taken().convert("CMYK"), quality=QUALITY),
        encoded(taken(), quality=QUALITY, keep_rgb=True),
        sent(restart_marker_rows=1),
    ],
    ids=["more than planned", "more pixels than needed", "progressive", "cut short", "CMYK", "RGB", "restarts"],
)
def test_others_are_coded_anew(photo: bytes) -> None:
    examined = examine(photo)
    assert examined.qr_codes == OURS
    assert photo[len(photo) // 2 :][:2000] not in examined.jpeg
    assert len(examined.jpeg) <= max(PLANNED, len(photo))


@pytest.mark.parametrize("more", [ZIP, b"\0" * 100], ids=["zip", "zeros"])
def test_bytes_between_the_last_block_and_the_end_reach_no_archive(more: bytes) -> None:
    photo = behind_the_data(sent(), more)
    assert as_sent.stripped(photo)  # the file looks like any other
    examined = examine(photo)
    assert examined.qr_codes == OURS
    assert more not in examined.jpeg
    assert photo[-1000 - len(more) : -200 - len(more)] not in examined.jpeg


def test_bytes_before_a_restart_reach_no_archive() -> None:
    """A decoder passes over them, and over nothing else in the data."""
    photo = sent(restart_marker_rows=1)
    place = photo.index(b"\xff\xd1")
    examined = examine(photo[:place] + ZIP + photo[place:])
    assert examined.qr_codes == OURS
    assert ZIP not in examined.jpeg


def test_data_that_end_early_are_no_archive() -> None:
    """What is missing is grey for one decoder and something else for another."""
    photo = sent()
    short = photo[: len(photo) * 97 // 100].rstrip(b"\xff") + photo[-2:]
    examined = examine(short)
    assert examined.qr_codes == OURS
    assert short[len(short) // 2 :][:2000] not in examined.jpeg


def start_of(photo: bytes, marker: int) -> int:
    return photo.index(bytes((0xFF, marker)))


def changed(marker: int, at: int, value: int) -> Callable[[bytes], bytes]:
    def change(photo: bytes) -> bytes:
        place = start_of(photo, marker) + 4 + at
        return photo[:place] + bytes([value]) + photo[place + 1 :]

    return change


def with_another(marker: int, body: bytes) -> Callable[[bytes], bytes]:
    segment = bytes((0xFF, marker)) + (len(body) + 2).to_bytes(2, "big") + body
    return lambda photo: photo[: start_of(photo, as_sent.FRAME)] + segment + photo[start_of(photo, as_sent.FRAME) :]


SPOILT: dict[str, Callable[[bytes], bytes]] = {
    "a table that nothing uses": with_another(as_sent.TABLES, bytes([3]) + b"\7" * 64),
    "codes that nothing uses": with_another(as_sent.CODES, bytes([0x12]) + b"\1" + bytes(15) + b"\1"),
    "a table of 16 bits": with_another(as_sent.TABLES, bytes([0x13]) + b"\0\7" * 64),
    "half a table": with_another(as_sent.TABLES, bytes([0]) + b"\7" * 30),
    "a quantity of zero": changed(as_sent.TABLES, 9, 0),
    "more codes than there are": changed(as_sent.CODES, 1, 3),
    "twelve bits": changed(as_sent.FRAME, 0, 12),
    "another component": changed(as_sent.FRAME, 6, 7),
    "a sampling of its own": changed(as_sent.FRAME, 7, 0x41),
    "some coefficients": changed(as_sent.SCAN, 8, 5),
    "a second frame": with_another(as_sent.FRAME, b"\x08\1\1\1\1\1\1\x11\0"),
    "an arithmetic one": with_another(0xC9, b"\x08\1\1\1\1\1\1\x11\0"),
    "a number of lines": with_another(0xDC, b"\1\1"),
    "an interval of restarts": with_another(0xDD, b"\0\4"),
    "a restart": lambda photo: photo[:-100] + b"\xff\xd0" + photo[-100:],
    "other colours": with_another(as_sent.ADOBE, b"Adobe\0\x64\0\0\0\0\0"),
    "a second scan": lambda photo: photo[:-2] + photo[start_of(photo, as_sent.SCAN) :],
    "bytes between segments": lambda photo: photo[:2] + b"\0\0" + photo[2:],
    "no end": lambda photo: photo[:-2],
    "a length beyond the file": lambda photo: photo[:20] + b"\xff\xe1\xff\xff" + photo[20:60],
    "nothing": lambda photo: b"\xff\xd8",
}


@pytest.mark.parametrize("how", SPOILT)
def test_a_file_of_another_kind_is_never_taken_as_it_is(how: str) -> None:
    assert as_sent.stripped(sent())
    assert as_sent.stripped(SPOILT[how](sent())) is None


def test_whatever_a_header_says_the_answer_is_a_plain_file_or_none() -> None:
    photo, random = sent(), np.random.default_rng(4)
    head = start_of(photo, as_sent.SCAN) + 14
    for _ in range(300):
        bytes_of = bytearray(photo)
        for at in random.integers(2, head, 2):
            bytes_of[at] = int(random.integers(256))
        found = as_sent.stripped(bytes(bytes_of))
        assert found is None or (found.startswith(as_sent.START + as_sent.JFIF) and as_sent.stripped(found) == found)
