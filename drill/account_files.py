"""A spreadsheet of accounts that an admin sends: a dry run with wrong lines, the run, and what a repetition opens."""

from __future__ import annotations

from collections.abc import Sequence

from drill.clients import Json, Person
from drill.county import School
from drill.world import World, await_until

FILES = "/v1/account-files"
TEACHER = "班主任"
Row = tuple[str, str, str, str]  # role, unit, login, name


def open_from_file(world: World, admin: Person, school: School, teachers: Sequence[tuple[str, str, str]]) -> None:
    """Open the accounts of class teachers by the school's admin. teachers: class, login, name."""
    good: list[Row] = [(TEACHER, *teacher) for teacher in teachers]
    _, class_id, login, name = good[0]
    wrong: list[tuple[Row, str]] = [
        (("厨师", class_id, f"cook.{login}", name), "unknown-role"),
        ((TEACHER, class_id, "a b", name), "bad-login"),
        ((TEACHER, class_id, admin.login, name), "login-taken"),
    ]
    everybody, rows = len(good), [*good[:1], *(row for row, _ in wrong), *good[1:]]
    file = _checked(admin, rows)
    _expect_counts(world, school, file, opened=everybody, had_one=0, wrong=len(wrong))
    found = admin.get("identity", f"{FILES}/{file['id']}/wrong-lines")["items"]
    told = [(line["number"], line["code"]) for line in found]
    world.expect(
        told == [(number, code) for number, (_, code) in enumerate(wrong, 3)],
        f"{school.name}: wrong lines of its accounts {told}",
    )
    listed = admin.get("identity", "/v1/accounts", params={"under": school.path, "role": "teacher"})["items"]
    world.expect(not listed, f"{school.name}: a dry run has opened {len(listed)} accounts")
    world.must_refuse("a second file beside an open one", ("file-in-work",), lambda: _send(admin, good))
    admin.post("identity", f"{FILES}/{file['id']}/run")
    world.ledger.did("account-issued", admin.account)
    file = _in_state(admin, file["id"], "finished")
    _expect_counts(world, school, file, opened=everybody, had_one=0, wrong=len(wrong))
    prints = [{"path": school.path, "accounts": everybody}]
    world.expect(file["prints"] == prints, f"{school.name}: sheets of its file {file['prints']}")
    again = _checked(admin, good)
    _expect_counts(world, school, again, opened=0, had_one=everybody, wrong=0)
    address = f"{FILES}/{again['id']}"
    world.must_refuse("a file again", ("nothing-to-open",), lambda: admin.post("identity", f"{address}/run"))
    admin.command("DELETE", "identity", address)


def _checked(admin: Person, rows: Sequence[Row]) -> Json:
    return _in_state(admin, _send(admin, rows)["id"], "checked")


def _send(admin: Person, rows: Sequence[Row]) -> Json:
    table = "".join(",".join(row) + "\n" for row in (("角色", "单位代码", "账号名", "姓名"), *rows))
    return admin.command("POST", "identity", FILES, files={"file": ("accounts.csv", table.encode())})


def _in_state(admin: Person, file: str, state: str) -> Json:
    """Wait for the worker; the file as it then is. Raises Stuck."""
    looks: list[Json] = []

    def is_there() -> bool:
        looks.append(admin.get("identity", f"{FILES}/{file}"))
        return bool(looks[-1]["state"] == state)

    await_until(is_there, f"A file of accounts, {state}")
    return looks[-1]


def _expect_counts(world: World, school: School, file: Json, **wanted: int) -> None:
    counts = {name: file[name] for name in wanted}
    world.expect(counts == wanted, f"{school.name}: accounts of its file {counts} instead of {wanted}")
    world.expect(file["done"] == file["lines"] == sum(wanted.values()), f"{school.name}: lines of its file {file}")
