"""One browser for all tests of pages; a portal and faked services of its own for every test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.e2e.site import Site, launch, serve
from tests.support.chromium import CHROMIUM


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip(
            "The pages are not looked at in a real browser, because Chromium is not installed (Debian: chromium)."
        )
    with sync_playwright() as playwright:
        running = launch(playwright)
        yield running
        running.close()


@pytest.fixture
def site() -> Iterator[Site]:
    with serve() as running:
        yield running
