"""A guardian's own account: name and login changed by the owner, the account erased, and what others are told."""

from __future__ import annotations

import pytest

from services.identity.domain.binding import MOST
from services.identity.use_cases.guardians import own_details
from services.identity.use_cases.steps import load_binding
from shared.language.consent import CONSENT_VERSION
from tests.unit.identity.world import BORN, CLASS, MUM, PUPIL, SCHOOL, SISTER, STEADY, code, problem, pupils_of


def change(world, token, login="mum-2016", name=MUM, key=None):
    return world.ask("PUT", "/v1/me/details", {"login": login, "display_name": name}, token, key)


def seen_by_teacher(world, pupil=PUPIL):
    token = world.token("school", SCHOOL)
    items = world.ask("GET", f"/v1/bindings?pupil={pupil}", token=token).json["items"]
    return [(item["login"], item["display_name"], item["known"], item["state"]) for item in items]


def events_of(world, account):
    return [event.type for event in world.store.load(f"account-{account}")]


def test_a_guardian_changes_name_and_login_and_both_are_recorded(world):
    mum = world.register().json
    world.roster.guardians.add((PUPIL, "王小明新妈妈", "mother"))
    for _ in range(2):
        assert change(world, mum["access_token"], "13800000000", "王小明新妈妈", key="key-new-1").status_code == 204
    assert world.sign_in("13800000000", STEADY).status_code == 201
    problem(world.sign_in("mum-2016", STEADY), 401, "wrong-credentials")
    assert seen_by_teacher(world) == [("13800000000", "王小明新妈妈", True, "bound")]
    details = world.ask("GET", "/v1/me/details", token=mum["access_token"]).json
    assert details == {"login": "13800000000", "display_name": "王小明新妈妈"}
    history = world.ask("GET", "/v1/me/history", token=mum["access_token"]).json["items"]
    assert {"name-changed", "login-changed"} < {item["event"] for item in history}
    assert not [event for event in world.store.load(f"account-{mum['account']}") if "王" in str(event.data)]


def test_a_new_name_that_the_roster_does_not_list_is_shown_to_the_teacher_and_the_binding_stays(world):
    mum = world.register().json
    assert change(world, mum["access_token"], name="别的人").status_code == 204
    assert seen_by_teacher(world) == [("mum-2016", "别的人", False, "bound")]
    assert pupils_of(world, "mum-2016") == [PUPIL]


def test_who_waits_changes_no_name_and_tries_none_by_changing_it(world):
    """Another name for the same request is another guess: it is counted, and the teacher decides by what was typed."""
    token = world.register(display_name="王猜一").json["access_token"]
    problem(change(world, token, name=MUM), 409, "name-while-waiting")
    assert change(world, token, login="other-login", name="王猜一").status_code == 204
    asked = {"registration_code": code(1), "birth_date": BORN, "relation": "mother", "consent": CONSENT_VERSION}
    for n in range(2, 5):
        assert world.ask("POST", f"/v1/me/children/{PUPIL}/consent-withdrawal", token=token).status_code == 200
        token = world.sign_in("other-login", STEADY).json["access_token"]
        assert change(world, token, "other-login", f"王猜{n}").status_code == 204
        assert world.ask("POST", "/v1/me/children", asked, token).json["state"] == "waiting"
    world.ask("POST", f"/v1/me/children/{PUPIL}/consent-withdrawal", token=token)
    token = world.sign_in("other-login", STEADY).json["access_token"]
    assert change(world, token, "other-login", MUM).status_code == 204
    problem(world.ask("POST", "/v1/me/children", asked, token), 429, "too-many-waiting")


def test_a_login_that_somebody_else_has_is_not_taken(world):
    mum = world.register().json
    world.register("aunt", registration_code=code(2))
    problem(change(world, mum["access_token"], "aunt"), 409, "login-taken")
    assert events_of(world, mum["account"])[-1] == "account.child-linked"
    assert seen_by_teacher(world)[0][0] == "mum-2016"


def test_an_erased_account_leaves_every_child_and_nothing_personal_and_its_login_is_free(world):
    mum = world.register().json
    asked = {"registration_code": code(2), "birth_date": BORN, "relation": "mother", "consent": CONSENT_VERSION}
    world.ask("POST", "/v1/me/children", asked, mum["access_token"])
    token = world.sign_in("mum-2016", STEADY).json["access_token"]
    assert pupils_of(world, "mum-2016") == [PUPIL, SISTER]
    assert world.ask("POST", "/v1/me/erasure", token=token).status_code == 204
    assert world.records.people.get(mum["account"]) is None
    assert sorted(world.roster.renewed.values()) == sorted((PUPIL, SISTER)), "both codes are void"
    assert seen_by_teacher(world) == seen_by_teacher(world, SISTER) == []
    problem(world.sign_in("mum-2016", STEADY), 401, "wrong-credentials")
    problem(world.ask("GET", "/v1/me", token=token), 401, "session-ended")
    problem(world.http.post("/v1/sessions/refresh", json={"refresh_token": mum["refresh_token"]}), 401, "session-ended")
    assert world.register("mum-2016", registration_code=code(500)).json["state"] == "bound"


def test_a_child_that_is_added_during_the_erasure_is_left_too(world, monkeypatch):
    mum = world.register().json
    asked = {"registration_code": code(2), "birth_date": BORN, "relation": "mother", "consent": CONSENT_VERSION}
    renew, added = own_details.renew_code, []

    def renew_late(*of):
        if not added:
            added.append(world.ask("POST", "/v1/me/children", asked, mum["access_token"]).status_code)
        return renew(*of)

    monkeypatch.setattr(own_details, "renew_code", renew_late)
    assert world.ask("POST", "/v1/me/erasure", token=mum["access_token"]).status_code == 204
    assert added == [201] and sorted(world.roster.renewed.values()) == sorted((PUPIL, SISTER))
    assert load_binding(world.deps, SISTER).guardians == ()


def test_who_waits_is_erased_too_and_no_code_is_void(world):
    world.register()
    dad = world.register("dad-2016").json
    assert world.ask("POST", "/v1/me/erasure", token=dad["access_token"]).status_code == 204
    assert (world.roster.renewed, seen_by_teacher(world)) == ({}, [("mum-2016", MUM, True, "bound")])


@pytest.mark.parametrize("path", ["/v1/me/details", "/v1/me/erasure"])
def test_staff_neither_rename_nor_erase_themselves(world, path):
    method = "PUT" if path.endswith("details") else "POST"
    body = {"login": "other-1", "display_name": "李"} if method == "PUT" else {}
    problem(world.ask(method, path, body, world.token("teacher", CLASS)), 403, "outside-scope")


def test_a_pupil_has_four_guardians_at_most_and_who_waits_takes_nobodys_room(world):
    names = [f"王家{n}" for n in range(MOST + 1)]
    world.roster.guardians |= {(PUPIL, name, "other") for name in names}
    token = world.token("teacher", CLASS)
    accounts = [
        world.register(f"kin-{n}", display_name=name, relation="other").json["account"] for n, name in enumerate(names)
    ]
    path = f"/v1/bindings/{PUPIL}/decisions"
    for account in accounts[1:MOST]:
        assert world.ask("POST", path, {"account": account, "accept": True}, token).status_code == 200
    full = problem(world.ask("POST", path, {"account": accounts[MOST], "accept": True}, token), 409, "guardians-full")
    assert full["most"] == MOST
    problem(world.register("late", display_name=names[0], relation="other"), 409, "guardians-full")
    left = world.sign_in("kin-1", STEADY).json["access_token"]
    assert world.ask("POST", path, {"account": accounts[1], "accept": False}, left).json["state"] == "none"
    assert world.ask("POST", path, {"account": accounts[MOST], "accept": True}, token).status_code == 200


def test_an_unbound_guardian_is_told_why_and_one_who_left_is_not(world):
    mum, dad = world.register().json, world.register("dad-2016").json
    path, staff = f"/v1/bindings/{PUPIL}/decisions", world.token("teacher", CLASS)

    def told(login):
        token = world.sign_in(login, STEADY).json["access_token"]
        items = world.ask("GET", "/v1/me/children", token=token).json["items"]
        return [(item["pupil"], item["state"], item["reason"], item["ended_at"] > 0) for item in items]

    assert told("mum-2016") == [(PUPIL, "bound", "", False)]
    world.ask("POST", path, {"account": dad["account"], "accept": False}, staff)
    world.ask("POST", path, {"account": mum["account"], "accept": False, "reason": "wrong-code"}, staff)
    assert told("dad-2016") == [(PUPIL, "none", "declined", True)]
    assert told("mum-2016") == [(PUPIL, "none", "wrong-code", True)]
    world.clock.advance(days=61)
    assert told("mum-2016") == []
    aunt = world.register("aunt", registration_code=code(2)).json
    world.ask(
        "POST", f"/v1/bindings/{SISTER}/decisions", {"account": aunt["account"], "accept": False}, aunt["access_token"]
    )
    assert told("aunt") == []
