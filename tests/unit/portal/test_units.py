"""下级单位: another name and the closing of a unit, by the level above; the closing of a class, by its school."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.unit.portal import people
from tests.unit.portal.conftest import Visitor
from tests.unit.portal.fakes import Fakes, refuse, respond

SCHOOL = f"/units/{people.SCHOOL}"
PATH = f"/v1/units/{people.SCHOOL}"


def test_a_county_finds_its_schools_and_a_province_goes_down_the_tree(app: Flask, visitor: Visitor):
    visitor.sign_in("county")
    page = visitor.get("/units").text
    assert f'href="{SCHOOL}"' in page and "府学胡同小学" in page and 'href="/units"' in page
    above = Visitor(app)
    above.sign_in("province")
    assert 'href="/units?unit=110101"' in above.get("/units").text
    below = above.get("/units?unit=110101").text
    assert f'href="{SCHOOL}"' in below and "回到本单位的下级" in below


def test_another_name_is_one_command_with_its_day(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("county")
    given = {"name": " 史家小学 ", "effective_from": "2026-11-01"}
    answer = visitor.send(SCHOOL, given, f"{SCHOOL}/name")
    assert answer.headers["Location"] == f"{SCHOOL}?done=unit-renamed"
    assert [sent.json for sent in fakes.commands(f"{PATH}/name")] == [
        {"name": "史家小学", "effective_from": "2026-11-01"}
    ]
    assert "史家小学" in visitor.get(SCHOOL).text


def test_a_day_that_has_not_come_is_told_with_the_days_that_are_good_and_the_form_stays(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("county")
    said = {"message_zh": "请选 2026-09-01 到 2026-11-23 之间的一天"}
    fakes.overrides[f"POST {PATH}/name"] = lambda _: refuse(422, "day-out-of-range", "No.", "effective_from", **said)
    page = visitor.send(SCHOOL, {"name": "史家小学", "effective_from": "2027-01-01"}, f"{SCHOOL}/name").text
    assert "请选 2026-09-01 到 2026-11-23 之间的一天" in page and 'value="史家小学"' in page


def test_a_closed_unit_is_called_so_and_a_full_one_is_not_closed(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("county")
    fakes.overrides[f"POST {PATH}/closure"] = lambda _: refuse(
        409, "pupils-there", "No.", "code", message_zh="还有 3 名学生在这里"
    )
    assert "还有 3 名学生在这里" in visitor.send(SCHOOL, {}, f"{SCHOOL}/closed").text
    fakes.overrides.clear()
    assert visitor.send(SCHOOL, {}, f"{SCHOOL}/closed").headers["Location"] == f"{SCHOOL}?done=unit-closed"
    page = visitor.get(SCHOOL).text
    assert "已撤销" in page and f'action="{SCHOOL}/closed"' not in page
    assert "已撤销的单位" in visitor.get("/units").text


def test_no_unit_has_a_form_for_itself(visitor: Visitor):
    visitor.sign_in("county")
    page = visitor.get("/units/110101").text
    assert "由上一级登记" in page and "<form" not in page.partition("<main")[2]


def test_a_school_closes_a_class_that_nobody_is_in(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("school")
    class_ = people.CLASSES[0]["id"]
    assert visitor.get("/school").text.count("撤销这个班") > len(people.CLASSES)
    done = visitor.send("/school", {}, f"/school/classes/{class_}/closed")
    assert done.headers["Location"] == "/school?done=class-closed"
    assert len(fakes.commands(f"/v1/classes/{class_}/closure")) == 1


def test_a_closed_class_is_offered_to_nobody_any_more(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("school")
    *others, last = people.CLASSES
    closed = {**last, "open": False}
    path = f"GET /v1/units/{people.CLASS[:10]}/classes"
    fakes.overrides[path] = lambda received: respond({"items": [*others, closed]})
    pages = ("/school/print", f"/class/{people.CLASS}/pupils/{people.PUPIL}/corrections")
    assert [page for page in pages if f'value="{closed["id"]}"' in visitor.get(page).text] == []
    assert closed["id"] in visitor.get("/school").text


@pytest.mark.parametrize("role", ["school", "leader", "teacher", "guardian", "auditor"])
def test_nobody_else_has_such_a_page(fakes: Fakes, visitor: Visitor, role: str):
    visitor.sign_in(role)
    assert visitor.get("/units").status_code == visitor.get(SCHOOL).status_code == 403
    assert visitor.send("/", {"name": "x", "effective_from": "2026-11-01"}, f"{SCHOOL}/name").status_code == 403
    assert fakes.commands(f"{PATH}/name") == []
