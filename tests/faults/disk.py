"""A disk so small that it can be filled."""

from __future__ import annotations

import os
import subprocess
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

MB = 1 << 20
SMALL_MB = 384
UNMOUNTABLE = "a file system that can be filled cannot be mounted here: that needs root"


def mountable() -> bool:
    """Whether this machine lets us mount one: tried, because in some containers root is not enough."""
    with TemporaryDirectory() as folder:
        mounted = _mount(Path(folder))
        if mounted:
            _unmount(Path(folder))
        return mounted


def _mount(folder: Path) -> bool:
    command = ["mount", "-t", "tmpfs", "-o", f"size={SMALL_MB}m", "rollcall-small-disk", str(folder)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _unmount(folder: Path) -> None:
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


class SmallDisk:
    """A file system of its own at `folder`, where this machine lets us mount one; else mounted is False and `folder` an ordinary one."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self.folder, self._ballast = folder, folder / "ballast"
        self.mounted = _mount(folder)

    def fill(self) -> None:
        """To the last page."""
        with self._ballast.open("ab", buffering=0) as ballast, suppress(OSError):
            while True:
                room = os.statvfs(self.folder).f_bavail * os.statvfs(self.folder).f_frsize
                os.posix_fallocate(ballast.fileno(), ballast.seek(0, os.SEEK_END), min(max(room, 1), MB))

    def free(self) -> None:
        self._ballast.unlink(missing_ok=True)

    def close(self) -> None:
        if self.mounted:
            _unmount(self.folder)
