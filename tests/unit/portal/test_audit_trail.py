"""The auditor's page of acts: of all services, newest first, searched, with names of units and no pupil."""

from __future__ import annotations

import pytest

from tests.unit.portal import people
from tests.unit.portal.conftest import Visitor
from tests.unit.portal.fakes import Fakes, refuse


def test_an_auditor_lands_on_the_acts_of_all_services_newest_first(visitor: Visitor):
    visitor.sign_in("auditor")
    page = visitor.get("/audit-trail").text
    positions = [page.index(f"<strong>{text}</strong>") for text in ("导出", "导入名册", "开设账号")]
    assert positions == sorted(positions)
    assert "203.0.113.7" in page and "试导入" in page
    assert people.UNITS[people.SCHOOL]["name"] in page and f">{people.SCHOOL}<" not in page


def test_what_is_searched_for_is_asked_of_every_service(visitor: Visitor, fakes: Fakes):
    visitor.sign_in("auditor")
    account = "018f0000-0000-7000-8000-0000000000a1"
    path = people.UNITS[people.SCHOOL]["path"]
    visitor.get(f"/audit-trail?path={path}&act=export&day=2026-09-10&account={account}")
    asked = [request for request in fakes.requests if request.path == "/v1/audit-trail"]
    assert {request.service for request in asked} == {"identity", "roster", "upload", "stats"}
    wanted = {"path": path, "act": "export", "day": "2026-09-10", "account": account}
    assert [request.params for request in asked] == [wanted] * 4


def test_who_acted_is_named_and_who_is_of_another_region_stays_a_number(visitor: Visitor, fakes: Fakes):
    visitor.sign_in("auditor")
    page = visitor.get("/audit-trail").text
    assert page.count("<strong><bdi>周老师</bdi></strong>") == 3 and "018f0000-0000-7000-8000-0000000000b2" in page
    [asked] = fakes.commands("/v1/account-names")
    assert asked.json == {"accounts": [people.ACTED, "018f0000-0000-7000-8000-0000000000b2"]}


@pytest.mark.parametrize("query", ["?act=something", "?path=110000"])
def test_what_is_no_filter_is_left_out(visitor: Visitor, query: str):
    visitor.sign_in("auditor")
    assert visitor.get(f"/audit-trail{query}").status_code == 200


def test_it_is_there_in_english_with_the_names_of_acts(visitor: Visitor):
    visitor.sign_in("auditor")
    assert "Took out figures or a report as a file" in visitor.get("/audit-trail?lang=en").text


def test_a_trail_with_a_gap_is_not_shown(visitor: Visitor, fakes: Fakes):
    visitor.sign_in("auditor")
    fakes.overrides["GET /v1/audit-trail"] = lambda received: refuse(503, "unavailable")
    assert visitor.get("/audit-trail").status_code == 503


@pytest.mark.parametrize("role", ["teacher", "school", "ministry"])
def test_nobody_else_has_this_page(visitor: Visitor, role: str):
    visitor.sign_in(role)
    assert visitor.get("/audit-trail").status_code == 403
