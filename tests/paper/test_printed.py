"""Forms that roster prints are read as paper: text and QR agree, and photos of them are as the drill intends."""

import numpy as np
import pytest

from drill.photos import TYPES, UNREADABLE, readable, sign, unreadable
from drill.printed import sheets
from services.roster.forms.form import Form, render
from services.upload.image.examine import examine
from services.upload.image.examined import RejectedImage
from shared.language import codes
from shared.language.codes import PageOne, PageTwo
from tests.support.handwriting import filled_in
from tests.support.thorough import many

pytestmark = [pytest.mark.paper, pytest.mark.larger]

SEEDS = range(many(3, 18))
NAMES = ("张𬘡", "阿卜杜热西提穆罕默德·伊敏江阿卜杜外力托合提如则艾合买提", "卓玛")


@pytest.fixture(scope="module")
def printed():
    """The forms of three pupils, and the sheets read from them."""
    numbers = np.random.default_rng(5)
    below = lambda n: int(numbers.integers(n))  # noqa: E731
    forms = [
        Form(
            "长安区实验小学",
            "三年级1班",
            "三年级",
            {"name": name, "sex": "1", "birth_date": "2018-01-02"},
            code := codes.make(below, kind=codes.UPLOAD),
            codes.make(below, kind=codes.REGISTRATION),
            codes.make_serial(code, bytes(32), below),
        )
        for name in NAMES
    ]
    return forms, sheets(render(forms, "2026年秋季学籍核查", "http://127.0.0.1:8000"))


def test_every_sheet_holds_its_codes_as_text_and_as_qr(printed):
    for form, sheet in zip(*printed, strict=True):
        assert (sheet.upload_code, sheet.serial, sheet.registration_code) == (
            form.upload_code,
            form.serial,
            form.registration_code,
        )
        assert sheet.page_one[0].size == (1075, 1521)


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("seed", SEEDS)
def test_the_intake_reads_every_readable_photo_of_a_form(printed, kind, seed):
    form, sheet = (found[seed % 3] for found in printed)
    random = np.random.default_rng(seed)
    page, qr = sheet.page_one
    examined = examine(readable(sign(page, qr, random), random, kind).content)
    assert examined.qr_codes == (PageOne(form.upload_code, form.serial, "http://127.0.0.1:8000"),)
    assert examined.whole == examined.qr_codes


@pytest.mark.parametrize("seed", SEEDS)
def test_a_form_whose_every_change_column_is_written_by_hand_is_read(printed, seed):
    form, sheet = (found[seed % 3] for found in printed)
    random = np.random.default_rng([seed, 1])
    page, qr = sheet.page_one
    examined = examine(readable(sign(filled_in(page, random), qr, random), random).content)
    assert examined.qr_codes == (PageOne(form.upload_code, form.serial, "http://127.0.0.1:8000"),)
    assert examined.whole == examined.qr_codes


@pytest.mark.parametrize("how", UNREADABLE)
@pytest.mark.parametrize("seed", SEEDS)
def test_the_intake_reads_no_unreadable_photo_of_a_form(printed, how, seed):
    page, qr = printed[1][seed % 3].page_one
    assert examine(unreadable(page, qr, how, np.random.default_rng(seed)).content).qr_codes == ()


def test_a_photo_of_page_two_is_recognised(printed):
    form, sheet = (found[0] for found in printed)
    assert examine(readable(sheet.page_two, np.random.default_rng(1)).content).qr_codes == (
        PageTwo(form.registration_code),
    )


def test_a_pdf_that_is_no_print_is_refused():
    with pytest.raises(Exception, match="Failed to load document"):
        sheets(b"%PDF-1.7 nothing")
    with pytest.raises(RejectedImage):
        examine(b"%PDF-1.7 nothing")
