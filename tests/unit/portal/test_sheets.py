"""The page on which a school prints its class teachers' activation sheets."""

from __future__ import annotations

import pytest

from tests.unit.portal import people
from tests.unit.portal.conftest import Visitor
from tests.unit.portal.fakes import Fakes, respond

PAGE = "/school/sheets"


@pytest.fixture
def unactivated(fakes: Fakes) -> None:
    """One class teacher has not activated the account."""
    rows = [
        {**people.public(a), "state": "not-activated"} for a in people.accounts().values() if a["role"] == "teacher"
    ]
    fakes.overrides["GET /v1/accounts"] = lambda a: respond({"items": [rows[0], {**rows[1], "state": "active"}]})


def test_the_school_says_yes_before_codes_become_void_and_opens_the_pdf(fakes: Fakes, visitor: Visitor, unactivated):
    visitor.sign_in("school")
    page = visitor.get(PAGE).text
    assert "未激活" in page and 'name="confirm"' not in page
    asked = visitor.send(PAGE, {})
    assert asked.status_code == 409 and "2个激活码会作废" in asked.text and 'name="confirm"' in asked.text
    made = visitor.send(PAGE, {"confirm": "1"})
    assert "已生成2个新的激活码" in made.text and f"{PAGE}/{people.WAITING['id']}.pdf?layout=list" in made.text
    pdf = visitor.get(f"{PAGE}/{people.WAITING['id']}.pdf?layout=list")
    assert (pdf.content_type, pdf.data[:4]) == ("application/pdf", b"%PDF")
    assert fakes.requests[-1].params.get("layout") == "list"


def test_a_school_without_such_accounts_is_told_so(fakes: Fakes, visitor: Visitor):
    fakes.overrides["GET /v1/accounts"] = lambda a: respond({"items": []})
    visitor.sign_in("school")
    assert "还没有班主任账号" in visitor.get(PAGE).text


@pytest.mark.parametrize("who", ["teacher", "leader", "county", "guardian"])
def test_the_page_is_the_schools(visitor: Visitor, who: str):
    visitor.sign_in(who)
    assert visitor.get(PAGE).status_code == 403
