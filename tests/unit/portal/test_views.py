"""Who has looked: pages for guardians and auditors, and the mark over a photo."""

from __future__ import annotations

import re

import pytest

from shared.language import receipts
from tests.unit.portal import people
from tests.unit.portal.conftest import Visitor
from tests.unit.portal.fakes import Fakes, refuse


def test_a_guardian_sees_the_views_of_all_services_newest_first_without_persons(visitor: Visitor, fakes: Fakes):
    visitor.sign_in("guardian")
    page = visitor.get(f"/children/{people.PUPIL}/views").text
    positions = [page.index(text) for text in ("班级名单", "<p>照片", "家长名单")]
    assert positions == sorted(positions)
    assert "班主任" in page and "203.0.113.7" not in page
    asked = [request for request in fakes.requests if request.path == "/v1/access-records"]
    assert [request.params for request in asked] == [{"pupil": people.PUPIL}] * 3


def test_an_auditor_sees_accounts_addresses_and_numbers_of_the_own_region(visitor: Visitor):
    visitor.sign_in("auditor")
    page = visitor.get("/views").text
    assert "a-1" in page and "203.0.113.7" in page and "学生人数 3" in page and "异常多" in page


def test_a_list_with_a_gap_is_not_shown(visitor: Visitor, fakes: Fakes):
    visitor.sign_in("guardian")
    fakes.overrides["GET /v1/access-records"] = lambda received: refuse(503, "unavailable")
    assert visitor.get(f"/children/{people.PUPIL}/views").status_code == 503


def test_nobody_else_has_these_pages(visitor: Visitor):
    visitor.sign_in("teacher")
    assert visitor.get("/views").status_code == 403
    assert visitor.get(f"/children/{people.PUPIL}/views").status_code == 403


def sent(fakes: Fakes, state: str = "archived", reason: str = "") -> str:
    """The page of a photo of the first pupil."""
    fakes.photos["ph-7"] = {"looks": 0, "outcome": (state, reason), "receipt": "4821773052"}
    return "/photos/ph-7"


def test_the_viewers_name_and_the_time_lie_over_a_photo(visitor: Visitor, fakes: Fakes):
    visitor.sign_in("teacher")
    page = visitor.get(sent(fakes)).text
    mark = f"{people.PEOPLE['teacher']} 2026年"
    assert page.count(mark) >= 20
    assert re.search(r'<span class="marked"><img class="photo" src="/photos/ph-7/image"', page)
    assert 'href="/photos/' in visitor.get(f"/class/{people.CLASS}").text
    assert not re.search(r'href="/photos/[^"]*/image"', visitor.get(f"/class/{people.CLASS}").text)


@pytest.mark.parametrize(("role", "back"), [("teacher", f"/class/{people.CLASS}"), ("guardian", "/children")])
def test_the_page_of_a_photo_names_the_child_and_leads_back(visitor: Visitor, fakes: Fakes, role: str, back: str):
    visitor.sign_in(role)
    main = visitor.get(sent(fakes)).text.split("<main")[1]
    assert people.CHILD["masked_name"] in main and f'href="{back}' in main and receipts.grouped("4821773052") in main


def test_the_page_of_a_photo_that_is_no_longer_there_says_so_beside_the_child(visitor: Visitor, fakes: Fakes):
    visitor.sign_in("teacher")
    main = visitor.get(sent(fakes, "refused", "withdrawn")).text.split("<main")[1]
    assert "这张照片已撤回" in main and people.CHILD["masked_name"] in main and "<img" not in main


@pytest.mark.parametrize(("status", "code"), [(403, "outside-scope"), (404, "not-found")])
def test_a_photo_of_others_is_answered_like_none_with_a_way_back(visitor: Visitor, fakes: Fakes, status, code):
    fakes.overrides["GET /v1/photos/ph-8"] = lambda received: refuse(status, code)
    visitor.sign_in("teacher")
    page = visitor.get("/photos/ph-8")
    main = page.text.split("<main")[1]
    assert page.status_code == 404 and "没有这张照片" in main and 'href="/class"' in main
    assert people.CHILD["masked_name"] not in main
