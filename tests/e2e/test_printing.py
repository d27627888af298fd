"""The print page in a browser, at 390 and 1366 pixels: a download code, the yes to void sheets, a run that goes on."""

from __future__ import annotations

import os

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.site import DESK, PHONE, Site, sign_in
from tests.unit.portal import people
from tests.unit.portal.fakes import refuse

pytestmark = pytest.mark.browser
PRINTS = "POST /v1/campaigns/2026a/prints"
SCREENSHOTS = os.environ.get("SCREENSHOTS")  # a folder for a screenshot of every page


def look(page: Page, name: str) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), name
    if SCREENSHOTS and page.viewport_size:
        page.screenshot(path=f"{SCREENSHOTS}/print-{page.viewport_size['width']}-{name}.png", full_page=True)


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_class_is_printed_with_a_code_reprinted_after_a_yes_and_the_run_goes_on(
    site: Site, browser: Browser, size: dict[str, int]
):
    page = site.open(browser, size=size)
    sign_in(page, "school")
    page.goto(f"/school/print?class={people.CLASS}")
    look(page, "asks")
    expect(page.locator("main a[href='/download-code']")).to_be_visible()
    site.fakes.overrides[PRINTS] = lambda received: refuse(422, "download-code-wrong", where="download_code")
    page.fill("#download_code", "AAAA-AAAA-AAAA-AAAA")
    page.click("main form .button")
    expect(page.locator("#download_code-problem")).to_contain_text("这不是您现在的下载码")
    look(page, "wrong")
    del site.fakes.overrides[PRINTS]
    site.fakes.printed.add("2026a")
    page.fill("#download_code", people.DOWNLOAD["download_code"])
    page.click("main form .button")
    expect(page.locator("label[for=confirm]")).to_contain_text("12 张表会作废")
    look(page, "voids")
    page.check("#confirm")
    page.click("main form .button")
    expect(page.locator(".card")).to_contain_text("12 张表已作废")
    expect(page.locator("#further")).to_have_text("接着打印其他班级")
    expect(page.locator("#download_code")).to_have_count(0)
    look(page, "made")
    assert [received.json.get("confirm") for received in site.fakes.commands("/v1/campaigns/2026a/prints")] == [
        None,
        None,
        True,
    ]


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_whole_school_is_printed_class_by_class_without_another_tap(
    site: Site, browser: Browser, size: dict[str, int]
):
    page = site.open(browser, size=size)
    sign_in(page, "school")
    page.goto("/school/print")
    page.select_option("#class", "all")
    page.fill("#download_code", people.DOWNLOAD["download_code"])
    page.click("main form .button")
    expect(page.locator("a[href$='.zip']")).to_be_visible()
    expect(page.locator(".row")).to_have_count(len(people.CLASSES))
    expect(page.locator("progress")).to_have_count(0)
    look(page, "run")
    asked = [received.json for received in site.fakes.commands("/v1/campaigns/2026a/prints")]
    assert asked[0]["classes"] == [each["id"] for each in people.CLASSES]
    assert asked[1:] == [{"run": "r" * 32}] * (len(people.CLASSES) - 1)
