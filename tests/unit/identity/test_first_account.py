from __future__ import annotations

import multiprocessing
import re
import stat

import pytest

from services.identity.settings import Settings
from services.identity.use_cases.staff import first_account
from shared.infrastructure.config import BadSetting, read
from tests.unit.identity.world import STEADY

ENVIRONMENT = {
    "MONGO_URL": "mongodb://h",
    "SERVICE_KEY": "00" * 32,
    "SERVICE_KEYS": "identity:" + "05" * 32,
    "REFRESH_KEY": "04" * 32,
    "FRONT_KEY": "0e" * 32,
    "FORWARDING_KEY": "0f" * 32,
    "IDENTITY_URL": "http://h",
    "ROSTER_URL": "http://h",
    "PORTAL_URL": "http://h",
    "UPLOAD_URL": "http://h",
    "STATS_URL": "http://h",
    "SIGNING_KEY": "01" * 32,
    "PII_KEY": "02" * 32,
    "CODE_KEY": "03" * 32,
}


def test_the_ministry_signs_in_with_what_the_file_says_and_must_change_it(world, tmp_path):
    file = tmp_path / "data" / "first-account.txt"
    first_account.ensure(world.deps, "", "", file)
    login, password = (line.split(": ")[1] for line in file.read_text().splitlines())
    account = world.sign_in(login, password).json["account"]
    assert (account["role"], account["paths"], account["must_change_password"]) == ("ministry", ["/000000/"], True)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [f.name for f in file.parent.iterdir()] == ["first-account.txt"]


def test_the_login_is_not_guessable():
    made = {first_account.first_login() for _ in range(50)}
    assert len(made) == 50 and all(re.fullmatch(r"ministry-[2-9a-hjkmnp-z]{6}", login) for login in made)


def test_a_configured_password_is_used_and_written_nowhere(world, tmp_path):
    file = tmp_path / "first-account.txt"
    first_account.ensure(world.deps, "", STEADY, file)
    login = file.read_text().removeprefix("login: ").strip()
    assert world.sign_in(login, STEADY).status_code == 201 and STEADY not in file.read_text()
    first_account.ensure(world.deps, "", STEADY, file)
    assert file.exists()


def test_a_configured_login_is_used(world, tmp_path):
    first_account.ensure(world.deps, "li.ministry", STEADY, tmp_path / "first-account.txt")
    assert world.sign_in("li.ministry", STEADY).status_code == 201


def test_a_second_start_changes_nothing(world, tmp_path):
    file = tmp_path / "first-account.txt"
    first_account.ensure(world.deps, "", "", file)
    before = file.read_text()
    first_account.ensure(world.deps, "", "", file)
    first_account.ensure(world.deps, "", STEADY, file)
    assert file.read_text() == before and world.sign_in(*before.split()[1::2]).status_code == 201
    assert len(world.store.load(f"account-{first_account.ACCOUNT_ID}")) == 1


def test_a_later_start_removes_a_file_whose_password_was_changed(world, tmp_path):
    file = tmp_path / "first-account.txt"
    first_account.ensure(world.deps, "", "", file)
    login, password = file.read_text().split()[1::2]
    token = world.sign_in(login, password).json["access_token"]
    assert world.ask("PUT", "/v1/me/password", {"old": password, "new": STEADY}, token).status_code == 204
    first_account.ensure(world.deps, "", "", file)
    assert not file.exists()


def test_a_start_after_a_crash_before_the_account_was_opened_uses_the_same_file(world, tmp_path):
    file = tmp_path / "first-account.txt"
    agreed = first_account._agreed(file, "", "")
    first_account.ensure(world.deps, "", "", file)
    assert world.sign_in(agreed["login"], agreed["password"]).status_code == 201


def _agree(file, start, passwords_read):
    start.wait(30)
    passwords_read.put(tuple(first_account._agreed(file, "", "").items()))


def test_processes_that_start_together_agree_on_one_password(tmp_path):
    context = multiprocessing.get_context("fork")
    start, passwords_read = context.Barrier(4), context.Queue()
    processes = [
        context.Process(target=_agree, args=(tmp_path / "first-account.txt", start, passwords_read)) for _ in range(4)
    ]
    for process in processes:
        process.start()
    passwords = {passwords_read.get(timeout=30) for _ in processes}
    for process in processes:
        process.join(30)
    assert len(passwords) == 1 and len(list(tmp_path.iterdir())) == 1


def test_a_machine_that_was_slower_does_not_keep_a_wrong_password(world, tmp_path):
    people, late = world.records.people, tmp_path / "late.txt"
    first_account.ensure(world.deps, "", "", tmp_path / "first-account.txt")
    real, people.get = (
        people.get,
        lambda account, seen=[]: real(account) if seen or seen.append(1) else None,
    )  # it looked before the other process was done
    first_account.ensure(world.deps, "", "", late)
    assert not late.exists() and (tmp_path / "first-account.txt").exists()


def test_settings_come_from_the_environment_and_keep_their_secrets():
    settings = read(Settings, ENVIRONMENT | {"FIRST_PASSWORD": STEADY})
    assert settings.first_account_file == ".data/first-account.txt" and settings.first_password == STEADY
    assert STEADY not in repr(settings) and "signing_key" not in repr(settings)


@pytest.mark.parametrize("password", ["short", "password123", "ministry"])
def test_a_weak_first_password_is_a_sentence_at_start(password):
    with pytest.raises(BadSetting, match="FIRST_PASSWORD: its value cannot be used"):
        read(Settings, ENVIRONMENT | {"FIRST_PASSWORD": password})
