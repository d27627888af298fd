"""A store accepts public events only as their contracts declare them."""

import pytest

from shared.eventsourcing.event import NewEvent, from_wire, to_wire
from shared.eventsourcing.store import Append, CommandContext
from shared.infrastructure.clock import FixedClock
from shared.infrastructure.correlation import within
from shared.language.contracts import PUBLIC, BrokenContract
from tests.support.stores import memory_store

COMMAND = CommandContext("roster:key-0001", "roster")
UNIT = PUBLIC["unit"].events[0]


def test_a_public_event_that_fits_its_contract_is_recorded_and_due():
    store = memory_store(FixedClock())
    [event] = store.append([Append("unit-110101", 0, [NewEvent(UNIT.type, *_shape())])], COMMAND)
    assert [found.event for found in store.unpublished(1, range(1024), 9)] == [event]


@pytest.mark.parametrize("known", ["", "0123456789abcdef0123456789abcdef"])
def test_an_event_names_the_request_that_led_to_it(known):
    store = memory_store(FixedClock())
    with within(known):
        [event] = store.append([Append("unit-110101", 0, [NewEvent(UNIT.type, *_shape())])], COMMAND)
    assert (event.correlation_id, from_wire(to_wire(event)).correlation_id) == (known, known)


@pytest.mark.parametrize("broken", ["data", "state", "type", "schema"])
def test_a_public_event_that_breaks_its_contract_is_refused_and_not_recorded(broken):
    data, schema, state = _shape()
    shapes = {
        "data": NewEvent(UNIT.type, {**data, "note": "x"}, schema, state),
        "state": NewEvent(UNIT.type, data, schema, {**state, "note": "x"}),
        "type": NewEvent("unit.imagined", data, schema, state),
        "schema": NewEvent(UNIT.type, data, 99, state),
    }
    store = memory_store(FixedClock())
    with pytest.raises(BrokenContract):
        store.append([Append("unit-110101", 0, [shapes[broken]])], COMMAND)
    assert store.load("unit-110101") == []


def test_private_events_have_no_contract():
    store = memory_store(FixedClock())
    store.append([Append("account-1", 0, [NewEvent("account.whatever", {"any": "thing"})])], COMMAND)
    assert store.unpublished(1, range(1024), 9) == []


def _shape():
    data, state = UNIT.example
    return data, UNIT.schema, state
