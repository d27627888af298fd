"""A second upload process whose write stalls on its way to the store, as if its machine were suspended."""

from __future__ import annotations

import signal
import threading
from typing import Any

import httpx

from deploy.local.stack import Stack
from shared.service.entrance import DOOR, PEOPLE, door_header
from tests.faults.detour import Detour
from tests.faults.harmed_copy import HarmedCopy
from tests.support.wait import await_until

DETOUR = 80  # beside the offsets of tests/faults/harmed_copy.py


class Hold(Detour):
    """A detour to the store that stalls as soon as `word` is in transit, until it is released."""

    def __init__(self, port: int, target: int, word: bytes) -> None:
        self.held, self.released, self._word = threading.Event(), threading.Event(), word
        super().__init__(port, target)

    def before(self, data: bytes) -> None:
        if self._word in data:
            self.held.set()
            self.released.wait()


class StalledUpload:
    """A second upload beside the copy's own, on a detour that holds back events of one type."""

    def __init__(self, copy: HarmedCopy, type: str) -> None:
        first, store = copy.port, copy.local.ports()["STORE_PORT"]
        self.line = Hold(first + DETOUR, store, type.encode())
        self._stack = Stack(
            copy.local,
            overrides={
                "MONGO_URL": f"mongodb://127.0.0.1:{self.line.port}/?directConnection=true",
                "SOCKETS": str(copy.data / "second"),
            },
        )
        self._stack.start("upload")
        await_until(lambda: self._stack.healthy("upload"), 60, "a second upload is ready")

    def post(self, path: str, headers: dict[str, str], body: dict[str, Any]) -> httpx.Response:
        """Send as the proxy does; none runs in front of this process."""
        environment = self._stack.environment_of("upload")
        door = {DOOR: door_header(PEOPLE, bytes.fromhex(environment["FRONT_KEY"]))}
        with httpx.Client(transport=httpx.HTTPTransport(uds=f"{environment['SOCKETS']}/upload"), timeout=60) as client:
            return client.post(f"http://upload{path}", headers=headers | door, json=body)

    def suspend(self) -> None:
        """Stop the process in the middle of its write: the event has its day and has not reached the store."""
        assert self.line.held.wait(30)
        self._stack.signal("upload", signal.SIGSTOP)

    def resume(self) -> None:
        self.line.released.set()
        self._stack.signal("upload", signal.SIGCONT)

    def close(self) -> None:
        self.resume()
        self._stack.stop_all()
        self.line.close()
