"""Pages of misused registration codes: what a family may report, what teacher and school do, what a county counts."""

from __future__ import annotations

import pytest

from tests.unit.portal import people
from tests.unit.portal.conftest import Visitor
from tests.unit.portal.fakes import Fakes, refuse

PUPIL = people.PUPILS[0]["pupil"]
PAGE = f"/misuse/{PUPIL}"
TYPED = {"registration_code": people.REGISTRATION_CODE, "birth_date": "20160501"}


def open_case(fakes: Fakes, state: str = "opened") -> None:
    fakes.misuse = [people.misuse_line(PUPIL, state)]
    fakes.forms[PUPIL]["waiting"] = [
        {
            "photo": "ph-0",
            "receipt": "",
            "by": "guardian",
            "reason": "on-hold",
            "received_at": "2026-09-20T11:05:00.000Z",
        }
    ]


def test_a_family_reports_without_an_account_and_the_page_says_the_same_whatever_was_typed(
    fakes: Fakes, visitor: Visitor
):
    assert 'href="/r/misuse"' in visitor.get("/r").text
    pages = set()
    for typed in (TYPED, {**TYPED, "birth_date": "20170501"}):
        done = visitor.send("/r/misuse", typed)
        assert done.headers["Location"] == "/r/misuse?done=misuse-reported"
        page = visitor.get(done.headers["Location"]).text
        pages.add(page[page.index("box-done") :].split("</p>")[0])
    assert len(pages) == 1 and "已收到" in pages.pop()
    sent = fakes.commands("/v1/misuse-reports")
    assert [(each.token, each.json["birth_date"]) for each in sent] == [("", "2016-05-01"), ("", "2017-05-01")]


def test_a_report_without_a_code_keeps_what_was_typed(visitor: Visitor):
    page = visitor.send("/r/misuse", {"birth_date": "20160501"})
    assert page.status_code == 422 and "20160501" in page.text


@pytest.mark.parametrize("role", ["teacher", "school"])
def test_teacher_and_school_find_the_case_on_their_pages(fakes: Fakes, visitor: Visitor, role: str):
    open_case(fakes)
    visitor.sign_in(role)
    assert PAGE in visitor.get(f"/class/{people.CLASS}").text and PAGE in visitor.get("/misuse").text
    page = visitor.get(PAGE).text
    assert "欧阳建国" in page and "旧注册码已作废" in page and "/photos/ph-0/image" in page
    assert f"{PAGE}/closure" not in page, "a case is not closed while a photo is on hold"
    assert "On hold" in visitor.get(f"/class/{people.CLASS}?lang=en").text or "on hold" in visitor.get(PAGE).text


def test_a_case_of_a_pupil_who_has_moved_away_does_not_hide_the_others(fakes: Fakes, visitor: Visitor):
    other = people.PUPILS[1]["pupil"]
    fakes.misuse = [people.misuse_line(other, "opened"), people.misuse_line(PUPIL, "opened")]
    fakes.moved = {other}
    visitor.sign_in("teacher")
    page = visitor.get("/misuse")
    assert page.status_code == 200 and PAGE in page.text and f"/misuse/{other}" not in page.text


@pytest.mark.parametrize(("decision", "body"), [("archive", {}), ("return", {"reason": "misused-code"})])
def test_a_held_photo_is_released_or_returned_and_then_the_case_is_closed(
    fakes: Fakes, visitor: Visitor, decision: str, body: dict[str, str]
):
    open_case(fakes)
    visitor.sign_in("teacher")
    act = {"campaign": "2026a", "photo": "ph-0", "decision": decision}
    assert visitor.send(PAGE, act, to=f"{PAGE}/photos").headers["Location"] == f"{PAGE}?done={decision}"
    [sent] = fakes.commands(f"/v1/forms/2026a/{PUPIL}/reviews")
    assert sent.json == {"decision": decision, "photo": "ph-0", **body}
    fakes.forms[PUPIL]["waiting"] = []
    assert f"{PAGE}/closure" in visitor.get(PAGE).text
    done = visitor.send(PAGE, {}, to=f"{PAGE}/closure")
    assert done.headers["Location"] == f"{PAGE}?done=misuse-closed" and "已更正" in visitor.get(PAGE).text


def test_a_report_leads_to_the_guardians_and_is_closed_where_it_is_unfounded(fakes: Fakes, visitor: Visitor):
    open_case(fakes, "reported")
    fakes.forms[PUPIL]["waiting"] = []
    visitor.sign_in("teacher")
    page = visitor.get(PAGE).text
    assert f"/class/{people.CLASS}/pupils/{PUPIL}" in page and "没有误用，结案" in page


def test_the_slip_of_the_new_code_leads_to_the_case(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("teacher")
    bound, page = people.BINDINGS[1], f"/class/{people.CLASS}/pupils/{people.PUPILS[2]['pupil']}"
    act = {"pupil": bound["pupil"], "account": bound["account"], "accept": "unbind"}
    to = f"/class/{people.CLASS}/guardians"
    assert f"/misuse/{bound['pupil']}" in visitor.send(page, {**act, "reason": "wrong-code"}, to=to).text
    assert "/misuse/" not in visitor.send(page, {**act, "reason": "other"}, to=to).text


def test_the_county_reads_numbers_and_no_case(fakes: Fakes, visitor: Visitor):
    open_case(fakes)
    visitor.sign_in("county")
    assert "/misuse/counts" in visitor.get("/figures/110101").text
    page = visitor.get("/misuse/counts").text
    assert "史家胡同小学" in page and "<td>5</td>" in page and PUPIL not in page
    assert visitor.get(PAGE).status_code == visitor.get("/misuse").status_code == 403


def test_the_class_page_is_shown_while_cases_cannot_be_read(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("teacher")
    fakes.overrides["GET /v1/misuse-cases"] = lambda received: refuse(503, "unavailable")
    assert visitor.get(f"/class/{people.CLASS}").status_code == 200


def test_the_right_family_is_told_on_the_page_of_the_children(fakes: Fakes, visitor: Visitor, monkeypatch):
    told = "有人误用过这个孩子的注册码"
    visitor.sign_in("guardian")
    assert told not in visitor.get("/children").text
    own = people.own_child

    def corrected(pupil: str, state: str, reason: str = ""):
        return {**own(pupil, state, reason), "corrected_at": fakes.clock.now()}

    monkeypatch.setattr(people, "own_child", corrected)
    assert told in visitor.get("/children").text
