"""`make backup TO=folder`: a backup of the copy in DATA, which must be stopped (docs/how-to/restore.md).

A stopped copy is consistent by itself: document store, objects, reports and keys are of one moment.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from deploy.backup import manifest
from deploy.backup.manifest import BackupRefused
from deploy.local.running import RUN_PID, entered
from deploy.local.settings import commit

LOCK = "WiredTiger.lock"  # the embedded store holds it while it runs, and makes it where it is missing


@contextmanager
def stopped(data: Path) -> Iterator[None]:
    """Make sure that the copy does not run, and that its store cannot start before the block ends."""
    if not (data / "store").is_dir():
        raise BackupRefused(f"There is no copy in {data}.")
    if (data / RUN_PID).exists():
        raise BackupRefused(
            f"The copy in {data} runs, or was killed: `{entered('stop', data)}` first. A backup is of one moment."
        )
    with (data / "store" / LOCK).open("ab") as lock:
        try:
            fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB, 1)
        except OSError as error:
            raise BackupRefused(f"Something still uses the document store in {data}: stop it first.") from error
        yield


def files_of(data: Path, names: tuple[str, ...]) -> Iterator[str]:
    """The paths of all files under these names. The lock is left out: opening it here would give it up.

    Raises OSError for a folder that cannot be read, BackupRefused for a link: neither may count as empty.
    """
    for name in names:
        if (data / name).is_file():
            yield name
        elif (data / name).is_symlink() and not (data / name).is_dir():
            raise BackupRefused(f"{data / name} leads nowhere: is its disk mounted?")
        for folder, folders, files in os.walk(data / name, onerror=_raised) if (data / name).is_dir() else ():
            paths = [Path(folder) / each for each in sorted(files) if each != LOCK]
            if links := [path for path in (*paths, *(Path(folder) / each for each in folders)) if path.is_symlink()]:
                raise BackupRefused(f"{links[0]} is a link, which no backup follows: put its target in its place.")
            yield from (str(path.relative_to(data)) for path in paths)


def _raised(error: OSError) -> None:
    raise error


def _nothing_in_the_way(data: Path, folder: Path, keys_folder: Path | None) -> None:
    places = [place for place in (folder, keys_folder) if place]
    if any(place.resolve().is_relative_to(data.resolve()) for place in places):
        raise BackupRefused(f"A backup in {data} is lost together with it: choose another folder.")
    if any(place.exists() for place in places):
        raise BackupRefused(f"{folder} or its keys exist already.")
    if left := [part for place in places for part in place.parent.glob("rollcall-*.part")]:
        raise BackupRefused(
            f"{left[0]} is of a backup that was killed, or still runs. It may hold keys: remove it unless one runs."
        )
    if missing := [name for name in ("store", "objects") if not (data / name).is_dir()]:
        raise BackupRefused(f"There is no whole copy in {data}: {missing[0]} is missing.")


def back_up(data: Path, to: Path, keys_to: Path | None, now: datetime) -> tuple[Path, Path | None]:
    """Make a backup, whole or not at all. keys_to: None for a backup without keys. Returns its two folders."""
    name = f"rollcall-{now:%Y%m%dT%H%M%SZ}"
    folder, keys_folder = to / name, keys_to / f"{name}-keys" if keys_to else None
    _nothing_in_the_way(data, folder, keys_folder)
    parts = [place.with_name(f"{place.name}.part") for place in (folder, keys_folder) if place]
    try:
        with manifest.private(), stopped(data):
            of = manifest.fingerprints(data)
            for holds, part in zip((manifest.DATA, manifest.KEYS), parts, strict=False):
                part.mkdir(parents=True)
                paths = files_of(data, manifest.FILES[holds])
                files = {path: manifest.copy_file(data / path, part / path) for path in paths}
                manifest.Manifest(holds, commit(), f"{now:%Y-%m-%dT%H:%M:%SZ}", files, of).write(part)
        os.sync()  # a backup that is reported is on the disk
        if keys_folder:  # first: data without keys would look like a backup that was meant so
            parts[1].rename(keys_folder)
        parts[0].rename(folder)
    except OSError as error:
        if keys_folder:
            shutil.rmtree(keys_folder, ignore_errors=True)
        raise BackupRefused(f"The backup could not be made: {error}. Nothing of it is left.") from error
    finally:
        for part in parts:
            shutil.rmtree(part, ignore_errors=True)
    return folder, keys_folder


def main() -> int:
    parser = argparse.ArgumentParser(prog="make backup", description="A backup of the copy on this machine.")
    parser.add_argument("--data", type=Path, default=Path(".data"))
    parser.add_argument("--to", required=True, help="a folder, better on another machine's disk")
    parser.add_argument("--keys-to", default="", help="a folder for the keys; by default beside the data")
    parser.add_argument("--without-keys", action="store_true")
    asked = parser.parse_args()
    if not asked.to:
        print("Say where: make backup TO=/mnt/backups KEYS_TO=/mnt/safe")
        return 2
    if asked.keys_to and asked.without_keys:
        print("KEYS_TO and WITHOUT_KEYS=1 contradict each other: leave out the one that is not meant. Nothing is done.")
        return 2
    to = Path(asked.to)
    try:
        keys_to = None if asked.without_keys else Path(asked.keys_to or to)
        folder, keys = back_up(asked.data, to, keys_to, datetime.now(UTC))
    except BackupRefused as refused:
        print(refused)
        return 1
    print(f"Data: {folder}")
    if keys is None:
        print(f"Keys: none. {manifest.WITHOUT_KEYS}")
    else:
        print(f"Keys: {keys}")
        if keys.parent.resolve() == folder.parent.resolve():
            print(
                "A finder of both can read everything: keep the keys elsewhere, with another person (KEYS_TO=folder)."
            )
    of_keys = f"KEYS_FROM={keys}" if keys else "WITHOUT_KEYS=1"
    print(f"To try it: make restore FROM={folder} {of_keys} DATA=some-empty-folder")
    return 0


if __name__ == "__main__":
    sys.exit(main())
