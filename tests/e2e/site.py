"""The portal on a port of its own over faked services, and a browser."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import CodeType

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, BrowserContext, Page, Playwright
from werkzeug.serving import make_server

from services.portal.app import build
from tests.support.chromium import CHROMIUM
from tests.unit.portal import people
from tests.unit.portal.fakes import SETTINGS, Fakes

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SHUTDOWN = 0.02  # seconds between two looks at whether the server shall end
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1366, "height": 768}


def launch(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)


class CompiledTemplates(BytecodeCache):
    """Templates compiled once per process: each test has a portal of its own."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code:
            self._kept[bucket.key, bucket.checksum] = bucket.code


COMPILED = CompiledTemplates()


@dataclass
class Site:
    """complaints: errors on browser consoles: a broken script, a violated policy, a missing file."""

    address: str
    fakes: Fakes
    complaints: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def open(self, browser: Browser, *, size: dict[str, int] = PHONE, script: bool = True, lang: str = "zh") -> Page:
        """Open a page in a new browser context, without cookies except the language."""
        context = browser.new_context(viewport=size, java_script_enabled=script, base_url=self.address)  # type: ignore[arg-type]
        context.add_cookies([{"name": "lang", "value": lang, "url": self.address}])
        return self.watch(context)

    def watch(self, context: BrowserContext) -> Page:
        self.contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda message: self.complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    def close(self) -> None:
        """Close all pages: those of earlier tests would go on asking, and keep a process of the browser each."""
        for context in self.contexts:
            context.close()


@contextmanager
def serve(fakes: Fakes | None = None) -> Iterator[Site]:
    fakes = fakes or Fakes()
    app = build(SETTINGS, fakes.clock, fakes.services())
    app.jinja_env.bytecode_cache = COMPILED
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(SHUTDOWN,), name="portal")
    thread.start()
    site = Site(f"http://127.0.0.1:{server.server_port}", fakes)
    try:
        yield site
    finally:
        site.close()
        server.shutdown()
        thread.join()
        server.server_close()


def sign_in(page: Page, login: str, password: str = people.PASSWORD) -> None:
    page.goto("/sign-in")
    page.fill("#login", login)
    page.fill("#password", password)
    page.click("main form button")
    page.wait_for_url(lambda url: "/sign-in" not in url)


def photo(width: int = 600, height: int = 848, *, noise: bool = False) -> bytes:
    """A JPEG of a sheet of paper. noise: for a large file that hardly compresses."""
    image = (
        Image.effect_noise((width, height), 120).convert("RGB")
        if noise
        else Image.new("RGB", (width, height), (236, 236, 230))
    )
    ImageDraw.Draw(image).rectangle((40, 40, width - 40, height - 40), outline=(20, 20, 20), width=6)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=95)
    return out.getvalue()


def as_file(content: bytes, name: str = "sheet.jpg", kind: str = "image/jpeg") -> dict[str, object]:
    return {"name": name, "mimeType": kind, "buffer": content}
