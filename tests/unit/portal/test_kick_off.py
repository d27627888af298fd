"""The ministry's page of the kick-off: some provinces with every form, until nothing is left; sheets by province."""

from __future__ import annotations

import pytest

from tests.unit.portal import people
from tests.unit.portal.conftest import Visitor
from tests.unit.portal.fakes import Fakes, respond

PAGE = "/kick-off"


def test_a_run_goes_on_form_by_form_until_every_unit_has_an_account(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("ministry")
    assert "开始发放" in visitor.get(PAGE).text
    assert visitor.send(PAGE, {}).headers["Location"] == f"{PAGE}?go=1"
    page = visitor.get(f"{PAGE}?go=1").text
    assert "继续：还有2个省级单位" in page and "go_on.js" in page and 'max="208"' in page
    assert "go_on.js" not in visitor.get(PAGE).text, "nothing goes on by itself on a page that somebody opens"
    visitor.send(PAGE, {})
    page = visitor.get(f"{PAGE}?go=1").text
    assert "每个单位都有账号了" in page and "go_on.js" not in page
    assert fakes.kicked_off == {code for code, _, _ in people.PROVINCES}


def test_units_whose_login_somebody_else_has_are_told(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("ministry")
    done = {"units": 17, "opened": 16, "had_one": 0, "refused": ["110101"], "left": 0}
    fakes.overrides["POST /v1/kick-off"] = lambda a: respond(done)
    refused = visitor.send(PAGE, {})
    assert refused.status_code == 409 and "logins-taken" in refused.text and "110101" in refused.text


def test_sheets_are_printed_by_province_after_a_yes(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("ministry")
    visitor.send(PAGE, {})
    asked = visitor.send(PAGE, {"unit": "130000"}, to=f"{PAGE}/sheets")
    assert asked.status_code == 409 and asked.text.count('name="confirm"') == 1
    made = visitor.send(PAGE, {"unit": "130000", "confirm": "1"}, to=f"{PAGE}/sheets")
    assert "河北省" in made.text and f"{PAGE}/sheets/{people.WAITING['id']}.pdf?layout=pages" in made.text
    assert fakes.commands("/v1/activation-sheets")[-1].json["path"] == "/000000/130000/"
    assert visitor.get(f"{PAGE}/sheets/{people.WAITING['id']}.pdf?layout=list").data[:4] == b"%PDF"
    assert visitor.get(f"{PAGE}/sheets/{people.WAITING['id']}.zip").data[:2] == b"PK"


@pytest.mark.parametrize("who", ["province", "county", "school", "auditor"])
def test_the_page_is_the_ministrys(visitor: Visitor, who: str):
    visitor.sign_in(who)
    assert visitor.get(PAGE).status_code == 403
