"""The keys of a backup: apart from the data, its own, and named where they are missing."""

from __future__ import annotations

import json
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from deploy.backup import make, restore
from deploy.backup.manifest import WITHOUT_KEYS, BackupRefused
from deploy.local.settings import Local
from tests.unit.deploy.backup.made import NOW, refusal


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
    assert "A finder of both can read everything" in capsys.readouterr().out


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


def test_keys_without_their_file_are_damaged(backup, tmp_path):
    path = backup[1] / "manifest.json"
    found = json.loads(path.read_text())
    del found["files"]["keys.env"]
    path.write_text(json.dumps(found))
    assert "holds no keys.env" in refusal(backup[0], tmp_path / "new", backup[1])


def test_a_file_of_other_keys_is_refused_whatever_its_manifest_says(backup, tmp_path):
    Local(tmp_path / "other").keys()
    others = (tmp_path / "other" / "keys.env").read_bytes()
    (backup[1] / "keys.env").write_bytes(others)
    path = backup[1] / "manifest.json"
    found = json.loads(path.read_text())
    found["files"]["keys.env"] = {"size": len(others), "sha256": sha256(others).hexdigest()}
    path.write_text(json.dumps(found))
    assert "holds other keys" in refusal(backup[0], tmp_path / "new", backup[1])
    assert not (tmp_path / "new").exists()
    assert list(tmp_path.glob("*.restoring")) == []


def test_keys_that_are_named_and_left_out_are_refused_as_a_contradiction(data, backup, tmp_path, monkeypatch, capsys):
    for main, words in (
        (make.main, ("--to", tmp_path / "to", "--keys-to", tmp_path / "keys", "--without-keys")),
        (restore.main, ("--from", backup[0], "--keys-from", backup[1], "--without-keys", "--data", tmp_path / "new")),
    ):
        monkeypatch.setattr(sys, "argv", ["make", "--data", str(data), *map(str, words)])
        assert main() == 2 and "contradict each other" in capsys.readouterr().out
    assert not (tmp_path / "to").exists() and not (tmp_path / "new").exists()


def test_who_names_no_backup_is_told_of_its_keys_too(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["make", "--from", ""])
    assert restore.main() == 2 and "KEYS_FROM=" in capsys.readouterr().out
