"""Pages, menus and the page after signing in ask the catalogue of permissions; a refusal names what is missing."""

from __future__ import annotations

import re

import pytest

from tests.unit.portal import people
from tests.unit.portal.conftest import Visitor
from tests.unit.portal.fakes import Fakes, refuse

# Of each role, in order; the first page is the one after signing in.
MENUS = {
    "guardian": "children u",
    "teacher": "class figures reports u",
    "school": "school figures reports arrivals corrections accounts u",
    "leader": "arrivals figures reports corrections accounts download-codes",
    "county": "figures reports arrivals corrections accounts units code-alone",
    "province": "figures reports arrivals corrections accounts applications units code-alone",
    "ministry": "figures reports arrivals corrections accounts applications units campaigns operations",
    "auditor": "audit-trail views figures reports",
    "support": "support figures reports operations",
}


@pytest.mark.parametrize("role", MENUS)
def test_the_menu_of_a_role_shows_the_pages_that_it_may_see(visitor: Visitor, role: str):
    first = MENUS[role].split()[0]
    assert visitor.sign_in(role).headers["Location"] == f"/{first}"
    menu = visitor.get("/account").text.partition("</nav>")[0].partition("<nav")[2]
    assert re.findall(r'<li><a href="/([\w-]+)"', menu) == MENUS[role].split()


@pytest.mark.parametrize(
    ("role", "path", "zh", "en"),
    [
        ("guardian", "/school", "维护本校的班级和名册", "maintain the classes and the roster of the own school"),
        ("support", "/audit-trail", "审计本地区的查看记录", "audit who has seen"),
        ("auditor", "/campaigns", "制定、启动、延长和结束核查批次", "plan, open, extend and close campaigns"),
        ("county", f"/class/{people.CLASS}", "审核本班、本校的确认表", "review the forms of a class"),
    ],
)
def test_a_page_that_is_refused_names_the_missing_permission(visitor: Visitor, role: str, path: str, zh: str, en: str):
    visitor.sign_in(role)
    refused = visitor.get(path)
    assert refused.status_code == 403 and f"您的账号没有这项权限：{zh}。" in refused.text
    assert f"Your account has no permission to {en}" in visitor.get(f"{path}?lang=en").text


def test_what_a_service_refuses_names_the_missing_permission_too(fakes: Fakes, visitor: Visitor):
    missing = refuse(
        403, "outside-scope", "Your account has no permission to publish a report.", permission="publish-reports"
    )
    fakes.overrides["GET /v1/reports"] = lambda received: missing
    visitor.sign_in("county")
    assert "您的账号没有这项权限：下发月度通报。" in visitor.get("/reports").text


def test_an_unknown_permission_of_a_newer_service_is_a_sentence_all_the_same(fakes: Fakes, visitor: Visitor):
    fakes.overrides["GET /v1/reports"] = lambda received: refuse(403, "outside-scope", "No.", permission="of-tomorrow")
    visitor.sign_in("county")
    assert "您的账号没有这项权限。" in visitor.get("/reports").text
