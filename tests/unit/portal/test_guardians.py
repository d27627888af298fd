"""Guardians on pages: who waits is told what comes next; teacher and school unbind; consent and registry data."""

from __future__ import annotations

import io
from typing import Any

import pytest

from shared.language import codes
from shared.language.consent import CONSENT_TEXT, CONSENT_VERSION
from tests.unit.portal import people
from tests.unit.portal.conftest import Visitor
from tests.unit.portal.fakes import Fakes, refuse, respond

PUPIL_PAGE = f"/class/{people.CLASS}/pupils/{people.PUPILS[2]['pupil']}"
BOUND = people.BINDINGS[1]
PAPER = {"upload_code": people.UPLOAD_CODE, "registration_code": people.REGISTRATION_CODE, "birth_date": "20160501"}


def test_somebody_who_waits_is_told_what_happens_next_and_how_to_upload_meanwhile(fakes: Fakes, visitor: Visitor):
    fakes.accounts["guardian"]["pupils"] = []
    fakes.waits_for = {people.PUPIL}
    visitor.sign_in("guardian")
    page = visitor.get("/children").text
    assert "等待确认" in page and "班主任或学校确认您是孩子的家长" in page and 'href="/u"' in page
    assert "还没有关联的孩子" not in page and "/photos/" not in page
    assert "must confirm that you" in visitor.get("/children?lang=en").text
    visitor.send("/children", {"pupil": people.PUPIL, "state": "waiting"}, to="/children/consents")
    assert fakes.waits_for == set()


def test_a_yes_takes_effect_in_the_open_session_and_so_does_the_end_of_a_binding(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("guardian")
    fakes.accounts["guardian"]["pupils"] = [people.PUPILS[3]["pupil"]]
    page = visitor.get("/children").text
    assert f"/children/{people.PUPILS[3]['pupil']}/registry" in page and f"/children/{people.PUPIL}/" not in page


def test_the_page_of_the_children_is_shown_while_identity_is_unavailable(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("guardian")
    fakes.overrides["GET /v1/me/children"] = lambda received: refuse(503, "unavailable")
    page = visitor.get("/children")
    assert page.status_code == 200 and people.CHILD["masked_name"] in page.text


def test_consent_is_given_to_the_text_of_its_version_and_withdrawn_on_the_page(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("guardian")
    page = visitor.get("/children").text
    assert f"您同意了版本 {CONSENT_VERSION}" in page
    done = visitor.send("/children", {"pupil": people.PUPIL, "state": "bound"}, to="/children/consents")
    assert done.headers["Location"] == "/children?done=consent-withdrawn"
    assert people.PUPIL not in fakes.accounts["guardian"]["pupils"]
    assert f"/children/{people.PUPIL}/registry" not in visitor.get("/children").text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_text_of_consent_is_the_one_that_its_version_names(visitor: Visitor, lang: str):
    claim = {"step": "check", "registration_code": people.REGISTRATION_CODE, "birth_date": people.BIRTH_DATE}
    visitor.get(f"/r?lang={lang}")
    page = visitor.send("/r", claim).text
    assert CONSENT_TEXT[lang == "en"].replace("'", "&#39;") in page and f'value="{CONSENT_VERSION}"' in page


def test_a_guardian_reads_the_registry_masked_and_downloads_it_in_full(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("guardian")
    page = visitor.get(f"/children/{people.PUPIL}/registry").text
    assert "1****************X" in page and "11010120160501002X" not in page and "欧阳建国" in page
    copy = visitor.get(f"/children/{people.PUPIL}/registry/copy")
    assert "attachment" in copy.headers["Content-Disposition"] and "身份证件号：11010120160501002X" in copy.text
    assert people.PUPIL not in copy.headers["Content-Disposition"]
    assert "建立学籍" in page


@pytest.mark.parametrize("role", ["teacher", "school"])
def test_teacher_and_school_see_the_guardians_of_a_pupil_and_unbind_with_a_reason(
    fakes: Fakes, visitor: Visitor, role: str
):
    visitor.sign_in(role)
    assert PUPIL_PAGE in visitor.get(f"/class/{people.CLASS}").text
    page = visitor.get(PUPIL_PAGE).text
    assert BOUND["display_name"] in page and BOUND["login"] in page
    act = {"pupil": BOUND["pupil"], "account": BOUND["account"], "accept": "unbind"}
    refused = visitor.send(PUPIL_PAGE, act, to=f"/class/{people.CLASS}/guardians")
    assert refused.status_code == 422 and "not-chosen" in refused.text
    slip = visitor.send(PUPIL_PAGE, {**act, "reason": "wrong-code"}, to=f"/class/{people.CLASS}/guardians").text
    assert codes.grouped(people.REGISTRATION_CODE) in slip and "<svg" in slip and "localhost/r" in slip
    [sent] = fakes.commands(f"/v1/bindings/{BOUND['pupil']}/decisions")
    assert sent.json == {"account": BOUND["account"], "accept": False, "reason": "wrong-code"}


@pytest.mark.parametrize("path", ["/children", f"/u/for/{people.PUPIL}", "/photos/p-1/image", "/photos/p-1/thumbnail"])
def test_an_unbound_guardian_loses_the_child_in_the_open_session_too(fakes: Fakes, visitor: Visitor, path: str):
    visitor.sign_in("guardian")
    assert visitor.get(path).status_code == 200
    old = f"access-{fakes.issued}"  # what roster and upload still believe for some seconds

    def identity_knows(received):
        return refuse(401, "token-superseded") if received.token == old else fakes.do(received)

    fakes.overrides["GET /v1/me"] = identity_knows
    before = len(fakes.requests)
    assert visitor.get(path).status_code == 307, "the browser comes again with a token that names no such child"
    asked = [received for received in fakes.requests[before:] if received.service in ("roster", "upload")]
    assert not [received for received in asked if received.token == old]


def test_an_unbound_guardian_sees_no_child_on_the_result_of_a_photo_and_sends_none(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("guardian")
    old = f"access-{fakes.issued}"
    form, hidden = f"/u/for/{people.PUPIL}", visitor.fields(f"/u/for/{people.PUPIL}")

    def photo() -> dict[str, Any]:
        return {"pupil": people.PUPIL, "campaign": "2026a", "photo": (io.BytesIO(b"\xff\xd8\xff"), "a.jpg")}

    result = visitor.send(form, photo(), to="/u").headers["Location"]
    assert people.CHILD["masked_name"] in visitor.get(result).text
    for ask in (lambda: visitor.get(result), lambda: visitor.client.post("/u", data={**hidden, **photo()})):
        before = len(fakes.requests)
        fakes.overrides["GET /v1/me"] = lambda received, old=old: (
            refuse(401, "token-superseded") if received.token == old else fakes.do(received)
        )
        assert ask().status_code == 307, "the browser comes again with a token that names no such child"
        assert not [received for received in fakes.requests[before:] if received.service in ("roster", "upload")]
        old = f"access-{fakes.issued}"  # lost again: each request asks


def test_while_identity_is_unavailable_a_guardian_still_sees_the_own_child(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("guardian")
    fakes.overrides["GET /v1/me"] = lambda received: refuse(503, "unavailable")
    assert visitor.get("/photos/p-1/image").status_code == 200


def test_the_school_is_asked_about_those_who_wait_too(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("school")
    assert "欧阳建国" in visitor.get(f"/class/{people.CLASS}").text
    [asked] = [received for received in fakes.requests if received.path == "/v1/bindings"]
    assert asked.params["under"] == f"/000000/110000/110101/{people.SCHOOL}/{people.CLASS}/"


def test_the_first_guardian_is_offered_no_yes_that_only_the_teacher_may_say(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("guardian")
    waiting = {**people.BINDINGS[0], "teacher_decides": True}
    fakes.overrides["GET /v1/bindings"] = lambda received: respond({"items": [waiting]})
    page = visitor.get("/children").text
    assert waiting["display_name"] in page and 'action="/children/guardians"' not in page


def test_a_family_without_an_account_withdraws_by_the_codes_of_its_paper(fakes: Fakes, visitor: Visitor):
    done = visitor.send("/withdrawal", PAPER)
    assert done.headers["Location"] == "/withdrawal?done=withdrawn"
    [sent] = fakes.commands("/v1/withdrawals")
    assert sent.json == {**PAPER, "birth_date": "2016-05-01"} and sent.token == ""
    other = codes.make(lambda below: 4, kind=codes.UPLOAD)
    assert (
        visitor.send("/withdrawal", {**PAPER, "upload_code": other}).headers["Location"].endswith("nothing-withdrawn")
    )
    exchanged = {"upload_code": PAPER["registration_code"], "registration_code": PAPER["upload_code"]}
    assert visitor.send("/withdrawal", {**PAPER, **exchanged}).headers["Location"] == "/withdrawal?done=withdrawn"
    swapped = codes.page_two_address("https://x.example", people.REGISTRATION_CODE)
    page = visitor.send("/withdrawal", {**PAPER, "upload_code": swapped})
    assert page.status_code == 422 and "page-two-code" in page.text and people.REGISTRATION_CODE in page.text


def test_the_teacher_sees_what_the_roster_says_beside_what_was_typed_before_a_yes(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("teacher")
    waiting = f"/class/{people.CLASS}/pupils/{people.BINDINGS[0]['pupil']}"
    overview = visitor.get(f"/class/{people.CLASS}").text
    assert "与名册核对后决定" in overview and overview.count('name="accept" value="yes"') == 0
    page = visitor.get(waiting).text
    assert "欧阳建军" in page and "欧阳建国" in page and 'name="accept" value="yes"' in page


def test_a_guardian_leaves_one_child_and_keeps_the_other(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("guardian")
    other = people.PUPILS[2]["pupil"]
    done = visitor.send("/children", {"pupil": people.PUPIL}, to="/children/departures")
    assert done.headers["Location"] == "/children?done=left"
    [sent] = fakes.commands(f"/v1/bindings/{people.PUPIL}/decisions")
    assert sent.json == {"account": fakes.accounts["guardian"]["id"], "accept": False}
    page = visitor.get("/children?done=left").text
    assert "您的账号" in page and f"/children/{other}/registry" in page and f"/children/{people.PUPIL}/" not in page


@pytest.mark.parametrize(("reason", "told"), [("wrong-code", "另一个家庭的注册码"), ("declined", "没有得到同意")])
def test_who_lost_a_child_is_told_why_on_the_page_of_the_children(
    fakes: Fakes, visitor: Visitor, reason: str, told: str
):
    fakes.accounts["guardian"]["pupils"], fakes.lost = [people.PUPIL], {people.PUPILS[5]["pupil"]: reason}
    visitor.sign_in("guardian")
    page = visitor.get("/children").text
    assert "不再关联" in page and told in page and people.PUPILS[5]["pupil"] not in page
    assert "No longer connected" in visitor.get("/children?lang=en").text


def test_a_guardian_changes_name_and_account_name_on_the_own_page(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("guardian")
    assert 'value="欧阳锋"' in visitor.get("/account").text
    taken = visitor.send("/account", {"display_name": "欧阳新", "login": "teacher"}, to="/account/details")
    assert taken.status_code == 409 and 'value="欧阳新"' in taken.text and "已有人用" in taken.text
    done = visitor.send("/account", {"display_name": "欧阳新", "login": "13800000000"}, to="/account/details")
    assert done.headers["Location"] == "/account?done=details"
    assert "欧阳新" in visitor.get("/account?done=details").text and "13800000000" in fakes.accounts


def test_an_account_is_erased_only_with_a_yes_and_the_browser_is_signed_out(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("guardian")
    refused = visitor.send("/account", {}, to="/account/erasure")
    assert refused.status_code == 422 and "不能撤销" in refused.text and "guardian" in fakes.accounts
    done = visitor.send("/account", {"sure": "yes"}, to="/account/erasure")
    assert done.headers["Location"] == "/?done=erased" and "guardian" not in fakes.accounts
    assert visitor.get("/children").status_code == 303 and "已注销" in visitor.get("/?done=erased").text


def test_staff_find_no_erasure_and_no_other_name_on_their_account(visitor: Visitor):
    visitor.sign_in("teacher")
    page = visitor.get("/account").text
    assert "/account/erasure" not in page and "/account/details" not in page
    assert visitor.send("/account", {"sure": "yes"}, to="/account/erasure").status_code == 403
