"""Personal values stay sealed: one story, then a search in logs, events, collections and metrics."""

from __future__ import annotations

import logging

import orjson
import pytest
from prometheus_client import generate_latest

from shared.eventsourcing.event import to_wire
from shared.infrastructure.clock import FixedClock
from shared.infrastructure.log_setup import JsonFormatter
from shared.language.consent import CONSENT_VERSION
from tests.unit.identity.world import BORN, CLASS, PUPIL, SCHOOL, SISTER, STEADY, code

NAMES = ("王小明妈妈", "欧阳老师", "mum-2016", "dad-13812345678", "ouyang.teacher")


@pytest.fixture
def story(world, caplog):
    """(secrets used, streams written) after sign-ins, mistakes and registrations, with every log line captured."""
    caplog.set_level(logging.DEBUG)
    made = world.issue("teacher", CLASS, "ouyang.teacher", world.token("school", SCHOOL)).json
    account, initial, activation = made["id"], "seven red kites fly", made["activation_code"]
    world.activate("ouyang.teacher", activation, initial)
    tokens = world.sign_in("ouyang.teacher", initial).json
    world.sign_in("ouyang.teacher", "a wrong guess 1")
    world.ask("PUT", "/v1/me/password", {"old": initial, "new": "a new one of 12"}, tokens["access_token"])
    mum = world.register(display_name=NAMES[0]).json
    world.register(born="1999-12-31")
    world.roster.guardians |= {(pupil, NAMES[n], "mother") for pupil in (PUPIL, SISTER) for n in (0, 1)}
    dad = world.register("dad-13812345678", display_name=NAMES[1]).json
    world.ask(
        "POST", f"/v1/bindings/{PUPIL}/decisions", {"account": dad["account"], "accept": True}, mum["access_token"]
    )
    world.ask(
        "POST",
        "/v1/me/children",
        {"registration_code": code(2), "birth_date": BORN, "relation": "mother", "consent": CONSENT_VERSION},
        mum["access_token"],
    )
    reset = world.ask("POST", f"/v1/accounts/{account}/password-reset", token=world.token("school", SCHOOL)).json[
        "reset_code"
    ]
    world.use_code("ouyang.teacher", reset, new="fifty quiet rivers")
    world.roster.class_path = lambda pupil: (_ for _ in ()).throw(
        ValueError(f"{NAMES[0]} {STEADY}")
    )  # an error that names people
    assert (
        world.ask(
            "POST",
            f"/v1/bindings/{PUPIL}/decisions",
            {"account": dad["account"], "accept": True},
            world.token("teacher", CLASS),
        ).status_code
        == 500
    )
    secrets = [
        initial,
        activation,
        activation.replace("-", ""),
        reset,
        reset.replace("-", ""),
        "fifty quiet rivers",
        "a wrong guess 1",
        "a new one of 12",
        STEADY,
        code(1),
        code(2),
        BORN,
        "1999-12-31",
        tokens["access_token"],
        tokens["refresh_token"],
        mum["access_token"],
        mum["refresh_token"],
        *NAMES,
    ]
    streams = [f"account-{a}" for a in (account, mum["account"], dad["account"])] + [
        f"binding-{PUPIL}",
        f"binding-{SISTER}",
    ]
    return secrets, streams


def test_no_log_line_holds_a_secret_or_a_name(story, caplog):
    formatter = JsonFormatter("identity", FixedClock())
    written = "\n".join(formatter.format(record) for record in caplog.get_records("setup"))
    assert "unexpected error" in written
    assert [s for s in story[0] if s in written] == []


def test_no_event_holds_a_secret_or_a_name(story, world):
    events = [event for stream in story[1] for event in world.store.load(stream)]
    written = b"\n".join(to_wire(event) for event in events).decode()
    assert len(events) > 10 and [s for s in story[0] if s in written] == []


def test_private_collections_are_sealed_or_hashed(story, world):
    kept = repr(
        [
            world.records.people.get(stream.removeprefix("account-"))
            for stream in story[1]
            if stream.startswith("account-")
        ]
    )
    assert "sealed=" in kept and [s for s in story[0] if s in kept or repr(s.encode())[2:-1] in kept] == []


def test_no_metric_holds_a_secret_or_a_name(story):
    shown = generate_latest().decode()
    assert 'rule="/v1/registrations"' in shown and [s for s in story[0] if s in shown] == []


def test_identity_publishes_bindings_and_nothing_else(story, world):
    due = [found.event for found in world.store.unpublished(1, range(1024), 1000)]
    assert {event.stream.partition("-")[0] for event in due} == {"binding"}
    assert all(set(orjson.loads(to_wire(event))["state"]) == {"pupil", "guardians", "waiting"} for event in due)
