"""The page behind the form's QR, in a real browser on a phone's screen."""

from __future__ import annotations

import re

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.site import Site, as_file, photo, sign_in
from tests.support.wait import await_until
from tests.unit.portal import people
from tests.unit.portal.fakes import Received, refuse

pytestmark = pytest.mark.browser
GROUPED = re.sub(r"(.{4})(?=.)", r"\1-", people.UPLOAD_CODE)
SETTLED = re.compile(r"/u/[0-9a-f-]+$")


def open_by_qr(site: Site, browser: Browser, lang: str = "zh") -> Page:
    page = site.open(browser, lang=lang)
    page.goto(f"/u#{people.UPLOAD_CODE}.{people.SERIAL}")
    return page


def send(page: Page, content: bytes | None = None) -> None:
    page.set_input_files("#choose", as_file(content or photo()))  # type: ignore[arg-type]
    page.click("#send")


def test_the_code_of_the_qr_fills_the_field_leaves_the_address_and_is_in_no_address(site, browser):
    page = open_by_qr(site, browser)
    expect(page.locator("#upload_code")).to_have_value(GROUPED)
    expect(page.locator("#code-filled")).to_be_visible()
    assert page.url == f"{site.address}/u"
    await_until(lambda: site.fakes.requests)
    assert [received.path for received in site.fakes.requests] == ["/v1/upload-codes/check"]


@pytest.mark.parametrize(("lang", "sentence"), [("zh", "当地没有开通"), ("en", "the upload code alone is not enough")])
def test_where_the_code_is_not_enough_the_page_says_so_before_a_photo_is_taken(site, browser, lang, sentence):
    site.fakes.code_alone = "off"
    page = open_by_qr(site, browser, lang)
    expect(page.locator("#code-problem")).to_contain_text(sentence)
    expect(page.locator("#code-instead a").first).to_be_visible()
    expect(page.locator("#photo-way")).to_be_hidden()
    page.fill("#upload_code", GROUPED[:-1])  # another code may be good
    expect(page.locator("#photo-way")).to_be_visible()
    expect(page.locator("#code-problem")).to_be_hidden()
    page.fill("#upload_code", GROUPED)
    expect(page.locator("#photo-way")).to_be_hidden()
    assert site.fakes.commands("/v1/photos") == [] and site.complaints == []


def test_without_a_script_a_button_checks_the_code_first(site, browser):
    site.fakes.code_alone = "off"
    page = site.open(browser, script=False)
    page.goto("/u")
    page.fill("#upload_code", GROUPED)
    page.get_by_role("button", name="先查这个码能不能用").click()
    expect(page.locator("#problem-box")).to_contain_text("当地没有开通")
    expect(page.locator("#photo-way")).to_be_hidden()
    expect(page.locator("#upload_code")).to_have_value(GROUPED)


def test_a_photo_is_sent_and_the_page_shows_that_it_is_archived(site, browser):
    site.fakes.looks = 2
    page = open_by_qr(site, browser)
    send(page)
    page.wait_for_url(SETTLED)
    expect(page.locator("h1")).to_have_text("收到了，正在检查")
    expect(page.locator("h1")).to_have_text("已归档，等班主任审核", timeout=15_000)  # without a reload by hand
    assert len(site.fakes.photos) == 1
    assert site.complaints == []


def test_during_a_long_wait_the_page_may_be_closed_and_shows_where_the_result_will_be(site, browser):
    site.fakes.looks = 1000
    page = site.open(browser)
    page.clock.install()
    page.goto(f"/u#{people.UPLOAD_CODE}")
    send(page)
    page.wait_for_url(SETTLED)
    expect(page.locator("#later")).to_be_hidden()
    await_until(lambda: page.clock.run_for(5_000) or page.locator("#later").is_visible())
    page.goto("/u")
    page.locator("summary", has_text="这台设备传过的照片").click()
    page.locator("details[open] a").click()
    expect(page.locator("h1")).to_have_text("收到了，正在检查")


@pytest.mark.parametrize(
    ("outcome", "heading", "next_step"),
    [
        (("refused", "no-page"), "照片里没有看到确认表", "重新拍一张"),
        (("refused", "page-two"), "请拍第1页", "重新拍一张"),
        (("refused", "other-child"), "这是另一个孩子的表", "重新拍一张"),
        (("refused", "not-an-image"), "这不是照片", "重新拍一张"),
        (("refused", "damaged"), "照片文件损坏", "重新拍一张"),
        (("refused", "too-small"), "照片太小，看不清字", "重新拍一张"),
        (("refused", "too-many-pixels"), "照片尺寸太大", "重新拍一张"),
        (("waiting", "unreadable-qr"), "收到了，但二维码看不清", "再拍一张更好的"),
        (("waiting", "void-sheet"), "收到了，但这是旧的一张表", "再拍一张更好的"),
        (("refused", "something-new"), "这张照片不能用", "重新拍一张"),
    ],
)
def test_every_outcome_is_shown_in_plain_words_with_one_next_step(site, browser, outcome, heading, next_step):
    site.fakes.outcome = outcome
    page = open_by_qr(site, browser)
    send(page)
    page.wait_for_url(SETTLED)
    expect(page.locator("h1")).to_have_text(heading)
    again = page.locator("#status a", has_text=next_step)
    expect(again).to_have_count(1)
    again.click()
    expect(page.locator("#upload_code")).to_have_value(GROUPED)  # nothing has to be typed again
    assert people.UPLOAD_CODE not in page.url


def test_a_wrong_code_is_shown_beside_the_form_and_no_input_is_lost(site, browser):
    page = site.open(browser)
    page.goto("/u")
    page.fill("#upload_code", "2345-6789-ABCD-EFGH")
    send(page)
    expect(page.locator("#upload-problem")).to_contain_text("请对照纸张")
    expect(page.locator("#upload-problem [data-code='code-mistyped']")).to_be_visible()
    expect(page.locator("#upload_code")).to_have_value("2345-6789-ABCD-EFGH")
    page.fill("#upload_code", GROUPED)
    page.click("#send")  # the photo is still chosen
    page.wait_for_url(SETTLED)
    assert len(site.fakes.photos) == 1


def test_a_double_tap_uploads_once(site, browser):
    page = open_by_qr(site, browser)
    page.set_input_files("#choose", as_file(photo()))
    page.evaluate("() => { const button = document.getElementById('send'); button.click(); button.click(); }")
    page.wait_for_url(SETTLED)
    assert len(site.fakes.commands("/v1/photos")) == 1
    assert len(site.fakes.photos) == 1


def test_after_a_lost_response_the_same_key_is_sent_again_and_counts_once(site, browser):
    lost: list[str] = []

    def lose_the_response(received: Received) -> httpx.Response:
        """The photo arrives, the response does not."""
        lost.append(received.key)
        del site.fakes.overrides["POST /v1/photos"]
        site.fakes.do(received)
        return refuse(503, "unavailable")

    site.fakes.overrides["POST /v1/photos"] = lose_the_response
    page = open_by_qr(site, browser)
    send(page)
    page.wait_for_url(SETTLED)
    assert [received.key for received in site.fakes.commands("/v1/photos")] == lost * 2
    assert len(site.fakes.photos) == 1


def test_a_short_code_is_shown_before_anything_is_sent(site, browser):
    page = site.open(browser)
    page.goto("/u")
    page.fill("#upload_code", GROUPED[:-1])
    send(page)
    expect(page.locator("#upload-problem [data-code='code-length']")).to_be_visible()
    expect(page.locator("#upload_code")).to_have_attribute("aria-invalid", "true")
    assert site.fakes.commands("/v1/photos") == []
    page.fill(
        "#upload_code", GROUPED.translate({code: code + 0xFEE0 for code in range(33, 127)})
    )  # as Chinese input methods write it
    page.click("#send")
    page.wait_for_url(SETTLED)


def test_a_file_too_large_even_after_reduction_is_refused_before_it_is_sent(site, browser, tmp_path):
    photo = tmp_path / "IMG_1.HEIC"
    photo.write_bytes(bytes(15 * 2**20 + 1))
    page = open_by_qr(site, browser)
    page.set_input_files("#choose", photo)  # by its path: bytes would pass through two other processes
    page.click("#send")
    expect(page.locator("#upload-problem [data-code='too-large']")).to_be_visible()
    assert site.fakes.commands("/v1/photos") == []


@pytest.mark.parametrize(
    ("status", "code", "shown"),
    [(413, "too-large", "文件太大"), (400, "form-expired", "页面打开太久"), (401, "not-signed-in", "请先登录")],
)
def test_a_refusal_is_shown_at_once_and_not_retried(site, browser, status, code, shown):
    site.fakes.overrides["POST /v1/photos"] = lambda received: refuse(status, code)
    page = open_by_qr(site, browser)
    send(page)
    expect(page.locator("#upload-problem")).to_contain_text(shown)
    expect(page.locator("#upload-problem a[href='/sign-in']")).to_have_count(1 if status == 401 else 0)
    assert len(site.fakes.commands("/v1/photos")) == 1


def test_a_form_of_another_visitor_is_refused_with_a_sentence(site, browser):
    page = open_by_qr(site, browser)
    page.evaluate("() => { document.querySelector('#upload [name=form_token]').value = 'x'; }")
    send(page)
    expect(page.locator("#upload-problem [data-code='form-expired']")).to_be_visible()
    await_until(lambda: page.evaluate("() => document.querySelector('#upload [name=form_token]').value") != "x")
    page.click("#send")  # the photo is still chosen
    page.wait_for_url(SETTLED)


def test_a_stalled_connection_is_given_up_and_named(site, browser):
    page = site.open(browser)
    page.clock.install()
    tries: list[str] = []
    page.route(
        "**/u", lambda route: tries.append(route.request.url) if route.request.method == "POST" else route.continue_()
    )
    page.goto(f"/u#{people.UPLOAD_CODE}")
    send(page)
    await_until(lambda: page.wait_for_timeout(20) or tries)  # the browser runs only during a wait
    page.clock.run_for(80_000)
    assert len(tries) == 1  # a slow connection is tolerated
    await_until(
        lambda: page.clock.run_for(30_000) or page.locator("#upload-problem:has-text('网络太差')").count()
    )  # up to a limit
    assert len(tries) == 7
    expect(page.locator("#send")).to_be_enabled()


def test_a_large_photo_is_reduced_in_the_browser_and_a_small_one_is_not(site, browser):
    large, small = photo(1300, 1800, noise=True), photo()
    assert len(large) > 2**20 > len(small)
    for content in (large, small):
        page = open_by_qr(site, browser)
        send(page, content)
        page.wait_for_url(SETTLED, timeout=60_000)
    shrunk, untouched = (kept["size"] for kept in site.fakes.photos.values())
    assert shrunk < len(large)
    assert untouched == len(small)


def test_a_photo_that_no_canvas_can_draw_is_sent_unchanged(site, browser):
    strange = b"\x00\x00\x00\x18ftypheic" + bytes(3 * 2**20)
    page = open_by_qr(site, browser)
    page.set_input_files("#choose", as_file(strange, "IMG_1.HEIC", "image/heic"))
    page.click("#send")
    page.wait_for_url(SETTLED)
    assert [kept["size"] for kept in site.fakes.photos.values()] == [len(strange)]


def test_without_scripts_the_code_is_typed_and_the_photo_arrives(site, browser):
    page = site.open(browser, script=False)
    page.goto("/u")
    page.fill("#upload_code", GROUPED.lower())
    send(page)
    expect(page.locator("h1")).to_have_text("已归档，等班主任审核")
    assert len(site.fakes.photos) == 1


def test_without_scripts_a_refusal_comes_back_with_the_code_that_was_typed(site, browser):
    page = site.open(browser, script=False)
    page.goto("/u")
    page.fill("#upload_code", GROUPED)
    page.click("#send")
    expect(page.locator("#problem-box")).to_contain_text("请先拍照或选择照片")
    expect(page.locator("#upload_code")).to_have_value(GROUPED)


def test_switching_the_language_keeps_the_code_and_still_never_sends_it(site, browser):
    page = open_by_qr(site, browser)
    seen: list[str] = []
    page.on("request", lambda request: seen.append(request.url))
    page.click(".language")
    expect(page.locator("h1")).to_have_text("Upload the form")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("#upload_code")).to_have_value(GROUPED)
    assert not [url for url in seen if people.UPLOAD_CODE in url]
    page.goto("/sign-in")
    expect(page.locator("h1")).to_have_text("Sign in")  # the choice stays


def test_a_guardian_sends_without_a_code(site, browser):
    page = site.open(browser)
    sign_in(page, "guardian")
    page.goto("/children")
    page.locator(f'a[href*="/u/for/{people.PUPIL}"]').first.click()
    expect(page.locator("#upload_code")).to_have_count(0)
    send(page)
    page.wait_for_url(SETTLED)
    sent = site.fakes.commands("/v1/photos")[0].form()
    assert (sent["pupil"], sent["campaign"]) == (people.PUPIL.encode(), b"2026a")
    assert "upload_code" not in sent
