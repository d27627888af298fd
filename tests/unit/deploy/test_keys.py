"""The keys of a copy are made once and lost at no moment."""

from __future__ import annotations

import os
import stat

import pytest

from deploy.local import settings
from deploy.local.settings import KEYS, Local, read_env


@pytest.fixture
def older(tmp_path):
    """A copy that an older release has started, which knew one key less. Returns its keys."""
    kept = Local(tmp_path).keys()
    del kept["FRONT_KEY"]
    (tmp_path / "keys.env").write_text("".join(f"{name}={value}\n" for name, value in kept.items()))
    return kept


def test_a_key_that_is_missing_is_added_beside_the_others(tmp_path, older):
    keys = Local(tmp_path).keys()
    assert set(keys) == set(KEYS) and {name: keys[name] for name in older} == older
    assert Local(tmp_path).keys() == keys
    assert [path.name for path in tmp_path.iterdir()] == ["keys.env"]
    assert stat.S_IMODE((tmp_path / "keys.env").stat().st_mode) == 0o600


def test_the_file_of_the_keys_is_replaced_and_never_written_over(tmp_path, older):
    os.link(tmp_path / "keys.env", tmp_path / "as it was")
    Local(tmp_path).keys()
    assert read_env(tmp_path / "as it was") == older


def test_a_full_disk_leaves_the_keys_as_they_were(tmp_path, older, monkeypatch):
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(settings.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        Local(tmp_path).keys()
    assert read_env(tmp_path / "keys.env") == older and len(list(tmp_path.iterdir())) == 1
