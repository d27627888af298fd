"""Verifying chains whose documents somebody has tampered with by hand."""

from __future__ import annotations

from dataclasses import replace

import orjson
import pytest

from shared.service.audit_trail.entry import Entry, digest
from shared.service.audit_trail.mongo import MongoChains
from shared.service.audit_trail.verification import anchors_in, verify
from tests.audit_trail.acts import entry

UNIT = "2111000001"


@pytest.fixture
def chain(mongo_db):
    """(chains, their documents, what the security log says) after five acts of a school."""
    chains = MongoChains(mongo_db)
    written = [chains.append(entry(minute)) for minute in range(5)]
    return chains, mongo_db["audit_trail"], {UNIT: {each.number: each.hash for each in written}}


def faults(chains, anchors=None):
    return verify(chains, "identity", anchors or {}).faults


def number(n):
    return f"{UNIT}:{n:012}"


def test_an_untouched_chain_has_no_fault_and_the_log_names_all_of_it(chain):
    chains, _, anchors = chain
    verified = verify(chains, "identity", anchors)
    assert (verified.faults, verified.entries, verified.anchored, verified.chains) == ([], 5, 5, 1)


def test_an_entry_that_was_removed_is_a_gap_that_is_named(chain):
    chains, documents, _ = chain
    documents.delete_one({"_id": number(3)})
    assert faults(chains) == [f"identity, unit {UNIT}: a gap: entries 3 to 3 are missing."]


@pytest.mark.parametrize(
    "change",
    [{"account": "a9"}, {"act": "print"}, {"at": 1}, {"facts": {"forms": 4}}, {"path": "/000000/"}, {"source": ""}],
)
def test_an_entry_that_was_changed_is_named(chain, change):
    chains, documents, _ = chain
    documents.update_one({"_id": number(2)}, {"$set": change})
    assert faults(chains) == [f"identity, unit {UNIT}: entry 2 was changed after it was written."]


def test_entries_that_changed_places_are_named(chain):
    chains, documents, _ = chain
    second, third = documents.find_one({"_id": number(2)}), documents.find_one({"_id": number(3)})
    documents.replace_one({"_id": number(2)}, {key: value for key, value in third.items() if key != "_id"})
    documents.replace_one({"_id": number(3)}, {key: value for key, value in second.items() if key != "_id"})
    assert any("wrong order: entry 2 comes after entry 3" in fault for fault in faults(chains))


def test_an_entry_put_in_place_of_another_with_a_right_hash_does_not_follow(chain):
    chains, documents, _ = chain
    forged = replace(entry(9, act="export"), number=3, previous="0" * 64)
    documents.update_one({"_id": number(3)}, {"$set": {**_fields(forged), "hash": digest(forged)}})
    assert f"identity, unit {UNIT}: entry 3 does not follow entry 2: one of the two was put in another's place." in (
        faults(chains)
    )


def test_an_end_that_was_cut_off_is_named_by_the_head(chain):
    chains, documents, _ = chain
    documents.delete_many({"_id": {"$gte": number(4)}})
    assert faults(chains) == [f"identity, unit {UNIT}: the end is missing: entries 4 to 5 were written and are gone."]


def test_an_end_that_was_cut_off_with_its_head_is_named_by_the_log_alone(chain, mongo_db):
    chains, documents, anchors = chain
    documents.delete_many({"_id": {"$gte": number(4)}})
    mongo_db["audit_heads"].update_one({"_id": UNIT}, {"$set": {"number": 3}})
    assert faults(chains) == []
    assert faults(chains, anchors) == [
        f"identity, unit {UNIT}: the end is missing: entries 4 to 5 were written and are gone."
    ]


def test_a_whole_chain_that_was_removed_is_named_by_the_log_alone(chain, mongo_db):
    chains, documents, anchors = chain
    documents.delete_many({})
    mongo_db["audit_heads"].delete_many({})
    assert faults(chains, anchors) == [
        f"identity, unit {UNIT}: the end is missing: entries 1 to 5 were written and are gone."
    ]


def test_a_chain_that_was_made_anew_is_named_by_the_log_alone(chain):
    """By somebody who may write to the document store and knows how entries are hashed."""
    chains, documents, anchors = chain
    previous, kept = "", list(chains.chain(UNIT))
    for each in kept:
        forged = replace(each, previous=previous, account="nobody" if each.number == 2 else each.account)
        previous = digest(forged)
        documents.update_one({"_id": number(each.number)}, {"$set": {**_fields(forged), "hash": previous}})
    assert faults(chains) == []
    assert faults(chains, anchors) == [
        f"identity, unit {UNIT}: entry {n} is not the one that the security log names: the chain was made anew."
        for n in (2, 3, 4, 5)
    ]


def test_the_log_anchors_what_its_own_service_says_whatever_else_stands_in_it():
    lines = [
        orjson.dumps({"service": "identity", "event": "sign-in", "unit": UNIT, "number": 1, "hash": "aa"}),
        orjson.dumps({"service": "roster", "event": "print", "unit": UNIT, "number": 1, "hash": "bb"}),
        orjson.dumps({"service": "identity", "event": "sign-in-failed"}),
        b"no json",
        b"[]",
    ]
    assert anchors_in(lines, "identity") == {UNIT: {1: "aa"}}


def _fields(made: Entry) -> dict[str, object]:
    return {name: getattr(made, name) for name in ("id", "at", "act", "account", "number", "previous")}
