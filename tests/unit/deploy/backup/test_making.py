"""A backup is of a copy that is stopped and whole, and is made whole or not at all."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

from deploy.backup import make, manifest
from deploy.backup.manifest import BackupRefused
from tests.unit.deploy.backup.made import NOW

HOLDER = """
import fcntl, sys
with open(sys.argv[1], "ab") as lock:
    fcntl.lockf(lock, fcntl.LOCK_EX, 1)
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_copy_that_runs_is_not_backed_up(data, tmp_path):
    (data / "run.pid").write_text(str(os.getpid()))
    with pytest.raises(BackupRefused, match="make stop"):
        make.back_up(data, tmp_path / "to", tmp_path / "to", NOW)
    (data / "run.pid").unlink()
    command = [sys.executable, "-c", HOLDER, data / "store" / "WiredTiger.lock"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as store:  # as a store does
        store.stdout.readline()
        with pytest.raises(BackupRefused, match="document store"):
            make.back_up(data, tmp_path / "to", tmp_path / "to", NOW)
        store.stdin.close()
    assert not (tmp_path / "to").exists()


def test_a_store_cannot_start_while_it_is_copied(data):
    attempt = "import fcntl, sys; fcntl.lockf(open(sys.argv[1], 'ab'), fcntl.LOCK_EX | fcntl.LOCK_NB, 1)"
    with make.stopped(data):
        list(make.files_of(data, ("store",)))
        done = subprocess.run(
            [sys.executable, "-c", attempt, data / "store" / "WiredTiger.lock"], stderr=subprocess.PIPE, check=False
        )
    assert b"BlockingIOError" in done.stderr


def test_a_backup_that_cannot_be_written_leaves_nothing(data, tmp_path, monkeypatch):
    def full(source, target):
        if source.name == "clock":
            raise OSError(28, "No space left on device")
        return copy(source, target)

    copy = manifest.copy_file
    monkeypatch.setattr(manifest, "copy_file", full)
    with pytest.raises(BackupRefused, match="No space left"):
        make.back_up(data, tmp_path / "to", tmp_path / "safe", NOW)
    assert [path for place in ("to", "safe") for path in (tmp_path / place).glob("*")] == []


def test_a_backup_inside_the_copy_is_refused(data):
    with pytest.raises(BackupRefused, match="lost together"):
        make.back_up(data, data / "backups", None, NOW)


@pytest.mark.parametrize(
    ("harm", "reason"),
    [
        (lambda objects: shutil.rmtree(objects), "objects is missing"),
        (lambda objects: (shutil.rmtree(objects), objects.symlink_to("/nowhere/at/all")), "objects is missing"),
        (lambda objects: (objects / "linked").symlink_to(objects.parent / "reports"), "is a link"),
        (lambda objects: (objects / "one.jpg").symlink_to("/nowhere/at/all"), "is a link"),
        (lambda objects: (objects.parent / "security").rename(objects.parent / "gone"), ""),
    ],
    ids=["no photos", "their disk is not mounted", "another folder", "another file", "nothing was logged"],
)
def test_photos_that_are_not_where_they_should_be_are_no_empty_folder(data, tmp_path, harm, reason):
    harm(data / "objects")
    if not reason:
        make.back_up(data, tmp_path / "to", tmp_path / "to", NOW)
        return
    with pytest.raises(BackupRefused, match=reason):
        make.back_up(data, tmp_path / "to", tmp_path / "to", NOW)
    assert list((tmp_path / "to").glob("*")) == []


def test_a_part_whose_disk_is_not_mounted_is_said(data, tmp_path):
    shutil.rmtree(data / "reports")
    (data / "reports").symlink_to("/nowhere/at/all")
    with pytest.raises(BackupRefused, match="leads nowhere"):
        make.back_up(data, tmp_path / "to", tmp_path / "to", NOW)


def test_a_folder_that_cannot_be_read_ends_the_backup(data, tmp_path, monkeypatch):
    def closed(folder, onerror=None, **_):
        onerror(PermissionError(13, "Permission denied", str(folder)))
        return iter(())

    monkeypatch.setattr(make.os, "walk", closed)
    with pytest.raises(BackupRefused, match="Permission denied"):
        make.back_up(data, tmp_path / "to", tmp_path / "to", NOW)
    assert list((tmp_path / "to").glob("*")) == []


def test_what_a_killed_backup_left_is_named_before_the_next_one(data, tmp_path):
    (tmp_path / "safe" / "rollcall-20261127T043000Z-keys.part").mkdir(parents=True)
    with pytest.raises(BackupRefused, match="may hold keys"):
        make.back_up(data, tmp_path / "to", tmp_path / "safe", NOW)
