"""No option is preselected, and an irreversible action takes more than one tap."""

from __future__ import annotations

import io
import re
from html import unescape

import pytest

from services.roster.api.requests import PlanCampaign
from shared.language import codes
from shared.language.consent import CONSENT_VERSION
from tests.unit.portal import people
from tests.unit.portal.conftest import Visitor
from tests.unit.portal.fakes import Fakes, refuse, respond

CLAIM = {
    "step": "account",
    "registration_code": people.REGISTRATION_CODE,
    "birth_date": people.BIRTH_DATE,
    "masked_name": "欧*",
    "school_name": "s",
    "class_name": "c",
}
ACCOUNT = {
    **CLAIM,
    "login": "13800000000",
    "display_name": "欧阳建国",
    "consent": CONSENT_VERSION,
    "relation": "father",
    "password": "four unrelated words",
    "again": "four unrelated words",
}
PLAN = {
    "id": "2027a",
    "name": "2027年春季学籍核查",
    "opens": "2027-03-01",
    "cutoff": "2027-04-01",
    "last_day": "2027-04-10",
    "stages": ["p"],
}


def test_a_father_is_not_registered_as_the_first_relation_of_the_list(fakes: Fakes, visitor: Visitor):
    assert '<option value="">请选择</option>' in visitor.send("/r", {**CLAIM, "step": "check"}).text
    page = visitor.send("/r", {**ACCOUNT, "relation": ""})
    assert page.status_code == 422 and "还有一项没有选择" in page.text and "欧阳建国" in page.text
    assert fakes.commands("/v1/registrations") == []


def test_a_mistyped_password_is_noticed_while_it_can_still_be_corrected(fakes: Fakes, visitor: Visitor):
    page = visitor.send("/r", {**ACCOUNT, "again": "four unrelated wrods"})
    assert page.status_code == 422 and "两次输入的密码不一样" in page.text
    assert fakes.commands("/v1/registrations") == []
    assert visitor.send("/r", ACCOUNT).status_code == 303


@pytest.mark.parametrize("decision", ["reviews", "paper"])
def test_a_photo_is_not_returned_for_the_first_reason_of_the_list(fakes: Fakes, visitor: Visitor, decision: str):
    visitor.sign_in("teacher")
    page_address = f"/class/{people.CLASS}"
    selects = visitor.get(page_address).text.split('name="reason">')[1:]
    assert selects and all(select.lstrip().startswith('<option value="">请选择') for select in selects)
    form = {"campaign": "2026a", "pupil": people.PUPIL, "photo": "x", "decision": "return", "reason": ""}
    page = visitor.send(f"{page_address}?campaign=2026a&done=archive", form, to=f"{page_address}/{decision}")
    assert page.status_code == 422 and "not-chosen" in page.text and page.request.path == page_address
    assert page.request.args["campaign"] == "2026a" and "done" not in page.request.args
    assert [received.path for received in fakes.requests if received.path.endswith(("/reviews", "/paper"))] == []


@pytest.mark.parametrize(
    "elsewhere", ["http://elsewhere.test/class/x", "//elsewhere.test/", "/\\elsewhere.test", "http://[elsewhere", ""]
)
def test_a_refused_form_never_leads_to_another_site(visitor: Visitor, elsewhere: str):
    visitor.sign_in("teacher")
    page_address = f"/class/{people.CLASS}"
    page = visitor.send(
        page_address,
        {"campaign": "2026a", "pupil": people.PUPIL, "reason": "", "page": elsewhere},
        to=f"{page_address}/paper",
    )
    assert page.status_code == 422 and "elsewhere" not in page.text and page.request.path == page_address


def test_forms_are_printed_for_the_open_campaign_and_a_class_that_was_chosen(fakes: Fakes, visitor: Visitor):
    fakes.campaigns.append({**PLAN, "population": {"stages": ["p"]}, "open": False, "ready": False})
    visitor.sign_in("school")
    page = visitor.get("/school/print").text
    assert 'value="2026a"' in page and 'value="2027a"' not in page
    assert '<option value="">请选择</option>' in page
    refused = visitor.send("/school/print", {"campaign": "2026a", "class": ""})
    assert refused.status_code == 422 and "not-chosen" in refused.text
    assert fakes.commands("/v1/campaigns/2026a/prints") == []


def test_one_lost_sheet_is_printed_without_voiding_those_of_the_class(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("school")
    assert "重新打印这一张" in visitor.get(f"/class/{people.CLASS}").text
    page = visitor.get(f"/school/print?pupil={people.PUPIL}&campaign=2026a").text
    assert f'name="pupil" value="{people.PUPIL}"' in page and 'name="class"' not in page
    code = {"download_code": people.DOWNLOAD["download_code"]}
    visitor.send("/school/print", {"campaign": "2026a", "pupil": people.PUPIL, **code})
    assert fakes.commands("/v1/campaigns/2026a/prints")[-1].json == {"pupils": [people.PUPIL], **code}
    visitor.send("/school/print", {"campaign": "2026a", "class": people.CLASS, "confirm": "1", **code})
    assert fakes.commands("/v1/campaigns/2026a/prints")[-1].json == {"class": people.CLASS, "confirm": True, **code}


def test_one_sheet_that_is_refused_does_not_turn_into_the_form_of_the_class(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("school")
    fakes.overrides["POST /v1/campaigns/2026a/prints"] = lambda received: refuse(422, "nothing-to-print")
    here = f"/school/print?pupil={people.PUPIL}&campaign=2026a"
    page = visitor.send(here, {"campaign": "2026a", "pupil": people.PUPIL}, to="/school/print")
    assert page.status_code == 422 and 'name="class"' not in page.text and people.PUPIL in page.text


def test_a_teacher_does_not_print(visitor: Visitor):
    visitor.sign_in("teacher")
    assert "重新打印这一张" not in visitor.get(f"/class/{people.CLASS}").text


def test_opening_a_campaign_needs_a_confirmation(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("ministry")
    visitor.send("/campaigns", PLAN)
    page = visitor.send("/campaigns", {"campaign": "2027a"}, to="/campaigns/opened")
    assert page.status_code == 422 and "我知道不能撤销" in page.text
    assert "field field-wrong" in page.text and page.text.count('aria-invalid="true"') == 1
    assert fakes.campaigns[-1]["open"] is False
    assert visitor.send("/campaigns", {"campaign": "2027a", "sure": "yes"}, to="/campaigns/opened").status_code == 303
    assert fakes.campaigns[-1]["open"] is True


def test_a_campaign_is_planned_as_roster_takes_it(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("ministry")
    visitor.send("/campaigns", PLAN)
    [asked] = fakes.commands("/v1/campaigns")
    assert PlanCampaign().load(asked.json)["population"]["stages"]  # an unknown field would be refused


def test_a_campaign_for_no_stage_is_told_at_its_boxes(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("ministry")
    page = visitor.send("/campaigns", {**PLAN, "stages": []})
    assert page.status_code == 422 and 'id="wrong-stages">还有一项没有选择' in page.text
    assert fakes.commands("/v1/campaigns") == []


def test_after_opening_a_campaign_the_ministry_sees_until_when_nothing_can_be_printed(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("ministry")
    visitor.send("/campaigns", PLAN)
    visitor.send("/campaigns", {"campaign": "2027a", "sure": "yes"}, to="/campaigns/opened")
    assert "正在为已登记的学生建立记录" in visitor.get("/campaigns").text
    fakes.campaigns[-1]["ready"] = True
    assert "正在为已登记的学生建立记录" not in visitor.get("/campaigns").text


def test_while_a_campaign_is_not_ready_pages_say_so_and_choose_the_one_before(fakes: Fakes, visitor: Visitor):
    fakes.campaigns.insert(0, {**PLAN, "population": {"stages": ["p"]}, "open": True, "ready": False})
    visitor.sign_in("school")
    page = visitor.get("/school/print").text
    assert "名单不全" in page and '<option value="2026a" selected' in page
    assert "名单不全" not in visitor.get(f"/class/{people.CLASS}?campaign=2026a").text
    listed = visitor.get(f"/class/{people.CLASS}?campaign=2027a").text
    assert "名单不全" in listed and "本次不要求上传的学生" not in listed


def test_a_print_that_is_refused_says_why(fakes: Fakes, visitor: Visitor):
    fakes.overrides["POST /v1/campaigns/2026a/prints"] = lambda received: refuse(
        409, "campaign-not-ready", "Not every pupil has an entry.", "campaign"
    )
    visitor.sign_in("school")
    page = visitor.send("/school/print", {"campaign": "2026a", "class": people.CLASSES[0]["id"]})
    assert page.status_code == 409 and "请稍后再打印" in page.text


def test_a_mistyped_day_does_not_change_the_stages_of_a_campaign(visitor: Visitor):
    visitor.sign_in("ministry")
    page = visitor.send("/campaigns", {**PLAN, "cutoff": "soon"}).text
    assert [stage for stage in "pjsx" if f'value="{stage}" checked' in page] == ["p"]
    visitor.send("/campaigns", PLAN)
    assert "<dd>小学</dd>" in visitor.get("/campaigns").text


def test_a_guardian_who_differs_from_the_roster_is_marked(fakes: Fakes, visitor: Visitor):
    binding = {
        "pupil": people.PUPIL,
        "account": "g-9",
        "state": "waiting",
        "relation": "other",
        "display_name": "某人",
        "login": "x",
    }
    visitor.sign_in("teacher")
    for known, shown in ((False, True), (True, False)):
        fakes.overrides["GET /v1/bindings"] = lambda received, known=known: respond(
            {"items": [{**binding, "known": known}]}
        )
        assert ("名册里没有这位家长" in visitor.get(f"/class/{people.CLASS}").text) is shown


def test_the_result_can_be_found_after_closing_the_page(visitor: Visitor):
    assert "这台设备传过的照片" not in visitor.get("/u").text
    sent = visitor.send("/u", {"upload_code": people.UPLOAD_CODE, "photo": (io.BytesIO(b"jpeg"), "a.jpg")}).headers[
        "Location"
    ]
    assert f'href="{sent}"' in visitor.get("/u").text


def test_the_next_user_of_the_device_finds_neither_photos_nor_codes(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("guardian")
    photo = {"photo": (io.BytesIO(b"jpeg"), "a.jpg")}
    sent = visitor.send("/u", {"pupil": people.PUPIL, "campaign": "2026a", **photo}).headers["Location"]
    assert sent in visitor.get("/u").text
    visitor.send("/children", {}, to="/sign-out")
    assert sent not in visitor.get("/u").text
    again = (
        visitor.send("/u", {"upload_code": people.UPLOAD_CODE, "photo": (io.BytesIO(b"jpeg"), "a.jpg")})
        .headers["Location"]
        .removeprefix("/u/")
    )
    assert people.UPLOAD_CODE[:4] in visitor.get(f"/u?again={again}").text
    fakes.clock.advance(seconds=2 * 3600)
    assert people.UPLOAD_CODE[:4] not in visitor.get(f"/u?again={again}").text


def test_a_campaign_that_is_over_asks_no_family_for_a_photo(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("guardian")
    fakes.forms.clear()
    assert "最晚2026年9月30日上传" in visitor.get("/children").text
    fakes.campaigns[0]["last_day"] = "2026-09-02"
    page = visitor.get("/children").text
    assert "这次核查已于2026年9月2日结束" in page and "/u/for/" not in page


def test_a_slip_is_shown_in_the_other_language_too(visitor: Visitor):
    visitor.sign_in("teacher")
    page = visitor.send(
        f"/class/{people.CLASS}", {"pupil": people.PUPIL, "name": "欧阳小红"}, to=f"/class/{people.CLASS}/codes"
    )
    [english] = re.findall('href="([^"]+lang=en)"', page.text)
    for each in (page, visitor.get(unescape(english))):
        assert codes.grouped(people.REGISTRATION_CODE) in each.text


def test_lists_load_thumbnails_and_link_to_the_photos(visitor: Visitor):
    visitor.sign_in("teacher")
    page = visitor.get(f"/class/{people.CLASS}").text
    assert page.count('src="/photos/') == page.count('/thumbnail"') > 0


def test_the_family_can_withdraw_a_waiting_photo(visitor: Visitor):
    visitor.sign_in("guardian")
    card = visitor.get("/children").text.split('<li class="card">')[1]
    assert "待人工确认" in card and 'action="/children/withdrawals"' in card


def test_the_first_guardian_approves_the_second_one(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("guardian")
    page = visitor.get("/children").text
    cards = page.split('<li class="card">')[1:]
    assert (
        [card.count('action="/children/guardians"') for card in cards] == [1, 0]
        and "欧阳建国" in cards[0]
        and "父亲" in cards[0]
    )
    response = visitor.send(
        "/children", {"pupil": people.PUPILS[0]["pupil"], "account": "a-9"}, to="/children/guardians"
    )
    assert response.headers["Location"] == "/children?done=guardian-yes"
    assert fakes.requests[-1].json == {"account": "a-9", "accept": True}
    fakes.overrides["GET /v1/bindings"] = lambda received: refuse(503, "unavailable", "Try again.")
    page = visitor.get("/children")
    assert (
        page.status_code == 200 and '<li class="card">' in page.text and 'action="/children/guardians"' not in page.text
    )


def test_the_teacher_resets_the_password_of_a_guardian(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("teacher")
    page_address = f"/class/{people.CLASS}"
    page = visitor.send(page_address, {"account": "a-1", "login": "gulnar"}, to=f"{page_address}/resets")
    assert page.status_code == 200 and people.RESET_CODE in page.text and f'href="{page_address}"' in page.text


def test_no_page_offers_to_reset_an_account_of_the_same_role(fakes: Fakes, visitor: Visitor):
    rows = [
        {"id": f"a-{role}", "role": role, "login": role, "display_name": role, "state": "active", "paths": []}
        for role in ("county", "school")
    ]
    fakes.overrides["GET /v1/accounts"] = lambda received: respond({"items": rows, "after": ""})
    visitor.sign_in("county")
    assert visitor.get("/accounts").text.count('action="/accounts/resets"') == 1


def test_accounts_of_one_unit_below_are_shown_alone_and_the_way_up_ends_at_home(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("county")
    home = visitor.get("/accounts").text
    assert "<strong><bdi>李区县" in home and "<strong><bdi>赵学籍" in home and "上一级" not in home
    assert f'href="/accounts?unit={people.SCHOOL}"' in home
    school = visitor.get(f"/accounts?unit={people.SCHOOL}").text
    assert (
        "<strong><bdi>李区县" not in school
        and "<strong><bdi>赵学籍" in school
        and 'href="/accounts?unit=110101"' in school
    )
    assert f'href="/accounts/new?unit={people.SCHOOL}"' in school and f'name="unit" value="{people.SCHOOL}"' in school


def test_a_school_sees_all_its_accounts_for_any_class_in_the_address(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("school")
    page = visitor.get(f"/accounts?unit={people.CLASSES[1]['id']}").text
    assert "钱班主任" in page and "周两班" in page and "只看某个下级单位" not in page


def test_after_a_failure_the_same_form_can_be_sent_again(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("teacher")
    page_address = f"/class/{people.CLASS}"
    fakes.overrides[f"POST /v1/forms/2026a/{people.PUPIL}/paper"] = lambda received: refuse(500, "internal")
    page = visitor.send(
        page_address, {"campaign": "2026a", "pupil": people.PUPIL, "reason": "refused"}, to=f"{page_address}/paper"
    )
    assert page.status_code == 500 and 'name="reason" value="refused"' in page.text


def test_after_a_tap_the_page_opens_where_the_tap_was(visitor: Visitor):
    visitor.sign_in("teacher")
    page_address = f"/class/{people.CLASS}"
    form = {"campaign": "2026a", "pupil": people.PUPIL, "reason": "refused"}
    assert (
        visitor.send(page_address, {**form, "section": "missing"}, to=f"{page_address}/paper")
        .headers["Location"]
        .endswith("#missing")
    )
    assert (
        "#" not in visitor.send(page_address, {**form, "section": "x"}, to=f"{page_address}/paper").headers["Location"]
    )
