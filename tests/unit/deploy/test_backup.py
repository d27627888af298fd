"""A backup of a copy on one machine: whole or not at all, verified when it is restored, its keys apart."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from deploy.backup import make, restore
from deploy.backup.manifest import WITHOUT_KEYS, BackupRefused
from deploy.local.settings import Local

NOW = datetime(2026, 11, 28, 4, 30, tzinfo=UTC)
PHOTO = "objects/rollcall/archive/form-1/one.jpg"


@pytest.fixture
def data(tmp_path):
    """A stopped copy, with what belongs into no backup."""
    copy = tmp_path / "copy"
    for path, content in {
        "store/secantus_documents_sh0.wt": b"events" * 50,
        "store/WiredTiger.lock": b"lock",
        PHOTO: b"sealed",
        "reports/rollcall-reports/1.json": b"{}",
        "security/2026-11-28.jsonl": b"{}\n",
        "clock": b"86400000",
        "first-account.txt": b"login: ministry",
        "logs/identity.log": b"log",
        "local.env": b"PORTAL_URL=...",
    }.items():
        (copy / path).parent.mkdir(parents=True, exist_ok=True)
        (copy / path).write_bytes(content)
    Local(copy).keys()
    return copy


@pytest.fixture
def backup(data, tmp_path):
    return make.back_up(data, tmp_path / "data-room", tmp_path / "safe", NOW)


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def refusal(*arguments, **options) -> str:
    with pytest.raises(BackupRefused) as refused:
        restore.restore(*arguments, **{"running": options.pop("running", None), **options})
    return str(refused.value)


@pytest.fixture(autouse=True)
def _one_release(monkeypatch):
    for module in (make, restore):
        monkeypatch.setattr(module, "commit", lambda: "a1b2c3d4e5f6")


def test_what_is_restored_is_what_was_backed_up_and_no_more(data, backup, tmp_path):
    restore.restore(backup[0], tmp_path / "new", backup[1])
    kept, found = files(data), files(tmp_path / "new")
    left_out = {"logs/identity.log", "local.env", "store/WiredTiger.lock"}
    found.pop("generations.env", None)
    assert found == {path: content for path, content in kept.items() if path not in left_out}


def test_data_and_keys_are_two_folders_for_their_owner_only_and_no_key_is_in_the_data(data, backup):
    folder, keys = backup
    everything = b"".join(files(folder).values())
    assert [value for value in Local(data).keys().values() if value.encode() in everything] == []
    assert set(files(keys)) == {"manifest.json", "keys.env", "first-account.txt"}
    modes = {path.stat().st_mode & 0o077 for place in backup for path in (place, *place.rglob("*"))}
    assert modes == {0}


def test_the_manifest_names_release_time_and_every_file_with_its_size_and_digest(backup):
    manifest = json.loads((backup[0] / "manifest.json").read_text())
    assert (manifest["release"], manifest["made_at"]) == ("a1b2c3d4e5f6", "2026-11-28T04:30:00Z")
    assert manifest["files"][PHOTO]["size"] == len(b"sealed")
    assert set(manifest["files"]) == set(files(backup[0])) - {"manifest.json"}


@pytest.mark.parametrize("harm", [lambda path: path.write_bytes(b"changed"), Path.unlink], ids=["changed", "missing"])
@pytest.mark.parametrize("place", [0, 1], ids=["data", "keys"])
def test_a_damaged_backup_is_refused_and_nothing_is_restored(backup, tmp_path, harm, place):
    harm(backup[place] / (PHOTO, "keys.env")[place])
    assert refusal(backup[0], tmp_path / "new", backup[1]).startswith("The backup is damaged")
    assert not (tmp_path / "new").exists()
    assert list(tmp_path.glob("*.restoring")) == []


@pytest.mark.parametrize("text", ["", "{}", '{"format": 1}', '{"format": 1, "files": {"../../etc": {"size": 1}}}'])
def test_a_damaged_manifest_is_refused_as_one(backup, tmp_path, text):
    (backup[0] / "manifest.json").write_text(text)
    assert "is damaged: it is no manifest" in refusal(backup[0], tmp_path / "new", backup[1])


def test_a_path_that_leads_out_of_the_folder_is_damage(backup, tmp_path):
    path = backup[0] / "manifest.json"
    path.write_text(path.read_text().replace(PHOTO, "../outside"))
    assert "is damaged: it is no manifest" in refusal(backup[0], tmp_path / "new", backup[1])


def test_a_folder_that_is_not_empty_is_left_alone(data, backup):
    before = files(data)
    assert "not empty" in refusal(backup[0], data, backup[1])
    assert files(data) == before


def test_another_release_is_refused_with_the_command_that_leads_to_the_right_one(backup, tmp_path):
    assert "git checkout a1b2c3d4e5f6" in refusal(backup[0], tmp_path / "new", backup[1], running="ffffffffffff")
    restore.restore(backup[0], tmp_path / "new", backup[1], running="ffffffffffff", other_release=True)


def test_a_release_that_nobody_knows_is_not_taken_for_the_same(data, tmp_path, monkeypatch):
    monkeypatch.setattr(make, "commit", lambda: "unknown")
    folder, keys = make.back_up(data, tmp_path / "to", tmp_path / "to", NOW)
    assert "release unknown" in refusal(folder, tmp_path / "new", keys, running="unknown")


def test_keys_that_are_missing_or_of_another_copy_are_refused_and_named(data, backup, tmp_path):
    assert WITHOUT_KEYS in refusal(backup[0], tmp_path / "new", tmp_path / "nowhere")
    (data / "keys.env").unlink()
    Local(data).keys()
    _, others = make.back_up(data, tmp_path / "other", tmp_path / "other", NOW)
    assert "PHOTO_KEYS" in refusal(backup[0], tmp_path / "new", others)
    assert "holds data and no keys" in refusal(backup[0], tmp_path / "new", backup[0])


def test_a_backup_without_keys_says_so_when_it_is_made_and_when_it_is_restored(data, tmp_path, monkeypatch, capsys):
    def said(main, *words):
        monkeypatch.setattr(sys, "argv", ["make", *map(str, words)])
        return main(), capsys.readouterr().out

    made = said(make.main, "--data", data, "--to", tmp_path / "to", "--without-keys")
    (folder,) = (tmp_path / "to").iterdir()
    of = ("--data", tmp_path / "new", "--from", folder)
    unasked, asked = said(restore.main, *of), said(restore.main, *of, "--without-keys")
    assert restore.KEYS_MAY_BE_FOUND in asked[1]
    assert [(status, WITHOUT_KEYS in text) for status, text in (made, unasked, asked)] == [
        (0, True),
        (1, True),
        (0, True),
    ]


def test_both_folders_in_one_place_are_called_readable_by_whoever_finds_them(data, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["make", "--data", str(data), "--to", str(tmp_path / "to")])
    assert make.main() == 0
    assert "Whoever finds both can read everything" in capsys.readouterr().out


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

    copy = make.copy_file
    monkeypatch.setattr(make, "copy_file", full)
    with pytest.raises(BackupRefused, match="No space left"):
        make.back_up(data, tmp_path / "to", tmp_path / "safe", NOW)
    assert [path for place in ("to", "safe") for path in (tmp_path / place).glob("*")] == []


def test_a_backup_inside_the_copy_is_refused(data):
    with pytest.raises(BackupRefused, match="lost together"):
        make.back_up(data, data / "backups", None, NOW)


def test_a_restored_copy_begins_a_generation_on_kafka_and_keeps_the_embedded_bus_of_the_same_moment(backup, tmp_path):
    restore.restore(backup[0], tmp_path / "new", backup[1])
    generations = [Local(tmp_path / "new", kafka=kafka).environment()["BUS_GENERATION"] for kafka in (False, True)]
    assert generations == ["1", "3"]


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


def test_keys_do_not_stay_behind_when_their_data_gets_no_name(data, tmp_path, monkeypatch):
    def named(path, target):
        if not target.name.endswith("-keys"):
            raise OSError(5, "Input/output error")
        return rename(path, target)

    rename = Path.rename
    monkeypatch.setattr(Path, "rename", named)
    with pytest.raises(BackupRefused, match="Nothing of it is left"):
        make.back_up(data, tmp_path / "to", tmp_path / "safe", NOW)
    assert [path for place in ("to", "safe") for path in (tmp_path / place).glob("*")] == []


def test_what_a_killed_backup_left_is_named_before_the_next_one(data, tmp_path):
    (tmp_path / "safe" / "rollcall-20261127T043000Z-keys.part").mkdir(parents=True)
    with pytest.raises(BackupRefused, match="may hold keys"):
        make.back_up(data, tmp_path / "to", tmp_path / "safe", NOW)


def test_a_disk_is_no_empty_folder(backup, tmp_path, monkeypatch):
    (tmp_path / "disk").mkdir()
    monkeypatch.setattr(Path, "is_mount", lambda path: path.name == "disk")
    assert "name a folder in it" in refusal(backup[0], tmp_path / "disk", backup[1])
    restore.restore(backup[0], tmp_path / "disk" / "data", backup[1])


def test_keys_without_their_file_are_damaged(backup, tmp_path):
    path = backup[1] / "manifest.json"
    manifest = json.loads(path.read_text())
    del manifest["files"]["keys.env"]
    path.write_text(json.dumps(manifest))
    assert "holds no keys.env" in refusal(backup[0], tmp_path / "new", backup[1])


def test_a_file_of_other_keys_is_refused_whatever_its_manifest_says(backup, tmp_path):
    Local(tmp_path / "other").keys()
    others = (tmp_path / "other" / "keys.env").read_bytes()
    (backup[1] / "keys.env").write_bytes(others)
    path = backup[1] / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["files"]["keys.env"] = {"size": len(others), "sha256": sha256(others).hexdigest()}
    path.write_text(json.dumps(manifest))
    assert "holds other keys" in refusal(backup[0], tmp_path / "new", backup[1])
    assert not (tmp_path / "new").exists()
    assert list(tmp_path.glob("*.restoring")) == []
