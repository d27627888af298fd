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
    """True if this machine can mount a small disk: it tries, because root is not enough in some containers."""
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
    """A small file system of its own at `folder`; where it cannot be mounted, `mounted` is False."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self.folder, self._ballast = folder, folder / "ballast"
        self.mounted = _mount(folder)

    def fill(self) -> None:
        """Fill the disk to its last page."""
        with self._ballast.open("ab", buffering=0) as ballast, suppress(OSError):
            while True:
                room = os.statvfs(self.folder).f_bavail * os.statvfs(self.folder).f_frsize
                os.posix_fallocate(ballast.fileno(), ballast.seek(0, os.SEEK_END), min(max(room, 1), MB))

    def free(self) -> None:
        self._ballast.unlink(missing_ok=True)

    def close(self) -> None:
        if self.mounted:
            _unmount(self.folder)
