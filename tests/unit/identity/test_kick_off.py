"""The kick-off: one account for each province, city and county, however often it runs and wherever it was cut off."""

from __future__ import annotations

import zipfile

import pytest

from services.identity.operator import kick_off as operator
from services.identity.roster_client import Division
from services.identity.use_cases.staff import activation_sheets, kick_off
from tests.unit.identity.world import CLASS, SCHOOL, problem

MINISTRY = ("ministry", "/000000/")
PATHS = {
    "000000": ("全国", "nation", "/000000/"),
    "110000": ("北京市", "province", "/000000/110000/"),
    "110101": ("东城区", "county", "/000000/110000/110101/"),  # a municipality has no cities
    "130000": ("河北省", "province", "/000000/130000/"),
    "130100": ("石家庄市", "city", "/000000/130000/130100/"),
    "130102": ("长安区", "county", "/000000/130000/130100/130102/"),
}


@pytest.fixture
def nation(world):
    world.roster.tree = [Division(code, *rest) for code, rest in PATHS.items()]
    world.roster.names = {code: name for code, (name, _, _) in PATHS.items()}
    return world


def run(world, unit="000000", by=MINISTRY, key=None):
    return world.ask("POST", "/v1/kick-off", {"unit": unit}, world.token(*by), key)


def accounts(world):
    items = world.ask("GET", "/v1/accounts", token=world.token(*MINISTRY)).json["items"]
    return sorted((item["role"], item["paths"][0]) for item in items)


def test_every_province_city_and_county_gets_one_account_of_its_level(nation):
    assert run(nation).json == {"units": 5, "opened": 5, "had_one": 0, "refused": [], "left": 0}
    assert accounts(nation) == sorted((level, path) for _, level, path in PATHS.values() if level != "nation")


def test_a_repeated_run_opens_nothing_and_who_has_an_account_gets_no_second(nation):
    nation.staff("county", "/000000/110000/110101/", "county.dongcheng", ("province", "/000000/110000/"))
    assert run(nation, "110000").json == {"units": 2, "opened": 1, "had_one": 1, "refused": [], "left": 0}
    assert run(nation).json == {"units": 5, "opened": 3, "had_one": 2, "refused": [], "left": 0}
    assert run(nation).json["opened"] == 0 and len(accounts(nation)) == 5


def test_a_run_that_is_cut_off_goes_on_and_two_at_once_open_nothing_twice(nation, monkeypatch):
    really, done = kick_off.open_account, []

    def cut_off(deps, by, unit):
        if len(done) == 2:
            raise ConnectionError
        done.append(unit.code)
        return really(deps, by, unit)

    monkeypatch.setattr(kick_off, "open_account", cut_off)
    assert run(nation).status_code == 500
    monkeypatch.setattr(kick_off, "open_account", really)
    assert run(nation).json["opened"] == 3 and len(accounts(nation)) == 5
    unit = nation.roster.tree[1]
    assert kick_off.open_account(nation.deps, "somebody", unit), (
        "a run at the same moment, which did not see the account"
    )
    assert len(accounts(nation)) == 5


def test_a_request_opens_a_limited_number_and_says_how_many_are_left(nation, monkeypatch):
    login = kick_off._login(nation.deps, nation.roster.tree[1])
    nation.staff("support", "/000000/", login, MINISTRY)  # one that is refused each time, before all others
    monkeypatch.setattr(kick_off, "AT_ONCE", 2)
    counts = [run(nation).json for _ in range(3)]
    assert [(done["opened"], done["had_one"], done["left"]) for done in counts] == [(2, 0, 2), (2, 2, 0), (0, 4, 0)]
    assert {tuple(done["refused"]) for done in counts} == {("110000",)}


def test_a_login_that_somebody_else_has_is_told_and_the_others_go_on(nation):
    login = kick_off._login(nation.deps, nation.roster.tree[2])
    nation.staff("support", "/000000/", login, MINISTRY)
    assert run(nation).json == {"units": 5, "opened": 4, "had_one": 0, "refused": ["110101"], "left": 0}


def test_nobody_guesses_a_login_and_every_copy_makes_its_own(nation):
    logins = {kick_off._login(nation.deps, unit) for unit in nation.roster.tree[1:]}
    assert len(logins) == 5 and all(len(login) == 11 and login[6] == "-" for login in logins)


@pytest.mark.parametrize(
    "by", [("province", "/000000/110000/"), ("county", "/000000/110000/110101/"), ("school", SCHOOL)]
)
def test_the_kick_off_is_the_ministrys(nation, by):
    problem(run(nation, by=by), 403, "outside-scope")
    problem(nation.ask("GET", "/v1/kick-off", token=nation.token(*by)), 403, "outside-scope")


def test_the_progress_counts_units_accounts_and_who_is_active(nation):
    run(nation, "110000")
    nation.staff("county", "/000000/130000/130100/130102/", "county.changan", ("province", "/000000/130000/"))
    found = {
        item["code"]: item for item in nation.ask("GET", "/v1/kick-off", token=nation.token(*MINISTRY)).json["items"]
    }
    shown = {code: (item["units"], item["accounts"], item["activated"]) for code, item in found.items()}
    assert shown == {"110000": (2, 2, 0), "130000": (3, 1, 1)}


def test_the_first_sheets_of_a_kick_off_ask_for_no_yes_and_further_ones_do(nation, monkeypatch):
    drawn = {}
    monkeypatch.setattr(
        activation_sheets, "render", lambda sheets, *_, **__: drawn.update({s.place: s for s in sheets}) or b"%PDF"
    )
    run(nation)
    asked = {"path": "/000000/130000/", "confirm": False}
    made = nation.ask("POST", "/v1/activation-sheets", asked, nation.token(*MINISTRY)).json
    assert made["codes"] == 3
    nation.ask("GET", f"/v1/activation-sheets/{made['id']}/sheets.pdf", token=nation.token(*MINISTRY))
    assert set(drawn) == {"河北省", "石家庄市", "长安区"}
    problem(nation.ask("POST", "/v1/activation-sheets", asked, nation.token(*MINISTRY)), 409, "codes-would-be-void")
    sheet = drawn["长安区"]
    assert nation.activate(sheet.login, sheet.code, display_name="王小明").status_code == 200
    assert nation.sign_in(sheet.login, "steady horses 42").json["account"]["role"] == "county"


def test_an_operator_gets_a_file_with_the_sheets_of_each_province(nation, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(operator, "fetch_sheets", lambda deps, caller, id, layout: b"%PDF")
    provinces = [unit for unit in nation.roster.tree if unit.level == "province"]
    assert operator.kick_off(nation.deps, provinces) == 0
    file = tmp_path / "sheets.zip"
    operator.write_sheets(nation.deps, provinces, file, confirm=False)
    assert file.stat().st_mode & 0o777 == 0o600
    assert zipfile.ZipFile(file).namelist() == ["110000-北京市.pdf", "130000-河北省.pdf"]
    told = capsys.readouterr().out
    assert "110000 北京市: 2 units, 2 opened, 0 had one" in told and "130000 河北省: 3 sheets" in told
    with pytest.raises(FileExistsError):
        operator.write_sheets(nation.deps, provinces, file, confirm=True)


def test_a_kick_off_is_in_the_audit_trail(nation):
    run(nation, "130000")
    [entry] = nation.deps.trail.chains.chain("000000")
    assert (entry.act, entry.target, entry.role) == ("account-issued", "130000", "ministry")
    assert entry.facts == {"issued": "kick-off"}


def test_a_school_below_has_nothing_to_do_with_it(nation):
    nation.staff("teacher", CLASS, "li.teacher", ("school", SCHOOL))
    assert run(nation).json["opened"] == 5
