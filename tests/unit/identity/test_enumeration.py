"""Enumeration of accounts: without a password nothing is learnt from the answer, nor from the work behind it.

The work is counted, not timed: verifications of argon2 and every call of the private collections and the store.
"""

from __future__ import annotations

from dataclasses import fields

import pytest

from services.identity.domain.validity import IDLE_MS
from services.identity.repositories.memory import memory_records
from services.identity.repositories.protocol import TEMPORARY_LOCK, Records
from shared.eventsourcing.store_memory import MemoryStore
from shared.infrastructure.clock import FixedClock
from shared.language import contracts
from tests.unit.identity.world import CLASS, CLASS_2, COUNTY, SCHOOL, STEADY, World, code, problem

ADMIN, WRONG = ("school", SCHOOL), "not the password 7"
KNOWN = (
    "wang.teacher",
    "sealed.teacher",
    "fresh.teacher",
    "reset.teacher",
    "closed.teacher",
    "waiting.school",
    "mum-2016",
)


class Counted:
    """A collection whose calls are noted by name."""

    def __init__(self, of: object, name: str, calls: list[str]) -> None:
        self._of, self._name, self._calls = of, name, calls

    def __getattr__(self, method: str) -> object:
        found = getattr(self._of, method)

        def called(*arguments, **named):
            self._calls.append(f"{self._name}.{method}")
            return found(*arguments, **named)

        return called


@pytest.fixture
def calls():
    return []


@pytest.fixture
def world(calls):
    """An account in every state, each with a login of KNOWN; "wang.teacher" and the guardian work."""
    clock = FixedClock()
    kept = memory_records(clock)
    records = Records(*(Counted(getattr(kept, each.name), each.name, calls) for each in fields(Records)))
    store = MemoryStore(clock, is_public=contracts.is_public, validate=contracts.validate)
    world = World(Counted(store, "store", calls), records, clock)
    world.staff("teacher", CLASS, "sealed.teacher", ADMIN)
    clock.advance(seconds=IDLE_MS / 1000)
    world.staff("teacher", CLASS, "wang.teacher", ADMIN)
    world.issue("teacher", CLASS, "fresh.teacher", world.token(*ADMIN))
    world.reset(world.staff("teacher", CLASS_2, "reset.teacher", ADMIN)[0], *ADMIN)
    closed = world.staff("teacher", CLASS_2, "closed.teacher", ADMIN)[0]
    world.ask("POST", f"/v1/accounts/{closed}/closure", token=world.token(*ADMIN))
    world.staff("school", SCHOOL, "first.school", ("county", COUNTY))
    world.staff("school", SCHOOL, "waiting.school", ("county", COUNTY))
    world.register()
    world.deps.hasher._argon2 = Counted(world.deps.hasher._argon2, "argon2", calls)
    return world


def tried(world, calls, login, password=WRONG, source="192.0.2.1"):
    """(status, the answer without its request id, the work)."""
    calls.clear()
    response = world.sign_in(login, password, source=source)
    told = {name: value for name, value in response.json.items() if name != "instance"}
    return response.status_code, told, list(calls)


def test_an_account_in_any_state_and_none_give_one_answer_after_the_same_work(world, calls):
    """A network of its own for each, so that no try counts for another."""
    found = {
        login: tried(world, calls, login, source=f"192.0.2.{number}")
        for number, login in enumerate(("nobody-of-this-name", *KNOWN), 1)
    }
    unknown = found.pop("nobody-of-this-name")
    assert unknown[0] == 401 and unknown[1]["title"] == "wrong-credentials"
    assert unknown[2].count("argon2.verify") == 1 and unknown[2].count("people.by_login") == 1
    assert {login: outcome for login, outcome in found.items() if outcome != unknown} == {}


def test_a_locked_account_and_a_locked_login_of_nobody_give_one_answer_after_the_same_work(world, calls):
    """Of each login the try that is refused first, and one of the flood after it; no password is verified."""
    found = {}
    for number, login in enumerate(("nobody-of-this-name", *KNOWN), 1):
        for _ in range(TEMPORARY_LOCK.most):
            world.sign_in(login, WRONG, source=f"192.0.2.{number}")
        found[login] = [tried(world, calls, login, source=f"192.0.2.{number}") for _ in range(2)]
    unknown = found.pop("nobody-of-this-name")
    assert [status for status, _, _ in unknown] == [429, 429]
    assert "argon2" not in str(unknown)
    assert {login: outcome for login, outcome in found.items() if outcome != unknown} == {}


def test_a_locked_account_does_not_tell_that_the_password_is_right(world, calls):
    for _ in range(TEMPORARY_LOCK.most):
        world.sign_in("wang.teacher", WRONG)
    calls.clear()
    problem(world.sign_in("wang.teacher", STEADY), 429, "too-many")
    assert "argon2" not in calls


def test_the_state_of_an_account_is_told_to_who_gives_its_password_alone(world):
    problem(world.sign_in("sealed.teacher", STEADY), 403, "account-sealed")
    problem(world.sign_in("sealed.teacher", WRONG), 401, "wrong-credentials")


@pytest.mark.parametrize("route", ["activation-codes", "reset-codes"])
def test_the_code_of_an_unknown_login_and_a_wrong_one_are_refused_after_the_same_work(world, calls, route):
    found = []
    for login in ("nobody-of-this-name", *KNOWN):
        calls.clear()
        use = world.activate if route == "activation-codes" else world.use_code
        refused = use(login, code(7, route.removesuffix("-codes")))
        found.append((refused.status_code, refused.json["title"], list(calls)))
    assert found == [found[0]] * len(found)
    assert found[0][:2] == (422, f"{route.removesuffix('-codes')}-code-wrong")
