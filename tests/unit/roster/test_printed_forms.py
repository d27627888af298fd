"""The printed forms: two pages for any fields, codes that a camera reads, and page 2 without the fields of page 1."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import cache
from itertools import pairwise

import pypdfium2
import pytest
import zxingcpp

from services.roster.forms import glyphs
from services.roster.forms.form import Form, render
from services.roster.roster_file.cells.text import LONGEST
from services.roster.roster_file.columns import HEADINGS
from shared.language.codes import REGISTRATION, UPLOAD, PageOne, PageTwo, grouped, make, make_serial, parse_qr

pytestmark = pytest.mark.paper

RANDOM = random.Random(7).randrange
PLAIN = {
    "name": "欧阳小红",
    "sex": "2",
    "birth_date": "2017-05-01",
    "pupil_number": "G130102201705010010",
    "id_type": "1",
    "address": "长安区建设北大街200号",
    "only_child": "1",
    "guardian1_name": "欧阳建国",
    "guardian1_is_guardian": "1",
    "phone": "13812341234",
}
MM_PER_POINT = 25.4 / 72
PORTAL = "http://portal.example"


def form(**fields: str) -> Form:
    code = make(RANDOM, kind=UPLOAD)
    serial = make_serial(code, bytes(32), RANDOM)
    return Form(
        "长安区第三中心小学", "三年级3班", "三年级", PLAIN | fields, code, make(RANDOM, kind=REGISTRATION), serial
    )


def pages_of(*forms: Form) -> list[pypdfium2.PdfPage]:
    found = pypdfium2.PdfDocument(render(forms, "2026年秋季学籍核查", PORTAL))
    return [page for page in found if "班级封面" not in page.get_textpage().get_text_range()]


def text_of(page: pypdfium2.PdfPage) -> str:
    return str(page.get_textpage().get_text_range()).replace("\r\n", "").replace("\u200b", "")


def read(page: pypdfium2.PdfPage, scale: float = 2.0):
    return zxingcpp.read_barcodes(page.render(scale=scale).to_pil(), formats=zxingcpp.BarcodeFormat.QRCode)


def test_codes_of_the_widest_letters_stand_in_one_line():
    wide = form()
    wide = replace(wide, upload_code="WMWMWMWMWMWMWMWM", registration_code="MWMWMWMWMWMWMWMW", serial="WMWMWMWM")
    for page, code in zip(pages_of(wide), (wide.upload_code, wide.registration_code), strict=True):
        assert grouped(code) in page.get_textpage().get_text_range()


@pytest.mark.parametrize("code", ["WMWMWMWMWMWMWMWM", "2222222222222222"])
def test_the_lines_below_the_qr_stand_apart_and_above_the_table(code):
    page = pages_of(printed := replace(form(), upload_code=code))[0]
    text = page.get_textpage()
    shown = text.get_text_range()
    places = [shown.index(each) for each in ("上传码", grouped(code), f"表单号 {printed.serial}", "居民身份证")]
    boxes = [text.get_charbox(place) for place in places]  # left, bottom, right, top; from below
    assert all(upper[1] > lower[3] - 0.5 for upper, lower in pairwise(boxes)), boxes


def test_page_one_shows_the_registry_and_page_two_never_the_birth_date():
    one, two = pages_of(printed := form())
    for shown in (
        "欧阳小红",
        "2017-05-01",
        "G130102201705010010",
        "居民身份证",
        "三年级",
        "三年级3班",
        "变更栏",
        "监护人签名",
        printed.serial,
        grouped(printed.upload_code),
    ):
        assert shown in text_of(one), shown
    for shown in (
        "欧阳小红",
        "误用注册码",
        "http://portal.example/r",
        printed.serial,
        grouped(printed.registration_code),
    ):
        assert shown in text_of(two), shown
    for hidden in ("2017", "05-01", "G1301", "13812341234", "建设北大街", grouped(printed.upload_code)):
        assert hidden not in text_of(two), hidden
    assert grouped(printed.registration_code) not in text_of(one)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"name": "云"},
        {"name": "阿卜杜热西提·买买提·吐尔逊江·艾合买提"},
        {"name": "龘" * 50},
        {"address": "新疆维吾尔自治区伊犁哈萨克自治州" * 12, "email": "x" * 150},
        {**dict.fromkeys(HEADINGS, "龘" * LONGEST), "name": "龘" * 50},
        {**dict.fromkeys(HEADINGS, "x" * LONGEST), "name": "x" * 50},
        {"name": '张#*_`$[]<>@\\"三'},
    ],
    ids=[
        "plain",
        "single name",
        "long name",
        "longest name",
        "long address",
        "everything long",
        "everything without a break",
        "signs of the typesetter",
    ],
)
def test_a_form_is_two_pages_of_a4_whose_codes_can_be_read(fields):
    pages = pages_of(printed := form(**fields))
    assert len(pages) == 2
    assert all(
        round(side * MM_PER_POINT) == mm for page in pages for side, mm in zip(page.get_size(), (210, 297), strict=True)
    )
    assert parse_qr(read(pages[0])[0].text) == PageOne(printed.upload_code, printed.serial, PORTAL)
    assert parse_qr(read(pages[1])[0].text) == PageTwo(printed.registration_code)
    assert "监护人签名" in text_of(pages[0])


def test_registered_values_that_are_usual_are_printed_in_nine_points_or_more():
    usual = {
        "id_number": "130102201705010011",
        "birth_place": "河北省石家庄市长安区",
        "household_kind": "非农业家庭户口",
        "post_address": "河北省石家庄市长安区建设北大街200号3栋2单元501室",
        "guardian2_address": "河北省石家庄市长安区建设北大街200号",
        "left_behind": "非留守儿童",
        "name": "阿卜杜热西提·买买提·吐尔逊江",
    }
    for page in pages_of(form(**usual)):
        text = page.get_textpage()
        raw = pypdfium2.raw
        sizes = {
            round(raw.FPDFText_GetFontSize(text.raw, at) * abs(_scale(text, at)), 1)
            for at in range(text.count_chars())
            if not chr(raw.FPDFText_GetUnicode(text.raw, at)).isspace()
        }
        assert min(sizes) >= 9


def _scale(text: pypdfium2.PdfTextPage, at: int) -> float:
    """Of a character of a page, vertically."""
    matrix = pypdfium2.raw.FS_MATRIX()
    assert pypdfium2.raw.FPDFText_GetMatrix(text.raw, at, matrix)
    return float(matrix.d)


def test_page_two_says_who_may_look_at_the_photo_and_where_to_cut():
    _, two = pages_of(form())
    for words in ("谁能看照片", "教育局各级只看数字", "每次查看都有记录", "沿虚线剪开"):
        assert words in text_of(two), words


def test_a_class_is_one_document_in_the_order_of_its_forms():
    printed = [form(name=name) for name in ("张一", "张二", "张三")]
    pages = pages_of(*printed)
    assert [parse_qr(read(page)[0].text) for page in pages[::2]] == [
        PageOne(each.upload_code, each.serial, PORTAL) for each in printed
    ]


def test_codes_are_large_enough_for_bad_photos():
    for page in pages_of(form()):
        found = read(page, scale=4)[0].position
        width = ((found.top_right.x - found.top_left.x) ** 2 + (found.top_right.y - found.top_left.y) ** 2) ** 0.5
        assert width / 4 * MM_PER_POINT >= 32
        assert read(page, scale=0.9), "readable at 65 dots an inch"


def test_characters_without_a_glyph_are_shown_as_their_code_to_be_written_by_hand():
    rare, known = "\U0003134a", "𠮷龘㛃·"
    assert glyphs.missing(known + "欧阳小红abc") == ""
    assert glyphs.missing(f"王{rare}") == rare
    one, two = pages_of(form(name=f"王{rare}"))
    assert "U+3134A" in text_of(one) and "U+3134A" in text_of(two) and "手写" in text_of(one)
    assert "手写" not in text_of(pages_of(form(name=f"王{known}"))[0])


@pytest.mark.parametrize(("name", "script"), [("ᠮᠣᠩᠭᠣᠯ", "蒙古文"), ("ꆈꌠ", "彝文")])
def test_a_name_in_a_script_that_the_fonts_lack_is_one_box_that_names_the_script(name: str, script: str):
    one, two = pages_of(form(name=name, former_name=f"{name}·\U00031350"))
    assert f"（{script}，请手写）" in text_of(one) and f"（{script}，请手写）" in text_of(two)
    assert text_of(one).count("U+") == 1 and "U+31350" in text_of(one) and "手写" in text_of(one)
    assert read(one) and read(two)


TIBETAN, UYGHUR, MIXED = "བཀྲ་ཤིས་དོན་གྲུབ", "سىلىم", "新疆和田地区سىلىم 3号院"


@cache
def pages_in_other_scripts() -> list[pypdfium2.PdfPage]:
    return pages_of(
        form(name=TIBETAN, former_name="སྒྲུ", guardian1_name=f"扎西{TIBETAN}"), form(name=UYGHUR, address=MIXED)
    )


def boxes(page: pypdfium2.PdfPage, text: str) -> list[tuple[float, float, float, float]]:
    """(left, bottom, right, top) of each character where a text stands last on a page."""
    shown = page.get_textpage()
    at = shown.get_text_range().rfind(text)
    assert at >= 0, f"{text} does not stand there as it is read"
    return [shown.get_charbox(at + index) for index in range(len(text))]


def test_names_in_tibetan_and_uyghur_are_printed_on_both_pages():
    for name, page in zip((TIBETAN, TIBETAN, UYGHUR, UYGHUR), pages_in_other_scripts(), strict=True):
        assert name in text_of(page) and "请手写" not in text_of(page) and "U+" not in text_of(page)
    assert f"扎西{TIBETAN}" in text_of(pages_in_other_scripts()[0])


def test_tibetan_letters_are_stacked():
    tall, plain = boxes(pages_in_other_scripts()[0], "སྒྲུ"), boxes(pages_in_other_scripts()[0], "དོན")
    left, right = min(box[0] for box in tall), max(box[2] for box in tall)
    assert right - left < 2 * (plain[0][2] - plain[0][0]), "four letters stand over each other"


def test_uyghur_runs_from_right_to_left_and_its_letters_join():
    page = pages_in_other_scripts()[2]
    letters = boxes(page, "سىلىم")
    assert all(one[0] > next_[0] for one, next_ in pairwise(letters))
    scale, height = 8, page.get_height()
    area = [
        letters[-1][0],
        height - max(box[3] for box in letters),
        letters[0][2],
        height - min(box[1] for box in letters),
    ]
    ink = page.render(scale=scale).to_pil().convert("L").crop([round(each * scale) for each in area])
    columns = [min(ink.crop((x, 0, x + 1, ink.height)).tobytes()) < 128 for x in range(ink.width)]
    assert sum(now and not before for before, now in pairwise([False, *columns])) == 1, "one stroke without a gap"


def test_a_number_behind_a_name_from_right_to_left_stays_behind_it():
    page = pages_in_other_scripts()[2]
    assert boxes(page, " 3号院")[1][0] > boxes(page, "سىلىم")[0][2]
