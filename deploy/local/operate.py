"""`make operate WHAT="services.stats.operator.audit --repair"`: run a command of docs/operations.md.

It gets the settings of the processes that run in DATA.
"""

from __future__ import annotations

import argparse
import shlex
import subprocess
import sys
from pathlib import Path

from deploy.local import procfile
from deploy.local.running import DEFAULT, OtherCopy, require_running
from deploy.local.settings import REPO
from shared.language.services import BACKENDS


def process_of(module: str) -> str:
    """The process whose settings and keys a command gets: the worker of its service. Raises ValueError."""
    service = module.split(".")[1] if module.startswith("services.") else "roster"
    if service not in BACKENDS:
        raise ValueError(f"{module} is no command of a service; docs/operations.md names them.")
    return f"{service}-worker"


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="make operate", description="A command of docs/operations.md for the copy on this machine."
    )
    parser.add_argument("what", help="a module and its options")
    parser.add_argument("--data", type=Path, default=DEFAULT)
    parser.add_argument("--port", type=int)
    parser.add_argument("--kafka", action="store_true")
    asked = parser.parse_args()
    words = shlex.split(asked.what)
    if not words:
        parser.error('name a command: make operate WHAT="services.stats.operator.audit"')
    try:
        process = process_of(words[0])
        settings = require_running(asked.data.resolve(), asked.port, kafka=asked.kafka).environment_of(process)
    except ValueError as error:
        print(error)
        return 2
    except OtherCopy as refused:
        print(refused)
        return 1
    return subprocess.run(
        [sys.executable, "-m", *words], cwd=REPO, env=procfile.environment(settings), check=False
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
