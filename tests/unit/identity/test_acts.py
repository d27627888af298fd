"""Acts in identity's audit trail: each is recorded with what it does, once, in the chain of whose unit it is."""

from __future__ import annotations

import pytest

from shared.infrastructure.errors import Refused
from shared.service.audit_trail.memory import MemoryChains
from shared.service.audit_trail.verification import verify
from tests.unit.identity.world import CLASS, CLASS_2, PUPIL, SCHOOL, STEADY

BY_SCHOOL = ("school", SCHOOL)


def acts(world):
    """(act, unit, role, target) of all chains, each by its numbers."""
    chains = world.deps.trail.chains
    found = [each for unit in sorted(chains.heads()) for each in chains.chain(unit)]
    return [(each.act, each.unit, each.role, each.target) for each in found]


@pytest.fixture
def teacher(world):
    account, password = world.staff("teacher", CLASS, "li.teacher", BY_SCHOOL)
    assert world.sign_in("li.teacher", password).status_code == 201
    return account


def test_what_is_done_to_an_account_stands_in_the_chain_of_whoever_did_it(world, teacher):
    by = world.token(*BY_SCHOOL)
    world.ask("POST", f"/v1/accounts/{teacher}/paths", {"path": CLASS_2}, by)
    world.ask("POST", f"/v1/accounts/{teacher}/paths/revocations", {"path": CLASS_2}, by)
    world.reset(teacher, *BY_SCHOOL)
    world.ask("DELETE", f"/v1/accounts/{teacher}/lock", token=by)
    world.ask("POST", f"/v1/accounts/{teacher}/closure", token=by)
    done = [act for act in acts(world) if act[2] == "school"]
    assert done == [
        (name, "2111000001", "school", teacher)
        for name in ("account-issued", "grant", "grant", "password-reset", "lock-lifted", "account-closed")
    ]
    assert verify(world.deps.trail.chains, "identity", {}).faults == []


def test_a_sign_in_of_staff_stands_in_the_chain_of_the_school_and_one_of_a_guardian_in_none(world, teacher):
    world.register()
    before = acts(world)
    assert before.count(("sign-in", "2111000001", "teacher", "")) == 1
    world.sign_in("mum-2016", STEADY)
    world.sign_in("li.teacher", "wrong")
    assert acts(world) == before


def test_what_ends_a_guardians_binding_stands_in_the_chain_of_the_childs_school(world):
    mum = world.register().json["account"]
    decision = {"account": mum, "accept": False, "reason": "wrong-code"}
    world.ask("POST", f"/v1/bindings/{PUPIL}/decisions", decision, world.token("teacher", CLASS))
    assert acts(world) == [("guardian-unbound", "2111000001", "teacher", mum)]


def test_an_act_of_staff_tells_from_where_and_one_of_a_family_does_not(world):
    mum, dad = world.register().json["account"], world.register("dad-2016").json["account"]
    by_mum = world.token("guardian", "", pupils=(PUPIL,), account=mum)
    teacher = world.token("teacher", CLASS)
    decide = f"/v1/bindings/{PUPIL}/decisions"
    world.ask("POST", decide, {"account": dad, "accept": True}, teacher)
    world.ask("POST", decide, {"account": dad, "accept": False, "reason": "wrong-code"}, teacher)
    world.ask("POST", f"/v1/misuse-cases/{PUPIL}/closure", token=teacher)
    world.ask("POST", decide, {"account": mum, "accept": False, "reason": "left"}, by_mum)
    assert [(each.act, each.source) for each in world.deps.trail.chains.chain("2111000001")] == [
        ("guardian-decided", "127.0.0.1"),
        ("guardian-unbound", "127.0.0.1"),
        ("misuse-closed", "127.0.0.1"),
        ("guardian-unbound", ""),
    ]


def test_a_withdrawn_consent_stands_in_the_chain_of_the_childs_school(world):
    mum = world.register().json["account"]
    token = world.token("guardian", "", pupils=(PUPIL,), account=mum)
    assert world.ask("POST", f"/v1/me/children/{PUPIL}/consent-withdrawal", token=token).status_code == 200
    assert acts(world) == [("consent-withdrawn", "2111000001", "guardian", PUPIL)]


def test_a_repeated_command_is_one_act(world, teacher):
    first = world.reset(teacher, *BY_SCHOOL, key="the-same-key")
    again = world.reset(teacher, *BY_SCHOOL, key="the-same-key")
    assert (first.status_code, again.status_code) == (200, 200)
    assert [act[0] for act in acts(world)].count("password-reset") == 1


def test_a_refused_command_is_no_act(world, teacher):
    before = acts(world)
    assert world.reset(teacher, "school", "/000000/120000/120101/2112000001/").status_code == 403
    assert acts(world) == before


class Unwritable(MemoryChains):
    def append(self, entry, session=None):
        raise Refused("unavailable", "The document store cannot be reached.")


def test_what_cannot_be_recorded_is_not_done(world, teacher):
    world.deps.trail.chains.append = Unwritable().append
    history = world.store.load(f"account-{teacher}")
    assert world.reset(teacher, *BY_SCHOOL).status_code == 503
    assert world.ask("POST", f"/v1/accounts/{teacher}/closure", token=world.token(*BY_SCHOOL)).status_code == 503
    assert world.issue("teacher", CLASS, "wang.teacher", world.token(*BY_SCHOOL)).status_code == 503
    assert world.store.load(f"account-{teacher}") == history
    refused = world.sign_in("li.teacher", STEADY)
    assert refused.status_code == 503
    assert "access_token" not in refused.json
