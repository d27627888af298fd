"""`make restore FROM=backup DATA=folder`: a backup becomes the copy in an empty folder, or nothing happens."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from deploy.backup import manifest
from deploy.backup.make import LOCK
from deploy.backup.manifest import BackupRefused, File, Manifest
from deploy.local.running import entered, port_of
from deploy.local.settings import ADDRESSES, PORT_NOTE, Local, commit

OF_A_COPY = (manifest.KEYS_FILE, ADDRESSES, PORT_NOTE, f"store/{LOCK}")  # any of them, of a copy that was lost, too
KEYS_MAY_BE_FOUND = (
    f"If {manifest.KEYS_FILE} may still be found, put it there before any other command is given this folder: a start "
    "makes new keys, and what is written under them does not open with the old ones."
)


def restore(
    backup: Path, data: Path, keys: Path | None, *, other_release: bool = False, running: str | None = None
) -> Manifest:
    """Verify a backup and restore it into `data`, which must be empty or missing. Raises BackupRefused.

    keys: the folder of its keys, None to go without them. running: the release that restores it.
    """
    made = manifest.read(backup, manifest.DATA)
    if data.exists() and (not data.is_dir() or any(data.iterdir())):
        raise BackupRefused(f"{data} is not empty: a backup is restored into an empty folder only.")
    if data.is_mount():  # a finished copy gets its name at once, which a disk cannot
        raise BackupRefused(f"{data} is a disk of its own: name a folder in it.")
    _outside_of_others(data, backup, *([keys] if keys else []))
    _same_release(made.release, running or commit(), other_release)
    of_keys = _right_keys(made, keys) if keys else None
    part = data.with_name(f"{data.name}.restoring")
    if part.exists():
        raise BackupRefused(f"{part} is left from a restore that was killed: remove it first.")
    try:
        with manifest.private():
            part.mkdir(parents=True)
            if keys and of_keys:
                _copy(keys, part, of_keys.files)
                _same_keys(made, manifest.fingerprints(part), keys)
            _copy(backup, part, made.files)
            # Kafka is in no backup: whatever its topics hold belongs to another moment than these stores.
            Local(part, kafka=True).raise_generation()
        os.sync()
        part.rename(data)
    except OSError as error:
        raise BackupRefused(f"The backup could not be restored: {error}. {data} is as before.") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return made


def _outside_of_others(data: Path, *backups: Path) -> None:
    """A folder within another copy's, or a backup's, is lost together with it, and is taken for a part of it."""
    within = next(
        (parent for parent in data.resolve().parents if any((parent / name).exists() for name in OF_A_COPY)), None
    )
    within = within or next((each for each in backups if data.resolve().is_relative_to(each.resolve())), None)
    if within:
        raise BackupRefused(f"{data} is in {within}, of another copy or a backup: choose a folder outside of it.")


def _same_release(made_by: str, running: str, other: bool) -> None:
    if other or made_by == running != manifest.UNKNOWN:
        return
    raise BackupRefused(
        f"The backup was made by release {made_by}, and this is {running}: restore it with its own release "
        f"(git checkout {made_by}) and upgrade then. OTHER_RELEASE=1 restores it all the same."
    )


def _right_keys(made: Manifest, keys: Path) -> Manifest:
    if not (keys / manifest.NAME).is_file():
        raise BackupRefused(
            f"There are no keys in {keys}: name their folder with KEYS_FROM=folder, or say WITHOUT_KEYS=1. "
            f"{manifest.WITHOUT_KEYS}"
        )
    found = manifest.read(keys, manifest.KEYS)
    if manifest.KEYS_FILE not in found.files:
        raise BackupRefused(f"The backup is damaged: {keys} holds no {manifest.KEYS_FILE}.")
    _same_keys(made, found.fingerprints, keys)
    return found


def _same_keys(made: Manifest, found: Mapping[str, str], keys: Path) -> None:
    """found: fingerprints, those that the manifest in `keys` claims, or of the file that really lies there."""
    if wrong := sorted(name for name, of in made.fingerprints.items() if found.get(name) != of):
        raise BackupRefused(f"{keys} holds other keys than this backup was made with: {', '.join(wrong)}.")


def _copy(source: Path, target: Path, files: Mapping[str, File]) -> None:
    for path, expected in files.items():
        if not (source / path).is_file():
            raise BackupRefused(f"The backup is damaged: {source / path} is missing. Nothing was restored.")
        if manifest.copy_file(source / path, target / path) != expected:
            raise BackupRefused(f"The backup is damaged: {source / path} has changed. Nothing was restored.")


def _start(data: Path) -> str:
    if port_of(data):
        return f"`{entered('run', data)}`, on the port that it had."
    return f"`{entered('run', data)} PORT=<port>`, the port that it had: its forms name it, and this backup does not."


def main() -> int:
    parser = argparse.ArgumentParser(prog="make restore", description="Restore a backup into an empty folder.")
    parser.add_argument("--from", dest="backup", required=True)
    parser.add_argument("--data", type=Path, default=Path(".data"))
    parser.add_argument("--keys-from", default="", help="by default beside the data: <backup>-keys")
    parser.add_argument("--without-keys", action="store_true")
    parser.add_argument("--other-release", action="store_true")
    asked = parser.parse_args()
    if not asked.backup:
        print(
            "Say which: make restore FROM=/mnt/backups/rollcall-... KEYS_FROM=/mnt/safe/rollcall-...-keys "
            "DATA=some-empty-folder"
        )
        return 2
    if asked.keys_from and asked.without_keys:
        print("KEYS_FROM and WITHOUT_KEYS=1 contradict each other: leave out the one that is not meant.")
        return 2
    backup, data = Path(asked.backup), asked.data.resolve()
    keys = None if asked.without_keys else Path(asked.keys_from or backup.with_name(f"{backup.name}-keys"))
    try:
        made = restore(backup, data, keys, other_release=asked.other_release)
    except BackupRefused as refused:
        print(refused)
        return 1
    print(f"Restored into {data}: {len(made.files)} files of {made.made_at}, all as they were backed up.")
    if keys is None:
        print(f"{manifest.WITHOUT_KEYS} {KEYS_MAY_BE_FOUND}")
    print(f"To start it: {_start(data)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
