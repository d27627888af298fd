"""What a backup holds, and what is restored of it."""

from __future__ import annotations

import json
import sys

from deploy.backup import make, restore
from deploy.local.settings import Local
from tests.unit.deploy.backup.made import PHOTO, files


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


def test_the_manifest_begins_with_what_somebody_looks_for_and_ends_with_its_files(backup):
    names = [*json.loads((backup[0] / "manifest.json").read_text())]
    assert names[:4] == ["format", "holds", "release", "made_at"] and names[-1] == "files"


def test_the_manifest_names_release_time_and_every_file_with_its_size_and_digest(backup):
    manifest = json.loads((backup[0] / "manifest.json").read_text())
    assert (manifest["release"], manifest["made_at"]) == ("a1b2c3d4e5f6", "2026-11-28T04:30:00Z")
    assert manifest["files"][PHOTO]["size"] == len(b"sealed")
    assert set(manifest["files"]) == set(files(backup[0])) - {"manifest.json"}


def test_a_restored_copy_begins_a_generation_on_kafka_and_keeps_the_embedded_bus_of_the_same_moment(backup, tmp_path):
    restore.restore(backup[0], tmp_path / "new", backup[1])
    generations = [Local(tmp_path / "new", kafka=kafka).environment()["BUS_GENERATION"] for kafka in (False, True)]
    assert generations == ["1", "3"]


def test_the_port_on_paper_is_restored_and_where_a_backup_has_none_it_is_asked_for(data, tmp_path, monkeypatch, capsys):
    def restored(moment, name):
        monkeypatch.setattr(sys, "argv", ["make", "--data", str(data), "--to", str(tmp_path / moment)])
        assert make.main() == 0
        (backup,) = (path for path in (tmp_path / moment).iterdir() if not path.name.endswith("-keys"))
        monkeypatch.setattr(sys, "argv", ["make", "--data", str(tmp_path / name), "--from", str(backup)])
        assert restore.main() == 0
        return capsys.readouterr().out

    assert f"`make run DATA={tmp_path / 'none'} PORT=<port>`, the port that it had" in restored("before", "none")
    Local(data, 9300).note_port()
    assert f"`make run DATA={tmp_path / 'new'} PORT=9300`" in restored("after", "new")
