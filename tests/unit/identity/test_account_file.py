"""Accounts from the lines of a spreadsheet: checked in words, opened once, wherever a run was cut off."""

from __future__ import annotations

import csv
from contextlib import suppress

import pytest

from services.identity.operator import open_accounts as operator
from services.identity.use_cases.staff import account_file
from shared.infrastructure.errors import Refused
from shared.language.scope import Scope
from shared.service.auth import Caller
from tests.unit.identity.world import COUNTY, SCHOOL

BY = Caller("operator", "county", Scope.of([COUNTY]))
HEADINGS = ("角色", "路径", "账号名", "姓名", "备注")


def school(n: int) -> str:
    return f"{COUNTY}{2111000000 + n}/"


def lines(*numbers: int) -> list[tuple[str, ...]]:
    return [("school", school(n), f"school.{n}", f"赵{n}", "") for n in numbers]


@pytest.fixture
def write(tmp_path):
    def write(rows, encoding="utf-8-sig", headings=HEADINGS):
        file = tmp_path / f"accounts-{len(list(tmp_path.iterdir()))}.csv"
        with file.open("w", encoding=encoding, newline="") as out:
            csv.writer(out).writerows([headings, *rows])
        return file

    return write


def run(world, file, *, check=False, errors=None):
    return operator.run(world.deps, BY, file, check=check, errors=errors)


def logins(world):
    return [a["login"] for a in world.ask("GET", "/v1/accounts", token=world.token("county", COUNTY)).json["items"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_every_line_opens_one_account_which_a_sheet_activates(world, write, encoding):
    file = write(lines(1, 2, 3), encoding)
    assert run(world, file, check=True) == 0 and logins(world) == []
    assert run(world, file) == 0
    items = world.ask("GET", "/v1/accounts", token=world.token("county", COUNTY)).json["items"]
    assert [(a["display_name"], a["paths"], a["state"]) for a in items] == [
        (f"赵{n}", [school(n)], "not-activated") for n in (1, 2, 3)
    ]
    made = world.ask("POST", "/v1/activation-sheets", {"path": COUNTY}, world.token("county", COUNTY))
    assert made.json["codes"] == 3


def test_a_file_again_and_a_run_that_was_cut_off_open_nothing_twice_and_leave_nothing_out(world, write, monkeypatch):
    monkeypatch.setattr(account_file, "PER_TRANSACTION", 4)
    file, really, done = write(lines(*range(30))), account_file._open, []

    def cut_off(deps, caller, some, also):
        if len(done) == 3:
            raise ConnectionError
        done.append(len(some))
        really(deps, caller, some, also)

    monkeypatch.setattr(account_file, "_open", cut_off)
    with pytest.raises(ConnectionError):
        run(world, file)
    assert len(logins(world)) == 12
    monkeypatch.setattr(account_file, "_open", really)
    assert run(world, file) == 0 and len(logins(world)) == 30
    before = {stream: len(world.store.load(stream)) for stream in (f"staff-{2111000000 + n}" for n in range(30))}
    assert run(world, file) == 0 and logins(world) == [f"school.{n}" for n in range(30)]
    assert set(before.values()) == {1} and len(world.store.load("staff-2111000003")) == 1


def test_a_wrong_line_opens_nothing_is_told_with_its_number_and_holds_up_no_other(world, write, tmp_path, capsys):
    world.issue("school", SCHOOL, "taken", world.token("county", COUNTY))
    wrong = [
        ("teacher", f"{school(4)}2111000004p202301/", "li.teacher", "李"),
        ("school", "/000000/110000/110102/2111000009/", "elsewhere", "王"),
        ("school", school(5), "with space", "张"),
        ("school", school(6), "Taken", "孙"),
        ("school", "", "no.place", "周"),
    ]
    errors = tmp_path / "errors.csv"
    file = write([*lines(1), *((*row, "") for row in wrong), *lines(2)])
    assert run(world, file, check=True, errors=errors) == 5
    with errors.open(encoding="utf-8-sig", newline="") as text:
        told = list(csv.reader(text))
    assert sorted(row[:2] for row in told[1:]) == [
        ["3", "role"],
        ["4", "path"],
        ["5", "login"],
        ["6", "login"],
        ["7", "path"],
    ]
    assert run(world, file) == 5 and sorted(logins(world)) == ["school.1", "school.2", "taken"]
    assert "line 3" in capsys.readouterr().out


def test_two_lines_of_one_school_are_its_first_and_a_further_account_which_waits(world, write):
    rows = [("school", SCHOOL, "first", "一"), ("school", SCHOOL, "second", "二")]
    assert run(world, write([(*row, "") for row in rows])) == 0
    items = world.ask("GET", "/v1/accounts", token=world.token("county", COUNTY)).json["items"]
    assert sorted((a["login"], a["state"]) for a in items) == [("first", "not-activated"), ("second", "waiting")]


def test_a_login_twice_in_a_file_opens_the_first_alone(world, write):
    rows = [("school", school(1), "same", "一", ""), ("school", school(2), "SAME", "二", "")]
    with suppress(Refused):
        run(world, write(rows))
    assert logins(world) == ["same"]
    assert run(world, write(rows)) == 1


def test_a_file_without_its_headings_and_one_of_another_county_open_nothing(world, write):
    with pytest.raises(ValueError, match="lacks the headings login"):
        run(world, write([], headings=("role", "path", "name")))
    other = Caller("operator", "county", Scope.of(["/000000/110000/110102/"]))
    assert operator.run(world.deps, other, write(lines(1)), check=False, errors=None) == 1 and logins(world) == []


def test_the_run_is_in_the_audit_trail(world, write):
    run(world, write(lines(1)))
    [entry] = world.deps.trail.chains.chain("110101")
    assert (entry.act, entry.account, entry.target, dict(entry.facts)) == (
        "account-issued",
        "operator",
        COUNTY,
        {"issued": "file"},
    )
