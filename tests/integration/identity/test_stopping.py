"""A real gunicorn with our settings: neither its end nor its recycling costs anybody a request."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from shared.service.entrance import DOOR, INSIDE, PEOPLE, door_header
from tests.integration.identity.test_identity import FRONT_KEY, REPO
from tests.support.servers import DocumentStore
from tests.support.wait import await_until

pytestmark = pytest.mark.engine
MAX_REQUESTS, CLIENTS, EACH = 400, 6, 80  # one replacement: the next process has hundreds left
LOGIN, PASSWORD = "ministry.of.tests", "of-this-test-alone-2026"
BODY = f'{{"login": "{LOGIN}", "password": "{PASSWORD}"}}'.encode()
HEAD = (
    f"POST /v1/sessions HTTP/1.1\r\nHost: identity\r\n{DOOR}: {door_header(PEOPLE, FRONT_KEY)}\r\n"
    f"Content-Type: application/json\r\nContent-Length: {len(BODY)}\r\n\r\n"
).encode()


class Service:
    """Identity behind a socket, as on one machine and in a cluster, with a process that ends after few requests."""

    def __init__(self, folder: Path, store: DocumentStore) -> None:
        self.path = str(folder / "socket")
        environment = {
            **os.environ,
            "MONGO_URL": store.url,
            "SERVICE_KEY": "00" * 32,
            "SERVICE_KEYS": "identity:" + "05" * 32,
            "REFRESH_KEY": "04" * 32,
            "FRONT_KEY": FRONT_KEY.hex(),
            "FORWARDING_KEY": "0f" * 32,
            "SIGNING_KEY": "01" * 32,
            "PII_KEY": "02" * 32,
            "CODE_KEY": "03" * 32,
            "IDENTITY_URL": "http://127.0.0.1:9",
            "ROSTER_URL": "http://127.0.0.1:9",
            "PORTAL_URL": "http://h",
            "UPLOAD_URL": "http://127.0.0.1:9",
            "STATS_URL": "http://127.0.0.1:9",
            "FIRST_LOGIN": LOGIN,
            "FIRST_PASSWORD": PASSWORD,
            "FIRST_ACCOUNT_FILE": str(folder / "first-account.txt"),
            "KAFKA_BOOTSTRAP_SERVERS": "",
        }
        worker = [sys.executable, "-m", "services.identity.worker", "first-account"]
        subprocess.run(worker, cwd=REPO, env=environment, check=True, timeout=60, stdout=subprocess.DEVNULL)
        limit = ["--max-requests", str(MAX_REQUESTS), "--max-requests-jitter", "5"]
        gunicorn = [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.py", *limit]
        self.process = subprocess.Popen(
            [*gunicorn, "--bind", f"unix:{self.path}", "services.identity.app:create_app()"],
            cwd=REPO,
            env=environment,
            stdout=subprocess.DEVNULL,
        )
        await_until(lambda: self.accepts() and self.get("/_health/live").is_success, 60, "identity answers")

    def client(self) -> httpx.Client:
        headers = {DOOR: door_header(INSIDE, FRONT_KEY)}
        transport = httpx.HTTPTransport(uds=self.path)
        return httpx.Client(base_url="http://identity", transport=transport, headers=headers, timeout=60)

    def get(self, path: str) -> httpx.Response:
        with self.client() as client:
            return client.get(path)

    def number(self, metric: str) -> float:
        found = re.search(rf"^{metric} (\S+)$", self.get("/metrics").text, re.MULTILINE)
        assert found, metric
        return float(found[1])

    def connect(self) -> socket.socket:
        line = socket.socket(socket.AF_UNIX)
        line.settimeout(60)
        try:
            line.connect(self.path)
        except OSError:
            line.close()
            raise
        return line

    def accepts(self) -> bool:
        try:
            self.connect().close()
        except OSError:
            return False
        return True


def answer(line: socket.socket) -> bytes:
    """The beginning of an answer, b"" where the other side has gone."""
    try:
        return line.recv(1 << 16)
    except ConnectionResetError:
        return b""


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    store = DocumentStore(tmp_path_factory.mktemp("store"))
    store.start()
    running = Service(tmp_path_factory.mktemp("identity"), store)
    yield running
    running.process.kill()
    running.process.wait(30)
    store.stop()


def test_a_process_that_is_replaced_after_its_requests_loses_none(service):
    """Kept-alive connections and new ones, at once, over several processes."""
    began = service.number("process_start_time_seconds")

    def ask(_: int) -> list[int]:
        with service.client() as client:
            return [client.get("/_health/live").status_code for _ in range(EACH)]

    with ThreadPoolExecutor(CLIENTS) as pool:
        answers = [status for answered in pool.map(ask, range(CLIENTS)) for status in answered]
    assert answers == [200] * CLIENTS * EACH
    assert service.number("process_start_time_seconds") > began, "no other process has taken over"


def test_a_request_in_flight_is_answered_after_sigterm_and_none_is_let_in(service):
    with service.connect() as line:
        line.sendall(HEAD + BODY[:10])
        await_until(lambda: service.number("rollcall_running_requests") >= 2, 60, "the request is in flight")
        service.process.terminate()
        await_until(lambda: not service.accepts(), 60, "nobody is let in any more")
        assert service.process.poll() is None, "it waits for what is in flight"
        line.sendall(BODY[10:])
        assert answer(line).startswith(b"HTTP/1.1 201 ")
    assert service.process.wait(60) == 0
