"""Accounts from a spreadsheet that an admin sends: a check, a yes, a run in the worker that may be cut off anywhere."""

from __future__ import annotations

import csv
import io
import threading

import pytest

from services.identity.account_table.reader import TableReader
from services.identity.domain import account_file as rules
from services.identity.domain.account_file import AccountFile, account_file_decider
from services.identity.roster_client import Division
from services.identity.use_cases.staff import account_file, account_file_work, account_lines
from shared.infrastructure.errors import Refused
from tests.support.in_place import InPlace
from tests.support.tokens import bearer
from tests.unit.identity.world import COUNTY, STEADY, problem

HEADINGS = ("角色", "单位代码", "账号名", "姓名")
READER = TableReader(InPlace())
PROVINCE = ("province", "/000000/110000/")


def school(n):
    return str(2111000000 + n)


def lines(*numbers):
    return [("学籍管理员", school(n), f"school.{n}", f"赵{n}") for n in numbers]


def table(rows, headings=HEADINGS):
    out = io.StringIO()
    csv.writer(out).writerows([headings, *rows])
    return out.getvalue().encode("utf-8-sig")


@pytest.fixture
def admin(world):
    """A county's admin at work, whose county has schools 1 to 99."""
    world.roster.tree = [Division(school(n), f"第{n}小学", "school", f"{COUNTY}{school(n)}/") for n in range(1, 100)]
    world.staff("county", COUNTY, "county.admin", PROVINCE)
    return world.sign_in("county.admin", STEADY).json["access_token"]


def send(world, token, data, key=None):
    return world.http.post(
        "/v1/account-files",
        data={"file": (io.BytesIO(data), "accounts.csv")},
        headers=bearer(token) | {"Idempotency-Key": key or f"key-{world.unique():06}"},
    )


def work(world):
    account_file_work.tick(world.deps, READER, threading.Event())


def sent(world, token, rows, headings=HEADINGS):
    """A file that has been checked: its state."""
    response = send(world, token, table(rows, headings))
    assert response.status_code == 201 and response.json["state"] == "received", response.json
    work(world)
    return world.ask("GET", f"/v1/account-files/{response.json['id']}", token=token).json


def run(world, token, file):
    return world.ask("POST", f"/v1/account-files/{file['id']}/run", token=token)


def show(world, token, file):
    return world.ask("GET", f"/v1/account-files/{file['id']}", token=token).json


def counts(file):
    return {name: file[name] for name in ("lines", "done", "opened", "had_one", "wrong")}


def logins(world):
    items = world.ask("GET", "/v1/accounts?limit=200&role=school", token=world.token("county", COUNTY)).json["items"]
    return sorted(item["login"] for item in items)


# ---- rules
RECEIVE, CHECK, START = rules.Receive("a", 9, 1), rules.Check(3, 2, 1), rules.Start("a", 2)
FINISH = rules.Finish(2, 0, 1, 3)
STEPS = (  # given, when, then: the last event's type, or the refusal
    ((), RECEIVE, "accountfile.received"),
    ((RECEIVE,), RECEIVE, None),
    ((RECEIVE,), CHECK, "accountfile.checked"),
    ((RECEIVE, CHECK), CHECK, None),
    ((RECEIVE,), START, "file-not-checked"),
    ((RECEIVE, CHECK), START, "accountfile.started"),
    ((RECEIVE, rules.Check(3, 0, 3)), START, "nothing-to-open"),
    ((RECEIVE, CHECK, START), START, "file-not-checked"),
    ((RECEIVE, CHECK, START), FINISH, "accountfile.finished"),
    ((RECEIVE, CHECK), FINISH, None),
    ((RECEIVE, CHECK, START, FINISH), START, "file-not-checked"),
    ((RECEIVE,), rules.Discard(), "accountfile.discarded"),
    ((RECEIVE, CHECK), rules.Discard(), "accountfile.discarded"),
    ((RECEIVE, CHECK, START), rules.Discard(), "file-has-run"),
    ((RECEIVE, rules.Discard()), START, "file-not-checked"),
    ((RECEIVE, rules.Discard()), CHECK, None),
    ((RECEIVE,), rules.Refuse("file-damaged"), "accountfile.refused"),
    ((RECEIVE, CHECK, START), rules.Refuse("sender-may-not"), "accountfile.refused"),
    ((RECEIVE, CHECK, START, FINISH), rules.Refuse("sender-may-not"), None),
    ((), rules.Discard(), "file-has-run"),
)


def test_a_file_is_received_checked_run_once_and_over():
    for given, when, then in STEPS:
        state = AccountFile()
        for command in given:
            _, state = account_file_decider.run(command, state)
        try:
            events, _ = account_file_decider.run(when, state)
            told = events[-1].type if events else None
        except Refused as refused:
            told = refused.code
        assert told == then, (given, when)


# ---- a check, a yes, a run
def test_a_check_opens_nothing_and_a_run_opens_each_account_once(world, admin):
    file = sent(world, admin, lines(*range(1, 61)))
    assert file["state"] == "checked" and logins(world) == []
    assert counts(file) == {"lines": 60, "done": 60, "opened": 60, "had_one": 0, "wrong": 0}
    assert file["units"] == file["prints"] == [{"path": COUNTY, "accounts": 60}]
    assert run(world, admin, file).json["state"] == "running"
    work(world)
    file = show(world, admin, file)
    assert file["state"] == "finished" and counts(file)["opened"] == 60
    assert logins(world) == sorted(f"school.{n}" for n in range(1, 61))
    [issued] = [e for e in world.deps.trail.chains.chain("110101") if e.facts.get("issued") == "file"]
    assert (issued.act, issued.target) == ("account-issued", file["id"])
    again = sent(world, admin, lines(*range(1, 62)))
    assert counts(again) == {"lines": 61, "done": 61, "opened": 1, "had_one": 60, "wrong": 0}


def test_wherever_a_run_is_cut_off_the_next_one_goes_on_with_no_double_and_nothing_left_out(world, admin, monkeypatch):
    monkeypatch.setattr(account_file, "PER_TRANSACTION", 4)
    file = sent(world, admin, lines(*range(1, 31)))
    run(world, admin, file)
    files = world.records.account_files
    really, cut_at = files.advance, [0]

    def advance(before, after, wrong, session):
        if cut_at[0] == 0:
            cut_at[0] = -1
            raise ConnectionError  # within the transaction: nothing of it is kept
        cut_at[0] -= 1
        really(before, after, wrong, session)

    monkeypatch.setattr(files, "advance", advance)
    seen = []
    for cut in (0, 1, 3, 2, 0, -1):
        cut_at[0] = cut
        work(world)
        seen.append(show(world, admin, file)["done"])
    assert seen == [0, 4, 16, 24, 24, 30]
    file = show(world, admin, file)
    assert (file["state"], counts(file)["opened"], counts(file)["had_one"]) == ("finished", 30, 0)
    assert logins(world) == sorted(f"school.{n}" for n in range(1, 31))
    assert all(len(world.store.load(f"staff-{school(n)}")) == 1 for n in range(1, 31))


def test_a_worker_that_was_overtaken_writes_nothing(world, admin, monkeypatch):
    file = sent(world, admin, lines(1, 2, 3))
    run(world, admin, file)
    really = account_file_work.open_batch

    def slow(deps, caller, some, write):
        monkeypatch.setattr(account_file_work, "open_batch", really)
        work(world)  # the other one does all of it meanwhile
        return really(deps, caller, some, write)

    monkeypatch.setattr(account_file_work, "open_batch", slow)
    work(world)
    file = show(world, admin, file)
    assert (file["state"], counts(file)["opened"], counts(file)["had_one"]) == ("finished", 3, 0)


def test_every_wrong_line_is_told_with_its_number_column_and_reason_and_holds_up_no_other(world, admin):
    world.issue("school", f"{COUNTY}{school(50)}/", "taken", world.token("county", COUNTY))
    wrong = [
        ("厨师", school(4), "cook", "钱", "unknown-role"),
        ("school", "2199999999", "nowhere", "孙", "unknown-unit"),
        ("区县管理员", school(5), "wrong.level", "李", "unknown-unit"),
        ("school", school(6), "with space", "周", "bad-login"),
        ("school", school(7), "no.name", "", "bad-display-name"),
        ("school", school(8), "Taken", "吴", "login-taken"),
        ("school", school(9), "SCHOOL.1", "郑", "login-twice"),
        ("班主任", f"{school(9)}p202301", "teacher.9", "王", "outside-scope"),
        ("school", "", "no.unit", "冯", "unknown-unit"),
    ]
    file = sent(world, admin, [*lines(1), *(row[:4] for row in wrong), *lines(2)])
    assert counts(file) == {"lines": 11, "done": 11, "opened": 2, "had_one": 0, "wrong": 9}
    address = f"/v1/account-files/{file['id']}/wrong-lines"
    found = world.ask("GET", address, token=admin).json
    assert [(each["number"], each["code"]) for each in found["items"]] == [
        (number, row[4]) for number, row in enumerate(wrong, 3)
    ]
    assert all(each["where"] and each["detail"] for each in found["items"]) and found["after"] == 0
    assert world.ask("GET", f"{address}?after=9", token=admin).json["items"] == found["items"][7:]
    run(world, admin, file)
    work(world)
    assert counts(show(world, admin, file))["wrong"] == 9 and logins(world) == ["school.1", "school.2", "taken"]


def test_a_file_that_is_none_is_refused_with_its_reason_and_kept_no_longer(world, admin):
    for data, reason in (
        (table([]), "file-empty"),
        (table(lines(1), ("角色", "账号名", "备注", "姓名")), "file-headings"),
        (b"PK\x03\x04 no workbook", "file-damaged"),
        (b"\x00\x01\x02" * 9, "file-wrong-type"),
    ):
        response = send(world, admin, data)
        work(world)
        file = show(world, admin, response.json)
        assert (file["state"], file["reason"]) == ("refused", reason)
        problem(run(world, admin, file), 409, "file-not-checked")
        with pytest.raises(KeyError):
            world.records.account_files.part(file["id"], 0)


def test_one_file_at_a_time_and_the_same_request_again_is_the_same_file(world, admin):
    data = table(lines(1))
    first = send(world, admin, data, "key-first")
    assert send(world, admin, data, "key-first").json["id"] == first.json["id"]
    problem(send(world, admin, data), 409, "file-in-work")
    assert world.ask("DELETE", f"/v1/account-files/{first.json['id']}", token=admin).status_code == 204
    work(world)
    assert show(world, admin, first.json)["state"] == "discarded"
    assert send(world, admin, data).status_code == 201
    assert [each["state"] for each in world.ask("GET", "/v1/account-files", token=admin).json["items"]].count(
        "discarded"
    ) == 1


def test_a_file_is_its_senders_alone(world, admin):
    file = sent(world, admin, lines(1))
    other = world.token("county", COUNTY, account="00000000-0000-7000-8000-00000000000f")
    for method, rest in (("GET", ""), ("GET", "/wrong-lines"), ("POST", "/run"), ("DELETE", "")):
        problem(world.ask(method, f"/v1/account-files/{file['id']}{rest}", token=other), 404, "not-found")
    problem(world.ask("GET", "/v1/account-files", token=world.token("teacher", COUNTY)), 403, "outside-scope")


def test_a_sender_who_is_closed_or_moved_opens_nothing_more(world, admin):
    file = sent(world, admin, lines(1, 2))
    run(world, admin, file)
    holder = world.records.people.by_login(world.deps.personal_data.login_hash("county.admin"))
    world.records.people.remove_path(holder.account, COUNTY, None)
    work(world)
    file = show(world, world.token("county", COUNTY, account=holder.account), file)
    assert (file["state"], file["reason"]) == ("refused", "sender-may-not") and logins(world) == []


def test_the_content_waits_sealed_and_goes_with_the_end_or_after_a_day(world, admin):
    file = sent(world, admin, lines(1))
    part = world.records.account_files.part(file["id"], 0)
    assert b"school.1" not in part and "赵".encode() not in part
    world.clock.advance(seconds=86_401)
    work(world)
    token = world.sign_in("county.admin", STEADY).json["access_token"]
    assert show(world, token, file)["state"] == "discarded"
    with pytest.raises(KeyError):
        world.records.account_files.part(file["id"], 0)


def test_a_line_that_comes_twice_is_counted_once_by_the_check_as_by_the_run(world, admin):
    checked = sent(world, admin, [*lines(1, 2), *lines(1)])
    assert counts(checked) == {"lines": 3, "done": 3, "opened": 2, "had_one": 1, "wrong": 0}
    run(world, admin, checked)
    work(world)
    finished = show(world, admin, checked)
    assert counts(finished) == counts(checked)
    assert sum(unit["accounts"] for unit in finished["units"]) == finished["opened"]


def test_a_request_that_is_repeated_after_the_end_brings_no_content_back(world, admin):
    response = send(world, admin, table(lines(1)), "key-again")
    world.ask("DELETE", f"/v1/account-files/{response.json['id']}", token=admin)
    again = send(world, admin, table(lines(1)), "key-again")
    assert (again.json["id"], again.json["state"]) == (response.json["id"], "discarded")
    with pytest.raises(KeyError):
        world.deps.records.account_files.part(response.json["id"], 0)


def test_while_roster_is_unavailable_the_file_waits(world, admin):
    response = send(world, admin, table(lines(1)))
    world.roster.is_unavailable = True
    work(world)
    assert show(world, admin, response.json)["state"] == "received"
    world.roster.is_unavailable = False
    work(world)
    assert show(world, admin, response.json)["state"] == "checked"


def test_no_password_is_hashed_for_accounts_without_one(world, admin, monkeypatch):
    monkeypatch.setattr(world.deps.hasher, "hash", lambda *_: pytest.fail("hashed"))
    file = sent(world, admin, lines(1))
    run(world, admin, file)
    work(world)
    assert logins(world) == ["school.1"]


def test_roles_go_by_any_of_their_names_and_classes_by_their_school(world, admin):
    rows = [account_lines.TableRow(2, "班主任", "", f"{school(3)}p202301", "teacher.3", "钱老师")]
    [line] = account_lines.lines_of(world.deps, rows)
    assert (line.role, line.path) == ("teacher", f"{COUNTY}{school(3)}/{school(3)}p202301/")
