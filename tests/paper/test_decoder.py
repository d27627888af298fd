"""Photos in the sandbox: the same result as in place, hostile files at their limits, answers that nobody trusts."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from services.upload.domain.outcome import NO_PAGE, TOO_COSTLY, Outcome
from services.upload.image import headers, opening
from services.upload.image.decoder import EXAMINE, LIMITS, THUMBNAIL, Decoder, photo_sandbox
from services.upload.image.examine import examine
from services.upload.image.examined import RejectedImage
from services.upload.image.opening import MAX_SCANS
from services.upload.use_cases.intake import LEASE_MS
from shared.language.codes import REGISTRATION, PageOne, PageTwo
from shared.sandbox.sandbox import Answer, LimitExceeded, Sandbox, Unfinished
from tests.paper import pictures
from tests.paper.pictures import CODE, ORIENTATION, PAGE_ONE, PAGE_TWO, PORTAL, SERIAL, encoded, exif, page, photo
from tests.support import hostile
from tests.support.in_place import InPlace
from tests.support.wait import await_until

pytestmark = pytest.mark.paper

REPO = Path(__file__).resolve().parents[3]
DECODERS = ("PIL", "pillow_heif", "pypdfium2", "zxingcpp", "python_calamine")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    box = photo_sandbox(1)
    box.start()
    yield box
    box.close()


def children(sandbox: Sandbox) -> list[int]:
    """The child, once it is ready: an earlier test may have ended the last one."""
    return await_until(sandbox.pids, 60, "the child is ready")


ORDINARY = {
    "jpeg": lambda: photo(),
    "both pages": lambda: photo(PAGE_TWO, PAGE_ONE),
    "progressive": lambda: encoded(page(PAGE_ONE), progressive=True),
    "png": lambda: encoded(page(PAGE_ONE), "PNG"),
    "interlaced palette": lambda: encoded(page(PAGE_ONE).convert("P"), "PNG", interlace=True),
    "16 bits": lambda: encoded(page(PAGE_ONE).convert("L").convert("I;16").point(lambda v: v * 257), "PNG"),
    "transparent": lambda: encoded(page(PAGE_ONE).convert("RGBA"), "PNG"),
    "webp": lambda: encoded(page(PAGE_ONE), "WEBP"),
    "webp without loss": lambda: encoded(page(PAGE_ONE), "WEBP", lossless=True),
    "animation": lambda: encoded(page(PAGE_ONE), "WEBP", save_all=True, append_images=[page()]),
    "several pictures": lambda: encoded(page(PAGE_ONE), "MPO", save_all=True, append_images=[page()]),
    "heic": lambda: encoded(page(PAGE_ONE), "HEIF"),
    "avif": lambda: encoded(page(PAGE_ONE), "AVIF"),
    "gif": lambda: encoded(page(PAGE_ONE), "GIF"),
    "bmp": lambda: encoded(page(PAGE_ONE), "BMP"),
    "tiff": lambda: encoded(page(PAGE_ONE), "TIFF", compression="tiff_lzw"),
    "fax": lambda: encoded(page(PAGE_ONE).convert("1"), "TIFF", compression="group4"),
    "jpeg in a tiff": lambda: encoded(page(PAGE_ONE), "TIFF", compression="jpeg"),
    "pdf": lambda: encoded(page(PAGE_ONE), "PDF"),
    "without its end": lambda: photo()[:-2],
    "cmyk": lambda: encoded(page(PAGE_ONE).convert("CMYK")),
    "on its side": lambda: encoded(page(PAGE_ONE).rotate(90, expand=True), exif=exif({ORIENTATION: 6})),
    "no code": lambda: photo(),
    "blurred": lambda: encoded(pictures.blurred(page(PAGE_ONE), 14)),
    "large": lambda: encoded(page(PAGE_ONE, width=3000, qr=500), "PNG"),
}


@pytest.mark.parametrize("kind", ORDINARY)
def test_a_photo_is_examined_as_in_place_though_the_child_may_open_no_file(sandbox: Sandbox, kind: str) -> None:
    before = children(sandbox)
    taken = ORDINARY[kind]()
    assert Decoder(sandbox).examine(taken) == examine(taken)
    assert sandbox.pids() == before


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (lambda: hostile.progressive(1000), "too-costly"),
        (hostile.png_bomb, "too-many-pixels"),
        (hostile.webp_bomb, "too-many-pixels"),
        (hostile.heic_bomb, "too-many-pixels"),
        (lambda: photo()[:-3000], "damaged"),
        (lambda: b"no photo", "not-an-image"),
    ],
    ids=["progressive", "png", "webp", "heic", "truncated", "text"],
)
def test_a_hostile_photo_is_refused_before_it_costs_anything(
    sandbox: Sandbox, made: Callable[[], bytes], reason: str
) -> None:
    before = children(sandbox)
    with pytest.raises(RejectedImage) as rejected:
        Decoder(sandbox).examine(made())
    assert rejected.value.outcome == Outcome("refused", reason)
    assert sandbox.pids() == before  # no limit was needed


def test_a_thumbnail_is_made_in_the_sandbox(sandbox: Sandbox) -> None:
    small = Decoder(sandbox).thumbnail(examine(photo()).jpeg)
    assert small == Decoder(InPlace()).thumbnail(examine(photo()).jpeg)
    with pytest.raises(RejectedImage):
        Decoder(sandbox).thumbnail(b"no longer a photo")


# ---- scans
@pytest.mark.parametrize(("repeated", "most", "counted"), [(0, 100, 6), (14, 100, 20), (1000, 21, 21)])
def test_scans_are_counted_up_to_a_limit(repeated: int, most: int, counted: int) -> None:
    assert headers.scans(hostile.progressive(repeated, side=400), most) == counted


def test_scans_of_a_preview_in_the_metadata_do_not_count() -> None:
    preview = hostile.progressive(MAX_SCANS, side=64)
    segment = b"\xff\xe1" + (len(preview) + 2).to_bytes(2, "big") + preview
    content = photo()[:2] + segment + photo()[2:]
    assert headers.scans(content, MAX_SCANS + 1) == 1
    assert examine(content).jpeg


def test_as_many_scans_as_programs_make_are_accepted() -> None:
    for repeated, reason in ((MAX_SCANS - 6, NO_PAGE), (MAX_SCANS - 5, TOO_COSTLY)):  # it is decoded, and of one colour
        with pytest.raises(RejectedImage) as rejected:
            examine(hostile.progressive(repeated, side=500))
        assert rejected.value.outcome.reason == reason


def test_the_more_pixels_a_jpeg_has_the_fewer_scans_it_may_have() -> None:
    """Each scan passes over all pixels: as many passes as of any picture, and not more."""

    def claims(scans: int, width: int, height: int) -> bytes:
        frame = b"\x08" + (400).to_bytes(2, "big") * 2  # precision, height, width
        jpeg = hostile.progressive(scans - 6, side=400)
        assert jpeg.count(frame) == 1
        return jpeg.replace(frame, b"\x08" + height.to_bytes(2, "big") + width.to_bytes(2, "big"))

    assert opening.opened(claims(6, 15_000, 14_000)).size == (15_000, 14_000)
    assert opening.opened(claims(MAX_SCANS, 8000, 8000)).size == (8000, 8000)
    for scans, width, height in ((7, 15_000, 14_000), (13, 9000, 12_000)):
        with pytest.raises(RejectedImage) as rejected:
            opening.opened(claims(scans, width, height))
        assert rejected.value.outcome.reason == "too-many-pixels"


@pytest.mark.parametrize("options", [{}, {"lossless": True}, {"exif": exif({ORIENTATION: 1})}])
def test_the_size_of_a_webp_is_read_from_each_of_its_headers(options: dict[str, Any]) -> None:
    assert headers.webp_size(encoded(Image.new("RGB", (1000, 777)), "WEBP", **options)) == (1000, 777)
    assert headers.webp_size(b"RIFF\0\0\0\0WEBPVP8X") == (0, 0)


# ---- answers
class Says:
    """A child that was taken over: it answers as it likes."""

    def __init__(self, facts: Any, content: bytes = b"\xff\xd8\xff", error: Exception | None = None) -> None:
        self._answer, self._error = Answer(facts, content), error

    def run(self, function: str, content: bytes) -> Answer:
        if self._error:
            raise self._error
        return self._answer


ONE = {"page": 1, "code": CODE, "serial": SERIAL, "portal": PORTAL, "whole": True}
GOOD = {"width": 900, "height": 1200, "qr_codes": [ONE]}


def test_an_answer_becomes_an_examined_photo() -> None:
    other = pictures.a_code(4, REGISTRATION)
    two = {**GOOD, "qr_codes": [*GOOD["qr_codes"], {"page": 2, "code": other, "whole": False}]}  # type: ignore[misc]
    assert Decoder(Says(two)).examine(b"").qr_codes == (PageOne(CODE, SERIAL, PORTAL), PageTwo(other))


@pytest.mark.parametrize(
    "facts",
    [
        None,
        [],
        {},
        {"rejected": "archived"},
        {"rejected": ["x"]},
        {**GOOD, "width": -1},
        {**GOOD, "width": True},
        {**GOOD, "height": 1e9},
        {**GOOD, "qr_codes": "x"},
        {**GOOD, "qr_codes": [None]},
        {**GOOD, "qr_codes": [{**ONE, "code": list(CODE)}]},
        {**GOOD, "qr_codes": [{**ONE, "serial": "'; drop"}]},
        {**GOOD, "qr_codes": [{**ONE, "portal": 7}]},
        {**GOOD, "qr_codes": [{**ONE, "portal": "x" * 5000}]},
        {**GOOD, "qr_codes": GOOD["qr_codes"] * 101},  # type: ignore[operator]
    ],
)
def test_an_answer_that_fits_no_photo_makes_it_damaged(facts: Any) -> None:
    with pytest.raises(RejectedImage) as rejected:
        Decoder(Says(facts)).examine(b"")
    assert rejected.value.outcome.reason == "damaged"


def test_bytes_that_are_no_jpeg_do_not_reach_the_archive() -> None:
    for make in (Decoder(Says(GOOD, b"<script>")).examine, Decoder(Says({}, b"<script>")).thumbnail):
        with pytest.raises(RejectedImage):
            make(b"")


@pytest.mark.parametrize(
    ("limit", "reason"),
    [("time", "too-costly"), ("memory", "too-costly"), ("answer", "too-costly"), ("crash", "damaged")],
)
def test_a_photo_that_reaches_a_limit_is_refused(limit: str, reason: str) -> None:
    try:
        Decoder(Says({}, error=LimitExceeded(limit))).examine(b"")
        found = ""
    except RejectedImage as rejected:
        found = rejected.outcome.reason
    except LimitExceeded:
        found = "not refused"
    assert found == reason


def test_an_unfinished_job_is_no_reason_to_refuse_a_photo() -> None:
    with pytest.raises(Unfinished):
        Decoder(Says({}, error=Unfinished("killed"))).examine(b"")


# ---- where
def test_a_check_ends_before_its_lease() -> None:
    assert (LIMITS.wait_seconds + LIMITS.wall_seconds) * 1000 < LEASE_MS
    assert LIMITS.cpu_seconds < LIMITS.wall_seconds


@pytest.mark.parametrize("module", ["services.upload.app", "services.upload.worker"])
def test_a_service_never_loads_a_decoder(module: str) -> None:
    program = f"import sys, {module}; print(sorted({{*{DECODERS}}} & {{*sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", program], cwd=REPO, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    assert EXAMINE.partition(":")[0] == THUMBNAIL.partition(":")[0] == "services.upload.image.jobs"
