"""Pages of accounts, in memory and in the real document store: complete, in order, and read from an index."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from services.identity.domain.validity import DAY_MS, IDLE_MS, STATES, Validity, state_of
from services.identity.repositories.memory import memory_records
from services.identity.repositories.mongo import mongo_records
from services.identity.repositories.people_pages import queries
from services.identity.repositories.protocol import BEGINNING, Person, Wanted
from shared.language.scope import Scope

NOW = 1_790_000_000_000
COUNTY = "/000000/110000/110101/"
NATION = Scope.of(["/000000/"])
OF_STATE = {
    "closed": Validity(closed=True),
    "waiting": Validity(waiting=True),
    "reset": Validity(reset_at=NOW, activation_ends_at=0),
    "not-activated": Validity(activation_ends_at=NOW + 1),
    "activation-ended": Validity(activation_ends_at=NOW),
    "sealed": Validity(),
    "active": Validity(),
}


@pytest.fixture(params=["memory", "mongo"])
def people(request):
    kind = request.param
    return (memory_records() if kind == "memory" else mongo_records(request.getfixturevalue("mongo_db"))).people


def home(school: int) -> str:
    return f"{COUNTY}{2111000000 + school}/"


def person(n: int, path: str, role: str = "school", state: str = "active", terms: tuple[str, ...] = ()) -> Person:
    used = NOW - IDLE_MS if state == "sealed" else NOW - DAY_MS
    return Person(
        f"a-{n:04}", f"login-{n}", role, b"\x01", "", False, (path,), (), "", 0, OF_STATE[state], used, "", (), terms
    )


def read(people, wanted: Wanted, limit: int) -> list[str]:
    """All pages of this size, one after another."""
    after, found = BEGINNING, []
    while page := people.page(wanted, after, limit):
        assert len(page) <= limit
        found += [each.account for each in page]
        after = page[-1].home, page[-1].account
    return found


def test_pages_of_every_filter_and_size_are_complete_and_in_order(people):
    rng = random.Random(17)
    everybody = [
        person(n, home(rng.randrange(6)), rng.choice(("school", "leader")), STATES[n % len(STATES)], (f"t{n % 3}",))
        for n in range(56)
    ]
    everybody.append(replace(person(90, "/000000/", "ministry", "sealed"), terms=("t0",)))  # no seal for the ministry
    everybody += [
        replace(person(n, home(n % 6), state="sealed"), validity=Validity(sealed_at=NOW), terms=("t1",))
        for n in (88, 89)
    ]
    everybody.append(person(91, "/000000/110000/110102/2111000009/"))
    for each in rng.sample(everybody, len(everybody)):
        people.add(each, None)
    in_order = sorted(everybody, key=lambda p: (p.home, p.account))
    under = (NATION, Scope.of([COUNTY]), Scope.of([home(1), home(4)]), Scope())
    for scope, role, state, term, limit in [
        (scope, role, state, term, limit)
        for scope in under
        for role in ("", "leader")
        for state in ("", *STATES)
        for term in ("", "t1")
        for limit in (4,)
    ] + [(NATION, "", "", "", 1), (NATION, "", "", "", 1000)]:
        wanted = Wanted(scope, frozenset({role} - {""}), state, term, NOW)
        assert read(people, wanted, limit) == [
            p.account
            for p in in_order
            if scope.allows(p.home)
            and role in ("", p.role)
            and state in ("", state_of(p.role, p.validity, p.used_at, NOW))
            and (not term or term in p.terms)
        ], (scope, role, state, term)


def test_the_sweep_finds_whom_time_has_sealed_and_nobody_twice(people):
    for n, state in enumerate(STATES):
        people.add(person(n, home(n), state=state), None)
    people.add(person(7, "/000000/", "ministry", "sealed"), None)
    people.add(replace(person(8, home(8)), used_at=NOW - IDLE_MS, validity=Validity(sealed_at=NOW)), None)
    people.add(replace(person(9, home(9)), used_at=0), None)
    [found] = people.idle(NOW, 10)
    assert state_of(found.role, found.validity, found.used_at, NOW) == "sealed" and people.idle(NOW - 1, 10) == []
    assert people.idle(NOW + 2 * IDLE_MS, 1) != []
    people.set_validity(found.account, Validity(sealed_at=NOW), None)
    assert people.idle(NOW, 10) == []
    assert read(people, Wanted(NATION, state="sealed", now=NOW), 1) == [found.account, "a-0008"]


def test_an_account_without_search_terms_is_completed_once(people):
    people.add(person(1, home(1)), None)
    people.add(Person("a-2", "login-2", "guardian", b"\x01", "", False), None)
    if hasattr(people, "_people") and hasattr(people._people, "update_one"):  # as the release before has stored it
        people._people.update_many({}, {"$unset": {"stage": 1, "terms": 1}})
    assert [each.account for each in people.without_terms(10)] == ["a-0001"]
    people.set_terms("a-0001", ("t1", "t2"))
    assert people.without_terms(10) == []
    assert read(people, Wanted(NATION, state="active", term="t2", now=NOW), 10) == ["a-0001"]


def test_an_account_that_changes_before_its_turn_is_completed_too(mongo_db):
    """In an upgrade: its owner activates it, which sets the stage, before the worker has come to it."""
    people = mongo_records(mongo_db).people
    people.add(person(1, home(1), state="not-activated"), None)
    mongo_db["people"].update_many({}, {"$unset": {"stage": 1, "terms": 1}})
    people.set_validity("a-0001", OF_STATE["active"], None)
    assert [each.account for each in people.without_terms(10)] == ["a-0001"]
    people.set_terms("a-0001", ("t1",))
    assert people.without_terms(10) == []
    assert read(people, Wanted(NATION, state="active", term="t1", now=NOW), 10) == ["a-0001"]


@pytest.mark.parametrize(
    ("wanted", "index", "most"),
    [
        (Wanted(NATION, term="t-7", now=NOW), "terms-page", 1),
        (Wanted(NATION, state="waiting", now=NOW), "stage-page", 4),
        (Wanted(NATION, frozenset({"leader"}), now=NOW), "role-page", 8),
        (Wanted(Scope.of([home(3)]), now=NOW), "page", 20),
    ],
)
def test_a_page_reads_what_it_shows_and_not_what_else_lies_under_the_unit(mongo_db, wanted, index, most):
    people = mongo_records(mongo_db).people
    for n in range(400):
        role, state = ("leader" if n % 50 == 0 else "school"), ("waiting" if n % 100 == 1 else "active")
        people.add(person(n, home(n % 20), role, state, (f"t-{n}",)), None)
    [query] = queries(wanted, BEGINNING)
    plan = mongo_db["people"].find(query).sort([("home", 1), ("_id", 1)]).limit(50).explain()
    assert f"'indexName': '{index}'" in str(plan["queryPlanner"]["winningPlan"])
    assert plan["executionStats"]["totalDocsExamined"] <= most
