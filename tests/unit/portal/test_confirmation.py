"""The password once more before printing, exporting and resetting; then what was wanted is done, once."""

from __future__ import annotations

import re

import pytest

from tests.unit.portal import people
from tests.unit.portal.conftest import FIELD, Visitor
from tests.unit.portal.fakes import SETTINGS, Fakes, print_forms, refuse

PRINTS = "/v1/campaigns/2026a/prints"
HIDDEN = re.compile(r'type="hidden" name="([^"]+)" value="([^"]*)"')
ASKS = "请再输入一次密码"
CODE = {"download_code": people.DOWNLOAD["download_code"]}


@pytest.fixture
def stale(fakes: Fakes, visitor: Visitor) -> Visitor:
    """A school's admin whose sign-in is no longer fresh, for roster."""
    visitor.sign_in("school")
    first = fakes.issued

    def only_fresh(received):
        if received.token == f"access-{first}":
            return refuse(403, "sign-in-again")
        return print_forms(fakes, received, "2026a")

    fakes.overrides[f"POST {PRINTS}"] = only_fresh
    return visitor


def wanted(page: str) -> dict[str, str]:
    """The hidden fields of the page's last form."""
    return dict(HIDDEN.findall(page[page.rindex("<form") :]))


def test_a_print_is_held_back_for_the_password_and_then_done_with_what_was_chosen(stale: Visitor, fakes: Fakes):
    asked = stale.send("/school/print", {"campaign": "2026a", "class": people.CLASS, **CODE})
    assert asked.status_code == 200 and ASKS in asked.text
    fields = wanted(asked.text)
    assert fields["class"] == people.CLASS and "p-1" not in asked.text
    done = stale.client.post("/school/print", data={**fields, "confirmation": people.PASSWORD})
    assert done.status_code == 200 and "/school/prints/p-1.pdf" in done.text
    first, second = fakes.commands(PRINTS)
    assert (first.key, first.json) == (second.key, second.json)


def test_a_wrong_password_asks_again_and_keeps_what_was_chosen(stale: Visitor, fakes: Fakes):
    fields = wanted(stale.send("/school/print", {"campaign": "2026a", "class": people.CLASS, **CODE}).text)
    again = stale.client.post("/school/print", data={**fields, "confirmation": "wrong"})
    assert ASKS in again.text and "wrong-password" in again.text and "wrong" not in wanted(again.text).values()
    assert wanted(again.text)["class"] == people.CLASS
    assert len(fakes.commands(PRINTS)) == 1


def test_an_export_asks_for_the_password_and_leads_back_to_the_file(visitor: Visitor, fakes: Fakes):
    visitor.sign_in("county")
    address = "/figures/110101.csv?day=2026-09-20"
    assert visitor.get(address).content_type.startswith("text/csv")
    fakes.clock.advance(seconds=SETTINGS.fresh_sign_in_seconds + 1)
    asked = visitor.get(address)
    assert ASKS in asked.text and wanted(asked.text)["next"] == address
    wrong = visitor.client.post("/confirmation", data={**wanted(asked.text), "confirmation": "wrong"})
    assert ASKS in wrong.text and wanted(wrong.text)["next"] == address
    done = visitor.client.post("/confirmation", data={**wanted(wrong.text), "confirmation": people.PASSWORD})
    assert (done.status_code, done.headers["Location"]) == (303, address)
    assert visitor.get(address).content_type.startswith("text/csv")


def test_confirming_leads_to_no_other_site(visitor: Visitor):
    visitor.sign_in("county")
    token = dict(FIELD.findall(visitor.get("/password").text))["form_token"]
    data = {"form_token": token, "confirmation": people.PASSWORD, "next": "//evil.example"}
    assert visitor.client.post("/confirmation", data=data).headers["Location"] == "/"
