"""The published language is what a store checks by default."""

import pytest

from shared.eventsourcing.event import NewEvent
from shared.eventsourcing.store import Append, CommandContext
from shared.infrastructure.clock import FixedClock
from shared.language.contracts import PUBLIC, BrokenContract
from tests.support.stores import memory_store

COMMAND = CommandContext("roster:key-0001", "roster")
UNIT = PUBLIC["unit"].events[0]


def test_a_public_event_of_the_published_shape_is_kept_and_due():
    store = memory_store(FixedClock())
    [event] = store.append([Append("unit-110101", 0, [NewEvent(UNIT.type, *_shape())])], COMMAND)
    assert [found.event for found in store.unpublished(1, range(1024), 9)] == [event]


@pytest.mark.parametrize("broken", ["data", "state", "type", "schema"])
def test_a_public_event_of_another_shape_is_refused_before_it_is_kept(broken):
    data, schema, now = _shape()
    shapes = {
        "data": NewEvent(UNIT.type, {**data, "note": "x"}, schema, now),
        "state": NewEvent(UNIT.type, data, schema, {**now, "note": "x"}),
        "type": NewEvent("unit.imagined", data, schema, now),
        "schema": NewEvent(UNIT.type, data, 99, now),
    }
    store = memory_store(FixedClock())
    with pytest.raises(BrokenContract):
        store.append([Append("unit-110101", 0, [shapes[broken]])], COMMAND)
    assert store.load("unit-110101") == []


def test_private_events_are_their_owners_business():
    store = memory_store(FixedClock())
    store.append([Append("account-1", 0, [NewEvent("account.whatever", {"any": "thing"})])], COMMAND)
    assert store.unpublished(1, range(1024), 9) == []


def _shape():
    data, now = UNIT.example
    return data, UNIT.schema, now
