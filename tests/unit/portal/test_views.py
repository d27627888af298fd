"""Who has looked: pages for guardians and auditors, and the mark over a photo."""

from __future__ import annotations

import re

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


def test_the_viewers_name_and_the_time_lie_over_a_photo(visitor: Visitor):
    visitor.sign_in("teacher")
    page = visitor.get("/photos/photo-1").text
    mark = f"{people.PEOPLE['teacher']} 2026年"
    assert page.count(mark) >= 20
    assert re.search(r'<span class="marked"><img class="photo" src="/photos/photo-1/image"', page)
    assert 'href="/photos/' in visitor.get(f"/class/{people.CLASS}").text
    assert not re.search(r'href="/photos/[^"]*/image"', visitor.get(f"/class/{people.CLASS}").text)
