"""What nginx compresses on its way to people: tried on nginx itself, because its `if` has surprises."""

from __future__ import annotations

import gzip
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import ThreadingMixIn, UnixStreamServer

import httpx
import pytest

from deploy.front.__main__ import _user, binary
from deploy.front.configuration import Front
from tests.support.ports import free_range
from tests.support.wait import await_until

TEXT = "应上传学生电子档案" * 200
TYPES = {
    "/page": "text/html; charset=utf-8",
    "/u": "text/html; charset=utf-8",
    "/style": "text/css; charset=utf-8",
    "/script": "text/javascript; charset=utf-8",
    "/v1/figures": "application/json",
    "/problem": "application/problem+json",
    "/table": "text/csv; charset=utf-8",
    "/icon": "image/svg+xml",
    "/photo": "image/jpeg",
    "/letter": "application/pdf",
}
TEXTUAL = [path for path in TYPES if path not in ("/photo", "/letter")]


class Portal(ThreadingMixIn, UnixStreamServer):
    daemon_threads = True


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        body = TEXT.encode() if self.path != "/short" else b"short"
        self.send_response(200)
        self.send_header("Content-Type", TYPES.get(self.path, "text/html"))
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def address_string(self) -> str:
        return "socket"

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The addresses of the portal's two doors: people's, and the one inside."""
    folder = tmp_path_factory.mktemp("front")
    people, inside, objects = range(first := free_range(), first + 3)
    front = Front(
        folder,
        folder,
        bytes(32),
        {"portal": f"http://127.0.0.1:{people}"},
        {"portal": inside},
        f"http://127.0.0.1:{objects}",
        f"http://localhost:{objects}",
        user=_user(),
        connections=256,
    )
    (folder / "nginx.conf").write_text(front.rendered())
    portal = Portal(str(folder / "portal"), Handler)
    threading.Thread(target=portal.serve_forever, daemon=True).start()
    arguments = [binary(), "-e", "stderr", "-p", folder, "-c", Path(folder) / "nginx.conf"]
    nginx = subprocess.Popen([str(each) for each in arguments], stdout=subprocess.DEVNULL)
    try:
        await_until(lambda: answers(f"http://127.0.0.1:{people}/_front/health"), 10, "nginx")
        yield f"http://127.0.0.1:{people}", f"http://127.0.0.1:{inside}"
    finally:
        nginx.terminate()
        nginx.wait(10)
        portal.shutdown()
        portal.server_close()


def answers(address: str) -> bool:
    try:
        return httpx.get(address).status_code == 204
    except httpx.TransportError:
        return False


def sent(address: str, **headers: str) -> tuple[str, bytes]:
    """Content-Encoding and the bytes as they were sent."""
    with httpx.stream("GET", address, headers={"Accept-Encoding": "gzip", **headers}) as response:
        assert response.status_code == 200
        return response.headers.get("Content-Encoding", ""), b"".join(response.iter_raw())


@pytest.mark.parametrize("path", TEXTUAL)
def test_everything_textual_is_compressed(doors, path):
    encoding, body = sent(doors[0] + path)
    assert encoding == "gzip" and len(body) < len(TEXT.encode()) / 10 and gzip.decompress(body) == TEXT.encode()


@pytest.mark.parametrize("path", ["/photo", "/letter", "/short"])
def test_what_does_not_get_smaller_is_not_compressed(doors, path):
    assert sent(doors[0] + path)[0] == ""


def test_nothing_is_compressed_for_who_does_not_ask_and_inside(doors):
    assert sent(doors[0] + "/page", **{"Accept-Encoding": "identity"})[0] == ""
    assert sent(doors[1] + "/page")[0] == ""


@pytest.mark.parametrize("path", ["/page", "/u"])
@pytest.mark.parametrize(
    ("site", "encoding"),
    [("cross-site", ""), ("same-site", ""), ("same-origin", "gzip"), ("none", "gzip"), ("", "gzip")],
)
def test_a_page_that_another_site_makes_a_browser_ask_for_is_not_compressed(doors, path, site, encoding):
    """Its length would tell an attacker, who chooses the address, what else is on the page (BREACH)."""
    found, body = sent(doors[0] + path, **({"Sec-Fetch-Site": site} if site else {}))
    assert found == encoding and (gzip.decompress(body) if encoding else body) == TEXT.encode()
