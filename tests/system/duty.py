"""Somebody on duty, who follows a runbook at a terminal of the machine on which a copy runs."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from deploy.local.settings import REPO, Local
from tests.faults.harmed_copy import SMALL
from tests.support.runbook import Step, filled, page, seen_in, steps
from tests.support.wait import await_until

PATIENCE = 180.0  # seconds for what takes some on a quiet machine
# A terminal is not below `make prove`, and finds the code of the folder in which it is.
OF_TESTS = ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE")


@dataclass
class Duty:
    """Somebody on duty at a terminal of the copy's machine. env: of the terminal.

    known: values of names on the page. shown, failed: by the last command. running: what `make run` started.
    """

    data: Path
    port: int
    env: dict[str, str] = field(default_factory=dict)
    known: dict[str, str] = field(default_factory=dict)
    shown: str = ""
    failed: bool = False
    running: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        ours = {name: value for name, value in os.environ.items() if name not in OF_TESTS}
        copy = {**SMALL, "AUDIT_SECONDS": "2", "DATA": str(self.data), "PORT": str(self.port)}
        self.env = {**ours, **copy, "LC_ALL": "C.UTF-8"}

    @property
    def local(self) -> Local:
        return Local(self.data, self.port, kafka="KAFKA" in self.env)

    def follow(self, name: str, given: Mapping[str, str]) -> None:
        """Do a runbook from its first to its last command. given: what somebody brings along."""
        self.known = dict(given)
        for step in steps(page(name)):
            self.do(step)

    def do(self, step: Step) -> None:
        """Enter a command and look for the lines of the page. AssertionError when something else is seen."""
        command = filled(step.command, self.known)
        if command.startswith("export "):
            name, _, value = command.removeprefix("export ").partition("=")
            self.env[name] = value
        elif command.startswith("make run"):
            self._start(command)
            self._see(step, command)
        else:
            with suppress(AssertionError):  # what was seen at last says more than that time is over
                await_until(lambda: self._enter(step, command) or not self._may_repeat(step), PATIENCE)
            self._see(step, command)

    def _may_repeat(self, step: Step) -> bool:
        """True if the page says so; on a busy machine a store may be unavailable to any command."""
        return step.repeated or "unavailable" in self.shown

    def _enter(self, step: Step, command: str) -> bool:
        done = subprocess.run(
            ["bash", "-c", command], cwd=REPO, env=self.env, text=True, check=False,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        self.shown, self.failed = done.stdout, bool(done.returncode)
        return self.failed == step.fails and seen_in(self.shown, step.seen, self.known) is not None

    def _start(self, command: str) -> None:
        """Enter a command that goes on, and wait until everything runs."""
        terminal = self.data / "terminal"
        with terminal.open("wb") as out:
            running = self.running = subprocess.Popen(
                ["bash", "-c", command], cwd=REPO, env=self.env, stdout=out, stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip
        await_until(lambda: "Ctrl-C stops everything" in terminal.read_text() or running.poll() is not None, PATIENCE)
        self.failed = running.poll() is not None
        self.shown = terminal.read_text()

    def _see(self, step: Step, command: str) -> None:
        found = seen_in(self.shown, step.seen, self.known)
        assert found is not None and self.failed == step.fails, (
            f"{command}\n\nshows\n{self.shown}\nand not, as the page says,\n" + "\n".join(step.seen)
        )
        self.known = found

    def stop(self) -> None:
        if self.running and self.running.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(self.running.pid, signal.SIGTERM)
            self.running.wait(PATIENCE)
