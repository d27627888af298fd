"""A trial: the tests of a mutant, in a process of their own, on a copy of the repository without the guard."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from tests.mutants.every import REPO
from tests.mutants.mutant import Mutant, taken_out
from tests.support.servers import SHARED, DocumentStore
from tests.support.suites import DAY, SHARE
from tests.support.thorough import UNSHRUNK

COPIED = ("shared", "services", "deploy", "docs", "tests", "Procfile", "pyproject.toml")  # what the tests import
FORK_SERVER = Path(__file__).parent / "fork_server.py"
SOME_FAILED = 1  # pytest's exit status; 2 and above: it could not even begin
FAILED = re.compile(r"^FAILED (.+?) - (.*)$", re.M)
NOTICED = (
    "assert",
    "AssertionError",
    "Failed: DID NOT RAISE",
    "Failed: AssertionError",
)  # anything else is a mutant that does not run
PYTEST = (
    *("-rf", "--tb=short", "--timeout", "300"),
    *("-p", "no:cacheprovider", "-p", "no:warnings", "-p", "pytest_timeout"),
)


def copy_of_the_repository(folder: Path) -> Path:
    """With the compiled files, which no trial writes: all of it would be compiled again for each of them.

    A file is compiled anew once its time is that of an edit. What another process is about to write is left out.
    """
    for name in COPIED:
        if (REPO / name).is_dir():
            shutil.copytree(REPO / name, folder / name, ignore=shutil.ignore_patterns("*.pyc.*"))
        else:
            shutil.copy(REPO / name, folder / name)
    return folder


@dataclass(frozen=True, slots=True)
class Verdict:
    """failures: id of a test -> the first line of its reason."""

    status: int
    failures: dict[str, str] = field(default_factory=dict)
    output: str = ""

    def complaint(self, mutant: Mutant) -> str:
        """ "" when every test noticed that the guard is missing, else what is wrong, in words."""
        without = f"Without its guard ({mutant.name}: {mutant.what})"
        if self.status not in (0, SOME_FAILED):
            return f"{without} the tests cannot be run (pytest's exit status is {self.status}):\n{self.output}"
        if still_passing := [id for id in mutant.caught_by if id not in self.failures]:
            return f"{without} the product still passes {', '.join(still_passing)}:\n{self.output}"
        if strange := {id: reason for id, reason in self.failures.items() if not reason.startswith(NOTICED)}:
            return f"{without} the product does not run, which proves nothing: {strange}\n{self.output}"
        return ""


class Trials:
    """Trials on a copy of the repository, which is whole before and after each; `close` ends what they are forked from.

    store: one that runs, else each trial starts its own.
    """

    def __init__(self, tree: Path, store: DocumentStore | None = None) -> None:
        self._tree = tree
        self._environment = _environment(store)
        self._output = tree / "output-of-the-trial"
        pipe = subprocess.PIPE
        command = [sys.executable, str(FORK_SERVER)]
        self._fork_server = subprocess.Popen(
            command, cwd=tree, env=self._environment, stdin=pipe, stdout=pipe, text=True
        )

    def of(self, mutant: Mutant) -> Verdict:
        """What the tests of a mutant say without its guard."""
        with taken_out(mutant, self._tree):
            self._output.unlink(missing_ok=True)  # no trial reads what another one has written
            status = self._run([*PYTEST, *mutant.caught_by])
        output = self._output.read_text(errors="replace")
        return Verdict(status, dict(FAILED.findall(output)), output)

    def close(self) -> None:
        self._fork_server.communicate()

    def _run(self, arguments: list[str]) -> int:
        asked = {
            "folder": str(self._tree),
            "environment": self._environment,
            "arguments": arguments,
            "output": str(self._output),
        }
        assert self._fork_server.stdin and self._fork_server.stdout
        self._fork_server.stdin.write(json.dumps(asked) + "\n")
        self._fork_server.stdin.flush()
        return int(self._fork_server.stdout.readline())


def _environment(store: DocumentStore | None) -> dict[str, str]:
    """Environment of a trial: ours without the variables of the enclosing run, and without plugins."""
    of_this_run = ("PYTEST_", "THOROUGH", SHARE, DAY)
    bare = {name: value for name, value in os.environ.items() if not name.startswith(of_this_run)}
    shared = {SHARED: str(store.port)} if store else {}
    return {**bare, **shared, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", UNSHRUNK: "1", "COLUMNS": "1000"}
