"""The sweep of idle accounts: seals are recorded on the day, by no visit of anybody, and lifted by the level above."""

from __future__ import annotations

import logging

import pytest

from services.identity.domain.validity import IDLE_MS
from services.identity.use_cases.staff import idle_accounts
from services.identity.use_cases.steps import account_stream
from tests.unit.identity.test_reset_codes import ADMIN, NEW, TEACHER
from tests.unit.identity.world import CLASS, COUNTY, STEADY, problem

MINUTE_MS = 60_000


@pytest.fixture
def teacher(world):
    account, _ = world.staff("teacher", CLASS, "li.teacher", ADMIN)
    return account


def wait(world, ms: int) -> None:
    world.clock.advance(seconds=ms / 1000)


def sealed(world, account):
    return [event for event in world.deps.store.load(account_stream(account)) if event.type == "account.sealed"]


def test_the_sweep_records_the_seal_on_the_day_and_once(world, teacher, caplog):
    caplog.set_level(logging.INFO, "security")
    used_at = world.clock.now()
    wait(world, IDLE_MS - 1)
    assert idle_accounts.tick(world.deps) == 0 and sealed(world, teacher) == []
    wait(world, 1)
    assert idle_accounts.tick(world.deps) == 1 and idle_accounts.tick(world.deps) == 0
    [seal] = sealed(world, teacher)
    assert seal.data == {"at": used_at + IDLE_MS, "used_at": used_at} and seal.actor == idle_accounts.SWEEP
    assert [vars(line)["event"] for line in caplog.records if line.name == "security"].count("account-sealed") == 1


def test_use_keeps_the_sweep_away(world, teacher):
    wait(world, IDLE_MS - MINUTE_MS)
    assert world.sign_in("li.teacher", STEADY).status_code == 201
    wait(world, IDLE_MS - MINUTE_MS)
    assert idle_accounts.tick(world.deps) == 0


def test_the_level_above_lifts_the_seal_and_nobody_else(world, teacher):
    wait(world, IDLE_MS)
    idle_accounts.tick(world.deps)
    problem(world.sign_in("li.teacher", STEADY), 403, "account-sealed")
    problem(world.reset(teacher, *TEACHER), 403, "outside-scope")
    problem(world.reset(teacher, "school", f"{COUNTY}2111000099/"), 403, "outside-scope")
    world.use_code("li.teacher", world.reset(teacher, *ADMIN).json["reset_code"])
    assert world.sign_in("li.teacher", NEW).status_code == 201 and idle_accounts.tick(world.deps) == 0


def test_an_account_is_sealed_again_after_another_half_year(world, teacher):
    for _ in range(2):
        wait(world, IDLE_MS)
        assert idle_accounts.tick(world.deps) == 1
        world.use_code("li.teacher", world.reset(teacher, *ADMIN).json["reset_code"])
    assert len(sealed(world, teacher)) == 2


def test_the_history_and_the_list_tell_of_the_seal(world, teacher):
    wait(world, IDLE_MS)
    idle_accounts.tick(world.deps)
    by = world.token(*ADMIN)
    entry = world.ask("GET", f"/v1/accounts/{teacher}/history", token=by).json["items"][0]
    assert (entry["event"], entry["by_role"], entry["by_name"]) == ("sealed", "", "")
    listed = world.ask("GET", "/v1/accounts?state=sealed", token=by).json["items"]
    assert [item["id"] for item in listed] == [teacher]


def test_a_guardian_is_swept_too(world):
    mother = world.register().json["account"]
    wait(world, IDLE_MS)
    assert idle_accounts.tick(world.deps) == 1 and len(sealed(world, mother)) == 1


def test_one_account_that_fails_does_not_hold_up_the_others(world, teacher, monkeypatch):
    other, _ = world.staff("teacher", CLASS, "wu.teacher", ADMIN)
    wait(world, IDLE_MS)
    load = world.deps.store.load

    def broken(stream):
        if stream == account_stream(teacher):
            raise OSError("no such stream today")
        return load(stream)

    monkeypatch.setattr(world.deps.store, "load", broken)
    assert idle_accounts.tick(world.deps) == 1
    monkeypatch.undo()
    assert sealed(world, teacher) == [] and len(sealed(world, other)) == 1
    assert idle_accounts.tick(world.deps) == 1
