"""Real engines for tests: a document store and an object store as processes of their own, on free ports, in folders of their own.

They can be killed, stopped and started again on the same port and folder, as a machine that loses its power would.
"""
from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from abc import ABC, abstractmethod
from pathlib import Path

from tests.support.wait import await_until

BIN = Path(sys.executable).parent
S3_ACCESS_KEY, S3_SECRET_KEY = "key-of-tests", "secret-of-tests"
ATTEMPTS = 5   # another process may take a free port before the server does


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Server(ABC):
    """A process that listens on a port of 127.0.0.1 and keeps its data in `folder`."""

    name = "server"

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.port = folder, 0
        self.process: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def command(self) -> list[str]: ...

    def environment(self) -> dict[str, str]:
        return {}

    def start(self) -> None:
        """Start and wait until it listens; a started server comes back on its port."""
        for _ in range(ATTEMPTS):
            port_is_ours = bool(self.port)
            self.port = self.port or free_port()
            if self._comes_up():
                return
            self.port = self.port if port_is_ours else 0
        raise AssertionError(f"{self.name} does not come up:\n{self.log()}")

    def _comes_up(self) -> bool:
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(self.command(), env={**os.environ, **self.environment()}, cwd=self.folder,
                                       stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
        self.process = process
        await_until(lambda: process.poll() is not None or listens(self.port), 60, f"{self.name} on port {self.port}")
        return process.poll() is None

    def signal(self, number: int) -> None:
        assert self.process
        self.process.send_signal(number)

    def kill(self) -> None:
        """SIGKILL: nothing is flushed, nobody says goodbye."""
        self.signal(signal.SIGKILL)
        assert self.process
        self.process.wait()

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.kill()

    def log(self, lines: int = 30) -> str:
        return "\n".join((self.folder / "log").read_text(errors="replace").splitlines()[-lines:])


class DocumentStore(Server):
    """SecantusDB with the options of the Procfile. url: for `shared.mongo.connect`."""

    name = "document store"

    @property
    def url(self) -> str:
        return f"mongodb://127.0.0.1:{self.port}"

    def command(self) -> list[str]:
        return [str(BIN / "secantusd-py"), "--host", "127.0.0.1", "--port", str(self.port), "--storage-path", str(self.folder / "data"),
                "--sync-on-commit", "--cache-size", "256M", "--log-level", "WARNING"]


class ObjectStore(Server):
    """nanio. endpoint: for `shared.objects.Objects`, with S3_ACCESS_KEY and S3_SECRET_KEY."""

    name = "object store"
    access_key, secret_key = S3_ACCESS_KEY, S3_SECRET_KEY

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def command(self) -> list[str]:
        return [str(BIN / "nanio"), "serve", "--host", "127.0.0.1", "--port", str(self.port), "--data-dir", str(self.folder / "data"),
                "--no-access-log", "--log-level", "warning"]

    def environment(self) -> dict[str, str]:
        return {"NANIO_ACCESS_KEY": self.access_key, "NANIO_SECRET_KEY": self.secret_key}
