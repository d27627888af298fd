"""The shape of every response on the wire: fields and status of each route, written out once by hand."""

from __future__ import annotations

import pytest

from shared.language.consent import CONSENT_VERSION
from tests.unit.identity.world import BORN, CLASS, CLASS_2, PUPIL, SCHOOL, STEADY, code

ACCOUNT = {"id", "role", "paths", "pupils", "display_name", "must_change_password", "held_children", "grants"}
ACCOUNT |= {"has_second_factor", "must_set_up_second_factor"}
TOKENS = {"access_token", "refresh_token", "expires_in"}
CHILD = {"masked_name", "school_name", "class_name"}
ACTIVATION_SLIP = {"id", "login", "activation_code", "ends_at", "waiting"}
ENTRY = {"at", "event", "by_role", "by_name", "path", "permission"}


@pytest.fixture
def family(world):
    """(first guardian, waiting guardian) of PUPIL: the responses to their registrations."""
    return world.register().json, world.register("dad-2016").json


def body_of(response, status, fields):
    assert (response.status_code, response.content_type, set(response.json)) == (status, "application/json", fields)
    return response.json


def test_sessions_and_the_own_account(world):
    _, initial = world.staff("teacher", CLASS, "teacher.a", ("school", SCHOOL))
    signed_in = body_of(world.sign_in("teacher.a", initial), 201, TOKENS | {"account", "device_token"})
    assert set(signed_in["account"]) == ACCOUNT
    refreshed = world.http.post("/v1/sessions/refresh", json={"refresh_token": signed_in["refresh_token"]})
    token = body_of(refreshed, 201, TOKENS | {"account"})["access_token"]
    assert body_of(world.ask("GET", "/v1/me", token=token), 200, ACCOUNT) == refreshed.json["account"]
    changed = world.ask("PUT", "/v1/me/password", {"old": initial, "new": "another 17 horses"}, token)
    out = world.ask("DELETE", "/v1/sessions", token=token)
    assert [(r.status_code, r.data) for r in (changed, out)] == [(204, b"")] * 2
    keys = body_of(world.ask("GET", "/.well-known/jwks.json"), 200, {"keys"})["keys"]
    assert [set(key) for key in keys] == [{"kty", "crv", "alg", "use", "kid", "x"}]


def test_accounts_of_staff(world):
    by = world.token("school", SCHOOL)
    account = body_of(world.issue("teacher", CLASS, "teacher.a", by), 201, ACTIVATION_SLIP)["id"]
    [item] = body_of(world.ask("GET", "/v1/accounts", token=by), 200, {"items", "after"})["items"]
    assert item == {
        "id": account,
        "role": "teacher",
        "paths": [CLASS],
        "login": "teacher.a",
        "display_name": "李老师",
        "state": "not-activated",
        "reset_at": None,
        "reset_used_at": None,
        "used_on": None,
        "grants": [],
    }
    granted = world.ask("POST", f"/v1/accounts/{account}/paths", {"path": CLASS_2}, by)
    assert body_of(granted, 200, {"id", "paths"})["paths"] == [CLASS, CLASS_2]
    taken = world.ask("POST", f"/v1/accounts/{account}/paths/revocations", {"path": CLASS}, by)
    assert body_of(taken, 200, {"id", "paths"})["paths"] == [CLASS_2]
    slip = body_of(world.issue("teacher", CLASS, "teacher.b", by), 201, ACTIVATION_SLIP)
    body_of(world.activate("teacher.b", slip["activation_code"]), 200, {"id"})
    slip = body_of(world.reset(account, "school", SCHOOL), 200, ACTIVATION_SLIP - {"activation_code"} | {"reset_code"})
    body_of(world.use_code("teacher.a", slip["reset_code"], new=STEADY), 200, {"id"})
    history = body_of(world.ask("GET", f"/v1/accounts/{account}/history", token=by), 200, {"items"})["items"]
    assert [set(entry) for entry in history] == [ENTRY] * 5
    body_of(world.ask("GET", "/v1/accounts/waiting", token=by), 200, {"items"})
    closed = world.ask("POST", f"/v1/accounts/{account}/closure", token=by)
    assert (closed.status_code, closed.data) == (204, b"")


def test_registration_of_guardians(world):
    asked = {"registration_code": code(1), "birth_date": BORN}
    found = world.ask("POST", "/v1/registrations/check", asked)
    assert set(body_of(found, 200, {"child"})["child"]) == CHILD
    registered = body_of(world.register(), 201, TOKENS | {"account", "device_token", "pupil", "state", "child"})
    assert set(registered["child"]) == CHILD
    further = {**asked, "registration_code": code(2), "relation": "mother", "consent": CONSENT_VERSION}
    added = world.ask("POST", "/v1/me/children", further, registered["access_token"])
    assert set(body_of(added, 201, {"pupil", "state", "child"})["child"]) == CHILD


def test_bindings(world, family):
    mum, dad = family
    for_teacher = world.ask("GET", "/v1/bindings", token=world.token("teacher", CLASS)).json["items"]
    for_mum = world.ask("GET", "/v1/bindings", token=mum["access_token"]).json["items"]
    shared = {"pupil", "account", "display_name", "relation", "state", "teacher_decides"}
    assert [set(item) for item in (*for_teacher, *for_mum)] == [shared | {"login", "known"}] * 2 + [shared]
    decision = {"account": dad["account"], "accept": True}
    decided = world.ask("POST", f"/v1/bindings/{PUPIL}/decisions", decision, mum["access_token"])
    body_of(decided, 200, {"pupil", "account", "state", "registration_code"})
    [own] = world.ask("GET", "/v1/me/children", token=mum["access_token"]).json["items"]
    assert set(own) == {
        "pupil",
        "state",
        "teacher_decides",
        "consent",
        "consented_at",
        "reason",
        "ended_at",
        "corrected_at",
    }
    ended = world.ask("POST", f"/v1/me/children/{PUPIL}/consent-withdrawal", {}, mum["access_token"])
    body_of(ended, 200, {"photos"})
