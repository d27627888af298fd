"""A misused registration code in a browser: reported without an account, unbound, the held photo decided, closed."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from shared.language import codes
from tests.e2e.site import DESK, PHONE, Site, sign_in
from tests.unit.portal import people

pytestmark = pytest.mark.browser
BOUND = people.BINDINGS[1]
PUPIL = BOUND["pupil"]


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_case_from_its_report_to_its_end(site: Site, browser: Browser, size: dict[str, int]):
    family = site.open(browser, size=size)
    family.goto("/r")
    family.click("text=申报别人用了我孩子的注册码")
    family.fill("#registration_code", people.REGISTRATION_CODE)
    family.fill("#birth_date", "20160501")
    family.click("main .button.wide")
    expect(family.locator(".box-done")).to_contain_text("已收到")

    teacher = site.open(browser, size=size)
    sign_in(teacher, "teacher")
    teacher.goto(f"/class/{people.CLASS}/pupils/{PUPIL}")
    expect(teacher.locator("#listed + .hint + .rows")).to_contain_text("欧阳建军")
    teacher.locator("details", has_text="解除关联").first.locator("summary").click()
    teacher.select_option("details[open] select", "wrong-code")
    teacher.click("details[open] button")
    expect(teacher.locator(".code-whole")).to_have_text(codes.grouped(people.REGISTRATION_CODE))
    site.fakes.misuse = [people.misuse_line(PUPIL, "opened")]
    site.fakes.forms[PUPIL]["waiting"] = [{"photo": "ph-2", "by": "guardian", "reason": "on-hold", "received_at": ""}]
    teacher.click("text=查看这件误用注册码的处理")
    expect(teacher.locator("h2 .count")).to_have_text("1")
    expect(teacher.locator(f"form[action='/misuse/{PUPIL}/closure']")).to_have_count(0)
    teacher.click("text=退回，请家长重传")
    expect(teacher.locator(".box-done")).to_contain_text("重拍")
    site.fakes.forms[PUPIL]["waiting"] = []
    teacher.reload()
    teacher.click(f"form[action='/misuse/{PUPIL}/closure'] button")
    expect(teacher.locator(".box-done")).to_contain_text("已结案")
    assert site.complaints == []
