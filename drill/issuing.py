"""Accounts of the drill's staff: the kick-off, accounts level by level, sheets of class teachers, a reset."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from drill.account_files import open_from_file
from drill.clients import Person, Problem
from drill.county import Klass, School
from drill.ledger import Node
from drill.operator import operate, runs_here
from drill.printed import activation_codes, codes_in_zip
from drill.world import World


def open_bureaus(world: World) -> None:
    """The ministry kicks off the province; its admins, those of the city and the counties activate their accounts.

    On a copy that has seen a drill before, their accounts are active: then the level above issues them colleagues.
    """
    region, ministry = world.region, world.ministry
    first, second = (ministry.post("identity", "/v1/kick-off", {"unit": region.province.code}) for _ in range(2))
    world.expect(first["opened"] + first["had_one"] == first["units"], "the kick-off has left units out")
    world.expect((second["opened"], second["had_one"]) == (0, first["units"]), "a second kick-off has opened accounts")
    on_sheets = print_sheets(world, ministry, region.province.path)
    logins = {login.partition("-")[0]: login for login in on_sheets}
    for chain, county in ((region.chain, region.county), (region.other_above, region.other)):
        above = ministry
        for unit in (*chain[1:], county):
            if unit.code not in world.bureaus:
                login, name = logins.get(unit.code, ""), f"{unit.name}管理员"
                world.bureaus[unit.code] = (
                    activate(world, f"{unit.level}-{unit.code}", login, on_sheets[login], name)
                    if login
                    else issue(world, above, unit.level, unit.path, unit.code, name)
                )
            above = world.bureaus[unit.code]
        for unit, parent in zip((*chain, county), ("", *(u.code for u in chain)), strict=True):
            world.ledger.nodes.setdefault(unit.code, Node(unit.code, unit.name, unit.level, parent))


def print_sheets(world: World, by: Person, path: str, *, also_as_zip: bool = False) -> dict[str, str]:
    """Print the activation sheets of a unit: login -> activation code, read from the PDF; {} where all are active.

    also_as_zip: the sheets of its units in a ZIP are the same.
    """
    try:
        printed = by.post("identity", "/v1/activation-sheets", {"path": path, "confirm": True})
    except Problem as problem:
        if problem.code != "nothing-to-activate":
            raise
        return {}
    world.ledger.did("sheets", by.account)
    address = f"/v1/activation-sheets/{printed['id']}/sheets"
    pdf = by.fetch("identity", f"{address}.pdf?layout=list")
    world.ledger.did("sheets", by.account)
    found = activation_codes(pdf)
    if also_as_zip:
        in_zip = codes_in_zip(by.fetch("identity", f"{address}.zip?layout=list"))
        world.ledger.did("sheets", by.account)
        world.expect(in_zip == found, f"sheets of {path}: {len(in_zip)} codes in the ZIP, {len(found)} in the PDF")
    world.expect(len(found) == printed["codes"], f"sheets of {path}: {len(found)} codes instead of {printed['codes']}")
    world.keep_secret(*found, *found.values(), *(code.replace("-", "") for code in found.values()))
    return found


def issue(world: World, by: Person, role: str, path: str, word: str, name: str, yes_of: Person | None = None) -> Person:
    """Issue an account of staff, which its owner activates. word: part of the login. yes_of: needed by a leader."""
    login, code, account = _issued(world, by, role, path, word, name)
    if yes_of:
        yes_of.post("identity", f"/v1/accounts/{account}/acceptance", {"accept": True})
        world.ledger.did("account-accepted", yes_of.account)
    person = activate(world, f"{role}-{word}", login, code)
    world.expect(person.account == account, f"account {role} of {word}: its code has activated another one")
    return person


def _issued(world: World, by: Person, role: str, path: str, word: str, name: str) -> tuple[str, str, str]:
    """A new account: (login, activation code, id)."""
    login = _login(world, role, word, name)
    made = by.post("identity", "/v1/accounts", {"role": role, "path": path, "login": login, "display_name": name})
    world.ledger.did("account-issued", by.account)
    code = made["activation_code"]
    world.keep_secret(code, code.replace("-", ""))
    return login, code, made["id"]


def _login(world: World, role: str, word: str, name: str) -> str:
    login = f"{role}.{word.lower()}.{world.run}"
    world.keep_secret(login, name)
    return login


def activate(world: World, actor: str, login: str, code: str, name: str = "") -> Person:
    """Choose a password with an activation code, as the owner of the account, and sign in with it.

    name: the owner's, for an account that bears its unit's.
    """
    person = world.person(actor, login, world.new_password(login))
    given = {"login": login, "activation_code": code, "new": person.password, "display_name": name}
    person.before_sign_in("identity", "/v1/activation-codes/use", given)
    person.account = person.sign_in()["account"]["id"]
    return person


def give_teachers(world: World, admin: Person, school: School) -> None:
    """Issue the class teachers' accounts and hand out their sheets; two classes of a year share a teacher.

    The first school sends a spreadsheet. The late one gives its list to the operator, where there is one.
    """
    issued: dict[str, tuple[str, str]] = {}  # class -> login and the code on the slip, "" without one
    by_file, by_operator = school == world.region.schools[0], school.is_late and runs_here(world)
    listed: list[tuple[str, str, str]] = []  # class, login, name
    shared: list[tuple[Klass, str]] = []
    for klass in school.classes:
        colleague = next((k.id for k in school.classes if k.id in issued and _same_year(k, klass)), "")
        if colleague:
            shared.append((klass, colleague))
            continue
        name = "班主任" + world.random(f"teacher {klass.id}").choice("王李张刘陈") + "老师"
        if by_file or by_operator:
            issued[klass.id] = _login(world, "teacher", klass.id, name), ""
            listed.append((klass.id, issued[klass.id][0], name))
        else:
            issued[klass.id] = _issued(world, admin, "teacher", f"{school.path}{klass.id}/", klass.id, name)[:2]
    if by_file:
        open_from_file(world, admin, school, listed)
    elif by_operator:
        _open_by_operator(world, admin, school, listed)
    on_sheets = print_sheets(world, admin, school.path, also_as_zip=by_file)
    for class_id, (login, on_slip) in issued.items():
        if on_slip:
            given = {"login": login, "activation_code": on_slip, "new": world.new_password(f"{login} slip")}
            nobody = world.person(f"finder-{class_id}")
            world.must_refuse(
                "an activation code after a reprint",
                ("activation-code-wrong",),
                partial(nobody.post, "identity", "/v1/activation-codes/use", given),
            )
        world.teachers[class_id] = activate(world, f"teacher-{class_id}", login, on_sheets[login])
    for klass, colleague in shared:
        teacher = world.teachers[klass.id] = world.teachers[colleague]
        admin.post("identity", f"/v1/accounts/{teacher.account}/paths", {"path": f"{school.path}{klass.id}/"})
        world.ledger.did("grant", admin.account)
        teacher.renew()


def _open_by_operator(world: World, admin: Person, school: School, teachers: Sequence[tuple[str, str, str]]) -> None:
    """Have the operator open the accounts of a file; given a second time, as after a cut, it opens none twice."""
    file = world.days.file.with_name(f"accounts-{school.code}.csv").resolve()
    file.touch(mode=0o600)
    lines = [("teacher", f"{school.path}{class_id}/", login, name) for class_id, login, name in teachers]
    rows = (("角色", "路径", "账号名", "姓名"), *lines)
    file.write_text("".join(",".join(row) + "\n" for row in rows), encoding="utf-8")
    command = f"services.identity.operator.open_accounts {file} --role school --path {school.path}"
    for _ in range(2):
        operate(world, command, lambda said: "every line has its account" in said)
    file.unlink()
    listed = admin.get("identity", "/v1/accounts", params={"under": school.path, "role": "teacher"})["items"]
    logins = sorted(item["login"] for item in listed)
    world.expect(logins == sorted(row[2] for row in lines), f"{school.name}: {len(logins)} accounts from {len(lines)}")


def _same_year(one: Klass, other: Klass) -> bool:
    return (one.stage, one.entry_year) == (other.stage, other.entry_year)


def come_back_after_reset(world: World, admin: Person, teacher: Person) -> None:
    """A teacher forgets the password: the school hands out a slip, whose code alone opens the account."""
    slip = admin.post("identity", f"/v1/accounts/{teacher.account}/password-reset")
    world.ledger.did("password-reset", admin.account)
    world.keep_secret(slip["reset_code"], slip["reset_code"].replace("-", ""))
    world.must_refuse("the old password after a reset", ("reset-code-needed",), teacher.sign_in)
    given = {"login": teacher.login, "reset_code": slip["reset_code"], "new": world.new_password(f"{teacher.login} 2")}
    teacher.before_sign_in("identity", "/v1/reset-codes/use", given)
    teacher.password = given["new"]
    teacher.sign_in()
