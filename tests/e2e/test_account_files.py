"""A file of accounts in a browser: sent, checked, its wrong lines read, said yes to, watched to the end, printed."""

from __future__ import annotations

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.site import DESK, PHONE, Site, as_file, sign_in
from tests.unit.portal import people
from tests.unit.portal.fakes import Received, respond

pytestmark = pytest.mark.browser
FILES = "/v1/account-files"


def at_work_until_told(site: Site) -> None:
    """The worker takes its time: a file that is sent or run stays at work until the test says how it goes on."""

    def become(state: str, status: int) -> httpx.Response:
        site.fakes.account_files.append(people.account_file(state))
        return respond(site.fakes.account_files[-1], status)

    def sent(received: Received) -> httpx.Response:
        return become("received", 201)

    def begun(received: Received) -> httpx.Response:
        return become("running", 200)

    site.fakes.overrides[f"POST {FILES}"] = sent
    site.fakes.overrides[f"POST {FILES}/{people.ACCOUNT_FILE}/run"] = begun


def goes_on(site: Site, state: str, **counts: int) -> None:
    site.fakes.account_files.append(people.account_file(state) | counts)


def fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "wider than its screen"


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_file_is_checked_looked_at_run_watched_and_printed(site: Site, browser: Browser, size: dict[str, int]):
    at_work_until_told(site)
    page = site.open(browser, size=size)
    sign_in(page, "county")
    page.goto("/accounts")
    page.click("a[href='/accounts/files']")
    page.set_input_files(
        "input[type=file]", as_file("角色,单位代码,账号名,姓名\n".encode(), "accounts.csv", "text/csv")
    )
    page.click("form[action='/accounts/files'] button")
    status = page.locator("#watched [role=status]")
    expect(status).to_contain_text("正在检查")
    expect(status.locator("progress")).to_have_attribute("value", "450")

    goes_on(site, "checked")
    expect(status).to_contain_text("检查完毕，等您确认")
    wrong = page.locator("section[aria-labelledby=wrong] tbody tr")
    expect(wrong).to_have_count(len(people.WRONG_LINES))
    expect(wrong.first).to_contain_text("这个账号名别人已经用了")
    fits(page)
    run = page.locator("form[action$='/run']")
    run.locator("button").click()
    expect(page.locator("#problem-box")).to_be_visible()
    assert site.fakes.commands(f"{FILES}/{people.ACCOUNT_FILE}/run") == [], "nothing opens without the yes"
    run.locator("[name=confirm]").check()
    run.locator("button").click()

    expect(status).to_contain_text("正在开账号")
    goes_on(site, "running", done=900, opened=890)
    expect(status.locator("progress")).to_have_attribute("value", "900")
    fits(page)
    goes_on(site, "finished")
    expect(status).to_contain_text("已完成")
    expect(page.locator("progress")).to_have_count(0)

    first = page.locator("section[aria-labelledby=next] li.row").first
    first.locator("button").click()
    first.locator("[name=confirm]").check()
    first.locator("button").click()
    fits(page)
    with page.expect_download() as download:
        page.click("a[href*='.zip']")
    assert download.value.suggested_filename == f"sheets-{people.WAITING['id']}.zip"
    refused = [told for told in site.complaints if told.startswith("Failed to load resource")]
    assert site.complaints == refused and len(refused) == 2, "a run without the yes, a print without the yes"
