"""`make operate WHAT="services.stats.operator.audit --repair"`: run a command of docs/operations.md.

It gets the settings of this copy's processes.
"""

from __future__ import annotations

import argparse
import shlex
import subprocess
import sys
from pathlib import Path

from deploy.local import procfile
from deploy.local.settings import REPO, Local
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
    parser.add_argument("--data", type=Path, default=Path(".data"))
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--kafka", action="store_true")
    asked = parser.parse_args()
    words = shlex.split(asked.what)
    if not words:
        parser.error('name a command: make operate WHAT="services.stats.operator.audit"')
    if not asked.data.exists():
        print(f"There is no copy in {asked.data}; `make run` starts one.")
        return 1
    try:
        settings = Local(asked.data.resolve(), asked.port, asked.kafka).environment_of(process_of(words[0]))
    except ValueError as error:
        print(error)
        return 2
    return subprocess.run(
        [sys.executable, "-m", *words], cwd=REPO, env=procfile.environment(settings), check=False
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
