"""The manifest of a backup: release, time, size and SHA-256 of every file, the keys by their fingerprints.

A backup is two folders that can lie in different places, the data and the keys, with a manifest each: the data's says
nothing of the keys but fingerprints, by which it knows them again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any

from deploy.local.settings import read_env

FORMAT = 1
NAME = "manifest.json"
DATA, KEYS = "data", "keys"
KEYS_FILE = "keys.env"
FILES: Mapping[str, tuple[str, ...]] = {  # in a copy's folder; of folders, everything
    DATA: ("store", "objects", "reports", "security", "generations.env", "port.env", "clock"),
    KEYS: (KEYS_FILE, "first-account.txt"),
}
BLOCK = 1 << 20
UNKNOWN = "unknown"  # the release of a folder that is no checkout
WITHOUT_KEYS = (
    "Without its keys nobody can sign in, no photo opens, the names and numbers of pupils and people stay sealed, and "
    "no code on paper is recognised. Figures, reports and the audit remain."
)


class BackupRefused(Exception):
    """A backup is not made, or not restored: the reason as a sentence for the operator. Nothing is left half done."""


@dataclass(frozen=True, slots=True)
class File:
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """holds: DATA or KEYS. files: by their path in the folder. fingerprints: of random keys, by name."""

    holds: str
    release: str
    made_at: str
    files: Mapping[str, File]
    fingerprints: Mapping[str, str]

    def write(self, folder: Path) -> None:
        """What somebody looks for comes first, the files last: a county has thousands."""
        said = asdict(self)
        files = said.pop("files")
        ordered = {"format": FORMAT, **said, "files": dict(sorted(files.items()))}
        (folder / NAME).write_text(json.dumps(ordered, indent=1) + "\n")

    @property
    def size(self) -> int:
        return sum(file.size for file in self.files.values())


def read(folder: Path, holds: str) -> Manifest:
    """The manifest of a folder that holds data, or keys. Raises BackupRefused."""
    path = folder / NAME
    if not path.is_file():
        raise BackupRefused(f"{folder} is no backup of {holds}: it has no {NAME}.")
    try:
        found = json.loads(path.read_text())
        if found.pop("format") != FORMAT:
            raise BackupRefused(f"{path} has another format than this release reads: restore it with its own release.")
        manifest = Manifest(**{**found, "files": _files(found["files"])})
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BackupRefused(f"{path} is damaged: it is no manifest any more.") from error
    if manifest.holds != holds:
        raise BackupRefused(f"{folder} holds {manifest.holds} and no {holds}.")
    return manifest


def _files(found: Mapping[str, Any]) -> dict[str, File]:
    return {_inside(path): File(int(file["size"]), str(file["sha256"])) for path, file in found.items()}


def _inside(path: str) -> str:
    """A path that stays in its folder. Raises ValueError."""
    if PurePosixPath(path).is_absolute() or ".." in PurePosixPath(path).parts:
        raise ValueError(path)
    return path


def fingerprints(folder: Path) -> dict[str, str]:
    """Of the keys in a folder, by name."""
    keys = read_env(folder / KEYS_FILE)
    return {name: sha256(f"{name}={value}".encode()).hexdigest()[:16] for name, value in sorted(keys.items())}


def copy_file(source: Path, target: Path) -> File:
    """Copy one file; what was copied."""
    target.parent.mkdir(parents=True, exist_ok=True)
    digest, size = sha256(), 0
    with source.open("rb") as read_from, target.open("xb") as write_to:
        while block := read_from.read(BLOCK):
            digest.update(block)
            size += write_to.write(block)
    return File(size, digest.hexdigest())


@contextmanager
def private() -> Iterator[None]:
    """What is written in this block is for its owner only."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)
