"""The way from the registry's page in a real browser, over the stand-in and the portal, on a phone and on a desk."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlencode

import pytest
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from playwright.sync_api import Browser, expect
from werkzeug.serving import make_server

from deploy.local.ports import free_port
from deploy.registry.app import build as build_registry
from deploy.registry.provider import Client
from services.portal.app import build
from services.portal.texts import text
from tests.e2e.site import DESK, PHONE, Site
from tests.unit.portal.fakes import SETTINGS, Fakes, refuse, respond

pytestmark = pytest.mark.browser


@pytest.fixture
def registry() -> Iterator[tuple[Site, str]]:
    """A portal over fakes that is connected to the stand-in, and the stand-in's address."""
    fakes, issuer, portal = Fakes(), f"http://127.0.0.1:{free_port()}", f"http://127.0.0.1:{free_port()}"
    client = Client("rollcall", "hush", f"{portal}/registry/callback")
    settings = replace(SETTINGS, registry_issuer=issuer, portal_url=portal)
    apps = {
        issuer: build_registry(issuer, portal, client, "system"),
        portal: build(settings, fakes.clock, fakes.services()),
    }
    fakes.overrides["POST /v1/registry-sign-ins"] = lambda received: respond(_begun(issuer, portal), 201)
    servers = [make_server("127.0.0.1", int(at.rpartition(":")[2]), app, threaded=True) for at, app in apps.items()]
    threads = [threading.Thread(target=server.serve_forever) for server in servers]
    for thread in threads:
        thread.start()
    yield Site(portal, fakes), issuer
    for server, thread in zip(servers, threads, strict=True):
        server.shutdown()
        thread.join()
        server.server_close()


def _begun(issuer: str, portal: str) -> dict[str, str]:
    asked = {
        "response_type": "code",
        "client_id": "rollcall",
        "redirect_uri": f"{portal}/registry/callback",
        "scope": "openid profile",
        "state": "s.1.p",
        "nonce": secrets.token_hex(8),
        "code_challenge": create_s256_code_challenge(secrets.token_hex(32)),
        "code_challenge_method": "S256",
    }
    return {"address": f"{issuer}/authorize?{urlencode(asked)}", "secret": "c" * 32}


def arrived(fakes: Fakes) -> None:
    fakes.sessions["from-registry"] = fakes.refreshes["refresh"] = "school"
    tokens = {"access_token": "from-registry", "refresh_token": "refresh", "expires_in": 900, "first": True}
    fakes.overrides["POST /v1/registry-sign-ins/arrival"] = lambda received: respond(tokens, 201)


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_an_admin_comes_from_the_registrys_page_into_the_school(browser: Browser, registry, size) -> None:
    site, issuer = registry
    arrived(site.fakes)
    page = site.open(browser, size=size)
    page.goto(issuer)
    page.click("a.go")
    page.fill("#name", "赵学籍")
    page.fill("#school_code", "2111000001")
    page.click("form button:has-text('Sign in')")
    expect(page.get_by_role("status")).to_have_text(text("zh", "done.registry"))
    assert page.url.startswith(f"{site.address}/school")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert [each for each in site.complaints if "favicon" not in each and "404" not in each] == []


def test_who_does_not_get_in_reads_why_and_finds_the_other_ways(browser: Browser, registry) -> None:
    site, _ = registry
    site.fakes.overrides["POST /v1/registry-sign-ins/arrival"] = lambda received: refuse(409, "registry-sign-in-first")
    page = site.open(browser)
    page.goto("/sign-in")
    page.click(f"text={text('zh', 'registry.sign-in')}")
    page.fill("#name", "赵学籍")
    page.fill("#school_code", "2111000001")
    page.click("form button:has-text('Sign in')")
    expect(page.get_by_role("alert")).to_have_text(text("zh", "problem.registry-sign-in-first"))
    page.get_by_role("link", name=text("zh", "registry.password"), exact=True).click()
    expect(page.locator("#password")).to_be_visible()
