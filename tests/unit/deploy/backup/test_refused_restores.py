"""A restore that begins with something wrong restores nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploy.backup import make, restore
from tests.unit.deploy.backup.made import NOW, PHOTO, files, refusal


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


def test_a_disk_is_no_empty_folder(backup, tmp_path, monkeypatch):
    (tmp_path / "disk").mkdir()
    monkeypatch.setattr(Path, "is_mount", lambda path: path.name == "disk")
    assert "name a folder in it" in refusal(backup[0], tmp_path / "disk", backup[1])
    restore.restore(backup[0], tmp_path / "disk" / "data", backup[1])


@pytest.mark.parametrize("left", ["keys.env", "local.env", "port.env", "store/WiredTiger.lock"])
@pytest.mark.parametrize("new", ["new", "on/another/level"])
def test_a_folder_within_that_of_another_copy_is_refused_whatever_is_left_of_it(backup, tmp_path, left, new):
    lost = tmp_path / "lost"
    (lost / left).parent.mkdir(parents=True)
    (lost / left).touch()
    assert f"is in {lost}" in refusal(backup[0], lost / new, backup[1])
    assert not (lost / "new").exists() and not (lost / "on").exists()


@pytest.mark.parametrize("place", [0, 1], ids=["data", "keys"])
def test_a_folder_within_the_backup_is_refused(backup, place):
    before = files(backup[place])
    assert f"is in {backup[place]}" in refusal(backup[0], backup[place] / "new", backup[1])
    assert files(backup[place]) == before


def test_a_folder_beside_a_copy_is_not_within_it(data, backup, tmp_path):
    restore.restore(backup[0], tmp_path / "copy-restored", backup[1])
