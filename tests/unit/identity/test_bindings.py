"""Bindings of guardians to pupils: who decides, who sees whom."""

from __future__ import annotations

import jwt
import pytest

from shared.language.consent import CONSENT_VERSION
from tests.unit.identity.world import (
    BORN,
    CLASS,
    CLASS_2,
    MUM,
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


def decide(world, token, account, accept, pupil=PUPIL, key=None, reason="wrong-code"):
    asked = {"account": account, "accept": accept, "reason": reason}
    return world.ask("POST", f"/v1/bindings/{pupil}/decisions", asked, token, key)


def test_a_second_guardian_waits_and_sees_nothing_until_the_first_accepts(world):
    mum = world.register().json
    dad = world.register("dad-2016").json
    assert (dad["state"], pupils_of(world, "dad-2016")) == ("waiting", [])
    assert jwt.decode(dad["access_token"], options={"verify_signature": False})["pupils"] == []
    for _ in range(2):
        response = decide(world, mum["access_token"], dad["account"], True, key="key-yes-1")
        assert (response.status_code, response.json) == (
            200,
            {"pupil": PUPIL, "account": dad["account"], "state": "bound", "registration_code": ""},
        )
    assert pupils_of(world, "dad-2016") == [PUPIL]
    assert [kind for kind, *_ in binding_events(world)] == [
        "binding.consented",
        "binding.bound",
        "binding.consented",
        "binding.requested",
        "binding.accepted",
    ]


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
    decided = decide(world, world.token("teacher", CLASS), account, False).json
    assert decided["state"] == "none" and pupils_of(world, "mum-2016") == []
    right = world.register("right-mum", registration_code=decided["registration_code"])
    assert right.json["state"] == "bound"


def test_deciding_about_an_unknown_pupil_is_not_found(world):
    account = world.register().json["account"]
    problem(
        decide(world, world.token("teacher", CLASS), account, True, pupil="3f7.00000000000000000000"), 404, "not-found"
    )
    problem(decide(world, world.token("teacher", CLASS_2), account, True, pupil=SISTER), 404, "not-waiting")


def test_the_end_of_a_binding_voids_the_code_and_shows_the_new_one_to_the_staff_who_ended_it(world):
    account, token = world.register().json["account"], world.token("teacher", CLASS)
    first, again = (decide(world, token, account, False, key="key-no-1").json for _ in range(2))
    assert first == again and first["registration_code"] == code(500)
    problem(world.register("mum-again"), 422, "code-or-birth-date-wrong")
    signed_in = world.sign_in("mum-2016", STEADY).json["access_token"]
    body = {"registration_code": code(1), "birth_date": BORN, "relation": "mother", "consent": CONSENT_VERSION}
    problem(world.ask("POST", "/v1/me/children", body, signed_in), 422, "code-or-birth-date-wrong")
    assert world.ask("POST", "/v1/me/children", body | {"registration_code": code(500)}, signed_in).status_code == 201


def test_a_guardian_who_leaves_voids_the_code_and_does_not_see_the_new_one(world):
    mum = world.register().json
    decided = decide(world, mum["access_token"], mum["account"], False).json
    assert (decided["state"], decided["registration_code"]) == ("none", "")
    problem(world.register("mum-again"), 422, "code-or-birth-date-wrong")


def test_a_decision_that_ends_no_binding_leaves_the_code_valid(world):
    mum, dad = world.register().json, world.register("dad-2016").json
    assert decide(world, mum["access_token"], dad["account"], False).json["registration_code"] == ""
    problem(decide(world, world.token("teacher", CLASS), dad["account"], False), 404, "not-waiting")
    problem(decide(world, world.token("teacher", CLASS), mum["account"], False, reason=""), 422, "reason-missing")
    assert world.roster.renewed == {} and world.register("gran").json["state"] == "waiting"


def test_no_binding_ends_while_its_code_cannot_be_voided(world):
    mum = world.register().json
    world.roster.is_unavailable = True
    problem(decide(world, mum["access_token"], mum["account"], False), 503, "unavailable")
    assert pupils_of(world, "mum-2016") == [PUPIL]


def test_somebody_whom_the_roster_does_not_list_waits_for_the_teacher_and_sees_nothing(world):
    aunt = world.register("aunt", display_name="李四").json
    assert (aunt["state"], pupils_of(world, "aunt")) == ("waiting", [])
    mum = world.register().json
    [waiting] = world.ask("GET", "/v1/bindings", token=mum["access_token"]).json["items"]
    assert waiting["teacher_decides"] is True
    problem(decide(world, mum["access_token"], aunt["account"], True), 403, "teacher-decides")
    assert decide(world, world.token("school", SCHOOL), aunt["account"], True).json["state"] == "bound"
    assert pupils_of(world, "aunt") == [PUPIL]


def test_another_relation_than_in_the_roster_waits_too(world):
    assert world.register(relation="grandparent").json["state"] == "waiting"


def test_a_teacher_sees_the_guardians_of_the_class_and_whether_the_roster_lists_them(world):
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
            "teacher_decides": True,
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
    world.roster.guardians |= {(PUPIL, "王大明", "father"), (PUPIL, MUM, "grandparent")}
    mum = world.register().json
    dad = world.register("dad-2016", display_name="王大明", relation="father").json
    world.register("aunt", registration_code=code(2))
    waiting = world.ask("GET", "/v1/bindings?waiting=true", token=mum["access_token"]).json["items"]
    assert waiting == [
        {
            "pupil": PUPIL,
            "account": dad["account"],
            "display_name": "王大明",
            "relation": "father",
            "state": "waiting",
            "teacher_decides": False,
        }
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


def test_the_school_sees_the_guardians_of_a_class_or_of_one_pupil_of_its_own(world):
    mum = world.register().json["account"]
    world.register("aunt", registration_code=code(2), display_name="李四")
    token = world.token("school", SCHOOL)

    def seen(query):
        items = world.ask("GET", f"/v1/bindings?{query}", token=token).json["items"]
        return [(item["pupil"], item["state"]) for item in items]

    assert seen(f"under={CLASS}") == seen(f"pupil={PUPIL}") == [(PUPIL, "bound")]
    assert seen(f"under={CLASS_2}&waiting=true") == seen(f"pupil={SISTER}") == [(SISTER, "waiting")]
    assert seen("waiting=false") == []  # a school names the class
    assert world.ask("GET", f"/v1/bindings?pupil={PUPIL}", token=token).json["items"][0]["account"] == mum


@pytest.mark.parametrize("query", [f"under={OTHER_CLASS}", f"pupil={PUPIL}"])
def test_guardians_outside_ones_scope_are_not_listed(world, query):
    world.register()
    world.roster.class_paths[PUPIL] = OTHER_CLASS
    problem(world.ask("GET", f"/v1/bindings?{query}", token=world.token("school", SCHOOL)), 403, "outside-scope")
    problem(world.ask("GET", f"/v1/bindings?{query}", token=world.token("teacher", CLASS)), 403, "outside-scope")


@pytest.mark.parametrize("role", ["county", "ministry", "leader"])
def test_families_are_listed_to_no_other_role(world, role):
    problem(world.ask("GET", "/v1/bindings", token=world.token(role, "/000000/")), 403, "outside-scope")


def test_a_list_of_guardians_is_recorded_as_a_view_of_their_children(world):
    world.register()
    world.ask("GET", "/v1/bindings", token=world.token("teacher", CLASS))
    [record] = world.deps.views.records.of_pupil(PUPIL, 1 << 50, 10)
    assert (record.role, record.what, record.pupils, record.path) == ("teacher", "guardians", (PUPIL,), CLASS)
