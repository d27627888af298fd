"""Signing in, renewal, signing out, and cookies."""

from __future__ import annotations

import dataclasses
import threading
from dataclasses import replace

import pytest

from services.portal.app import build
from services.portal.session import SealedCookies, Session, SignIn
from services.portal.settings import Settings
from shared.infrastructure.errors import Refused
from tests.support.together import run_together
from tests.unit.portal import people
from tests.unit.portal.conftest import FIELD, Visitor
from tests.unit.portal.fakes import ACCESS_SECONDS, SETTINGS, Fakes, refuse

SESSION = Session("access", "refresh", 1, "account", "teacher", "钱班主任", ("/000000/",), (), False)


def test_a_sealed_session_opens_again_and_shows_nothing():
    cookies = SealedCookies(bytes(32))
    cookie = cookies.seal_session(SESSION)
    assert cookies.open_session(cookie) == SESSION
    assert "refresh" not in cookie and "teacher" not in cookie


@pytest.mark.parametrize(
    "cookie",
    [
        "",
        "x",
        "!!!",
        "AAAA",
        SealedCookies(bytes([1] * 32)).seal_session(SESSION),
        SealedCookies(bytes(32)).seal("photos", {}),
    ],
    ids=["none", "short", "no base64", "no seal", "another key", "another use"],
)
def test_a_cookie_that_is_absent_foreign_or_of_another_use_opens_no_session(cookie: str):
    assert SealedCookies(bytes(32)).open_session(cookie) is None


def test_cookies_cannot_be_read_by_scripts_or_sent_by_other_sites(visitor):
    response = visitor.sign_in("teacher")
    cookies = {header.split("=")[0]: header for header in response.headers.getlist("Set-Cookie")}
    assert "HttpOnly" in cookies["rollcall_session"] and "SameSite=Lax" in cookies["rollcall_session"]
    assert "HttpOnly" in visitor.get("/?lang=en").headers["Set-Cookie"]


def test_behind_https_cookies_are_secure_and_of_this_host_alone(fakes: Fakes):
    secure = Visitor(build(replace(SETTINGS, secure_cookies=True), fakes.clock, fakes.services()))
    secure.client.get("/?lang=en", base_url="https://rollcall.example")
    response = secure.client.get("/sign-in", base_url="https://rollcall.example")
    assert "max-age" in response.headers["Strict-Transport-Security"]
    fields = dict(FIELD.findall(response.text)) | {"login": "teacher", "password": people.PASSWORD}
    response = secure.client.post("/sign-in", data=fields, base_url="https://rollcall.example")
    cookies = {cookie.key: cookie for cookie in secure.client._cookies.values()}
    assert "__Host-rollcall_session" in cookies and all(name.startswith("__Host-") for name in cookies)
    for header in response.headers.getlist("Set-Cookie"):
        assert "Secure" in header and "Path=/" in header and "Domain" not in header
    page = secure.client.get(f"/class/{people.CLASS}", base_url="https://rollcall.example")
    assert page.status_code == 200 and 'lang="en"' in page.text


def test_cookies_are_secure_unless_a_setting_says_no():
    assert {field.name: field.default for field in dataclasses.fields(Settings)}["secure_cookies"] is True


def test_signing_out_ends_the_cookies_and_clears_what_the_browser_keeps(visitor):
    visitor.sign_in("school")
    response = visitor.send("/school", {}, to="/sign-out")
    assert {'"cache"', '"storage"'} == set(response.headers["Clear-Site-Data"].split(", "))
    ended = [header for header in response.headers.getlist("Set-Cookie") if "Max-Age=0" in header]
    assert any(header.startswith("rollcall_session=;") for header in ended)


def test_a_session_is_renewed_before_its_token_expires(fakes: Fakes, visitor):
    visitor.sign_in("teacher")
    fakes.clock.advance(seconds=ACCESS_SECONDS - 60)
    assert visitor.get(f"/class/{people.CLASS}").status_code == 200
    assert visitor.get(f"/class/{people.CLASS}").status_code == 200
    assert [received.path for received in fakes.requests].count("/v1/sessions/refresh") == 1


def test_two_requests_at_once_share_one_renewal():
    fakes = Fakes()
    sign_in = SignIn(fakes.services().identity, fakes.clock)
    session, _ = sign_in.with_password("teacher", people.PASSWORD)
    start = threading.Barrier(2)

    def renew() -> object:
        start.wait()
        return sign_in.renew(session)

    first, second = run_together(renew, renew)
    assert first == second
    assert [received.path for received in fakes.requests].count("/v1/sessions/refresh") == 1


def test_a_renewal_that_failed_is_tried_again():
    fakes = Fakes()
    sign_in = SignIn(fakes.services().identity, fakes.clock)
    session, _ = sign_in.with_password("teacher", people.PASSWORD)
    fakes.broken.add("identity")
    with pytest.raises(Refused, match="unavailable"):
        sign_in.renew(session)
    fakes.broken.clear()
    assert sign_in.renew(session).role == "teacher"


def test_while_identity_is_unavailable_a_valid_token_stays_in_use(fakes: Fakes, visitor):
    visitor.sign_in("school")
    fakes.clock.advance(seconds=ACCESS_SECONDS - 60)
    fakes.broken.add("identity")
    assert visitor.get("/school").status_code == 200
    fakes.clock.advance(seconds=120)
    assert visitor.get("/school").status_code == 503


def test_an_expired_session_leads_to_sign_in_and_back(fakes: Fakes, visitor):
    visitor.sign_in("school")
    fakes.clock.advance(seconds=ACCESS_SECONDS * 2)
    fakes.refreshes.clear()
    response = visitor.get("/school/import")
    assert response.headers["Location"] == "/sign-in?next=%2Fschool%2Fimport"
    assert visitor.get("/sign-in").status_code == 200  # not sent round in a circle


def test_signing_out_clears_the_cookie_even_when_identity_is_unavailable(fakes: Fakes, visitor):
    visitor.sign_in("school")
    fakes.broken.add("identity")
    assert visitor.send("/school", {}, to="/sign-out").status_code == 303
    assert visitor.get("/school").headers["Location"].startswith("/sign-in")


def test_an_initial_password_must_be_changed_before_anything_else(fakes: Fakes, visitor):
    assert visitor.sign_in("newcomer").headers["Location"] == "/password"
    assert visitor.get(f"/class/{people.CLASS}").headers["Location"] == "/password"
    short = visitor.send("/password", {"old": people.PASSWORD, "new": "short", "again": "short"})
    assert short.status_code == 422 and "至少12个字符" in short.text
    done = visitor.send(
        "/password", {"old": people.PASSWORD, "new": "four unrelated words", "again": "four unrelated words"}
    )
    assert done.status_code == 303
    assert visitor.get(f"/class/{people.CLASS}").status_code == 200


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "/a b"]
)
def test_signing_in_never_leads_to_another_site(visitor, elsewhere: str):
    response = visitor.send("/sign-in", {"login": "school", "password": people.PASSWORD, "next": elsewhere})
    assert response.headers["Location"] == "/school"


def test_after_a_wrong_password_the_form_keeps_the_account_name_but_not_the_password(visitor):
    response = visitor.send("/sign-in", {"login": "teacher", "password": "wrong words here"})
    assert response.status_code == 401
    assert "账号或密码不对" in response.text and 'value="teacher"' in response.text
    assert "wrong words here" not in response.text


# ---- what an account may see has changed
def test_a_page_or_form_is_sent_again_with_a_fresh_token_when_the_scope_has_changed(visitor, fakes):
    visitor.sign_in("teacher")
    superseded = f"access-{fakes.issued}"

    def only_after_a_renewal(received):
        if received.token == superseded:
            return refuse(401, "token-superseded")
        return fakes.do(received)

    fakes.overrides["GET /v1/campaigns"] = only_after_a_renewal
    again = visitor.get(f"/class/{people.CLASS}")
    assert (again.status_code, again.headers["Location"]) == (307, f"/class/{people.CLASS}")
    assert visitor.get(f"/class/{people.CLASS}").status_code == 200


def test_a_session_that_ended_elsewhere_leads_to_the_sign_in(visitor, fakes):
    visitor.sign_in("teacher")
    fakes.sessions.clear()
    response = visitor.get(f"/class/{people.CLASS}")
    assert response.status_code == 303 and response.headers["Location"].startswith("/sign-in")
    assert "rollcall_session=;" in response.headers["Set-Cookie"]


@pytest.mark.parametrize("path", ["/", "/password"])
def test_a_cookie_of_an_ended_session_shows_no_name(visitor, fakes, path):
    visitor.sign_in("teacher")
    name = fakes.accounts["teacher"]["display_name"]
    assert name in visitor.get(path).text
    fakes.sessions.clear()
    assert name not in visitor.get(path).text


# ---- devices
def test_a_browser_is_known_at_its_next_sign_in_by_the_token_of_each_login(visitor, fakes):
    def sent():
        return [a.json.get("device_token") for a in fakes.commands("/v1/sessions") if a.method == "POST"]

    for login in ("teacher", "county", "teacher"):
        visitor.sign_in(login)
        visitor.send("/password", {}, to="/sign-out")
    assert sent() == ["", "", "device-of-teacher"]


def test_another_browser_is_not_known(visitor, app, fakes):
    visitor.sign_in("teacher")
    Visitor(app).sign_in("teacher")
    assert fakes.commands("/v1/sessions")[-1].json["device_token"] == ""


def test_a_lock_says_for_how_long(visitor, fakes):
    fakes.overrides["POST /v1/sessions"] = lambda a: refuse(429, "too-many", retry_after=121)
    response = visitor.sign_in("teacher")
    assert response.status_code == 429 and "请3分钟后再试" in response.text


def test_the_level_above_lifts_a_lock_on_the_page_of_accounts(visitor, fakes):
    visitor.sign_in("county")
    assert "/accounts/unlocked" in visitor.get("/accounts").text
    response = visitor.send("/accounts", {"account": "a-1"}, to="/accounts/unlocked")
    assert (response.status_code, response.headers["Location"]) == (303, "/accounts?done=unlocked")
    [asked] = fakes.commands("/v1/accounts/a-1/lock")
    assert asked.method == "DELETE" and asked.headers["Idempotency-Key"]


def test_a_lift_asks_for_the_password_first_when_the_sign_in_is_old(visitor, fakes):
    visitor.sign_in("county")
    fakes.overrides["DELETE /v1/accounts/a-1/lock"] = lambda received: refuse(403, "sign-in-again")
    asked = visitor.send("/accounts", {"account": "a-1"}, to="/accounts/unlocked")
    assert 'name="confirmation"' in asked.text and 'value="a-1"' in asked.text
