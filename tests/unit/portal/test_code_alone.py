"""凭码上传开关: a region's switch, and the sentence a family sees before it takes a photo."""

from __future__ import annotations

import io

import pytest
from flask import Flask

from tests.unit.portal import people
from tests.unit.portal.conftest import Visitor
from tests.unit.portal.fakes import Fakes, refuse

PATH = "/v1/units/110101/code-alone"
JSON = {"Accept": "application/json"}
SENTENCE = "当地没有开通"


# ---- the switch
def test_a_county_sees_what_holds_who_decided_and_when_and_that_its_schools_follow(visitor: Visitor):
    visitor.sign_in("county")
    page = visitor.get("/code-alone").text
    for shown in ("东城区", "已开通", "决定时间", people.PEOPLE["county"], "所有学校都照此执行"):
        assert shown in page
    assert 'href="/code-alone"' in visitor.get("/figures/110101").text  # in the menu


def test_where_nobody_has_decided_the_page_says_that_it_is_off(fakes: Fakes, visitor: Visitor):
    fakes.code_alone = ""
    visitor.sign_in("county")
    page = visitor.get("/code-alone").text
    assert "未开通" in page and "都没有决定过" in page and "决定时间" not in page


def test_a_province_sees_the_regions_below_and_decides_for_itself_only(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("province")
    page = visitor.get("/code-alone").text
    assert "东城区" in page and "自己决定" in page and page.count('action="/code-alone"') == 2
    assert 'action="/code-alone"' not in visitor.get("/code-alone?unit=110101").text


@pytest.mark.parametrize(("decision", "sent"), [("off", "off"), ("above", "")])
def test_a_decision_is_one_command_for_the_own_region(fakes: Fakes, visitor: Visitor, decision: str, sent: str):
    visitor.sign_in("county")
    answer = visitor.send("/code-alone", {"decision": decision, "unit": "110000"})
    assert answer.headers["Location"] == "/code-alone?done=code-alone"
    assert [command.json for command in fakes.commands(PATH)] == [{"code_alone": sent}]


def test_an_invented_decision_is_none_and_a_refusal_is_a_sentence(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("county")
    assert "还有一项没有选择" in visitor.send("/code-alone", {"decision": "maybe"}).text
    assert fakes.commands(PATH) == []
    fakes.overrides[f"POST {PATH}"] = lambda received: refuse(422, "not-a-region")
    assert "由省、市、区县决定" in visitor.send("/code-alone", {"decision": "off"}).text


@pytest.mark.parametrize("role", ["ministry", "school", "leader", "teacher", "guardian", "auditor"])
def test_nobody_else_has_such_a_page(fakes: Fakes, visitor: Visitor, role: str):
    visitor.sign_in(role)
    assert visitor.get("/code-alone").status_code == 403
    assert visitor.send("/", {"decision": "on"}, "/code-alone").status_code == 403
    assert fakes.commands(PATH) == []


def test_the_name_of_a_colleague_is_shown_and_an_unknown_account_by_its_id(fakes: Fakes, visitor: Visitor):
    fakes.accounts["county"]["id"], own = "0190d6a0-0000-7000-8000-00000000aaaa", fakes.accounts["county"]["id"]
    visitor.sign_in("county")
    fakes.accounts["county"]["id"] = own  # the decision is that of another account
    fakes.broken.add("identity")
    assert own in visitor.get("/code-alone").text


# ---- a family, before the photo
def test_a_code_that_is_not_enough_is_told_before_the_photo_is_taken(fakes: Fakes, visitor: Visitor):
    assert visitor.send("/u", {"upload_code": people.UPLOAD_CODE}, "/u/code", headers=JSON).json == {}
    fakes.code_alone = "off"
    told = visitor.send("/u", {"upload_code": people.UPLOAD_CODE}, "/u/code", headers=JSON).json
    assert SENTENCE in told["sentence"] and told["code"] == "code-alone-off"
    assert [received.path for received in fakes.requests if received.method == "POST"] == ["/v1/upload-codes/check"] * 2


def test_without_a_script_a_button_asks_and_the_photos_fields_go(fakes: Fakes, visitor: Visitor):
    page = visitor.get("/u").text
    assert 'formaction="/u/code"' in page and 'id="photo-way">' in page
    good = visitor.send("/u", {"upload_code": people.UPLOAD_CODE}, "/u/code").text
    assert "这个码可以用" in good and 'id="photo-way">' in good and f'value="{people.UPLOAD_CODE}"' in good
    fakes.code_alone = "off"
    page = visitor.send("/u", {"upload_code": people.UPLOAD_CODE}, "/u/code").text
    assert SENTENCE in page and 'id="photo-way" hidden' in page and 'href="/r"' in page


def test_a_photo_that_comes_all_the_same_is_refused_with_the_same_sentence(fakes: Fakes, visitor: Visitor):
    fakes.code_alone = "off"
    page = visitor.send("/u", {"upload_code": people.UPLOAD_CODE, "photo": (io.BytesIO(b"jpeg"), "a.jpg")})
    assert page.status_code == 403 and SENTENCE in page.text and fakes.photos == {}


def test_a_guardian_with_the_childs_own_code_is_told_nothing_of_the_kind(app: Flask, fakes: Fakes):
    fakes.code_alone, guardian = "off", Visitor(app)
    guardian.sign_in("guardian")
    assert guardian.send("/u", {"upload_code": people.UPLOAD_CODE}, "/u/code", headers=JSON).json == {}


@pytest.mark.parametrize("text", ["ABC", "0" * 16, people.UPLOAD_CODE[:-1] + "2"])
def test_of_a_mistyped_code_the_script_is_told_nothing_yet_and_a_page_everything(visitor: Visitor, text: str):
    assert visitor.send("/u", {"upload_code": text}, "/u/code", headers=JSON).json == {}
    assert 'id="problem-box"' in visitor.send("/u", {"upload_code": text}, "/u/code").text


def test_the_code_of_page_two_is_told_before_the_photo_is_taken_with_the_way_to_its_page(visitor: Visitor):
    told = visitor.send("/u", {"upload_code": people.REGISTRATION_CODE}, "/u/code", headers=JSON).json
    assert told["code"] == "page-two-code" and told["link"]["href"] == f"/r#{people.REGISTRATION_CODE}"


def test_while_upload_cannot_be_reached_nobody_is_turned_away(fakes: Fakes, visitor: Visitor):
    fakes.broken.add("upload")
    answer = visitor.send("/u", {"upload_code": people.UPLOAD_CODE}, "/u/code", headers=JSON)
    assert (answer.status_code, answer.json) == (200, {})
