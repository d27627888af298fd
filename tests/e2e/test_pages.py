"""Every page in both languages at a phone's width, and the pages behind the sign-in."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

from shared.language.consent import CONSENT_VERSION
from tests.e2e.site import DESK, PHONE, Site, as_file, sign_in
from tests.unit.portal import people

pytestmark = pytest.mark.browser
CLASS_PAGE = f"/class/{people.CLASS}"
PUPIL_PAGES = tuple(f"{CLASS_PAGE}/pupils/{people.PUPILS[n]['pupil']}" for n in (0, 2))  # one waits, one is bound
MISUSE = f"/misuse/{people.PUPILS[0]['pupil']}"
CORRECTING = f"{CLASS_PAGE}/pupils/{people.PUPIL}/corrections"
PAGES = {
    "": ("/", "/u", "/r", "/sign-in", "/a", "/reset", "/withdrawal", "/r/misuse"),
    "guardian": (
        "/children",
        f"/children/{people.PUPIL}/registry",
        f"/u/for/{people.PUPIL}",
        "/r",
        "/password",
        "/account",
    ),
    "teacher": (
        CLASS_PAGE,
        *PUPIL_PAGES,
        CORRECTING,
        f"/figures/{people.CLASS}",
        f"/accounts/{people.WAITING['id']}/history",
        "/misuse",
        MISUSE,
    ),
    "two-classes": ("/class",),
    "leader": ("/accounts", "/account", "/corrections", f"/corrections/{people.PUPIL}/{people.CORRECTION}"),
    "school": (
        "/school",
        "/school/import",
        "/school/import?report=im-5",
        "/school/import?report=im-6",
        "/school/imports",
        "/school/imports/undo?import=im-1",
        "/school/imports/undo?import=im-3",
        "/school/print",
        "/school/sheets",
        f"/figures/{people.SCHOOL}",
        "/accounts",
        f"/accounts/{people.accounts()['leader']['id']}/grants",
        "/accounts/new",
        f"/accounts/new?unit={people.CLASS}",
        CLASS_PAGE,
        *PUPIL_PAGES,
    ),
    "province": (
        "/misuse/counts",
        "/units",
        "/units/110101",
        "/units?unit=110101",
        "/code-alone",
        "/code-alone?unit=110101",
    ),
    "county": (
        "/code-alone",
        "/units",
        f"/units/{people.SCHOOL}",
        "/figures/110101",
        "/reports",
        "/accounts",
        f"/accounts?unit={people.SCHOOL}",
        "/accounts/new",
    ),
    "ministry": (
        "/figures/000000",
        "/reports",
        "/reports/r-1",
        "/campaigns",
        "/campaigns/2026a",
        "/accounts",
        "/accounts/new",
        "/accounts/files",
        "/kick-off",
        "/operations",
    ),
    "auditor": ("/audit-trail", "/audit-trail?act=export", "/views"),
    "newcomer": ("/password",),
}


def open_all_details(page: Page) -> None:
    page.evaluate("() => { for (const details of document.querySelectorAll('details')) details.open = true; }")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("role", list(PAGES))
def test_every_page_fits_a_phone_and_breaks_no_policy(site: Site, browser: Browser, role: str, lang: str):
    page = site.open(browser, size=PHONE, lang=lang)
    if role:
        sign_in(page, role)
    for path in PAGES[role]:
        response = page.goto(path)
        assert response is not None and response.status == 200, path
        open_all_details(page)
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), (
            f"{path} scrolls sideways"
        )
        assert page.evaluate("document.documentElement.lang") == {"zh": "zh-CN", "en": "en"}[lang]
        assert page.locator("h1").count() == 1, path
    assert site.complaints == []


@pytest.mark.parametrize("role", list(PAGES))
def test_every_control_has_a_name_and_is_big_enough_for_a_thumb(site: Site, browser: Browser, role: str):
    page = site.open(browser, size=PHONE)
    if role:
        sign_in(page, role)
    for path in PAGES[role]:
        page.goto(path)
        open_all_details(page)
        nameless = page.evaluate("""() => [...document.querySelectorAll('input:not([type=hidden]), select')]
            .filter((e) => !e.labels.length && !e.ariaLabel).map((e) => e.outerHTML)""")
        doubles = page.evaluate("""() => { const ids = [...document.querySelectorAll('[id]')].map((e) => e.id);
            return ids.filter((id, at) => ids.indexOf(id) !== at); }""")
        small = page.evaluate("""() => [...document.querySelectorAll('button, select, .button, .door, .menu a, input')]
            .filter((e) => !['hidden', 'file', 'checkbox'].includes(e.type) && e.getBoundingClientRect().height > 0)
            .filter((e) => (e.type === 'radio' ? e.labels[0] : e).getBoundingClientRect().height < 44)
            .map((e) => e.outerHTML)""")
        assert (nameless, doubles, small) == ([], [], []), path


def test_the_hash_of_page_two_fills_the_registration_and_leads_to_the_child(site: Site, browser: Browser):
    page = site.open(browser)
    page.goto(f"/r#{people.REGISTRATION_CODE}")
    assert people.REGISTRATION_CODE not in page.url
    page.fill("#birth_date", "2016年5月1日")
    page.click("main .button")
    expect(page.locator("h1")).to_have_text("这是您的孩子吗？")
    expect(page.locator(".facts")).to_contain_text("欧***")
    page.select_option("#relation", "father")
    page.fill("#display_name", "欧阳建国")
    page.fill("#login", "13800000000")
    page.fill("#password", "four unrelated words")
    page.fill("#again", "four unrelated words")
    page.check("#consent")
    page.click("main form .button.wide")
    expect(page.locator(".box-done")).to_contain_text("注册成功")
    assert page.url.startswith(f"{site.address}/children")
    made = site.fakes.commands("/v1/registrations")[0].json
    assert (made["registration_code"], made["birth_date"], made["consent"]) == (
        people.REGISTRATION_CODE,
        "2016-05-01",
        CONSENT_VERSION,
    )


def test_signing_out_ends_the_session_here_and_at_identity(site: Site, browser: Browser):
    page = site.open(browser)
    sign_in(page, "teacher")
    assert len(site.fakes.sessions) == 1
    page.click(".me button")
    expect(page.locator(".box-done")).to_have_text("已退出登录。")
    assert site.fakes.sessions == {}
    page.goto(CLASS_PAGE)
    assert "/sign-in" in page.url


def test_after_signing_in_the_requested_page_opens(site: Site, browser: Browser):
    page = site.open(browser)
    page.goto(f"{CLASS_PAGE}?campaign=2026a")
    page.fill("#login", "teacher")
    page.fill("#password", people.PASSWORD)
    page.click("main form button")
    page.wait_for_url(f"**{CLASS_PAGE}?campaign=2026a")


def test_a_tap_of_the_teacher_archives_a_waiting_photo(site: Site, browser: Browser):
    page = site.open(browser)
    sign_in(page, "teacher")
    waiting = page.locator(".rows-waiting .row")
    expect(waiting).to_have_count(2)
    waiting.first.locator("button", has_text="归档").click()
    expect(page.locator(".box-done")).to_have_text("已归档。")
    expect(waiting).to_have_count(1)
    assert site.fakes.forms[people.PUPILS[0]["pupil"]]["state"] == "archived"


def test_the_teacher_returns_a_photo_with_a_reason_that_the_family_reads(site: Site, browser: Browser):
    page = site.open(browser)
    sign_in(page, "teacher")
    row = page.locator(".rows-waiting .row").first
    row.locator("summary", has_text="退回").click()
    row.locator("select").first.select_option("unsigned")
    row.locator("button", has_text="退回").click()
    expect(page.locator(".box-done")).to_contain_text("已请家长重拍")
    family = site.open(browser)
    sign_in(family, "guardian")
    expect(family.locator(".card").first).to_contain_text("没有看到家长签名")


def test_a_double_tap_on_a_form_submits_once(site: Site, browser: Browser):
    page = site.open(browser)
    sign_in(page, "teacher")
    page.evaluate(
        "() => { const button = document.querySelector('.rows-waiting button'); button.click(); button.click(); }"
    )
    expect(page.locator(".box-done")).to_be_visible()
    reviews = [received for received in site.fakes.requests if received.path.endswith("/reviews")]
    assert len(reviews) == 1


def test_the_school_sees_wrong_rows_and_prints_a_class(site: Site, browser: Browser):
    page = site.open(browser, size=DESK)
    sign_in(page, "school")
    page.goto("/school/import")
    page.set_input_files("#file", as_file(b"rows", "roster.xlsx", "application/octet-stream"))  # type: ignore[arg-type]
    page.click("button[value='0']")
    expect(page.locator("main")).to_contain_text("身份证号位数或校验位不对")
    page.reload()
    expect(page.locator("main")).to_contain_text("第 12 行是不是这名学生？")
    with page.expect_download() as marked:
        page.click("a[href*='/school/import/marked']")
    assert marked.value.suggested_filename == "roster-marked.xlsx"
    page.click("button[value='0']")  # no file is chosen again
    expect(page.locator("main")).to_contain_text("身份证号位数或校验位不对")
    assert [each.path for each in site.fakes.requests if each.path.endswith("/runs")] == ["/v1/imports/im-1/runs"]
    page.goto(f"/school/print?class={people.CLASS}")
    page.fill("#download_code", people.DOWNLOAD["download_code"])
    page.click("main form .button")
    expect(page.locator(".card")).to_contain_text("共 1 个班；12 份表")
    link = page.locator(".row a").get_attribute("href")
    assert page.request.get(f"{site.address}{link}").headers["content-type"] == "application/pdf"


def test_drilling_down_keeps_campaign_and_day(site: Site, browser: Browser):
    page = site.open(browser, size=DESK)
    sign_in(page, "ministry")
    page.goto("/figures/000000?campaign=2026a&day=2026-09-10")
    expect(page.locator("main")).to_contain_text("已结账，不再变化")
    page.click(".bars a >> nth=0")
    assert "day=2026-09-10" in page.url
    expect(page.locator(".trail")).to_contain_text("全国")
    page.click(".bars a >> nth=0")
    expect(page.locator(".trail li")).to_have_count(3)
    assert [
        received.params["day"]
        for received in site.fakes.requests
        if received.path == "/v1/figures" and "day" in received.params
    ] == ["2026-09-10"] * 3


def test_the_ministry_closes_a_day_and_publishes_the_report(site: Site, browser: Browser):
    page = site.open(browser, size=DESK)
    sign_in(page, "ministry")
    page.goto("/reports")
    page.click("section[aria-labelledby=close] button")
    expect(page.locator(".box-done")).to_contain_text("已结账")
    page.click("section[aria-labelledby=make] button")
    expect(page.locator("h1")).to_have_text("全国学籍系统建设应用月度通报")
    expect(page.locator("table")).to_contain_text("新疆维吾尔自治区")
    page.check("section[aria-labelledby=draft] input[name=sure]")
    page.click("section[aria-labelledby=draft] button")
    expect(page.locator(".box-done")).to_contain_text("已下发")
    expect(page.locator("section[aria-labelledby=draft]")).to_have_count(0)


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_slip_hides_its_code_until_it_is_printed_or_shown_on_purpose(site: Site, browser: Browser, size):
    page = site.open(browser, size=size)
    sign_in(page, "county")
    page.goto(f"/accounts?unit={people.SCHOOL}")
    open_all_details(page)
    page.locator("form[action='/accounts/resets'] button").first.click()
    expect(page.locator(".slip")).to_be_visible()
    assert page.get_by_text(people.RESET_CODE).filter(visible=True).count() == 0
    page.emulate_media(media="print")
    expect(page.locator(".slip-code")).to_be_visible()
    expect(page.locator(".screen-only").first).to_be_hidden()
    page.emulate_media(media="screen")
    page.get_by_text("在屏幕上显示").click()
    expect(page.locator(".secret")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert site.complaints == []


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_the_owner_of_an_account_scans_the_code_chooses_a_password_and_is_in(site: Site, browser: Browser, size):
    page = site.open(browser, size=size)
    page.goto(f"/a#{people.ACTIVATION_CODE.replace('-', '')}.{quote('two-classes')}")
    expect(page.locator("#login")).to_have_value("two-classes")
    expect(page.locator("#activation_code")).to_have_value(people.ACTIVATION_CODE)
    expect(page.locator("#code-filled")).to_be_visible()
    assert people.ACTIVATION_CODE[:4] not in page.url, "no address keeps it"
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    for field in ("new", "again"):
        page.fill(f"#{field}", "fifty quiet rivers")
    page.click("main form button")
    page.wait_for_url("**?done=activated")
    expect(page.get_by_text("账号已开通")).to_be_visible()
    assert site.complaints == []


def test_a_kick_off_goes_on_by_itself_until_every_unit_has_an_account(site: Site, browser: Browser):
    page = site.open(browser, size=DESK)
    sign_in(page, "ministry")
    page.goto("/kick-off")
    page.get_by_role("button", name="开始发放").click()
    expect(page.get_by_text("每个单位都有账号了")).to_be_visible()
    assert site.fakes.kicked_off == {code for code, _, _ in people.PROVINCES} and site.complaints == []


def test_the_owner_of_a_slip_comes_in_by_the_sign_in_page(site: Site, browser: Browser):
    page = site.open(browser)
    page.goto("/sign-in")
    page.get_by_role("link", name="我有重设码").click()
    for field, value in (("login", "guardian"), ("reset_code", people.RESET_CODE), ("birth_date", "20160501")):
        page.fill(f"#{field}", value)
    for field in ("new", "again"):
        page.fill(f"#{field}", "fifty quiet rivers")
    page.click("main form button")
    page.wait_for_url("**/account?done=reset")
    expect(page.get_by_text("由东城区管理员（区县管理员）办理")).to_be_visible()
    assert site.complaints == []


def test_after_signing_out_the_way_back_shows_nothing(site: Site, browser: Browser):
    page = site.open(browser, lang="en")
    sign_in(page, "teacher")
    page.goto(CLASS_PAGE)
    name = page.locator("main").inner_text()
    page.locator("form[action='/sign-out'] button").click()
    page.wait_for_url(lambda url: "signed-out" in url)
    page.go_back()
    expect(page.locator("#password")).to_be_visible()
    assert "/sign-in" in page.url and name not in page.content()
    assert page.evaluate("document.documentElement.lang") == "en"
    assert [cookie["name"] for cookie in page.context.cookies() if "session" in cookie["name"]] == []


def test_a_return_without_a_reason_leads_to_the_very_field_and_says_what_is_missing(site, browser):
    page = site.open(browser)
    sign_in(page, "teacher")
    page.goto(f"/class/{people.CLASS}")
    page.locator(".rows-to_review details summary").first.click()
    page.locator(".rows-to_review details button").first.click()
    field = page.locator(".rows-to_review select[name=reason]").first
    expect(field).to_be_focused()
    expect(field).to_be_in_viewport()
    assert field.get_attribute("aria-invalid") == "true"
    assert site.fakes.commands(f"/v1/forms/2026a/{people.PUPILS[2]['pupil']}/reviews") == []
