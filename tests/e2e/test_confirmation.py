"""The page that asks for the password once more, in a browser: on a phone and at a desk, without scripts too."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.site import DESK, PHONE, Site, sign_in
from tests.unit.portal import people
from tests.unit.portal.fakes import print_forms, refuse

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_held_back_print_goes_on_after_the_password(site: Site, browser: Browser, size: dict[str, int], script: bool):
    page = site.open(browser, size=size, script=script)
    sign_in(page, "school")
    stale = f"access-{site.fakes.issued}"
    site.fakes.overrides["POST /v1/campaigns/2026a/prints"] = lambda received: (
        refuse(403, "sign-in-again") if received.token == stale else print_forms(site.fakes, received, "2026a")
    )
    page.goto("/school/print")
    page.select_option("#class", people.CLASS)
    page.fill("#download_code", people.DOWNLOAD["download_code"])
    page.click("main form button")
    expect(page.locator("h1")).to_have_text("请再输入一次密码")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.fill("#confirmation", people.PASSWORD)
    page.click("main form button")
    expect(page.locator("a[href*='/school/prints/p-1']").first).to_be_visible()
    assert not site.complaints
