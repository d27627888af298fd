"""Real engines for tests: a document store and an object store as processes, on free ports, in their own folders.

They can be killed, stopped and started again on the same port and folder, as after a power cut.
SECOND_ENGINES="store objects" names those that are replaced by their second implementation.
"""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
from collections.abc import Collection
from pathlib import Path

from deploy.local import procfile
from deploy.local.ports import free_port, listens
from deploy.local.settings import REPO, object_store_keys
from deploy.local.store import program
from tests.support.wait import await_until

SECOND = tuple(os.environ.get("SECOND_ENGINES", "").split())
S3_ACCESS_KEY, S3_SECRET_KEY = "key-of-tests", "secret-of-tests"
SHARED = "DOCUMENT_STORE_PORT"  # environment variable: where a document store of the tests runs already
NONE_ALLOWED = bool(os.environ.get("NO_ENGINES"))  # set by `make unit`
ATTEMPTS = 5  # another process may take a free port before the server does


class Server:
    """A process that listens on a port of 127.0.0.1 and keeps its data in `folder`."""

    name = ""  # in the Procfile

    def __init__(self, folder: Path, *, second: Collection[str] = SECOND) -> None:
        """second: names of engines that are replaced by their second implementation."""
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.port = folder, 0
        self.process: subprocess.Popen[bytes] | None = None
        self._command = procfile.commands(second)[self.name]

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def environment(self) -> dict[str, str]:
        return {"DATA": str(self.folder), f"{self.name.upper()}_PORT": str(self.port)}

    def start(self) -> None:
        """Start and wait until it listens; a started server comes back on its port."""
        assert not NONE_ALLOWED, "`make unit` starts no server: mark this test with pytest.mark.engine"
        for _ in range(ATTEMPTS):
            port_is_ours = bool(self.port)
            self.port = self.port or free_port()
            if self._comes_up():
                return
            self.port = self.port if port_is_ours else 0
        raise AssertionError(f"{self.name} does not come up:\n{self.log()}")

    def _comes_up(self) -> bool:
        environment = procfile.environment(self.environment())
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(
                procfile.words(self._command, environment),
                env=environment,
                cwd=REPO,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self.process = process
        await_until(lambda: process.poll() is not None or listens(self.port), 60, f"{self.name} on port {self.port}")
        return process.poll() is None

    def signal(self, number: int) -> None:
        assert self.process
        self.process.send_signal(number)

    def kill(self) -> None:
        """Send SIGKILL: no clean shutdown."""
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
    """The document store of the Procfile, without users. url: for `shared.infrastructure.mongo.connect`."""

    name = "store"

    def __init__(self, folder: Path, *, second: Collection[str] = SECOND) -> None:
        super().__init__(folder, second=second)
        if self.name not in second:
            self._command = shlex.join(program(folder / "store", 0)).replace(" 0 ", " $STORE_PORT ", 1)

    @property
    def url(self) -> str:
        return f"mongodb://{self.address}"


class ObjectStore(Server):
    """The object store of the Procfile. endpoint: for `shared.infrastructure.objects.Objects`, with these keys."""

    name = "objects"
    access_key, secret_key = S3_ACCESS_KEY, S3_SECRET_KEY

    @property
    def endpoint(self) -> str:
        return f"http://{self.address}"

    def environment(self) -> dict[str, str]:
        return {**super().environment(), **object_store_keys(self.access_key, self.secret_key)}
