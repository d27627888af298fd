"""A trial: the tests of a mutant, in a process of their own, on a copy of the repository without the guard."""

from __future__ import annotations

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

COPIED = ("shared", "services", "deploy", "docs", "tests", "Procfile", "pyproject.toml")  # what the tests import
SOME_FAILED = 1  # pytest's exit status; 2 and above: it could not even begin
FAILED = re.compile(r"^FAILED (.+?) - (.*)$", re.M)
NOTICED = ("assert", "AssertionError", "Failed: DID NOT RAISE")  # anything else is a mutant that does not run
PYTEST = (
    sys.executable,
    "-m",
    "pytest",
    "-rf",
    "--tb=short",
    "-p",
    "no:cacheprovider",
    "-p",
    "no:warnings",
    "-p",
    "pytest_timeout",
    "--timeout",
    "300",
)
SECONDS = 600  # both are for a machine that is busy; a trial takes two or three


def copy_of_the_repository(folder: Path) -> Path:
    for name in COPIED:
        if (REPO / name).is_dir():
            shutil.copytree(REPO / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
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


def trial(mutant: Mutant, tree: Path, store: DocumentStore | None = None) -> Verdict:
    """tree: a copy of the repository, whole before and after. store: one that runs, else the trial starts its own."""
    with taken_out(mutant, tree):
        done = subprocess.run(
            [*PYTEST, *mutant.caught_by],
            cwd=tree,
            env=_environment(store),
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    return Verdict(done.returncode, dict(FAILED.findall(done.stdout)), done.stdout + done.stderr)


def _environment(store: DocumentStore | None) -> dict[str, str]:
    """Environment of the trial's pytest: ours without the variables of the enclosing run, and without plugins.

    No bytecode is written: Python would not notice the second of two changes within a second.
    """
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "THOROUGH"))}
    shared = {SHARED: str(store.port)} if store else {}
    return {**bare, **shared, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "1000"}
