"""Tutorial docs/how-to/first-photo.md in a real browser, from the first account to a counted photo."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from drill.photos import readable
from drill.printed import sheets
from tests.e2e.site import DESK, PHONE, as_file, launch, sign_in
from tests.support.chromium import CHROMIUM
from tests.support.wait import await_until

BUSES = ["embedded bus", pytest.param("kafka", marks=[pytest.mark.kafka, pytest.mark.thorough])]
pytestmark = [
    pytest.mark.system,
    pytest.mark.smoke,
    pytest.mark.larger,
    pytest.mark.browser,
    pytest.mark.timeout(600),
    pytest.mark.parametrize("copy", BUSES, indirect=True, scope="module"),
]
ROSTER = Path(__file__).parents[2] / "docs/how-to/roster-example.csv"
PUPILS = len(ROSTER.read_text().splitlines()) - 1
SCHOOL = "2111000001"
SCREENSHOTS = os.environ.get("SCREENSHOTS")  # a folder for a screenshot of every page


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip(
            "The first photo is not taken in a real browser, because Chromium is not installed (Debian: chromium)."
        )
    with sync_playwright() as playwright:
        running = launch(playwright)
        yield running
        running.close()


class Newcomer:
    """A user with a separate browser context. Pages are opened by their Chinese labels, as in the how-to."""

    def __init__(self, browser: Browser, address: str, size: dict[str, int]) -> None:
        self.page: Page = browser.new_context(viewport=size, base_url=address).new_page()  # type: ignore[arg-type]
        self.page.set_default_timeout(90_000)  # on a machine that runs two copies at once
        self._shots = 0

    def sign_in(self, login: str, first: str, own: str = "") -> None:
        """own: the password to choose where the page asks for one."""
        sign_in(self.page, login, first)
        if self.page.url.endswith("/password"):
            self.look(f"password of {login}")
            for field, value in (("old", first), ("new", own), ("again", own)):
                self.page.fill(f"#{field}", value)
            self.press("保存新密码")
            self.page.wait_for_url(lambda url: "/password" not in url)

    def activate(self, login: str, code: str, own: str) -> None:
        """The first sign-in, with the code from a slip."""
        self.page.goto("/sign-in")
        self.follow("第一次登录：我有激活码")
        self.fill(login=login, activation_code=code, new=own, again=own)
        self.look(f"activation of {login}")
        self.press("设密码并登录")
        self.page.wait_for_url("**?done=activated")

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def follow(self, name: str) -> None:
        self.page.locator("main").get_by_role("link", name=name, exact=True).first.click()

    def menu(self, name: str) -> None:
        self.page.get_by_role("navigation").get_by_role("link", name=name, exact=True).first.click()

    def fill(self, **fields: str) -> None:
        for name, value in fields.items():
            self.page.fill(f"#{name}", value)

    def look(self, name: str) -> None:
        if SCREENSHOTS:
            self._shots += 1
            self.page.screenshot(
                path=f"{SCREENSHOTS}/{self.page.viewport_size['width']}-{name}-{self._shots}.png", full_page=True
            )

    def issued(self) -> str:
        """The activation code on the slip, shown on the screen."""
        self.page.locator("details summary").filter(has_text="在屏幕上显示").click()
        self.look("issued")
        return self.page.locator(".secret").inner_text()


def test_a_newcomer_gets_from_the_first_account_to_a_counted_photo(copy, browser):
    environment = copy.local.environment()

    def person(size: dict[str, int] = DESK) -> Newcomer:
        return Newcomer(browser, environment["PORTAL_URL"], size)

    ministry = person()
    _the_ministry_plans_and_opens_a_campaign(ministry, _first_account(Path(environment["FIRST_ACCOUNT_FILE"])))
    county = person()
    county.activate("county.dongcheng", _the_ministry_issues_the_countys_account(ministry), "seven apples fall")
    school = person()
    school.activate("school.first", _the_county_opens_a_school_and_issues_its_account(county), "eight pears roll")
    _the_county_takes_the_upload_code_alone(county)
    _the_school_opens_a_class_and_imports(school)
    code = _the_leader_makes_a_download_code(school, county, person(PHONE))
    sheet = _the_school_prints(school, code)[0]
    _a_parent_sends_a_photo(person(PHONE), sheet)
    for one in (school, county, ministry):
        _figures_show_one(one)


def _first_account(file: Path) -> tuple[str, str]:
    login, password = (line.split(": ")[1] for line in file.read_text().splitlines())
    return login, password


def _the_ministry_plans_and_opens_a_campaign(ministry: Newcomer, account: tuple[str, str]) -> None:
    ministry.sign_in(*account, own="six green lamps")
    ministry.menu("核查批次")
    page = ministry.page
    if page.locator("details.panel:not([open])").count():
        page.locator("details.panel summary").click()
    today = page.input_value("#opens")
    ministry.fill(
        id="walk", name="第一张照片", cutoff=f"{int(today[:4]) + 1}-03-01", last_day=f"{int(today[:4]) + 1}-04-01"
    )
    ministry.look("campaigns")
    ministry.press("建立核查批次")
    card = page.locator("li.card", has_text="第一张照片")
    card.locator("summary").click()
    card.get_by_label("我知道不能撤销").check()
    card.get_by_role("button").click()
    expect(card.locator(".chip-accepted")).to_be_visible()


def _the_ministry_issues_the_countys_account(ministry: Newcomer) -> str:
    ministry.menu("账号")
    ministry.follow("发放账号")
    ministry.look("accounts new")
    for unit in ("北京市", "东城区"):
        ministry.follow(unit)
    ministry.page.select_option("#role", "county")
    ministry.fill(display_name="东城区管理员", login="county.dongcheng")
    ministry.press("发放")
    return ministry.issued()


def _the_county_opens_a_school_and_issues_its_account(county: Newcomer) -> str:
    county.menu("账号")
    county.follow("发放账号")
    county.page.locator("details.panel summary").click()
    county.page.locator("details #code").fill(SCHOOL)
    county.page.locator("details #name").fill("第一小学")
    county.look("open a school")
    county.page.locator("details button").click()
    county.page.goto(f"/accounts/new?unit={SCHOOL}")
    county.page.select_option("#role", "school")
    county.fill(display_name="第一小学学籍管理员", login="school.first")
    county.press("发放")
    return county.issued()


def _the_county_takes_the_upload_code_alone(county: Newcomer) -> None:
    county.menu("凭码上传开关")
    expect(county.page.locator("main .chip").first).to_have_text("未开通")
    county.page.locator("main summary", has_text="开通凭码上传").click()
    county.look("upload by code alone")
    county.press("开通凭码上传")
    expect(county.page.locator("main .chip").first).to_have_text("已开通")


def _the_school_opens_a_class_and_imports(school: Newcomer) -> None:
    school.look("school")
    school.page.select_option("#stage", "p")
    school.fill(entry_year="2024", number="1")
    school.press("添加班级")
    school.page.goto("/school/import")
    school.page.set_input_files("#file", ROSTER)
    school.page.locator("main form button").first.click()
    expect(school.page.locator("dl.numbers .alert dd")).to_have_count(0)
    school.look("imported")


def _the_leader_makes_a_download_code(school: Newcomer, county: Newcomer, leader: Newcomer) -> str:
    """The school issues the leader's account, the county agrees, the leader makes the code for the school's admin."""
    school.page.goto(f"/accounts/new?unit={SCHOOL}")
    school.page.select_option("#role", "leader")
    school.fill(display_name="第一小学校长", login="leader.first")
    school.press("发放")
    activation_code = school.issued()
    county.menu("账号")
    county.look("a leader waits")
    county.press("同意")
    leader.activate("leader.first", activation_code, "nine plums fly")
    leader.menu("下载码")
    leader.look("download codes")
    leader.press("生成下载码")
    code = leader.page.locator(".card .secret").inner_text()
    leader.look("download code")
    return code


def _the_school_prints(school: Newcomer, download_code: str) -> list:
    school.page.goto("/school/print")
    school.fill(download_code=download_code)
    school.look("print")
    school.page.locator("main form button").click()
    school.look("printed")
    with school.page.expect_download() as download:
        school.page.evaluate(
            "address => { const a = document.createElement('a'); "
            "a.href = address; a.download = 'forms.pdf'; a.click() }",
            school.page.locator("a[href$='.pdf']").get_attribute("href"),
        )
    found = sheets(Path(download.value.path()).read_bytes())
    assert len(found) == PUPILS
    return found


def _a_parent_sends_a_photo(parent: Newcomer, sheet) -> None:
    page = parent.page
    page.goto(f"/u#{sheet.upload_code}.{sheet.serial}")
    parent.look("upload")
    page.set_input_files("#choose", as_file(readable(sheet.page_one[0], np.random.default_rng(1)).content))
    page.click("#send")
    expect(page.locator("h1")).to_have_text("已归档，等班主任审核", timeout=60_000)
    parent.look("done")


def _figures_show_one(person: Newcomer) -> None:
    """At the person's own level: one uploaded, of all who are in the roster there."""
    person.menu("执行统计")
    person.page.select_option("select#campaign", "walk")
    person.press("查看")

    def shown() -> bool:
        person.page.goto(
            person.page.url
        )  # a reload may come while the browser still swaps the page it has just been led to
        return re.search(r"\D1 / \d+", person.page.locator(".big").inner_text()) is not None

    await_until(shown, what=f"one uploaded at {person.page.url}")
    person.look("figures")
