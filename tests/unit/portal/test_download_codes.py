"""The pages of download codes: the leader's for others, the registry admin's for the own."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from services.portal.app import build
from tests.unit.portal import people
from tests.unit.portal.conftest import Visitor
from tests.unit.portal.fakes import SETTINGS, Fakes, refuse
from tests.unit.portal.test_registry_arrival import ISSUER

CODE = people.DOWNLOAD["download_code"]
PRINTS = "/v1/campaigns/2026a/prints"
RUN = f"/school/print-runs/{'r' * 32}"


def test_the_leader_chooses_the_person_and_sees_the_code_with_its_end(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("leader")
    page = visitor.get("/download-codes").text
    assert "王老师" in page and "最近一个已使用" in page and CODE not in page
    made = visitor.send("/download-codes", {"account": people.PRINTER["account"], "name": "王老师"}).text
    assert CODE in made and "有效至" in made
    assert json.loads(fakes.requests[-2].body) == {"account": people.PRINTER["account"]}
    assert CODE not in visitor.get("/download-codes").text


@pytest.fixture
def connected(fakes: Fakes) -> Visitor:
    """A visitor of a copy that is connected to a registry."""
    return Visitor(build(replace(SETTINGS, registry_issuer=ISSUER), fakes.clock, fakes.services()))


def test_the_way_from_the_registry_is_shown_where_it_leads_somewhere(visitor: Visitor, connected: Visitor):
    for each in (visitor, connected):
        each.sign_in("school")
    page, of_connected = (each.get("/download-code").text for each in (visitor, connected))
    assert "/registry/start" not in page and "请向学校领导索取下载码" in page and "为自己生成下载码" not in page
    assert "/registry/start" in of_connected and "为自己生成下载码" in of_connected


def test_who_comes_from_the_registry_makes_the_own_code_and_others_are_told_the_way(fakes: Fakes, connected: Visitor):
    visitor = connected
    visitor.sign_in("school")
    assert "/download-code" in visitor.get("/school").text
    assert CODE in visitor.send("/download-code", {}).text
    fakes.overrides["POST /v1/me/download-codes"] = lambda a: refuse(403, "registry-sign-in-needed")
    refused = visitor.send("/download-code", {}).text
    assert "向学校领导索取下载码" in refused and CODE not in refused


def test_the_print_page_asks_for_a_code_and_leads_to_where_it_is_made_but_makes_none(visitor: Visitor):
    visitor.sign_in("school")
    page = visitor.get("/school/print").text
    assert 'name="download_code"' in page and 'href="/download-code"' in page
    assert 'action="/download-code"' not in page and CODE not in page


def test_where_no_code_is_asked_for_the_print_page_asks_for_none(fakes: Fakes):
    visitor = Visitor(build(replace(SETTINGS, download_codes=False), fakes.clock, fakes.services()))
    visitor.sign_in("school")
    assert "download_code" not in visitor.get("/school/print").text


@pytest.mark.parametrize(
    ("status", "refusal", "says"),
    [
        (422, "download-code-needed", "请填写下载码"),
        (422, "download-code-wrong", "这不是您现在的下载码"),
        (409, "download-code-used", "已用于另一次打印"),
        (410, "download-code-over", "已过期"),
        (410, "download-code-void", "已作废"),
    ],
)
def test_a_refused_code_is_told_at_its_field(fakes: Fakes, visitor: Visitor, status: int, refusal: str, says: str):
    fakes.overrides[f"POST {PRINTS}"] = lambda a: refuse(status, refusal, where="download_code")
    visitor.sign_in("school")
    page = visitor.send("/school/print", {"campaign": "2026a", "class": people.CLASS, "download_code": CODE})
    assert page.status_code == status and says in page.text and 'id="download_code-problem"' in page.text


def test_a_reprint_asks_first_and_a_run_goes_on_without_another_code(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("school")
    one = {"campaign": "2026a", "class": people.CLASS, "download_code": CODE}
    made = visitor.send("/school/print", one).text
    assert "接着打印其他班级" in made and f'action="{RUN}"' in made and 'name="download_code"' not in made
    asked = visitor.send("/school/print", one)
    assert asked.status_code == 409 and "12 张表会作废" in asked.text
    assert fakes.commands(PRINTS)[-1].json.get("confirm") is None
    again = visitor.send("/school/print", {**one, "confirm": "1"}).text
    assert "12 张表已作废" in again and fakes.commands(PRINTS)[-1].json["confirm"] is True
    visitor.send(RUN, {"class": people.CLASS, "confirm": "1"})
    assert fakes.commands(PRINTS)[-1].json == {"class": people.CLASS, "run": "r" * 32, "confirm": True}


def test_the_record_of_prints_tells_who_where_which_classes_and_what_became_void(visitor: Visitor):
    visitor.sign_in("leader")
    page = visitor.get("/prints").text
    for told in (
        "四年级1班",
        "45 份表",
        "以前的 3 张作废",
        "王老师",
        "10.20.0.7",
        "下载码由学校领导生成",
        "接着同一批打印",
    ):
        assert told in page, told


def test_the_school_finds_the_record_and_is_told_no_names_of_colleagues_that_it_may_not_know(visitor: Visitor):
    visitor.sign_in("school")
    assert 'href="/prints"' in visitor.get("/school").text
    page = visitor.get("/prints").text
    assert "本校同事" in page and "王老师" not in page


@pytest.mark.parametrize(
    ("who", "address"),
    [
        ("school", "/download-codes"),
        ("teacher", "/download-codes"),
        ("leader", "/download-code"),
        ("county", "/download-code"),
    ],
)
def test_each_page_is_of_those_who_need_it(visitor: Visitor, who: str, address: str):
    visitor.sign_in(who)
    assert visitor.get(address).status_code == 403
