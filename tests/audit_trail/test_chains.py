"""Chains of the audit trail, in memory and in the document store."""

from __future__ import annotations

import pytest

from shared.infrastructure.mongo import transaction
from shared.service.audit_trail.chains import Search
from shared.service.audit_trail.mongo import MongoChains
from shared.service.audit_trail.verification import verify
from tests.audit_trail.acts import COUNTY, NOW, SCHOOL, entry
from tests.support.together import run_together


def numbers(found):
    return [(each.unit, each.number) for each in found]


def test_entries_of_a_unit_are_numbered_and_each_holds_the_hash_of_the_one_before(chains):
    first, second = chains.append(entry(0)), chains.append(entry(1))
    assert (first.number, second.number) == (1, 2)
    assert (first.previous, second.previous) == ("", first.hash)
    assert list(chains.chain("2111000001")) == [first, second]
    assert chains.heads() == {"2111000001": 2}


def test_each_unit_has_a_chain_of_its_own(chains):
    for path in (SCHOOL, COUNTY, SCHOOL):
        chains.append(entry(path=path))
    assert chains.heads() == {"2111000001": 2, "110101": 1}
    assert verify(chains, "identity", {}).faults == []


def test_a_search_finds_what_is_below_a_unit_newest_first(chains):
    for minute, path in enumerate((SCHOOL, COUNTY, "/000000/120000/")):
        chains.append(entry(minute, path))
    assert numbers(chains.newest(Search("/000000/110000/"))) == [("110101", 1), ("2111000001", 1)]
    assert numbers(chains.newest(Search(SCHOOL))) == [("2111000001", 1)]
    assert numbers(chains.newest(Search("/000000/11/"))) == []


def test_a_search_by_act_and_by_the_account_that_did_or_underwent_it(chains):
    chains.append(entry(0, act="sign-in", account="a1"))
    chains.append(entry(1, act="password-reset", account="a2", target="a1"))
    chains.append(entry(2, act="print", account="a3", target="p1"))
    assert numbers(chains.newest(Search("/000000/", act="print"))) == [("2111000001", 3)]
    assert numbers(chains.newest(Search("/000000/", account="a1"))) == [("2111000001", 2), ("2111000001", 1)]
    assert numbers(chains.newest(Search("/000000/", account="a1", act="sign-in"))) == [("2111000001", 1)]


def test_a_search_by_time_and_pages_that_neither_repeat_nor_leave_out(chains):
    kept = [chains.append(entry(minute)) for minute in range(5)]
    minute = 60_000
    within = Search("/000000/", since=NOW + minute, until=NOW + 3 * minute)
    assert numbers(chains.newest(within)) == [("2111000001", 3), ("2111000001", 2)]
    first = chains.newest(Search("/000000/", limit=3))
    rest = chains.newest(Search("/000000/", limit=3, before=first[-1].id))
    assert [*first, *rest] == kept[::-1]


def test_writers_at_once_get_a_number_each_and_leave_no_hole(chains):
    entries = [entry(account=f"a{n}") for n in range(40)]
    written = run_together(*[lambda each=each: chains.append(each) for each in entries])
    assert sorted(each.number for each in written) == list(range(1, 41))
    verified = verify(chains, "identity", {})
    assert (verified.entries, verified.faults) == (40, [])


@pytest.mark.parametrize("unit", ["2111000001", "9999999999"])
def test_an_unknown_unit_has_an_empty_chain(chains, unit):
    assert list(chains.chain(unit)) == []


# ---- in the document store
def test_writers_of_two_processes_at_once_leave_no_hole(mongo_db):
    processes = MongoChains(mongo_db), MongoChains(mongo_db)
    run_together(*[lambda n=n: processes[n % 2].append(entry(account=f"a{n}")) for n in range(20)])
    verified = verify(processes[0], "identity", {})
    assert (verified.entries, verified.faults) == (20, [])


def test_a_writer_that_died_before_it_noted_the_head_is_followed_without_a_hole(mongo_db):
    chains = MongoChains(mongo_db, wait=lambda seconds: None)
    for minute in range(3):
        chains.append(entry(minute))
    mongo_db["audit_heads"].update_one({"_id": "2111000001"}, {"$set": {"number": 1}})
    run_together(lambda: chains.append(entry(3)))
    assert [each.number for each in chains.chain("2111000001")] == [1, 2, 3, 4]
    assert chains.heads() == {"2111000001": 4}


def test_an_entry_whose_acknowledgement_was_lost_is_not_written_twice(mongo_db):
    chains, one = MongoChains(mongo_db), entry()
    assert chains.append(one) == chains.append(one)
    assert verify(chains, "identity", {}).entries == 1


def test_an_entry_of_a_transaction_that_fails_is_none(mongo_db):
    chains = MongoChains(mongo_db)
    chains.append(entry())

    def act(session):
        chains.append(entry(1), session)
        raise ValueError("the act itself fails")

    with pytest.raises(ValueError, match="fails"):
        transaction(mongo_db.client, act)
    transaction(mongo_db.client, lambda session: chains.append(entry(2), session))
    assert [each.number for each in chains.chain("2111000001")] == [1, 2]
    assert verify(chains, "identity", {}).faults == []
