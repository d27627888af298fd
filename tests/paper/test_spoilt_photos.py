"""Codes under stamps, pens and weak toner, on screens and on crumpled paper: read, and never read wrongly."""

from __future__ import annotations

import functools
import io
from types import SimpleNamespace

import pytest
from PIL import Image, ImageDraw

from services.upload.image import plain
from services.upload.image.examine import examine
from shared.language import form_layout as layout
from shared.language.codes import PageOne
from tests.paper.pictures import CODE, PAGE_ONE, PORTAL, SERIAL, encoded, page, photo
from tests.support import spoilt_photos

pytestmark = pytest.mark.paper

OURS = (PageOne(CODE, SERIAL, PORTAL),)
WIDTH = 1200


@functools.cache
def paper() -> tuple[Image.Image, spoilt_photos.Box]:
    mm, qr = WIDTH * 4 // 3 / layout.PAGE[1], layout.QR
    left, top, right, bottom = (round(at * mm) for at in (qr.left, qr.top, qr.right, qr.bottom))
    return page(PAGE_ONE, width=WIDTH), (left, top, right, bottom)


@pytest.mark.parametrize(
    ("kind", "seed"),
    [
        ("stamped", 4),
        ("stamped", 5),
        ("weak toner", 2),
        ("crossed out", 3),
        ("on a screen", 2),
    ],  # weak toner and strokes are unread plainly
    ids=["stamped", "stamped again", "weak toner", "crossed out", "on a screen"],
)
def test_a_code_is_read_whatever_lies_over_it(kind: str, seed: int) -> None:
    examined = examine(spoilt_photos.photo(*paper(), kind, seed))
    assert (examined.qr_codes, examined.whole) == (OURS, OURS)


def test_what_a_look_in_grey_leaves_open_is_looked_at_in_colours() -> None:
    """A red stamp is as dark as print in grey."""
    photo = spoilt_photos.photo(*paper(), "stamped", 4)
    assert plain.examined(photo) is None
    assert (examine(photo).qr_codes, examine(photo).whole) == (OURS, OURS)


def test_a_code_on_crumpled_paper_is_read_or_left_alone() -> None:
    assert examine(spoilt_photos.photo(*paper(), "crumpled", 1)).qr_codes in (OURS, ())


@pytest.mark.parametrize("turn", [None, Image.Transpose.ROTATE_90, Image.Transpose.FLIP_LEFT_RIGHT])
def test_a_code_whose_modules_no_flat_grid_meets_is_read_on_crumpled_paper(turn: Image.Transpose | None) -> None:
    taken = Image.open(io.BytesIO(spoilt_photos.photo(*paper(), "crumpled", 3)))
    examined = examine(encoded(taken if turn is None else taken.transpose(turn), quality=85))
    assert (examined.qr_codes, examined.whole) == (OURS, OURS)
    assert examined.height > examined.width


@pytest.mark.parametrize("covered", [0.2, 0.5, 0.9])
def test_what_is_left_of_a_code_is_never_read_as_another(covered: float) -> None:
    sheet, (left, top, right, bottom) = paper()
    sheet = sheet.copy()
    edge = left + round((right - left) * covered)
    ImageDraw.Draw(sheet).rectangle((left, top, edge, bottom), fill=(150, 30, 40))
    assert examine(encoded(sheet)).qr_codes in (OURS, ())


def test_a_code_of_which_the_reader_tells_nothing_at_all_is_lost_and_no_failure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As it does where damage has spared the corners and not the format."""
    corner = SimpleNamespace(x=100, y=100)
    ends = dict.fromkeys(("top_left", "top_right", "bottom_right", "bottom_left"), corner)
    told = SimpleNamespace(valid=False, extra=None, position=SimpleNamespace(**ends))
    monkeypatch.setattr("zxingcpp.read_barcodes", lambda *_, **__: [told])
    assert examine(photo()).qr_codes == ()
