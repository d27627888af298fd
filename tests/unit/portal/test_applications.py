"""Pages of a missing county: started by staff or by the public form, decided level by level, and looked up."""

from __future__ import annotations

import pytest

from tests.unit.portal import people
from tests.unit.portal.conftest import Visitor
from tests.unit.portal.fakes import Fakes

PAGE = "/applications"
ASKED = {"parent": "110000", "name": "经济技术开发区", "code": "110171"}
TYPED = {"province": "320000", "parent": "320500", "name": "苏州工业园区", "contact_name": "某科长", "contact": "0512"}
ID = "0190d6a0-0000-7000-8000-0000000000c0"


def has(fakes: Fakes, **more: object) -> dict[str, object]:
    fakes.applications[ID] = people.application(ID, fakes.clock.now(), name="经济技术开发区", contact="0512") | more
    return fakes.applications[ID]


def test_a_province_applies_sees_what_waits_with_its_age_and_passes_it_on(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("province")
    assert "没有等本单位答复的申请" in visitor.get(PAGE).text
    done = visitor.send(f"{PAGE}/new", ASKED)
    assert done.headers["Location"] == f"{PAGE}/{ID}?done=applied"
    fakes.clock.ms += 3 * 86_400_000  # type: ignore[attr-defined]
    visitor.sign_in("province")
    page = visitor.get(PAGE).text
    assert "已等3天" in page and f"{PAGE}/{ID}" in page
    done = visitor.send(f"{PAGE}/{ID}", {"decision": "yes"}, to=f"{PAGE}/{ID}/decisions")
    assert done.headers["Location"] == f"{PAGE}/{ID}?done=application-waiting"


def test_a_refusal_needs_a_reason_which_the_page_keeps(fakes: Fakes, visitor: Visitor):
    has(fakes)
    visitor.sign_in("province")
    to = f"{PAGE}/{ID}/decisions"
    assert visitor.send(f"{PAGE}/{ID}", {"decision": "no", "reason": ""}, to=to).status_code == 422
    visitor.send(f"{PAGE}/{ID}", {"decision": "no", "reason": "归虎丘区管"}, to=to)
    [sent] = fakes.commands(f"/v1/applications/{ID}/decisions")
    assert sent.json == {"accept": False, "reason": "归虎丘区管"}
    page = visitor.get(f"{PAGE}/{ID}").text
    assert "归虎丘区管" in page and "/decisions" not in page


def test_the_ministry_gives_the_code_and_prints_the_sheet_of_the_new_account(fakes: Fakes, visitor: Visitor):
    has(fakes, holder="/000000/", code="110171")
    visitor.sign_in("ministry")
    page = visitor.get(f"{PAGE}/{ID}").text
    assert 'value="110171"' in page and 'value="经济技术开发区"' in page and "批准，设立单位和账号" in page
    given = {"decision": "yes", "code": "110171", "name": "经济技术开发区"}
    done = visitor.send(f"{PAGE}/{ID}", given, to=f"{PAGE}/{ID}/decisions")
    assert done.headers["Location"] == f"{PAGE}/{ID}?done=application-completed"
    asked = visitor.send(f"{PAGE}/{ID}", {}, to=f"{PAGE}/{ID}/sheets")
    assert "前一张激活单作废" in asked.text
    printed = visitor.send(f"{PAGE}/{ID}", {"confirm": "1"}, to=f"{PAGE}/{ID}/sheets")
    sent = fakes.commands("/v1/activation-sheets")[-1]
    assert sent.json["path"] == "/000000/110000/110171/" and f"{PAGE}/sheets/" in printed.text


def test_a_county_applies_without_an_account_and_reads_the_answer_with_its_code(fakes: Fakes, visitor: Visitor):
    assert 'href="/apply"' in visitor.get("/sign-in").text
    first = visitor.get("/apply").text
    assert "江苏省" in first and "contact_name" not in first
    assert "苏州市" in visitor.get("/apply?province=320000").text
    wrong = visitor.send("/apply?province=320000", {**TYPED, "contact": ""})
    assert wrong.status_code == 422 and "苏州工业园区" in wrong.text
    done = visitor.send("/apply?province=320000", TYPED)
    assert people.ANSWER_CODE in done.text
    sent = fakes.commands("/v1/public-applications")[-1]
    assert (sent.token, sent.json["parent"], sent.json["contact"]) == ("", "320500", "0512")
    assert people.ANSWER_CODE not in visitor.get("/apply").text, "the code is shown once"
    answer = visitor.send("/apply/answer", {"answer_code": people.ANSWER_CODE})
    assert "现在在北京市等待答复" in answer.text and "已上报1级" in answer.text
    assert visitor.send("/apply/answer", {"answer_code": people.ACTIVATION_CODE}).status_code == 422


@pytest.mark.parametrize("role", ["county", "school", "teacher", "guardian", "auditor"])
def test_others_see_no_application(fakes: Fakes, visitor: Visitor, role: str):
    has(fakes)
    visitor.sign_in(role)
    assert {visitor.get(path).status_code for path in (PAGE, f"{PAGE}/new", f"{PAGE}/{ID}")} == {403}
