"""The second factor in the pages: set up before anything else, the second step, more than a password before acts."""

from __future__ import annotations

import re

import pytest

from tests.unit.portal import people
from tests.unit.portal.conftest import Visitor
from tests.unit.portal.fakes import CODE, Fakes, print_forms, refuse
from tests.unit.portal.test_confirmation import HIDDEN, PRINTS, wanted

FORM = re.compile(r'<form method="post" action="([^"]*)"(.*?)</form>', re.DOTALL)


def submit(visitor: Visitor, page: str, action: str, **typed: str):
    """Send the page's form with this action, as the browser would, and what was typed."""
    address, inner = next(found for found in FORM.findall(page) if found[0].startswith(action))
    return visitor.client.post(address.replace("&amp;", "&"), data={**dict(HIDDEN.findall(inner)), **typed})


@pytest.fixture
def obliged(fakes: Fakes, visitor: Visitor) -> Visitor:
    """A county's admin who has not set one up yet, signed in."""
    fakes.accounts["county"]["must_set_up_second_factor"] = True
    visitor.sign_in("county")
    return visitor


def set_up(visitor: Visitor, where: str = "/second-factor") -> str:
    """Set one up, from a page on; the text of the page with the recovery codes."""
    shown = submit(visitor, visitor.get(where).text, "/second-factor")
    assert "ABCD EFGH" in shown.text and "<svg" in shown.text
    wrong = submit(visitor, shown.text, "/second-factor/device", code="000000")
    assert "动态口令不对" in wrong.text and "ABCD EFGH" in wrong.text
    return submit(visitor, wrong.text, "/second-factor/device", code=CODE).text


def test_who_must_set_one_up_is_led_there_from_every_page_and_then_works(obliged: Visitor):
    for address in ("/figures", "/accounts", "/account"):
        response = obliged.client.get(address, follow_redirects=False)
        assert (response.status_code, response.headers["Location"]) == (303, "/second-factor")
    assert "ABCD-EFGH-JKMN-PQR2" in set_up(obliged)
    assert obliged.get("/accounts").status_code == 200


def test_the_sign_in_asks_for_the_code_keeps_the_way_and_says_what_is_wrong(fakes: Fakes, visitor: Visitor):
    fakes.accounts["county"]["has_second_factor"] = True
    start = visitor.get("/sign-in?next=/accounts").text
    page = submit(visitor, start, "/sign-in", login="county", password=people.PASSWORD)
    assert "请输入动态口令" in page.text and people.PASSWORD not in page.text and "for-county" not in page.text
    again = submit(visitor, page.text, "/sign-in/code", code="000000")
    assert "动态口令不对" in again.text
    done = submit(visitor, again.text, "/sign-in/code", code=CODE)
    assert done.headers["Location"] == "/accounts"


def test_a_challenge_that_is_over_leads_back_to_the_password(fakes: Fakes, visitor: Visitor):
    fakes.overrides["POST /v1/sessions"] = lambda a: refuse(403, "second-factor-code-needed", "Code.", challenge="gone")
    page = submit(visitor, visitor.get("/sign-in").text, "/sign-in", login="county", password=people.PASSWORD)
    over = submit(visitor, page.text, "/sign-in/code", code=CODE)
    assert over.headers["Location"] == "/sign-in?done=challenge-ended"
    assert visitor.client.get("/sign-in/code", follow_redirects=False).headers["Location"] == "/sign-in"


def test_a_print_waits_until_one_is_set_up_and_is_then_done_with_what_was_chosen(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("school")

    def only_with_one(received):
        if not fakes.me(received).get("has_second_factor"):
            return refuse(403, "second-factor-needed", "Set one up.")
        return print_forms(fakes, received, "2026a")

    fakes.overrides[f"POST {PRINTS}"] = only_with_one
    asked = visitor.send(
        "/school/print", {"campaign": "2026a", "class": people.CLASS, "download_code": people.DOWNLOAD["download_code"]}
    )
    assert "请先绑定动态口令" in asked.text
    way = asked.text.rpartition('href="/second-factor?next=')[2].partition('"')[0]
    codes = set_up(visitor, f"/second-factor?next={way}")
    back = codes.rpartition('href="/confirmation')[2].partition('"')[0].replace("&amp;", "&")
    ready = visitor.get(f"/confirmation{back}")
    assert "可以继续" in ready.text and wanted(ready.text)["class"] == people.CLASS
    done = visitor.client.post("/school/print", data=wanted(ready.text))
    assert "/school/prints/p-1.pdf" in done.text
    first, second = fakes.commands(PRINTS)
    assert (first.key, first.json) == (second.key, second.json)


def test_who_has_one_confirms_by_its_code(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("school")
    set_up(visitor)
    stale = fakes.issued

    def only_fresh(received):
        if received.token == f"access-{stale}":
            return refuse(403, "sign-in-again")
        return print_forms(fakes, received, "2026a")

    fakes.overrides[f"POST {PRINTS}"] = only_fresh
    asked = visitor.send(
        "/school/print", {"campaign": "2026a", "class": people.CLASS, "download_code": people.DOWNLOAD["download_code"]}
    )
    assert "请再输入一次动态口令" in asked.text
    wrong = visitor.client.post("/school/print", data={**wanted(asked.text), "confirmation": "000000"})
    assert "动态口令不对" in wrong.text
    done = visitor.client.post("/school/print", data={**wanted(wrong.text), "confirmation": CODE})
    assert "/school/prints/p-1.pdf" in done.text


def test_the_owner_sees_a_reset_and_the_level_above_makes_one(fakes: Fakes, obliged: Visitor):
    fakes.accounts["county"]["reset_at"] = "2026-09-01T08:00:00Z"
    assert "由上级重设" in obliged.get("/second-factor").text
    obliged.send("/sign-out", {})
    obliged.sign_in("province")
    assert "/accounts/second-factors" in obliged.get("/accounts").text
    reset = obliged.send("/accounts/second-factors", {"account": fakes.accounts["county"]["id"], "unit": ""})
    assert reset.headers["Location"].endswith("done=second-factor-reset")
