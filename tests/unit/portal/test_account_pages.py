"""Pages about accounts: the slip, the reset code, waiting accounts, closing, classes, histories."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import quote

import pytest

from shared.language import codes
from tests.unit.portal import people
from tests.unit.portal.conftest import Visitor
from tests.unit.portal.fakes import Fakes, refuse, respond

NEW = "fifty quiet rivers"
ACCOUNT = people.WAITING["id"]

OTHER = codes.make(lambda below: 4, kind=codes.RESET)


def use(visitor: Visitor, login: str, **changed: str):
    given = {"login": login, "reset_code": people.RESET_CODE, "birth_date": "", "new": NEW, "again": NEW}
    return visitor.send("/reset", {**given, **changed})


def test_a_slip_holds_code_login_address_and_end_and_no_address_holds_the_code(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("county")
    page = visitor.send(
        "/accounts", {"account": ACCOUNT, "login": "school", "name": "赵学籍", "unit": ""}, to="/accounts/resets"
    )
    assert page.status_code == 200
    for shown in (people.RESET_CODE, "localhost/reset", "赵学籍", "2026年9月27日 19:05"):
        assert shown in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert not any(people.RESET_CODE in received.path for received in fakes.requests)


def test_a_new_account_comes_with_an_activation_code_and_its_qr(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("county")
    asked = {"unit": people.SCHOOL, "role": "school", "login": "new-school", "display_name": "周老师"}
    page = visitor.send("/accounts/new", asked).text
    for shown in (people.ACTIVATION_CODE, "localhost/a", "new-school", "激活码", "<svg"):
        assert shown in page
    assert not any(people.ACTIVATION_CODE in received.path for received in fakes.requests)


def activate(visitor: Visitor, login: str, **changed: str):
    given = {"login": login, "activation_code": people.ACTIVATION_CODE, "new": NEW, "again": NEW}
    return visitor.send("/a", {**given, **changed})


def test_the_owner_activates_the_account_and_is_signed_in(visitor: Visitor):
    response = activate(visitor, "teacher")
    assert (response.status_code, response.headers["Location"]) == (303, "/class?done=activated")
    assert visitor.get("/account").status_code == 200


def test_a_bureau_that_activates_its_account_is_told_so_beside_its_figures(visitor: Visitor):
    assert activate(visitor, "county").headers["Location"] == "/figures?done=activated"
    page = visitor.get("/figures?done=activated")
    assert page.headers["Location"] == "/figures/110101?done=activated"
    assert "账号已开通" in visitor.get(page.headers["Location"]).text


def test_who_activates_an_account_that_waits_for_a_yes_is_told_so(fakes: Fakes, visitor: Visitor):
    fakes.overrides["POST /v1/sessions"] = lambda a: refuse(403, "account-waiting", "It waits.", "login")
    assert activate(visitor, "teacher").headers["Location"] == "/sign-in?done=chosen-waiting"
    assert "同意后就能用它登录" in visitor.get("/sign-in?done=chosen-waiting").text


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"login": "nobody"}, "activation-code-wrong"),
        ({"activation_code": people.RESET_CODE}, "reset-code-here"),
        ({"new": "short", "again": "short"}, "password-too-short"),
        ({"again": "another"}, "passwords-differ"),
    ],
)
def test_a_refused_activation_keeps_the_fields_except_the_password(visitor: Visitor, changed, code):
    page = activate(visitor, **{"login": "teacher", **changed})
    assert page.status_code == 422 and code in page.text and NEW not in page.text
    assert f'value="{changed.get("login", "teacher")}"' in page.text


def test_the_slip_of_a_waiting_account_says_so(visitor: Visitor):
    visitor.sign_in("county")
    asked = {"unit": people.SCHOOL, "role": "school", "login": "new-school", "display_name": "周老师"}
    assert "更上一级同意" in visitor.send("/accounts/new", asked).text


def test_the_owner_chooses_a_password_with_the_code_is_signed_in_and_sees_who_reset_it(visitor: Visitor):
    response = use(visitor, "teacher")
    assert (response.status_code, response.headers["Location"]) == (303, "/account?done=reset")
    page = visitor.get("/account?done=reset").text
    assert "重设密码，发出重设码" in page and "由东城区管理员（区县管理员）办理" in page and "增加班级" in page


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"reset_code": OTHER}, "reset-code-wrong"),
        ({"reset_code": "ABCD"}, "code-length"),
        ({"reset_code": people.UPLOAD_CODE}, "page-one-code"),
        ({"again": "another"}, "passwords-differ"),
        ({"birth_date": "yesterday"}, "birth-date-format"),
    ],
)
def test_a_refused_reset_keeps_the_fields_except_the_password(visitor: Visitor, changed, code):
    page = use(visitor, "teacher", **changed)
    assert page.status_code == 422 and code in page.text and 'value="teacher"' in page.text and NEW not in page.text


def test_a_guardian_gives_the_birth_date_and_gets_other_children_back_by_theirs(fakes: Fakes, visitor: Visitor):
    assert "birth-date-wrong" in use(visitor, "guardian", birth_date="20150101").text
    assert use(visitor, "guardian", birth_date="2016年5月1日").status_code == 303
    assert "还有1个别的班的孩子" in visitor.get("/children").text
    response = visitor.send("/children", {"birth_date": "20160501"}, to="/children/regained")
    assert response.headers["Location"] == "/children?done=regained"
    assert "别的班的孩子" not in visitor.get("/children").text


def test_the_leader_sees_the_waiting_accounts_alone_and_decides(fakes: Fakes, visitor: Visitor):
    fakes.waiting = [people.WAITING]
    visitor.sign_in("leader")
    page = visitor.get("/accounts").text
    assert "周老师" in page and "/accounts/new" not in page
    for accept, done in (("yes", "accepted"), ("no", "rejected")):
        response = visitor.send("/accounts", {"account": ACCOUNT, "accept": accept}, to="/accounts/decisions")
        assert response.headers["Location"] == f"/accounts?done={done}"
        assert fakes.commands(f"/v1/accounts/{ACCOUNT}/acceptance")[-1].json == {"accept": accept == "yes"}


def test_a_school_sees_waiting_accounts_above_its_own(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("school")
    assert "待您同意" not in visitor.get("/accounts").text
    fakes.waiting = [people.WAITING]
    assert "待您同意" in visitor.get("/accounts").text


def test_an_account_is_closed_and_a_closed_one_offers_nothing_more(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("school")
    response = visitor.send("/accounts", {"account": ACCOUNT, "unit": ""}, to="/accounts/closed")
    assert response.headers["Location"] == "/accounts?done=closed"
    assert fakes.commands(f"/v1/accounts/{ACCOUNT}/closure")
    assert visitor.get("/accounts").text.count('action="/accounts/closed"') == 4, (
        "three teachers and the leader, not the own account"
    )


def test_a_teacher_gets_a_class_and_loses_one(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("school")
    path = f"{people.UNITS[people.SCHOOL]['path']}{people.CLASS}/"
    for change in ("paths", "paths/revocations"):
        asked = {"account": ACCOUNT, "change": change, "path": path, "unit": people.SCHOOL}
        response = visitor.send("/accounts", asked, to="/accounts/classes")
        assert response.headers["Location"] == f"/accounts?unit={people.SCHOOL}&done=classes"
        assert fakes.commands(f"/v1/accounts/{ACCOUNT}/{change}")[-1].json == {"path": path}
    page = visitor.get("/accounts").text
    assert page.count("取消一个班</button>") == 1, "of the teacher with two classes"


def test_the_history_of_an_account_is_one_tap_away(visitor: Visitor):
    visitor.sign_in("teacher")
    assert "/accounts/0190d6a0-0000-7000-8000-000000000008/history" in visitor.get(f"/class/{people.CLASS}").text
    assert "使用重设码" in visitor.get(f"/accounts/{ACCOUNT}/history").text


def sent(visitor: Visitor, form: dict[str, str]):
    """The answer to the search, unfollowed."""
    data = {**visitor.fields("/accounts"), "page": "/accounts", **form}
    return visitor.client.open("/accounts/search", method="POST", data=data)


def test_an_account_is_searched_by_name_and_no_address_holds_it(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("county")
    form = {"unit": "110101", "text": "赵学籍", "role": "school", "state": "", "code": ""}
    answer = sent(visitor, form)
    address = answer.headers["Location"]
    assert answer.status_code == 303 and "role=school" in address and "赵" not in address and "%E8" not in address
    page = visitor.get(address).text
    assert "<strong><bdi>赵学籍" in page and "<strong><bdi>李区县" not in page and 'value="赵学籍"' in page
    [asked] = fakes.commands("/v1/accounts/searches")
    assert asked.json == {"text": "赵学籍", "role": "school", "state": "", "after": "", "under": "", "limit": 50}
    assert not any("赵" in received.path or "赵" in str(received.params) for received in fakes.requests)


def test_the_seal_of_an_idle_account_is_lifted_from_the_list(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("county")
    idle = {**people.WAITING, "state": "sealed"}
    fakes.overrides["GET /v1/accounts"] = lambda asked: respond({"items": [idle], "after": ""})
    page = visitor.get("/accounts?state=sealed").text
    assert page.count("解除封存") == 2 and "半年未用，已封存" in page and "accounts.reset" not in page
    form = {"account": ACCOUNT, "login": "school", "name": "赵学籍", "unit": ""}
    assert people.RESET_CODE in visitor.send("/accounts", form, to="/accounts/resets").text


def test_pages_of_accounts_go_on_with_the_same_filter_and_text(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("county")
    after = f"{people.UNITS[people.SCHOOL]['path']}{ACCOUNT}"
    fakes.overrides["GET /v1/accounts"] = lambda a: respond({"items": [people.WAITING], "after": after})
    fakes.overrides["POST /v1/accounts/searches"] = fakes.overrides["GET /v1/accounts"]
    listed = visitor.get("/accounts?state=sealed&role=unheard-of").text
    assert f"state=sealed&amp;after={quote(after, safe='')}" in listed
    form = {"unit": "110101", "text": "王", "role": "", "state": "sealed", "code": ""}
    address = sent(visitor, form).headers["Location"]
    link = re.search(r'href="(/accounts\?[^"]*after=[^"]*)"', visitor.get(address).text)
    assert link and "kept=" in link[1]
    visitor.get(unescape(link[1]))
    assert [a.json["after"] for a in fakes.commands("/v1/accounts/searches")] == ["", after]


def test_the_code_of_a_unit_leads_to_its_accounts_and_a_long_text_is_refused(visitor: Visitor):
    visitor.sign_in("county")
    form = {"unit": "110101", "text": "", "role": "", "state": "active", "code": people.SCHOOL}
    answer = sent(visitor, form)
    assert answer.headers["Location"] == f"/accounts?unit={people.SCHOOL}&state=active"
    assert "最多100个字符" in visitor.send("/accounts", {**form, "text": "x" * 101}, to="/accounts/search").text


def test_a_hand_over_leads_to_the_successors_slip_and_a_forgotten_name_is_told(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("school")
    form = {
        "unit": people.SCHOOL,
        "account": ACCOUNT,
        "role": "teacher",
        "login": "sun.teacher",
        "display_name": "孙老师",
    }
    assert "换人" in visitor.get("/accounts").text
    page = visitor.send("/accounts", form, to="/accounts/hand-overs").text
    assert people.ACTIVATION_CODE in page and "孙老师" in page
    [asked] = fakes.commands(f"/v1/accounts/{ACCOUNT}/hand-over")
    assert asked.json == {"login": "sun.teacher", "display_name": "孙老师"}
    assert 'id="problem-box"' in visitor.send("/accounts", {**form, "display_name": ""}, to="/accounts/hand-overs").text


def test_the_list_goes_out_as_a_table_without_formulas_after_a_fresh_sign_in(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("county")
    row = people.WAITING | {"role": "school", "state": "active", "display_name": "=1+1", "used_on": "2026-11-20"}
    pages = [{"items": [row], "after": "/000000/x"}, {"items": [row | {"display_name": "赵一"}], "after": ""}]
    fakes.overrides["POST /v1/account-exports"] = lambda a: respond(pages[bool(a.json["after"])])
    assert "/accounts/table.csv?unit=110101" in visitor.get("/accounts").text
    table = visitor.get("/accounts/table.csv?unit=110101&role=school&state=bad")
    assert "'=1+1" in table.text and "赵一" in table.text and "attachment" in table.headers["Content-Disposition"]
    first, second = fakes.commands("/v1/account-exports")[-2:]
    assert first.json == {"under": "/000000/110000/110101/", "role": "school", "state": "", "after": ""}
    assert second.json["after"] == "/000000/x"


def test_the_owner_of_a_units_account_is_asked_for_a_real_name_at_its_field(fakes: Fakes, visitor: Visitor):
    visitor.get("/a")
    assert activate(visitor, "school", display_name=" 王小明 ").status_code == 303
    assert fakes.commands("/v1/activation-codes/use")[-1].json["display_name"] == "王小明"
    for path, use_code in (("/a", activate), ("/reset", use)):
        route = "POST /v1/activation-codes/use" if path == "/a" else "POST /v1/reset-codes/use"
        fakes.overrides[route] = lambda asked: refuse(422, "name-needed", where="display_name")
        page = use_code(visitor, "school").text
        assert 'id="display_name-problem"' in page and "请填写您本人的真实姓名" in page


def test_a_family_that_uses_a_reset_code_is_not_asked_for_a_name(visitor: Visitor):
    assert 'name="display_name"' not in visitor.get("/reset").text
