"""Machine and versions of a measurement, without which its figures cannot be judged."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.engines import SECOND_STORE
from deploy.local.settings import REPO, commit

LIBRARIES = (
    "SecantusDB",
    "nanio",
    "pymongo",
    "kafka-python",
    "orjson",
    "typst",
    "zxing-cpp",
    "pillow",
    "gunicorn",
    "flask",
)


def facts(before: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Facts of this machine, now. before: those at the beginning of the run, whose load is kept as well."""
    found = {
        "day": datetime.now(UTC).date().isoformat(),
        "cores": os.cpu_count(),
        "processor": _processor(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "commit": commit(),
        "changed_files": len(_changes().splitlines()),
        "versions": {name: version(name) for name in LIBRARIES} | _programs(),
    }
    load = [round(n, 2) for n in os.getloadavg()]
    return (
        {**found, "load_before": before["load_before"], "load_after": load}
        if before
        else {**found, "load_before": load}
    )


def _changes() -> str:
    return _output("git", "-C", str(REPO), "status", "--porcelain", "--untracked-files=no")


def _processor() -> str:
    found = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text())
    return found[1].strip() if found else platform.machine()


def _programs() -> dict[str, str]:
    commands = {
        "secantusd-rs": [str(SECOND_STORE), "--version"],
        "nginx": [nginx() or "nginx", "-v"],
        "java": ["java", "-version"],
    }
    return {
        name: words[0].splitlines()[0]
        for name, command in commands.items()
        if (words := [_output(*command)]) and words[0]
    }


def nginx() -> str:
    """The path of nginx, "" if it is not installed."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin") or ""


def _output(*command: str) -> str:
    if not shutil.which(command[0]):
        return ""
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - programs of this file
    return (done.stdout + done.stderr).strip()
