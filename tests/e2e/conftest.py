"""One browser for all tests of pages; each test has its own portal over faked services."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.e2e.site import Site, launch, serve
from tests.support.chromium import CHROMIUM


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip("Pages are not tested in a real browser, because Chromium is not installed (Debian: chromium).")
    with sync_playwright() as playwright:
        running = launch(playwright)
        yield running
        running.close()


@pytest.fixture
def site() -> Iterator[Site]:
    with serve() as running:
        yield running
