"""The published language: strict when appended, readable by every later version."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from docs import generate
from shared.eventsourcing.event import Event, category
from shared.eventsourcing.upcasting import Upcasters
from shared.language import contracts
from shared.language.contracts.contract import BrokenContract, check

FROZEN = orjson.loads((Path(__file__).parent / "frozen.json").read_bytes())


def an_event(type: str, schema: int, data: dict, now: dict, stream: str) -> Event:
    return Event(
        "0190d6a0-0000-7000-8000-000000000009",
        stream,
        1,
        type,
        schema,
        data,
        now,
        "2026-11-23",
        1_790_000_000_000,
        "a:12345678",
        "a",
    )


def stream_name(type: str) -> str:
    kind = next(s.category for s in contracts.PUBLIC.values() if any(e.type == type for e in s.events))
    return f"{kind}-x"


@pytest.mark.parametrize("frozen", FROZEN, ids=lambda f: f"{f['type']}.{f['schema']}")
def test_every_published_example_can_still_be_read(frozen):
    event = contracts.upcast(
        an_event(frozen["type"], frozen["schema"], frozen["data"], frozen["state"], stream_name(frozen["type"]))
    )
    contracts.validate(event)


def test_every_type_and_schema_has_a_frozen_example_equal_to_the_one_in_its_contract():
    frozen = {(f["type"], f["schema"]): (f["data"], f["state"]) for f in FROZEN}
    for key, declared in contracts.TYPES.items():
        assert frozen[key] == (dict(declared.example[0]), dict(declared.example[1]))


def test_every_category_has_one_publisher_and_every_type_names_its_stream():
    assert len({s.category for streams in contracts.STREAMS.values() for s in streams}) == sum(
        map(len, contracts.STREAMS.values())
    )
    for stream in contracts.PUBLIC.values():
        assert category(stream.pattern) == stream.category
        assert all(e.type.startswith(f"{stream.category}.") for e in stream.events)


def test_an_unknown_field_a_missing_field_and_an_unknown_type_are_refused_when_appended():
    good = FROZEN[0]
    event = an_event(good["type"], good["schema"], good["data"], good["state"], stream_name(good["type"]))
    contracts.validate(event)
    for broken in (
        replace(event, state={**event.state, "name": "王小明"}),
        replace(event, state=dict(list(event.state.items())[1:])),
        replace(event, type="binding.unheard"),
        replace(event, schema=99),
    ):
        with pytest.raises(BrokenContract):
            contracts.validate(broken)


def test_private_streams_are_not_validated():
    contracts.validate(an_event("account.opened", 1, {"role": "teacher"}, {}, "account-x"))
    assert not contracts.is_public("account-x")


def test_an_old_shape_is_read_as_the_newest_one():
    upcast = Upcasters()
    upcast.register("unit.opened", 1, lambda data, now: ({**data, "kind": ""}, now))
    upcast.register("unit.opened", 2, lambda data, now: (data, {**now, "open": True}))
    read = upcast(an_event("unit.opened", 1, {"name": "x"}, {"code": "1"}, "unit-1"))
    assert (read.schema, read.data, read.state) == (3, {"name": "x", "kind": ""}, {"code": "1", "open": True})
    with pytest.raises(ValueError, match="already"):
        upcast.register("unit.opened", 1, lambda data, now: (data, now))


def test_no_published_field_is_named_like_something_personal():
    personal = {
        "xm",
        "full_name",
        "id_number",
        "sfzjh",
        "phone",
        "lxdh",
        "birth_date",
        "csrq",
        "address",
        "code_text",
        "login",
    }
    for stream in contracts.PUBLIC.values():
        for schema in (stream.state, *(e.data for e in stream.events)):
            assert not personal & set(schema().fields)


def test_an_example_of_another_shape_is_noticed():
    stream = contracts.PUBLIC["unit"]
    with pytest.raises(BrokenContract, match="level"):
        check(stream, stream.events[0], {**stream.events[0].example[0], "level": "galaxy"}, stream.events[0].example[1])


def test_the_generated_pages_are_up_to_date():
    assert generate.main(check=True) == 0
