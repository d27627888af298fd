import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.eventsourcing.event import (
    ABSENT,
    SLOTS,
    WIRE,
    Event,
    Undecodable,
    category,
    from_wire,
    id_hash,
    partition_of,
    slot_of,
    slots_of,
    subject,
    to_wire,
)
from tests.support.thorough import examples

EVENT = Event(
    "01a20aab-3942-712a-be99-4d35acf34dc6",
    "form-2026a-3f7.018f2a",
    3,
    "form.archived",
    1,
    {"by": "guardian", "pages": [1]},
    {"state": "archived", "late": False},
    "2026-11-23",
    1_790_000_000_000,
    "acc:key-0001",
    "acc",
    "hash of the body",
)
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
json_objects = st.dictionaries(st.text(), json_values, max_size=5)


def test_category_and_subject_follow_from_the_name():
    assert (category("form-2026a-3f7.018f2a"), subject("form-2026a-3f7.018f2a")) == ("form", "3f7.018f2a")
    assert (category("unit-110101"), subject("unit-110101")) == ("unit", "110101")


def test_all_streams_of_a_pupil_are_in_the_slot_with_which_its_id_begins():
    assert {slot_of(name) for name in ("form-2026a-3f7.018f2a", "entry-2027b-3f7.018f2a", "binding-3f7.018f2a")} == {
        0x3F7
    }


@given(st.text(min_size=1).filter(lambda text: "." not in text))
def test_other_streams_are_hashed_to_a_permanent_slot(code):
    assert 0 <= slot_of(f"unit-{code}") < SLOTS
    assert slot_of(f"unit-{code}") == slot_of(f"unit-{code}")


def test_hashed_streams_spread_over_the_slots():
    assert len({slot_of(f"unit-{code}") for code in range(110_000, 115_000)}) > 0.95 * SLOTS


@examples(30, 1000)
@given(st.integers(1, SLOTS))
def test_every_slot_is_on_exactly_one_partition_which_lists_it(partitions):
    listed = [slot for partition in range(partitions) for slot in slots_of(partition, partitions)]
    assert listed == list(range(SLOTS))
    assert all(
        partition_of(slot, partitions) == partition
        for partition in range(partitions)
        for slot in slots_of(partition, partitions)
    )


@given(st.integers(1, SLOTS))
def test_partitions_differ_by_one_slot_at_most(partitions):
    sizes = {len(slots_of(partition, partitions)) for partition in range(partitions)}
    assert max(sizes) - min(sizes) <= 1


def test_an_id_hash_has_32_bits_and_is_stable():
    assert id_hash("01a20aab-3942-712a-be99-4d35acf34dc6") == id_hash("01a20aab-3942-712a-be99-4d35acf34dc6") < 2**32
    assert id_hash("a") != id_hash("b")


@examples(40, 1000)
@given(json_objects, json_objects, st.integers(1, 10**6))
def test_an_event_survives_the_bus_unchanged_but_for_the_fingerprint(data, state, version):
    event = replace(EVENT, data=data, state=state, version=version)
    assert from_wire(to_wire(event)) == replace(event, fingerprint="")


def test_the_fingerprint_never_leaves_the_store():
    assert b"hash of the body" not in to_wire(EVENT)
    assert set(json.loads(to_wire(EVENT))) == set(WIRE)


def test_an_event_of_a_release_that_knew_no_correlation_belongs_to_no_request():
    wire = json.loads(to_wire(replace(EVENT, correlation_id="0" * 32)))
    del wire["correlation_id"]
    assert from_wire(json.dumps(wire).encode()).correlation_id == ""


def test_unknown_fields_are_ignored():
    assert from_wire(json.dumps({**json.loads(to_wire(EVENT)), "tomorrow": 1}).encode()) == replace(
        EVENT, fingerprint=""
    )


@pytest.mark.parametrize("name", [name for name in WIRE if name not in ABSENT])
def test_an_event_with_a_missing_field_is_undecodable(name):
    fields = json.loads(to_wire(EVENT))
    del fields[name]
    with pytest.raises(Undecodable):
        from_wire(json.dumps(fields).encode())


@pytest.mark.parametrize(
    "value", [b"", b"{", b"null", b"3", b"[]", b'"event"', b"\xff\xfe", b"{}", to_wire(EVENT)[:-1], b"<event/>"]
)
def test_bytes_other_than_an_event_are_undecodable(value):
    with pytest.raises(Undecodable):
        from_wire(value)


@pytest.mark.parametrize(
    "wrong",
    [
        {"stream": 7},
        {"version": "3"},
        {"version": None},
        {"state": None},
        {"state": []},
        {"version": True},
        {"version": 0},
        {"version": 2**63},
        {"at": 10**30},
        {"schema": -(10**30)},
        {"data": None},
        {"data": "x"},
        {"day": None},
        {"day": 20261123},
        {"id": 5},
        {"type": None},
        {"schema": "1"},
        {"stream": "form-2026a-xyz.1"},
        {"stream": ""},
    ],
)
def test_an_event_with_a_field_of_another_kind_is_undecodable(wrong):
    with pytest.raises(Undecodable):
        from_wire(json.dumps({**json.loads(to_wire(EVENT)), **wrong}).encode())


@pytest.mark.parametrize("name", ["data", "state", "tomorrow"])
def test_bytes_that_are_nested_without_end_are_undecodable(name):
    wire = json.dumps({**json.loads(to_wire(EVENT)), name: "deep"}).encode()
    with pytest.raises(Exception) as raised:
        from_wire(wire.replace(b'"deep"', b"[" * 200_000 + b"]" * 200_000))
    assert raised.type is Undecodable


@given(st.binary(max_size=200))
def test_any_bytes_are_an_event_or_undecodable(value):
    with pytest.raises(Undecodable):
        from_wire(value)


@given(st.sampled_from(WIRE), json_values)
def test_no_value_of_a_field_breaks_a_reader(name, value):
    try:
        event = from_wire(json.dumps({**json.loads(to_wire(EVENT)), name: value}).encode())
    except Undecodable:
        return
    assert 0 <= slot_of(event.stream) < SLOTS
    assert max(event.day, "2026-11-23")
    assert event.version >= 1
    assert id_hash(event.id) >= 0
    assert {(event.type, event.schema)}
