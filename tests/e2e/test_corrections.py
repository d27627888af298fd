"""变更栏 in Chromium: typed in beside the photo, decided by the leader, with and without scripts."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.site import DESK, PHONE, Site, sign_in
from tests.unit.portal import people
from tests.unit.portal.fakes import respond

pytestmark = pytest.mark.browser
PUPIL = people.PUPIL
PAGE = f"/class/{people.CLASS}/pupils/{PUPIL}/corrections?photo=photo-1"
PROOF = {"name": "户口簿.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 %%EOF"}


@pytest.fixture
def with_photo(site: Site) -> Site:
    mine = {"state": "archived", "pupil": PUPIL, "campaign": "2026a", "receipt": "1234567890"}
    site.fakes.overrides["GET /v1/photos/photo-1"] = lambda received: respond(mine)
    return site


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_the_teacher_types_what_the_photo_says_and_the_leader_decides(
    with_photo: Site, browser: Browser, size: dict[str, int], script: bool
):
    page = with_photo.open(browser, size=size, script=script)
    sign_in(page, "teacher")
    page.goto(PAGE)
    photo, name = page.locator("img.photo").first, page.get_by_label("姓名", exact=True)
    expect(photo).to_be_visible()
    box, form = photo.bounding_box(), name.bounding_box()
    assert box and form
    is_beside = form["x"] >= box["x"] + box["width"]
    assert is_beside == (size == DESK)
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"] if script else True
    name.fill("王依")
    page.get_by_label("联系电话", exact=True).fill("13800138000")
    page.get_by_role("button", name="提交更正").click()
    expect(page.locator("#proof-problem")).to_contain_text("证明材料")
    expect(page.get_by_label("姓名", exact=True)).to_have_value("王依")  # only the file is chosen again
    page.get_by_label("证明材料").set_input_files(PROOF)  # type: ignore[arg-type]
    page.get_by_role("button", name="提交更正").click()
    expect(page.get_by_text("一般信息已生效；关键信息等校长审批。")).to_be_visible()
    expect(photo).to_be_visible()
    sent = with_photo.fakes.commands(f"/v1/pupils/{PUPIL}/corrections")[-1].form()
    assert json.loads(sent["fields"]) == {"name": "王依", "phone": "13800138000"} and sent["proof"] == PROOF["buffer"]

    leader = with_photo.open(browser, size=size, script=script)
    sign_in(leader, "leader")
    leader.goto("/corrections")
    leader.get_by_role("link", name="查看并审批").click()
    expect(leader.get_by_text("王依")).to_be_visible()
    leader.get_by_role("button", name="同意，报主管部门").click()
    expect(leader.get_by_text("已同意，等主管部门审批。")).to_be_visible()


def test_the_family_reads_why_a_correction_was_refused(site: Site, browser: Browser):
    page = site.open(browser)
    sign_in(page, "guardian")
    page.goto(f"/children/{PUPIL}/registry#corrections")
    expect(page.get_by_role("heading", name="更正记录")).to_be_visible()
    expect(page.get_by_text("户口本看不清")).to_be_visible()
