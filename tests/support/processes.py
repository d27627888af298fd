"""Process information from /proc."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from shared.sandbox import child


def group_of(leader: int) -> list[int]:
    """The processes of a process group: gunicorn and its workers."""
    return [int(p.name) for p in Path("/proc").iterdir() if p.name.isdigit() and group_id(p) == leader]


def group_id(process: Path) -> int:
    try:
        return int((process / "stat").read_text().rpartition(")")[2].split()[2])
    except OSError:
        return -1


def decodes(pid: int) -> bool:
    """True for a child of the sandbox: it is small until its first job, and replaced after some."""
    try:
        return child.__file__.encode() in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def running_with(argument: str) -> list[int]:
    """The processes that have such an argument."""
    found = []
    for process in Path("/proc").iterdir():
        with suppress(OSError):
            if process.name.isdigit() and argument.encode() in (process / "cmdline").read_bytes().split(b"\0"):
                found.append(int(process.name))
    return found


def resident_mb(pid: int) -> float:
    """Resident memory in MB; 0 for a process that has ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    line = next((line for line in status.splitlines() if line.startswith("VmRSS")), "VmRSS: 0")
    return int(line.split()[1]) / 1024
