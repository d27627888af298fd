"""Bindings of guardians to pupils: who decides, who sees whom."""

from __future__ import annotations

import jwt
import pytest

from tests.unit.identity.world import (
    CLASS,
    CLASS_2,
    OTHER_CLASS,
    PUPIL,
    SCHOOL,
    SISTER,
    STEADY,
    binding_events,
    code,
    problem,
    pupils_of,
)


def decide(world, token, account, accept, pupil=PUPIL, key=None):
    return world.ask("POST", f"/v1/bindings/{pupil}/decisions", {"account": account, "accept": accept}, token, key)


def test_a_second_guardian_waits_and_sees_nothing_until_the_first_accepts(world):
    mum = world.register().json
    dad = world.register("dad-2016").json
    assert (dad["state"], pupils_of(world, "dad-2016")) == ("waiting", [])
    assert jwt.decode(dad["access_token"], options={"verify_signature": False})["pupils"] == []
    for _ in range(2):
        response = decide(world, mum["access_token"], dad["account"], True, key="key-yes-1")
        assert (response.status_code, response.json) == (
            200,
            {"pupil": PUPIL, "account": dad["account"], "state": "bound"},
        )
    assert pupils_of(world, "dad-2016") == [PUPIL]
    assert [kind for kind, *_ in binding_events(world)] == ["binding.bound", "binding.requested", "binding.accepted"]


def test_the_first_guardian_can_reject(world):
    mum, dad = world.register().json, world.register("dad-2016").json
    assert decide(world, mum["access_token"], dad["account"], False).json["state"] == "none"
    assert pupils_of(world, "dad-2016") == [] and pupils_of(world, "mum-2016") == [PUPIL]


def test_a_waiting_guardian_cannot_decide(world):
    mum, dad = world.register().json, world.register("dad-2016").json
    problem(decide(world, dad["access_token"], dad["account"], True), 403, "outside-scope")
    problem(decide(world, dad["access_token"], mum["account"], False), 403, "outside-scope")
    assert pupils_of(world, "dad-2016") == []


@pytest.mark.parametrize(
    ("role", "path", "status"),
    [("teacher", CLASS, 200), ("school", SCHOOL, 200), ("teacher", CLASS_2, 403), ("teacher", OTHER_CLASS, 403)],
)
def test_the_teacher_or_the_school_of_the_pupil_decides_too(world, role, path, status):
    world.register()
    dad = world.register("dad-2016").json
    assert decide(world, world.token(role, path), dad["account"], True).status_code == status


def test_the_teacher_of_the_new_class_decides_after_a_move(world):
    world.register()
    dad = world.register("dad-2016").json
    world.roster.class_paths[PUPIL] = CLASS_2
    problem(decide(world, world.token("teacher", CLASS), dad["account"], True), 403, "outside-scope")
    assert decide(world, world.token("teacher", CLASS_2), dad["account"], True).status_code == 200


@pytest.mark.parametrize("role", ["county", "ministry", "leader", "support", "auditor"])
def test_no_role_above_the_school_decides_about_families(world, role):
    world.register()
    problem(
        decide(world, world.token(role, "/000000/"), world.register("dad-2016").json["account"], True),
        403,
        "outside-scope",
    )


def test_a_mistaken_parent_keeps_the_account_and_loses_the_binding(world):
    account = world.register().json["account"]
    assert decide(world, world.token("teacher", CLASS), account, False).json["state"] == "none"
    assert pupils_of(world, "mum-2016") == []
    assert world.register("right-mum").json["state"] == "bound"


def test_deciding_about_an_unknown_pupil_is_not_found(world):
    account = world.register().json["account"]
    problem(
        decide(world, world.token("teacher", CLASS), account, True, pupil="3f7.00000000000000000000"), 404, "not-found"
    )
    problem(decide(world, world.token("teacher", CLASS_2), account, True, pupil=SISTER), 404, "not-waiting")


def test_a_teacher_sees_the_guardians_of_the_class_and_whether_the_roster_lists_them(world):
    world.roster.guardians.add((PUPIL, "王小明妈妈", "mother"))
    mum = world.register().json["account"]
    dad = world.register("dad-2016", display_name="王大明", relation="father").json["account"]
    world.register("aunt", registration_code=code(2))
    token = world.token("teacher", CLASS)
    waiting = world.ask("GET", "/v1/bindings?waiting=true", token=token).json["items"]
    assert waiting == [
        {
            "pupil": PUPIL,
            "account": dad,
            "login": "dad-2016",
            "display_name": "王大明",
            "relation": "father",
            "known": False,
            "state": "waiting",
        }
    ]
    everybody = world.ask("GET", "/v1/bindings", token=token).json["items"]
    assert [(i["account"], i["known"], i["state"]) for i in everybody] == [
        (mum, True, "bound"),
        (dad, False, "waiting"),
    ]
    assert world.ask("GET", "/v1/bindings", token=world.token("teacher", OTHER_CLASS)).json["items"] == []


def test_a_moved_pupils_family_is_seen_by_the_new_teacher_and_no_longer_by_the_old_one(world):
    mum = world.register().json["account"]
    world.roster.class_paths[PUPIL] = OTHER_CLASS
    assert world.ask("GET", "/v1/bindings", token=world.token("teacher", CLASS)).json["items"] == []
    assert [
        item["account"]
        for item in world.ask("GET", "/v1/bindings", token=world.token("teacher", OTHER_CLASS)).json["items"]
    ] == [mum]


def test_families_cannot_be_listed_while_roster_is_unavailable(world):
    world.register()
    world.roster.is_unavailable = True
    problem(world.ask("GET", "/v1/bindings", token=world.token("teacher", CLASS)), 503, "unavailable")


def test_the_first_guardian_alone_sees_who_waits_for_the_child(world):
    mum = world.register().json
    dad = world.register("dad-2016", display_name="王大明", relation="father").json
    world.register("aunt", registration_code=code(2))
    waiting = world.ask("GET", "/v1/bindings?waiting=true", token=mum["access_token"]).json["items"]
    assert waiting == [
        {"pupil": PUPIL, "account": dad["account"], "display_name": "王大明", "relation": "father", "state": "waiting"}
    ]
    assert decide(world, mum["access_token"], dad["account"], True).status_code == 200
    second = world.sign_in("dad-2016", STEADY).json["access_token"]
    world.register("gran", relation="grandparent")
    assert [
        len(world.ask("GET", "/v1/bindings", token=token).json["items"]) for token in (mum["access_token"], second)
    ] == [1, 0]
    assert decide(world, world.token("teacher", CLASS), mum["account"], False).status_code == 200
    problem(world.ask("GET", "/v1/bindings", token=mum["access_token"]), 401, "token-superseded")
    again = world.sign_in("mum-2016", STEADY).json["access_token"]
    assert world.ask("GET", "/v1/bindings", token=again).json["items"] == []
    assert len(world.ask("GET", "/v1/bindings", token=second).json["items"]) == 1  # the first guardian from here on


@pytest.mark.parametrize("role", ["county", "ministry", "school"])
def test_families_are_listed_to_no_other_role(world, role):
    problem(world.ask("GET", "/v1/bindings", token=world.token(role, "/000000/")), 403, "outside-scope")
