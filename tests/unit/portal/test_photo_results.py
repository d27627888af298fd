"""The result of a photo and its receipt number; what a family sees of a returned one, and of a yes."""

from __future__ import annotations

import io

import pytest

from services.portal.pages.families.photos import CODE_KEPT_MS
from shared.infrastructure.clock import FixedClock
from shared.language import receipts
from shared.language.contracts.upload import RETURNED
from tests.unit.portal import people
from tests.unit.portal.conftest import Visitor
from tests.unit.portal.fakes import Fakes, refuse, respond

RECEIPT = receipts.grouped(receipts.make(482177305))
CLASS_PAGE = f"/class/{people.CLASS}"


def send(visitor: Visitor, **form: str) -> str:
    """Send a photo; the address of its result."""
    photo = {"photo": (io.BytesIO(b"jpeg"), "a.jpg")}
    return str(visitor.send("/u", {**(form or {"upload_code": people.UPLOAD_CODE}), **photo}).headers["Location"])


def asked(fakes: Fakes, path: str) -> int:
    return [received.path for received in fakes.requests].count(path)


def test_by_code_the_result_names_what_is_on_the_paper_masked_with_campaign_and_receipt_number(
    fakes: Fakes, visitor: Visitor
):
    page = visitor.get(send(visitor)).text
    for shown in (RECEIPT, people.CHILD["masked_name"], people.CHILD["class_name"], "2026年秋季学籍核查"):
        assert shown in page
    assert "欧阳小红" not in page and "/image" not in page


def test_by_code_no_class_is_shown_once_the_child_has_left_that_of_the_paper(fakes: Fakes, visitor: Visitor):
    left = {**people.CHILD, "school_name": "", "class_name": "", "campaign": "2026a", "campaign_name": "秋季"}
    fakes.overrides["POST /v1/upload-codes/owner"] = lambda received: respond(left)
    page = visitor.get(send(visitor)).text
    assert people.CHILD["masked_name"] in page and "<dt>班级</dt>" not in page


def test_by_code_the_child_is_not_named_to_the_devices_next_user(fakes: Fakes, visitor: Visitor):
    address = send(visitor)
    assert isinstance(fakes.clock, FixedClock)
    fakes.clock.ms += CODE_KEPT_MS
    page = visitor.get(address).text
    assert RECEIPT in page and people.CHILD["masked_name"] not in page
    assert asked(fakes, "/v1/upload-codes/owner") == 0


def test_an_account_learns_the_child_and_sees_the_photo(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("guardian")
    address = send(visitor, pupil=people.PUPILS[0]["pupil"], campaign="2026a")
    page = visitor.get(address).text
    assert people.CHILD["masked_name"] in page and f"/photos/{address.removeprefix('/u/')}/image" in page
    assert asked(fakes, "/v1/upload-codes/owner") == 0


def test_while_it_is_checked_the_receipt_number_is_there_and_nobody_looks_at_the_child(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("guardian")
    fakes.looks = 9
    address = send(visitor, pupil=people.PUPILS[0]["pupil"], campaign="2026a")
    assert RECEIPT in visitor.get(address).text
    assert asked(fakes, f"/v1/pupils/{people.PUPILS[0]['pupil']}") == 0  # each look would be a record


def test_the_result_is_shown_without_the_child_while_roster_is_unavailable(fakes: Fakes, visitor: Visitor):
    address = send(visitor)
    fakes.broken.add("roster")
    page = visitor.get(address)
    assert page.status_code == 200 and RECEIPT in page.text and people.CHILD["masked_name"] not in page.text


@pytest.mark.parametrize(
    "reason", ["unreadable-qr", "page-incomplete", "void-sheet", "unknown-sheet", "another-sheet", ""]
)
@pytest.mark.parametrize(("lang", "not_yet"), [("zh", "还没有计为"), ("en", "does not count as uploaded yet")])
def test_what_waits_says_so_and_lets_the_family_send_a_better_one(
    fakes: Fakes, visitor: Visitor, reason: str, lang: str, not_yet: str
):
    fakes.outcome = ("waiting", reason)
    address = send(visitor)
    page = visitor.get(f"{address}?lang={lang}").text
    assert not_yet in page and f"/u?again={address.removeprefix('/u/')}" in page
    assert "不需要做什么" not in page and "need not do anything" not in page


def test_an_archived_photo_is_not_called_done_before_a_person_has_seen_it(fakes: Fakes, visitor: Visitor):
    address = send(visitor)
    before = visitor.get(address).text
    assert "等班主任审核" in before and "完成了" not in before and "签名" in before
    fakes.photos[address.removeprefix("/u/")]["accepted"] = True
    assert "审核通过，完成了" in visitor.get(address).text


def test_what_is_no_page_is_refused_with_a_drawing_of_a_good_photo(fakes: Fakes, visitor: Visitor):
    fakes.outcome = ("refused", "no-page")
    page = visitor.get(send(visitor)).text
    assert "没有看到确认表" in page and "good_photo.svg" in page
    drawing = visitor.get("/static/good_photo.svg")
    assert drawing.status_code == 200 and drawing.content_type.startswith("image/svg+xml")


@pytest.mark.parametrize("reason", RETURNED)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_returned_photo_is_shown_with_its_reason_as_a_sentence(
    fakes: Fakes, visitor: Visitor, reason: str, lang: str
):
    pupil = people.PUPILS[0]["pupil"]
    fakes.forms[pupil] = {"state": "returned", "reason": reason, "photo": "ph-5", "receipt": "4821773052"}
    visitor.sign_in("guardian")
    page = visitor.get(f"/children?lang={lang}").text
    sentence = page.partition('<p class="box box-note">')[2].partition("</p>")[0]
    assert sentence.endswith("。" if lang == "zh" else ".") and len(sentence) > 20
    assert "/photos/ph-5/image" in page and 'class="marked"' in page and RECEIPT in page
    assert "/children/withdrawals" not in page.partition("ph-5/image")[2].partition("form-row")[0]


# ---- a receipt number
def test_teacher_and_school_find_a_photo_by_its_receipt_number(fakes: Fakes, visitor: Visitor):
    photo = send(visitor).removeprefix("/u/")
    for account in ("teacher", "school"):
        visitor.client.delete_cookie("rollcall_session")
        visitor.sign_in(account)
        assert 'href="/receipts"' in visitor.get(CLASS_PAGE).text
        page = visitor.get(f"/receipts?receipt={RECEIPT}").text
        assert people.CHILD["masked_name"] in page and f"/photos/{photo}" in page and "等班主任审核" in page


@pytest.mark.parametrize(("typed", "shown"), [("482-177-3053", "receipt-mistyped"), ("0000000071", "没有这个受理号")])
def test_a_wrong_receipt_number_stays_in_the_field_with_a_sentence(visitor: Visitor, typed: str, shown: str):
    visitor.sign_in("teacher")
    page = visitor.get(f"/receipts?receipt={typed}").text
    assert shown in page and f'value="{typed}"' in page


def test_a_guardian_has_no_such_page(visitor: Visitor):
    visitor.sign_in("guardian")
    assert visitor.get(f"/receipts?receipt={RECEIPT}").status_code == 403


# ---- who sees the list
def test_no_list_claims_that_only_its_reader_sees_it(visitor: Visitor):
    for account, sees in (("teacher", "您和学校的学籍管理员"), ("school", "班主任也看得到")):
        visitor.client.delete_cookie("rollcall_session")
        visitor.sign_in(account)
        page = visitor.get(CLASS_PAGE).text
        assert sees in page and "只有您看得到" not in page
    assert "Only you can see" not in visitor.get(f"{CLASS_PAGE}?lang=en").text


# ---- a second guardian, approved while the session is open
def test_the_yes_for_a_second_guardian_takes_effect_in_the_open_session(fakes: Fakes, visitor: Visitor):
    child = people.PUPILS[5]["pupil"]
    fakes.accounts["guardian"]["pupils"] = []
    fakes.waits_for.add(child)
    visitor.sign_in("guardian")
    assert "等待确认" in visitor.get("/children?done=waiting").text
    fakes.waits_for.clear()
    fakes.accounts["guardian"]["pupils"] = [child]  # the teacher has said yes
    reloaded = visitor.get("/children?done=waiting")
    assert reloaded.headers["Location"] == "/children?done=bound"
    page = visitor.get("/children?done=bound").text
    assert f"/u/for/{child}" in page and "还要等确认" not in page
    assert asked(fakes, "/v1/sessions") == 1


def test_the_yes_takes_effect_on_any_page_that_is_opened_first(fakes: Fakes, visitor: Visitor):
    child = people.PUPILS[5]["pupil"]
    visitor.sign_in("guardian")
    old = {token for token in fakes.sessions if fakes.sessions[token] == "guardian"}
    fakes.overrides[f"GET /v1/pupils/{child}"] = lambda received: (
        refuse(401, "token-superseded") if received.token in old else fakes.do(received)
    )
    page = visitor.get(f"/u/for/{child}", follow_redirects=True)
    assert page.status_code == 200 and people.CHILD["masked_name"] in page.text
    assert asked(fakes, "/v1/sessions") == 1
