"""A key of a copy changes on request, unless what is kept depends on it; a version that still wraps a key stays."""

from __future__ import annotations

import os

import pytest

from deploy.local import key
from deploy.local.key import REPLACEABLE, CannotChange, drop, renewed, versions, with_newest_alone
from deploy.local.settings import KEYS, VERSIONED, Local, replace_private
from shared.service.auth import public_half

LASTING = ("IDENTITY_PII_KEY", "ROSTER_PII_KEY", "CODE_KEY")


@pytest.fixture
def local(tmp_path):
    """A copy that runs with two versions of the photos' key."""
    copy = Local(tmp_path)
    keep(copy, renewed(copy.keys(), "PHOTO_KEYS"))
    start(copy)
    return copy


def keep(copy, keys):
    replace_private(copy.data / "keys.env", "".join(f"{name}={value}\n" for name, value in keys.items()))


def start(copy, seconds_later=1):
    changed = (copy.data / "keys.env").stat().st_mtime
    (copy.data / "run.pid").write_text("1")
    os.utime(copy.data / "run.pid", (changed + seconds_later,) * 2)


def never():
    raise AssertionError("nothing may be rotated")


@pytest.mark.parametrize("name", REPLACEABLE)
def test_a_key_gets_a_new_value_of_the_same_length_and_no_other_key_changes(tmp_path, name):
    before = Local(tmp_path).keys()
    after = renewed(before, name)
    assert {key for key in KEYS if before[key] != after[key]} == {name}
    assert len(after[name]) == len(before[name])


def test_a_key_of_photos_gets_a_further_version_and_keeps_the_others(tmp_path):
    before = Local(tmp_path).keys()
    after = versions(renewed(before, "PHOTO_KEYS")["PHOTO_KEYS"])
    assert after[1] == versions(before["PHOTO_KEYS"])[1] != after[2] and len(after[1]) == len(after[2])


@pytest.mark.parametrize("name", ["", "ANOTHER", *sorted(KEYS.keys() - {*REPLACEABLE, *VERSIONED})])
def test_a_key_on_which_what_is_kept_depends_and_an_unknown_one_do_not_change(tmp_path, name):
    with pytest.raises(CannotChange, match=r"docs/keys\.md"):
        renewed(Local(tmp_path).keys(), name)


def test_what_seals_and_hashes_for_good_is_among_those_that_do_not_change():
    assert not {*LASTING} & {*REPLACEABLE, *VERSIONED} and KEYS.keys() >= {*LASTING}


def test_older_versions_go_when_everything_is_wrapped_by_the_newest(local):
    kept = drop(local, "PHOTO_KEYS", lambda: 0)
    assert versions(kept["PHOTO_KEYS"]) == {2: versions(local.keys()["PHOTO_KEYS"])[2]}
    assert {name: kept[name] for name in KEYS if name != "PHOTO_KEYS"} == {
        name: value for name, value in local.keys().items() if name != "PHOTO_KEYS"
    }


def test_no_version_goes_when_the_rotation_fails(local):
    with pytest.raises(CannotChange, match="Nothing was dropped"):
        drop(local, "PHOTO_KEYS", lambda: 1)


def test_no_version_goes_while_processes_run_that_do_not_know_the_newest(local):
    start(local, seconds_later=-1)
    with pytest.raises(CannotChange, match="started before"):
        drop(local, "PHOTO_KEYS", lambda: 0)


def test_no_version_goes_while_nothing_runs(local):
    (local.data / "run.pid").unlink()
    with pytest.raises(CannotChange, match="No copy runs"):
        drop(local, "PHOTO_KEYS", lambda: 0)


@pytest.mark.parametrize("name", ["PORTAL_KEY", ""])
def test_only_versions_can_be_dropped(local, name):
    with pytest.raises(CannotChange, match="no versions"):
        drop(local, name, never)


def test_the_only_version_stays(tmp_path):
    with pytest.raises(CannotChange, match="one version"):
        with_newest_alone(Local(tmp_path).keys(), "PHOTO_KEYS")


def test_tokens_of_the_signing_key_before_are_good_to_their_end_and_a_drop_ends_them(local, monkeypatch):
    before = local.keys()["SIGNING_KEY"]
    assert "VERIFYING_KEYS" not in local.environment_of("identity")
    keep(local, renewed(local.keys(), "SIGNING_KEY"))
    given = local.environment_of("identity")
    assert given["VERIFYING_KEYS"] == public_half(bytes.fromhex(before)).hex() and given["SIGNING_KEY"] != before
    assert before not in str(given) and "VERIFYING_KEYS" not in local.environment_of("roster")
    start(local)
    monkeypatch.setattr("sys.argv", ["make", "SIGNING_KEY", "--drop", "--data", str(local.data)])
    monkeypatch.setattr(key, "require_running", lambda *_: None)
    assert key.main() == 0
    key.require_known_to_the_running_copy(local.data)  # another key may be dropped without a restart between
    assert "VERIFYING_KEYS" not in local.environment_of("identity")
    with pytest.raises(CannotChange, match="no versions"):
        drop(local, "SIGNING_KEY", never)


def test_a_second_new_signing_key_before_a_restart_signs_nobody_out(local):
    running = local.keys()["SIGNING_KEY"]
    for _ in range(2):
        keep(local, renewed(local.keys(), "SIGNING_KEY"))
    halves = local.environment_of("identity")["VERIFYING_KEYS"].split(",")
    assert len(halves) == 2 and halves[0] == public_half(bytes.fromhex(running)).hex()
    assert with_newest_alone(local.keys(), "SIGNING_KEY")["VERIFYING_KEYS"] == ""


@pytest.mark.parametrize("runs", [True, False])
def test_what_is_to_be_entered_fits_whether_the_copy_runs_and_no_line_of_a_log_is_shown(
    local, monkeypatch, capsys, runs
):
    if not runs:
        (local.data / "run.pid").unlink()
    monkeypatch.setattr("sys.argv", ["make", "PORTAL_KEY", "--data", str(local.data)])
    assert key.main() == 0
    shown = capsys.readouterr()
    assert (f"`make stop DATA={local.data}`, " in shown.out) is runs and f"`make run DATA={local.data}`" in shown.out
    assert shown.err == ""
    assert [line for file in (local.data / "security").iterdir() for line in file.read_text().splitlines()]
