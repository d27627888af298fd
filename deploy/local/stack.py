"""A copy of Rollcall on one machine as real processes: engines start first and stop last.

Our own hundred lines instead of a Procfile runner: the sequence matters here, and tests kill and restart single
processes (docs/adr/2026-11-23-local-stack.md).
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import IO

import httpx

from deploy.local import procfile
from deploy.local.ports import listens
from deploy.local.processes import Process, end
from deploy.local.settings import REPO, STAND_IN, Local, is_worker
from deploy.local.sockets import Sockets
from deploy.local.store import TOPICS
from shared.infrastructure.config import BAD_SETTING
from shared.language.services import SERVICES
from shared.service.entrance import DOOR, INSIDE, door_header

PRIVATE = 0o077  # umask: files and folders of a copy are its user's alone
ENGINES = ("store", "objects", "reports", "kafka")
FRONT = "front"
PATIENCE = 90.0
NO_KEEPALIVE = httpx.Limits(max_keepalive_connections=0)


class StackFailed(RuntimeError):
    """A process did not start. sentence: which one, and how it failed. log: the end of what it has written."""

    def __init__(self, sentence: str, log: str = "") -> None:
        super().__init__("\n".join(filter(None, (sentence, log))))
        self.sentence, self.log = sentence, log


class FailedForNow(StackFailed):
    """The same may go well in a moment: a process has ended before it was ready, or an engine cannot be asked."""


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


class Stack:
    """The processes of one copy, by the names in the Procfile.

    overrides: settings that replace those of `local`, such as a detour to an engine. twins: processes of which two run;
    the second "stats-worker" is "stats-worker.2".
    """

    def __init__(
        self,
        local: Local,
        say: Callable[[str], None] = lambda line: None,
        *,
        overrides: Mapping[str, str] | None = None,
        twins: Iterable[str] = (),
    ) -> None:
        self.local, self._say, self._overrides = local, say, dict(overrides or {})
        self.processes: dict[str, Process] = {}
        self.sockets = Sockets(Path(self._overrides.get("SOCKETS", local.sockets)))
        # One client for all checks: a new one for each would cost more than the check.
        self._http = httpx.Client(limits=NO_KEEPALIVE)
        self._behind: dict[str, httpx.Client] = {}
        self._commands = procfile.commands(local.second)
        if not local.own_broker:
            del self._commands["kafka"]
        self._commands |= {f"{name}.2": self._commands[name] for name in twins}

    @property
    def names(self) -> list[str]:
        """The names of all processes, in starting sequence."""
        return list(self._commands)

    def start_all(self) -> None:
        """Start everything and wait until it is healthy. Raises StackFailed, after stopping what was started."""
        os.umask(PRIVATE)  # for the files of the copy that this process writes
        try:
            engines = [name for name in self._commands if name in ENGINES]
            self._start_and_wait(engines)
            self.create_topics()
            self._start_and_wait([name for name in self._commands if name not in ENGINES])
        except BaseException:
            self.stop_all()
            raise

    def _start_and_wait(self, names: list[str]) -> None:
        for name in names:
            self.start(name)
        for name in names:
            self.await_healthy(name)
            self._say(f"  ✓ {name}")

    def create_topics(self) -> None:
        environment = {**os.environ, **self.local.environment(), **self.local.keys_for(TOPICS), **self._overrides}
        done = subprocess.run(
            [sys.executable, "-m", "shared.messaging.topics"],
            cwd=REPO,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            *before, sentence = done.stderr.strip().splitlines() or ["no word why"]
            kind = StackFailed if done.returncode == BAD_SETTING else FailedForNow
            raise kind(f"the topics of the bus could not be created: {sentence}", "\n".join(before))

    def start(self, name: str, command: str = "", *, beside: bool = False) -> None:
        """Start one process. command: other than the Procfile's. beside: no request reaches it before `sockets.lead`.

        It gets a session of its own, so that a signal to us does not stop it out of sequence.
        """
        environment = self.environment_of(name)
        self.local.make_private()
        try:
            self.sockets.make()
        except ValueError as error:
            raise StackFailed(str(error)) from error
        command = command or self.command_of(name)
        if name in SERVICES:
            command = command.replace(f"$SOCKETS/{name}", f"$SOCKETS/{self.sockets.next(name)}")
            if not beside:
                self.sockets.lead(name)
        words = procfile.words(command, environment)
        self.processes[name] = subprocess.Popen(
            words,
            cwd=REPO,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=self._log(name),
            stderr=subprocess.STDOUT,
            start_new_session=True,
            umask=PRIVATE,
        )

    def command_of(self, name: str) -> str:
        """The command in the Procfile, for a process or its twin."""
        return self._commands[name.partition(".")[0]]

    def environment_of(self, name: str) -> dict[str, str]:
        return procfile.environment({**self.local.environment_of(name), **self._overrides})

    def _log(self, name: str) -> IO[bytes]:
        folder = self.local.data / "logs"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return open(folder / f"{name}.log", "ab", opener=_private)

    def await_healthy(self, name: str) -> None:
        self.await_ready(name, lambda: self.healthy(name))

    def await_ready(self, name: str, is_ready: Callable[[], bool], patience: float = PATIENCE) -> None:
        """Raises FailedForNow when the process ends before, StackFailed when it takes too long."""
        until = time.monotonic() + patience
        while not is_ready():
            if self.processes[name].poll() is not None:
                raise FailedForNow(f"{name} ended with status {self.processes[name].returncode}", self.tail(name))
            if time.monotonic() > until:
                raise StackFailed(f"{name} is not healthy after {patience:.0f} seconds", self.tail(name))
            time.sleep(0.1)

    def healthy(self, name: str, patience: float = 5) -> bool:
        """True if it responds within `patience` seconds.

        Engines, workers and the stand-in at their port, the proxy by itself, services past the proxy when ready; of a
        service the process that was started here last.
        """
        ports = self.local.ports()
        if name in (*ENGINES, STAND_IN):
            return listens(ports[f"{name.upper()}_PORT"])
        if is_worker(name):
            return listens(self.local.metrics_port(name))
        try:
            if name == FRONT:
                return self._http.get(f"{self.local.addresses()['portal']}/_front/health", timeout=patience).is_success
            return self._at_socket(name).get("/_health/ready", timeout=patience).is_success
        except httpx.HTTPError:
            return False

    def _at_socket(self, service: str) -> httpx.Client:
        """A client of one service past the proxy, whose key it has."""
        socket = str(self.sockets.of(service))
        if socket not in self._behind:
            environment = self.environment_of(service)
            self._behind[socket] = httpx.Client(
                base_url=f"http://{service}",
                headers={DOOR: door_header(INSIDE, bytes.fromhex(environment["FRONT_KEY"]))},
                transport=httpx.HTTPTransport(uds=socket, limits=NO_KEEPALIVE, verify=False),
            )
        return self._behind[socket]

    def metrics(self, worker: str) -> str:
        """A worker's metrics in Prometheus format. Raises httpx.HTTPError."""
        return (
            self._http.get(f"http://127.0.0.1:{self.local.metrics_port(worker)}/metrics", timeout=5)
            .raise_for_status()
            .text
        )

    def tail(self, name: str, lines: int = 15) -> str:
        path = self.local.data / "logs" / f"{name}.log"
        return "\n".join(path.read_text(errors="replace").splitlines()[-lines:]) if path.exists() else ""

    def signal(self, name: str, number: int) -> None:
        """Send a signal to a process and its children (gunicorn's workers)."""
        os.killpg(self.processes[name].pid, number)

    def stop(self, names: Iterable[str], patience: float = 20) -> None:
        """Terminate these together; kill those that do not end in time."""
        self.end({name: self.processes[name] for name in names if name in self.processes}, patience)

    @staticmethod
    def end(processes: Mapping[str, Process], patience: float = 20) -> None:
        """The same with processes that may have successors already."""
        # At SIGTERM nginx would drop the requests that it has, at SIGQUIT it answers them.
        end(((each, signal.SIGQUIT if name == FRONT else signal.SIGTERM) for name, each in processes.items()), patience)

    def stop_all(self) -> None:
        self.stop([name for name in self.processes if name not in ENGINES])
        self.stop(ENGINES)

    def dead(self) -> list[str]:
        return [name for name, process in self.processes.items() if process.poll() is not None]
