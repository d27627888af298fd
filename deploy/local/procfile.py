"""The processes of one machine and how each is started: the Procfile, and beside it the engines' second implementations."""

from __future__ import annotations

import os
import shlex
import string
import sys
from collections.abc import Collection, Mapping
from pathlib import Path

from deploy.local.settings import REPO

FIRST, SECOND = REPO / "Procfile", REPO / "deploy" / "local" / "second.Procfile"


def commands(second: Collection[str] = ()) -> dict[str, str]:
    """Process -> command with placeholders, in the order of their start. second: engines of which the second implementation is taken."""
    others = _read(SECOND)
    return {name: others[name] if name in second else command for name, command in _read(FIRST).items()}


def environment(told: Mapping[str, str]) -> dict[str, str]:
    """Of a process: ours, what it is told on top of it, and the programs of our environment found first."""
    ours = {**os.environ, **told}
    return {**ours, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{ours['PATH']}"}


def words(command: str, environment: Mapping[str, str]) -> list[str]:
    """What to execute: a command with its placeholders filled in."""
    return shlex.split(string.Template(command).substitute(environment))


def _read(path: Path) -> dict[str, str]:
    lines = [line.partition(":") for line in path.read_text().splitlines() if line.strip() and not line.startswith("#")]
    return {name.strip(): command.strip() for name, _, command in lines}
