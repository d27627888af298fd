"""The processes of one machine and their commands: the Procfile, and the engines' second implementations."""

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
    """Process -> command with placeholders, in starting sequence. second: engines whose second one runs."""
    others = _read(SECOND)
    replaced = {*second, *(("reports",) if "objects" in second else ())}  # two stores of one kind
    return {name: others[name] if name in replaced else command for name, command in _read(FIRST).items()}


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """The environment of a process: ours plus its settings, with the programs of our virtual environment first."""
    ours = {**os.environ, **settings}
    return {**ours, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{ours['PATH']}"}


def words(command: str, environment: Mapping[str, str]) -> list[str]:
    """The arguments to execute: a command with its placeholders filled in."""
    return shlex.split(string.Template(command).substitute(environment))


def _read(path: Path) -> dict[str, str]:
    lines = [line.partition(":") for line in path.read_text().splitlines() if line.strip() and not line.startswith("#")]
    return {name.strip(): command.strip() for name, _, command in lines}
