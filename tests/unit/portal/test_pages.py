"""Pages made from the services' responses."""

from __future__ import annotations

import csv
import io

import httpx
import pytest

from services.portal.app import build
from services.portal.formats import percent
from services.portal.pages.form_fields import birth_date, iso_day
from services.portal.pages.offices.figures import sorted_children
from services.portal.pages.schools.school_class import join_forms, waiting_photos
from shared.infrastructure.clock import ShiftedClock
from shared.infrastructure.errors import Refused
from shared.language import codes
from shared.language.class_names import class_name
from shared.language.consent import CONSENT_VERSION
from tests.unit.portal import people
from tests.unit.portal.conftest import Visitor
from tests.unit.portal.fakes import SETTINGS, Fakes, refuse, respond


@pytest.mark.parametrize(
    ("count", "total", "shown"),
    [(0, 0, "–"), (0, 3, "0.00%"), (1, 3, "33.33%"), (2, 3, "66.67%"), (1, 8000, "0.01%"), (3, 3, "100.00%")],
)
def test_rates_are_rounded_half_up_as_in_the_report(count: int, total: int, shown: str):
    assert percent(count, total) == shown


@pytest.mark.parametrize(
    "text", ["20160501", "2016-05-01", "2016-5-1", "2016/5/1", "2016.5.1", "2016年5月1日", " 20160501 "]
)
def test_a_birth_date_may_be_written_in_many_ways(text: str):
    assert birth_date(text) == "2016-05-01"


@pytest.mark.parametrize("text", ["", "2016", "20161301", "20160230", "1.5.2016", "yesterday", "2016-05-01x1"])
def test_a_text_that_is_no_date_is_refused_with_an_example(text: str):
    with pytest.raises(Refused, match="birth-date-format"):
        birth_date(text)


@pytest.mark.parametrize("text", ["2026-13-01", "tomorrow", "../x", "2026-11-23T10:00"])
def test_an_invalid_day_in_the_address_never_reaches_statistics(text: str):
    with pytest.raises(Refused, match="bad-day"):
        iso_day(text)


def test_units_are_ordered_by_code_by_lowest_rate_or_by_most_missing():
    figures = (("c", 5, 10), ("a", 99, 200), ("b", 0, 0), ("d", 9, 10))
    children = [
        {"code": code, "measures": {"uploaded": uploaded, "expected": expected}} for code, uploaded, expected in figures
    ]
    assert [c["code"] for c in sorted_children(children, "")] == ["a", "b", "c", "d"]
    assert [c["code"] for c in sorted_children(children, "rate")] == ["a", "c", "d", "b"]
    assert [c["code"] for c in sorted_children(children, "missing")] == ["a", "c", "d", "b"]


def test_a_pupil_without_a_form_is_missing_and_a_form_without_a_name_has_no_row():
    rows = join_forms([{"pupil": "1", "name": "甲", "expected": True}], [{"pupil": "2", "state": "archived"}])
    assert [(row["name"], row["form"]["state"]) for row in rows] == [("甲", "missing")]


def test_a_second_photo_waits_beside_the_one_that_is_archived():
    second = {"photo": "b", "by": "code", "reason": "second-photo", "received_at": ""}
    rows = waiting_photos({"pupil": "1", "form": {"state": "archived", "photo": "a", "waiting": [second]}})
    assert [(row["form"]["photo"], row["form"]["archived"]) for row in rows] == [("b", True)]
    assert waiting_photos({"pupil": "1", "form": {"state": "archived", "photo": "a", "waiting": []}}) == []


def test_the_csv_holds_the_unit_and_its_children_with_the_same_figures(visitor: Visitor):
    visitor.sign_in("ministry")
    sheet = visitor.get("/figures/000000.csv?day=2026-09-10")
    rows = list(csv.reader(io.StringIO(sheet.text.removeprefix("\ufeff"))))
    figures = people.figures("000000", "2026-09-10")
    assert rows[0][:4] == ["代码", "名称", "应上传", "已打印"]
    assert [row[0].strip() for row in rows[1:]] == ["000000", *(child["code"] for child in figures["children"])]
    assert rows[1][2] == str(figures["measures"]["expected"])
    assert "figures-000000-2026-09-10.csv" in sheet.headers["Content-Disposition"]


def test_figures_are_asked_for_as_an_export_where_they_are_taken_out_and_on_a_page_they_are_not(
    fakes: Fakes, visitor: Visitor
):
    visitor.sign_in("county")
    visitor.get("/figures/110101?day=2026-09-10")
    assert visitor.get("/figures/110101.csv?day=2026-09-10").status_code == 200
    asked = [received.params.get("export") for received in fakes.requests if received.path == "/v1/figures"]
    assert asked == [None, "true"]


def test_the_trail_names_every_unit_links_those_in_scope_and_comes_with_the_figures(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("county")
    page = visitor.get("/figures/2111000002").text
    assert 'href="/figures/110101?' in page and 'aria-current="page"><bdi>北京市东城区府学胡同小学' in page
    assert "<span><bdi>北京市</bdi></span>" in page and 'href="/figures/110000?' not in page
    assert not [received for received in fakes.requests if received.path.startswith("/v1/units/")]


@pytest.mark.parametrize(
    ("role", "path", "sentence"),
    [
        ("teacher", f"/class/{people.CLASS}", "现在没有核查批次"),
        ("ministry", "/figures/000000", "现在没有核查批次"),
        ("ministry", "/reports", "现在没有核查批次"),
        ("school", "/school/print", "现在没有进行中的核查批次"),
    ],
)
def test_before_the_first_campaign_the_pages_say_so(fakes: Fakes, visitor: Visitor, role: str, path: str, sentence):
    fakes.campaigns.clear()
    visitor.sign_in(role)
    page = visitor.get(path)
    assert page.status_code == 200 and sentence in page.text


def test_a_refusal_without_a_text_is_shown_in_each_language_with_its_code(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("county")
    fakes.overrides["POST /v1/reports"] = lambda received: refuse(409, "moon-in-the-wrong-house", "Wait for the moon.")
    chinese = visitor.send("/reports", {"campaign": "2026a", "day": "2026-09-10"})
    assert "刚刚有人改过" in chinese.text and "moon-in-the-wrong-house" in chinese.text
    visitor.get("/?lang=en")
    assert "Wait for the moon." in visitor.send("/reports", {"campaign": "2026a", "day": "2026-09-10"}).text


def test_a_services_own_chinese_sentence_is_shown_on_chinese_pages(visitor: Visitor):
    visitor.sign_in("school")
    page = visitor.send("/school/import", {"file": (io.BytesIO(b"broken"), "r.xlsx")})
    assert page.status_code == 422 and "工作簿无法读取，请重新保存为 .xlsx。" in page.text


def test_control_totals_that_differ_are_shown_with_their_differences(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("county")
    fakes.overrides["POST /v1/reports"] = lambda received: refuse(
        409, "control-totals-differ", differences=[{"publisher": "upload", "slot": 17, "count": 3}]
    )
    page = visitor.send("/reports", {"campaign": "2026a", "day": "2026-09-10"})
    assert page.status_code == 409 and "还没有核对一致" in page.text and '<td class="mono">17</td>' in page.text


@pytest.mark.parametrize(
    "broken",
    [
        lambda received: httpx.Response(502, text="<html>Bad gateway</html>"),
        lambda received: httpx.Response(500, json={"error": "x"}),
        lambda received: refuse(500, "internal"),
    ],
)
def test_a_failing_service_is_a_sentence_and_a_next_step(fakes: Fakes, visitor: Visitor, broken):
    visitor.sign_in("ministry")
    fakes.overrides["GET /v1/figures"] = broken
    page = visitor.get("/figures/000000")
    assert page.status_code in (500, 503) and "再试一次" in page.text and "Bad gateway" not in page.text


def test_only_the_device_that_sent_a_photo_sees_its_result(app, fakes: Fakes):
    sender, other = Visitor(app), Visitor(app)
    sent = sender.send("/u", {"upload_code": people.UPLOAD_CODE, "photo": (io.BytesIO(b"jpeg"), "a.jpg")})
    assert sender.get(sent.headers["Location"]).status_code == 200
    assert other.get(sent.headers["Location"]).status_code == 404


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (f"http://x.test/u#{people.UPLOAD_CODE}.{people.SERIAL}", ""),
        (f"http://x.test/r#{people.REGISTRATION_CODE}", "page-two-code"),
        (people.UPLOAD_CODE.lower(), ""),
        ("ABC", "code-length"),
        ("0" * 16, "code-characters"),
        (people.REGISTRATION_CODE, "page-two-code"),
        (codes.make(lambda below: 4, kind=codes.UPLOAD), "code-unknown"),
    ],
)
def test_a_typed_code_may_be_the_whole_address_and_its_error_is_named(visitor: Visitor, text: str, code: str):
    page = visitor.send("/u", {"upload_code": text, "photo": (io.BytesIO(b"jpeg"), "a.jpg")})
    assert (page.status_code == 303) if not code else (code in page.text)


def test_a_new_registration_code_is_shown_once_and_never_in_an_address(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("teacher")
    page = visitor.send(
        f"/class/{people.CLASS}", {"pupil": people.PUPIL, "name": "欧阳小红"}, to=f"/class/{people.CLASS}/codes"
    )
    assert page.status_code == 200 and codes.grouped(people.REGISTRATION_CODE) in page.text and "<svg" in page.text
    assert not any(people.REGISTRATION_CODE in received.path for received in fakes.requests)


def test_a_county_issues_a_schools_account_and_no_teachers(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("county")
    page = visitor.get("/accounts/new").text
    assert "登记一所学校" in page and 'value="teacher"' not in page
    made = visitor.send(
        "/accounts/new", {"unit": people.SCHOOL, "role": "school", "login": "new-school", "display_name": "周老师"}
    )
    assert people.ACTIVATION_CODE in made.text
    assert fakes.commands("/v1/accounts")[-1].json["path"] == people.UNITS[people.SCHOOL]["path"]


def test_a_second_child_is_added_to_the_account_and_its_tokens_are_renewed(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("guardian")
    claim = {"registration_code": people.REGISTRATION_CODE, "birth_date": people.BIRTH_DATE}
    confirm = visitor.send("/r", {**claim, "step": "check"})
    assert "这是您的孩子吗" in confirm.text and 'name="password"' not in confirm.text
    shown = {"masked_name": "欧*", "school_name": "s", "class_name": "c"}
    account = {**claim, "step": "account", "relation": "mother", **shown}
    refused = visitor.send("/r", account)
    assert refused.status_code == 422 and "consent-missing" in refused.text and fakes.commands("/v1/me/children") == []
    done = visitor.send("/r", {**account, "consent": CONSENT_VERSION})
    assert done.headers["Location"] == "/children?done=bound"
    assert fakes.commands("/v1/me/children")[-1].json["consent"] == CONSENT_VERSION
    assert [received.path for received in fakes.requests].count("/v1/sessions/refresh") == 1


def test_without_consent_no_account_is_made(fakes: Fakes, visitor: Visitor):
    form = {
        "step": "account",
        "registration_code": people.REGISTRATION_CODE,
        "birth_date": people.BIRTH_DATE,
        "masked_name": "欧*",
        "school_name": "s",
        "class_name": "c",
        "login": "13800000000",
        "display_name": "欧阳建国",
        "relation": "father",
        "password": "four unrelated words",
        "again": "four unrelated words",
    }
    page = visitor.send("/r", form)
    assert page.status_code == 422 and "需要监护人同意" in page.text
    assert 'id="consent-problem"' in page.text and page.text.count('aria-invalid="true"') == 1
    assert fakes.commands("/v1/registrations") == []


def test_a_message_of_success_comes_only_from_the_fixed_list(visitor: Visitor):
    assert "已退出登录" in visitor.get("/?done=signed-out").text
    assert "box-done" not in visitor.get("/?done=%3Cb%3Ehello").text


def test_the_class_page_works_without_the_list_of_guardians(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("teacher")
    fakes.overrides["GET /v1/bindings"] = lambda received: respond({"nothing": 1}, 404)
    page = visitor.get(f"/class/{people.CLASS}")
    assert page.status_code == 200 and "待人工确认" in page.text


@pytest.mark.parametrize(
    ("shift", "lang", "banner"),
    [
        ("86400", "zh", "演示副本：时钟已拨到 2026-09-22"),
        ("-86400", "en", "Demonstration copy: its clock is set to 2026-09-20"),
        ("60", "zh", ""),
        ("0", "zh", ""),
    ],
)
def test_every_page_of_a_copy_with_a_shifted_clock_says_so(fakes, tmp_path, shift, lang, banner):
    (tmp_path / "shift").write_text(shift)
    visitor = Visitor(build(SETTINGS, ShiftedClock(tmp_path / "shift", fakes.clock), fakes.services()))
    for path in ("/", "/sign-in", "/nowhere"):
        page = visitor.get(f"{path}?lang={lang}").text
        assert (banner in page) if banner else ('class="shifted"' not in page)


def test_no_page_mentions_a_clock_that_is_not_shifted(visitor: Visitor):
    assert 'class="shifted"' not in visitor.get("/").text


def test_every_page_calls_a_class_by_one_name(visitor: Visitor):
    name = class_name(people.CLASS, people.TODAY)
    for account, path in (
        ("teacher", f"/class/{people.CLASS}"),
        ("two-classes", "/class"),
        ("school", "/school"),
        ("school", "/school/print"),
        ("county", f"/figures/{people.SCHOOL}"),
        ("teacher", f"/figures/{people.CLASS}"),
        ("school", "/accounts"),
        ("guardian", "/children"),
    ):
        visitor.client.delete_cookie("rollcall_session")
        visitor.sign_in(account)
        assert name in visitor.get(path).text, path


def test_a_print_that_waits_says_how_many_are_ahead_and_comes_back_by_itself(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("school")
    fakes.overrides["GET /v1/prints/p1/forms.pdf"] = lambda a: refuse(503, "busy", ahead=7, retry_after=3)
    page = visitor.get("/school/prints/p1.pdf")
    assert page.status_code == 200 and "前面还有 7 份" in page.text
    assert '<meta http-equiv="refresh" content="3">' in page.text
    del fakes.overrides["GET /v1/prints/p1/forms.pdf"]
    assert visitor.get("/school/prints/p1.pdf").content_type == "application/pdf"
