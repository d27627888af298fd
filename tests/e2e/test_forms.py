"""Back, reload and the other language after a form, in a real browser; nothing of a person after signing out."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from shared.language import codes
from tests.e2e.site import DESK, PHONE, Site, sign_in
from tests.unit.portal import people
from tests.unit.portal.fakes import refuse

pytestmark = pytest.mark.browser
CLASS_PAGE = f"/class/{people.CLASS}"
PUPIL_PAGE = f"{CLASS_PAGE}/pupils/{people.PUPILS[2]['pupil']}"
BOUND = next(item for item in people.BINDINGS if item["state"] == "bound")
sizes = pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


@sizes
@pytest.mark.parametrize("script", [True, False])
def test_all_errors_stand_at_their_fields_and_back_reload_and_language_meet_a_page(
    site: Site, browser: Browser, size: dict[str, int], script: bool
):
    page = site.open(browser, size=size, script=script)
    page.goto("/r")
    page.fill("#registration_code", "ABC")
    page.fill("#birth_date", "2016")
    page.click("main form .button")
    expect(page.locator(".field-problem")).to_have_count(2)
    expect(page.locator("#problem-box")).to_contain_text("有2处要改")
    expect(page.locator("#registration_code")).to_have_value("ABC")
    assert fits(page)
    page.click("a.language")
    expect(page.locator("#problem-box")).to_contain_text("Please correct 2 things")
    expect(page.locator("#birth_date")).to_have_value("2016")
    page.reload()
    expect(page.locator("#birth_date")).to_have_value("2016")
    page.goto("/u")
    page.go_back()
    expect(page.locator(".field-problem")).to_have_count(2)


@sizes
def test_the_code_of_the_other_page_is_one_tap_away_from_its_own(site: Site, browser: Browser, size: dict[str, int]):
    page = site.open(browser, size=size)
    page.goto("/r")
    page.fill("#registration_code", f"https://h.example/u#{people.UPLOAD_CODE}.{people.SERIAL}")
    page.fill("#birth_date", "20160501")
    page.click("main form .button")
    expect(page.locator("#problem-box")).to_contain_text("这是第1页的上传码")
    page.click("#problem-box a.button")
    expect(page.locator("#upload_code")).to_have_value(codes.grouped(people.UPLOAD_CODE))
    assert page.url == f"{site.address}/u", "no code in the address"
    page.fill("#upload_code", codes.grouped(people.REGISTRATION_CODE))
    expect(page.locator("#code-problem")).to_contain_text("这是第2页的注册码")
    page.click("#code-problem a.button")
    expect(page.locator("#registration_code")).to_have_value(codes.grouped(people.REGISTRATION_CODE))


@sizes
def test_a_misused_code_is_undone_by_the_teacher_and_the_new_one_is_printed(
    site: Site, browser: Browser, size: dict[str, int]
):
    page = site.open(browser, size=size)
    sign_in(page, "teacher")
    page.goto(f"{CLASS_PAGE}/pupils/{BOUND['pupil']}")
    page.locator("summary", has_text="解除关联").first.click()
    form = page.locator("form", has=page.locator("[value='unbind']")).first
    form.locator("button").click()
    expect(page.locator(".field-problem")).to_contain_text("还有一项没有选择")
    expect(form.locator("select")).to_be_visible()
    form.locator("select").select_option("wrong-code")
    form.locator("button").click()
    expect(page.locator(".box-done")).to_contain_text("已解除关联")
    expect(page.locator(".secret")).to_have_text(codes.grouped(people.REGISTRATION_CODE))
    expect(page.locator(".qr svg")).to_be_visible()
    assert fits(page) and people.REGISTRATION_CODE not in page.url
    page.click("a.language")
    expect(page.locator(".secret")).to_have_text(codes.grouped(people.REGISTRATION_CODE))
    page.emulate_media(media="print")
    expect(page.locator(".secret")).to_be_visible()
    for hidden in (".top", ".box-done", "[data-print]"):
        expect(page.locator(hidden).first).to_be_hidden()
    page.emulate_media(media="screen")
    page.go_back()
    page.go_back()
    expect(page.locator("h1")).not_to_have_text("")


def test_after_a_failure_one_tap_sends_the_same_form_again(site: Site, browser: Browser):
    page = site.open(browser)
    sign_in(page, "teacher")
    row = page.locator(".rows-waiting .row").first
    path = f"POST /v1/forms/2026a/{people.PUPILS[0]['pupil']}/reviews"
    site.fakes.overrides[path] = lambda received: refuse(503, "unavailable")
    row.locator("button", has_text="归档").click()
    expect(page.locator("#problem-box")).to_contain_text("再点一次即可")
    del site.fakes.overrides[path]
    page.click("#problem-box button")
    expect(page.locator(".box-done")).to_have_text("已归档。")
    first, second = [received for received in site.fakes.requests if received.path.endswith("/reviews")]
    assert (first.key, first.json) == (second.key, second.json)


@pytest.mark.parametrize(
    ("role", "path"), [("teacher", CLASS_PAGE), ("teacher", PUPIL_PAGE), ("guardian", "/children")]
)
def test_nothing_of_a_child_is_left_after_signing_out_neither_back_nor_by_its_address_nor_in_a_second_tab(
    site: Site, browser: Browser, role: str, path: str
):
    page = site.open(browser)
    sign_in(page, role)
    page.goto(path)
    picture = "/photos/p-1/image"
    assert page.request.get(f"{site.address}{picture}").headers["cache-control"] == "no-store"
    second = site.watch(page.context)
    second.goto(f"{site.address}{path}")
    second.goto(f"{site.address}/account")
    name = people.PUPILS[2]["name"] if role == "teacher" else people.CHILD["masked_name"]
    page.locator("form[action='/sign-out'] button").click()
    page.wait_for_url(lambda url: "signed-out" in url)
    for tab in (page, second):
        tab.go_back()
        expect(tab.locator("#password")).to_be_visible()
        assert name not in tab.content()
        tab.goto(f"{site.address}{path}")
        assert "/sign-in" in tab.url and name not in tab.content()
    shown = page.request.get(f"{site.address}{picture}", max_redirects=0)
    assert shown.status == 303 and shown.headers["location"].startswith("/sign-in")
