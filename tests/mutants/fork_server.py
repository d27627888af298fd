"""A fork server: a process with the libraries of our tests, from which the pytest of every trial of a mutant is forked.

Importing them takes longer than the tests of most mutants. It is run as a file, and imports nothing of ours: what a
trial imports of the product comes from the copy without the guard.

Each line on standard input is a trial in JSON: {"folder", "environment", "arguments", "output"}; each line on standard
output is its exit status, negative for the signal that ended it.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
from typing import Any

# What takes longest to import, and looks at no environment variable while it is imported.
TESTING = ("pytest", "hypothesis", "hypothesis.strategies", "yaml")
SERVING = ("flask", "werkzeug.test", "marshmallow", "pymongo", "minio", "httpx", "jwt", "cryptography.x509")
SECONDS = 600  # for a machine that is busy; a trial takes one or two


def main() -> None:
    for library in TESTING + SERVING:
        importlib.import_module(library)
    for line in sys.stdin:
        child = os.fork()
        if not child:
            _become_a_trial(json.loads(line))
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def _become_a_trial(trial: dict[str, Any]) -> None:
    """Run pytest as if it had been started in the folder of this trial; never returns."""
    import pytest

    signal.alarm(SECONDS)
    os.chdir(trial["folder"])
    os.environ.clear()
    os.environ.update(trial["environment"])
    sys.path[0] = trial["folder"]
    sys.dont_write_bytecode = True  # Python would not notice the second of two changes within a second
    output = os.open(trial["output"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    status = 1
    try:
        status = int(pytest.main(trial["arguments"]))
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    main()
