"""The way from the registry through the portal: start, answer, and every sentence for those who do not get in."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.portal import texts
from services.portal.app import build
from tests.unit.portal import people
from tests.unit.portal.conftest import Visitor
from tests.unit.portal.fakes import SETTINGS, refuse, respond

ISSUER, SECRET = "https://registry.test", "c" * 32
BACK = "/registry/callback?state=s.1.p&code=abc&iss=https%3A%2F%2Fregistry.test"
REFUSALS = sorted(key.removeprefix("problem.") for key in texts.ALL if key.startswith("problem.registry-"))


@pytest.fixture
def browser(fakes):
    fakes.overrides["POST /v1/registry-sign-ins"] = lambda received: respond(
        {"address": f"{ISSUER}/authorize?state=s.1.p", "secret": SECRET}, 201
    )
    fakes.overrides["POST /v1/registry-sign-ins/arrival"] = lambda received: arrived(fakes)
    return Visitor(build(replace(SETTINGS, registry_issuer=ISSUER), fakes.clock, fakes.services()))


def arrived(fakes):
    fakes.sessions["from-registry"] = "school"
    fakes.refreshes["refresh-of-registry"] = "school"
    tokens = {"access_token": "from-registry", "refresh_token": "refresh-of-registry", "expires_in": 900}
    return respond({**tokens, "first": True}, 201)


def sent(fakes):
    return [each.json for each in fakes.requests if each.path == "/v1/registry-sign-ins/arrival"]


def test_a_link_of_the_registrys_page_leads_there_and_back_into_the_school(browser, fakes):
    gone = browser.get("/registry/start?iss=https://registry.test&target_link_uri=https://evil.test")
    assert (gone.status_code, gone.headers["Location"]) == (303, f"{ISSUER}/authorize?state=s.1.p")
    cookie = next(each for each in gone.headers.getlist("Set-Cookie") if each.startswith("rollcall_registry="))
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and SECRET not in cookie
    back = browser.get(BACK)
    assert (back.status_code, back.headers["Location"].split("?")[1]) == (303, "done=registry")
    assert sent(fakes) == [{"state": "s.1.p", "code": "abc", "answered_by": ISSUER, "secret": SECRET}]
    assert texts.text("zh", "done.registry") in browser.get(back.headers["Location"]).text
    browser.get(BACK)
    assert sent(fakes)[1]["secret"] == ""  # the cookie is spent


def test_an_answer_in_another_browser_carries_no_secret(browser, fakes, app):
    browser.get("/registry/start")
    Visitor(browser.client.application).get(BACK)
    assert sent(fakes)[0]["secret"] == ""


def test_the_own_session_goes_along_so_that_its_account_can_be_connected(browser, fakes):
    browser.sign_in("school")
    assert texts.text("zh", "registry.connect") in browser.get("/account").text
    browser.get("/registry/start")
    browser.get(BACK)
    asked = next(each for each in fakes.requests if each.path == "/v1/registry-sign-ins/arrival")
    assert fakes.sessions[asked.token] == "school"


def test_a_session_that_has_ended_elsewhere_keeps_nobody_out(browser, fakes):
    """Staff have one session at a time: the one in this browser may have ended minutes ago, on another computer."""

    def answer(received):
        return refuse(401, "session-ended") if received.token else arrived(fakes)

    fakes.overrides["POST /v1/registry-sign-ins/arrival"] = answer
    browser.sign_in("school")
    browser.get("/registry/start")
    back = browser.get(BACK)
    assert (back.status_code, back.headers["Location"].split("?")[1]) == (303, "done=registry")
    assert texts.text("zh", "done.registry") in browser.get(back.headers["Location"]).text


def test_without_a_registry_there_is_neither_button_nor_way(visitor):
    assert "/registry/start" not in visitor.get("/sign-in").text
    refused = visitor.get("/registry/start")
    assert refused.status_code == 404 and texts.text("zh", "problem.registry-not-configured") in refused.text


@pytest.mark.parametrize("issuer", ["https://evil.test", "", "https://registry.test.evil.test"])
def test_a_link_of_another_registry_begins_nothing(browser, fakes, issuer):
    refused = browser.get("/registry/start", query_string={"iss": issuer})
    assert refused.status_code == 403 and not fakes.requests


@pytest.mark.parametrize("code", REFUSALS)
def test_every_refusal_is_a_sentence_with_the_ways_that_remain(browser, fakes, code):
    fakes.overrides["POST /v1/registry-sign-ins/arrival"] = lambda received: refuse(409, code)
    browser.get("/registry/start")
    page = browser.get(BACK).text
    assert texts.text("zh", f"problem.{code}") in page
    assert 'href="/sign-in"' in page and 'href="/a"' in page


@pytest.mark.parametrize(
    ("back", "code"),
    [
        ("/registry/callback?error=access_denied&state=s", "registry-sign-in-refused"),
        ("/registry/callback", "registry-sign-in-ended"),
        ("/registry/callback?state=s", "registry-sign-in-ended"),
    ],
)
def test_an_answer_without_a_code_asks_nobody(browser, fakes, back, code):
    assert texts.text("zh", f"problem.{code}") in browser.get(back).text
    assert not sent(fakes)


def test_a_registry_that_is_away_leaves_the_other_ways(browser, fakes):
    fakes.overrides["POST /v1/registry-sign-ins"] = lambda received: refuse(503, "registry-unavailable")
    page = browser.get("/registry/start")
    assert page.status_code == 503 and texts.text("zh", "problem.registry-unavailable") in page.text
    assert people.PASSWORD not in page.text
