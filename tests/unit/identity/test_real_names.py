"""Real names of accounts that were opened for units: the owner gives one with the first code, or does not get in."""

from __future__ import annotations

import pytest

from services.identity.use_cases.staff import activation_sheets
from services.identity.use_cases.steps import account_stream
from tests.unit.identity.test_activation_sheets import fetch, print_sheets
from tests.unit.identity.test_kick_off import MINISTRY, PATHS, Division, run
from tests.unit.identity.world import COUNTY, STEADY, problem

OWN = "王小明"


@pytest.fixture
def county(world):
    """The account of a county from the kick-off, as the ministry's list shows it."""
    world.roster.tree = [Division(code, *rest) for code, rest in PATHS.items()]
    world.roster.names = {code: name for code, (name, _, _) in PATHS.items()}
    run(world)
    return shown(world)


@pytest.fixture(params=["activation", "reset"])
def use(request, world, county, monkeypatch):
    """Uses the first code of the account, from its sheet or after a reset, with a name."""
    sheets = {}
    monkeypatch.setattr(activation_sheets, "render", lambda made, unit, **_: sheets.update({s.login: s for s in made}))
    if request.param == "activation":
        fetch(world, print_sheets(world, COUNTY, MINISTRY).json["id"], MINISTRY)
        path, code = "/v1/activation-codes/use", {"activation_code": sheets[county["login"]].code}
    else:
        path, code = "/v1/reset-codes/use", {"reset_code": world.reset(county["id"], *MINISTRY).json["reset_code"]}
    return lambda name: world.ask("POST", path, {"login": county["login"], "new": STEADY, "display_name": name, **code})


def shown(world):
    [item] = world.ask("GET", f"/v1/accounts?under={COUNTY}", token=world.token(*MINISTRY)).json["items"]
    return item


def test_without_a_name_nobody_gets_into_the_account_of_a_unit(world, county, use):
    problem(use(""), 422, "name-needed")
    problem(use("  "), 422, "bad-fields")
    problem(use("<b>王</b>"), 422, "bad-fields")
    assert shown(world)["display_name"] == "东城区管理员" and world.sign_in(county["login"], STEADY).status_code == 401
    assert use(OWN).status_code == 200, "nothing of that has used up the code"
    assert world.sign_in(county["login"], STEADY).status_code == 201


def test_the_name_is_kept_sealed_found_and_told_of_and_in_no_event(world, county, use):
    assert use(f" {OWN} ").status_code == 200
    assert shown(world)["display_name"] == OWN and OWN.encode() not in world.records.people.get(county["id"]).sealed
    token = world.token(*MINISTRY)
    found = world.ask("POST", "/v1/accounts/searches", {"text": OWN}, token).json["items"]
    assert [each["id"] for each in found] == [county["id"]]
    events = world.deps.store.load(account_stream(county["id"]))
    assert [event.type for event in events][-1] == "account.named" and OWN not in repr(events)
    newest = world.ask("GET", f"/v1/accounts/{county['id']}/history", token=token).json["items"][0]
    assert (newest["event"], newest["by_role"]) == ("named", "")


def test_an_account_keeps_the_name_of_its_one_person(world, county, use):
    use(OWN)
    code = world.reset(county["id"], *MINISTRY).json["reset_code"]
    given = {"login": county["login"], "reset_code": code, "new": "another quiet river"}
    problem(world.ask("POST", "/v1/reset-codes/use", {**given, "display_name": "赵大山"}), 409, "name-differs")
    assert world.ask("POST", "/v1/reset-codes/use", given).status_code == 200 and shown(world)["display_name"] == OWN


def test_an_account_that_was_issued_to_a_name_needs_none_and_takes_no_other(world):
    by = ("province", "/000000/110000/")
    code = world.issue("county", COUNTY, "county.admin", world.token(*by)).json["activation_code"]
    given = {"login": "county.admin", "activation_code": code, "new": STEADY}
    problem(world.ask("POST", "/v1/activation-codes/use", {**given, "display_name": OWN}), 409, "name-differs")
    assert world.ask("POST", "/v1/activation-codes/use", {**given, "display_name": "李老师"}).status_code == 200
