"""A missing county in a browser: applied for without an account, passed on, granted, its answer read with a code."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.site import DESK, PHONE, Site, sign_in
from tests.unit.portal import people

pytestmark = pytest.mark.browser
NAME, REASON = "苏州工业园区", "归虎丘区管"


def apply(site: Site, browser: Browser, size: dict[str, int]) -> None:
    """Apply by the public form, from the sign-in page on; the answer code is shown once, whole."""
    county = site.open(browser, size=size)
    county.goto("/sign-in")
    county.click("main a[href='/apply']")
    county.select_option("#province", "320000")
    county.click("form[action='/apply'] >> nth=0 >> button")
    county.select_option("#parent", "320500")
    for field, value in (("name", NAME), ("contact_name", "某科长"), ("contact", "0512-1234567")):
        county.fill(f"#{field}", value)
    county.click("main .button.wide")
    expect(county.locator(".code-whole")).to_have_text(people.ANSWER_CODE)
    fits(county)


def answer(site: Site, browser: Browser, size: dict[str, int]) -> str:
    """The answer, as the asker reads it with the code."""
    county = site.open(browser, size=size)
    county.goto("/apply/answer")
    county.fill("#answer_code", people.ANSWER_CODE.lower())
    county.click("main .button.wide")
    fits(county)
    return county.inner_text("main .card")


def fits(page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), (
        "the page is wider than its screen"
    )


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_county_applies_and_reads_that_it_was_granted(site: Site, browser: Browser, size: dict[str, int]):
    apply(site, browser, size)
    assert "等待" in answer(site, browser, size)
    for login in ("province", "ministry"):
        staff = site.open(browser, size=size)
        sign_in(staff, login)
        staff.goto("/applications")
        staff.click(f"text={NAME}")
        expect(staff.locator("dl.facts")).to_contain_text("0512-1234567")
        if login == "ministry":
            staff.fill("#code", "320571")
        fits(staff)
        staff.click("section[aria-labelledby=decide] form >> nth=0 >> button")
        expect(staff.locator(".box-done")).to_be_visible()
    expect(staff.locator("#sheet")).to_be_visible()
    fits(staff)
    assert "320571" in answer(site, browser, size)
    assert site.complaints == []


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_refusal_reaches_the_asker_with_its_reason(site: Site, browser: Browser, size: dict[str, int]):
    apply(site, browser, size)
    staff = site.open(browser, size=size)
    sign_in(staff, "province")
    staff.goto("/applications")
    staff.click(f"text={NAME}")
    staff.click("summary")
    staff.fill("#reason", REASON)
    staff.click("details[open] button")
    expect(staff.locator("form[action$='/decisions']")).to_have_count(0)
    assert REASON in answer(site, browser, size)
    assert site.complaints == []
