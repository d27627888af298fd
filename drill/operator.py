"""An operator's commands for a copy that runs on this machine, as `make operate` runs them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from drill.world import World, await_until

RUN_PID = "run.pid"  # which `make run` writes into the folder of a copy


def runs_here(world: World) -> bool:
    return (_folder(world) / RUN_PID).exists()


def operate(world: World, command: str, has_said: Callable[[str], bool]) -> str:
    """Run a command of docs/operations.md, again while it was cut off, as by an engine that is down: none does harm.

    has_said: whether it has come to its end. Returns all that it has said. Raises Stuck.
    """
    said: list[str] = []

    def done() -> bool:
        line = [sys.executable, "-m", "deploy.local.operate", command, "--data", str(_folder(world))]
        said.append(subprocess.run(line, capture_output=True, text=True, check=False).stdout)
        return has_said(said[-1])

    await_until(done, f"The end of {command.split()[0]}")
    return said[-1]


def _folder(world: World) -> Path:
    return world.days.file.parent.resolve()
