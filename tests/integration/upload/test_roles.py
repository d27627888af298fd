"""The worker's roles on a real bus: the roster is projected, upload's events are published."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from prometheus_client import REGISTRY
from pymongo.database import Database

from services.upload import worker
from services.upload.app import build
from services.upload.dependencies import dependencies_of
from services.upload.domain.form_commands import KeepOnPaper
from services.upload.roster_view.mongo import MongoRosterStates, reset
from services.upload.settings import Settings
from shared.eventsourcing.event import NewEvent
from shared.eventsourcing.store import Append, CommandContext
from shared.infrastructure.clock import FixedClock
from shared.infrastructure.config import read
from shared.infrastructure.metrics import UNCHECKED_PHOTOS
from shared.infrastructure.objects import Objects
from shared.language import contracts
from shared.language.contracts.roster import STREAMS
from shared.messaging.bus import topic_of
from shared.messaging.bus_factory import open_bus
from shared.messaging.relay import Relay, create_topics
from shared.service.app import AppContext
from shared.service.audit_trail.memory import MemoryChains
from shared.service.audit_trail.trail import AuditTrail
from shared.service.bootstrap import ServiceContext
from tests.integration.upload.test_photos import PHOTO
from tests.support.in_place import InPlace
from tests.support.servers import ObjectStore
from tests.support.stores import memory_store, mongo_store
from tests.support.tokens import checker, service_auth
from tests.support.wait import await_until


@pytest.fixture
def service(
    mongo_db: Database[dict[str, Any]], mongo_url: str, object_store: ObjectStore, s3: Objects
) -> ServiceContext[Settings]:
    """Upload as production assembles it, on a bus generation of its own."""
    settings = read(
        Settings,
        {
            "MONGO_URL": mongo_url,
            "SERVICE_KEY": "ab" * 32,
            "SERVICE_KEYS": "upload:" + "05" * 32,
            "SENDER_KEY": "cf" * 32,
            "TICKET_KEY": "ce" * 32,
            "FRONT_KEY": "0e" * 32,
            "FORWARDING_KEY": "0f" * 32,
            "IDENTITY_URL": "http://127.0.0.1:1",
            "PORTAL_URL": "http://portal.example",
            "CODE_KEY": "cd" * 32,
            "PHOTO_KEYS": "1:" + "ef" * 32,
            "BUS_GENERATION": str(uuid.uuid4().int % 900_000 + 1),
            "BUS_PARTITIONS": "2",
            "INTAKE_THREADS": "1",
            "S3_ENDPOINT": object_store.endpoint,
            "S3_ACCESS_KEY": object_store.access_key,
            "S3_SECRET_KEY": object_store.secret_key,
            "S3_BUCKET": s3.bucket,
        },
    )
    clock = FixedClock()
    store = mongo_store(mongo_db, clock)
    store.ensure_indexes(settings.bus_generation)
    services = service_auth("upload", clock)
    return ServiceContext(
        "upload",
        settings,
        clock,
        mongo_db.client,
        mongo_db,
        store,
        services,
        AppContext("upload", clock, "test", checker(clock), services),
        AuditTrail("upload", MemoryChains(), clock),
    )


@contextmanager
def running(*roles: Callable[[threading.Event], None]) -> Iterator[None]:
    stop = threading.Event()
    threads = [threading.Thread(target=role, args=(stop,)) for role in roles]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(30)
        assert not any(thread.is_alive() for thread in threads)


def test_roster_events_are_projected_and_uploads_events_are_published(service: ServiceContext[Settings]) -> None:
    settings, deps = service.settings, dependencies_of(service, InPlace())
    bus = open_bus(settings, service.client)
    create_topics(bus, ["roster", "upload"], settings.bus_generation, settings.bus_partitions)
    roster = memory_store(service.clock)
    entry = next(stream for stream in STREAMS if stream.category == "entry").events[0]
    data, state = entry.example
    roster.append(
        [Append(f"entry-{state['campaign']}-{state['pupil']}", 0, [NewEvent(entry.type, data, 1, state)])],
        CommandContext("test:1", "test"),
    )
    enrolment = next(stream for stream in STREAMS if stream.category == "enrolment").events[0]
    enrolled = NewEvent(enrolment.type, enrolment.example[0], 1, enrolment.example[1])
    roster.append([Append(f"enrolment-{state['pupil']}", 0, [enrolled])], CommandContext("test:2", "test"))
    assert Relay(roster, bus, "roster", settings.bus_generation, settings.bus_partitions, service.clock).run_once() == 2
    deps.handle(state["campaign"], state["pupil"], KeepOnPaper("refused"), CommandContext("test:3", "test"))
    roles = worker.roles_of(service)
    with running(roles["view"], roles["relay"], roles["intake"]):
        found = await_until(lambda: deps.roster_view.entry_of_code(state["upload_code"]), what="the entry is projected")
        await_until(
            lambda: not service.store.unpublished(settings.bus_generation, range(1024), 1), what="the form is published"
        )
    assert found
    assert (found.pupil, found.class_) == (state["pupil"], state["class"])
    member = bus.consumer("test", [topic_of("upload", settings.bus_generation)])
    member.poll(0, 0)
    for partition in member.missing_positions():
        member.seek(partition, 0)
    assert [contracts.is_public(record.key) for record in member.poll(5, 10)] == [True]
    assert service.db["parked"].count_documents({}) == 0
    member.close()
    bus.close()


def _code_alone(states: MongoRosterStates) -> str:
    return str((states.get("unit-130102") or {}).get("code_alone", ""))


def test_an_intake_process_shows_how_many_photos_wait(service: ServiceContext[Settings]) -> None:
    photos = dependencies_of(service, InPlace()).photos
    photos.add(replace(PHOTO, received_at=service.clock.now(), due_at=service.clock.now()))
    photos.claim(service.clock.now(), 60_000)  # by another process, so this one leaves it alone
    UNCHECKED_PHOTOS.set(0)
    with running(worker.roles_of(service)["intake"]):
        await_until(lambda: REGISTRY.get_sample_value("rollcall_unchecked_photos") == 1, what="one is counted")


def test_a_view_that_is_reset_reads_the_stores_again_and_drops_what_no_store_holds(
    service: ServiceContext[Settings],
) -> None:
    settings, states = service.settings, MongoRosterStates(service.db)
    bus = open_bus(settings, service.client)
    create_topics(bus, ["roster"], settings.bus_generation, settings.bus_partitions)
    roster = memory_store(service.clock)
    events = {event.type: event.example for event in next(each for each in STREAMS if each.category == "unit").events}
    facts = [NewEvent(type, events[type][0], 1, events[type][1]) for type in ("unit.opened", "unit.code-alone-decided")]
    roster.append([Append("unit-130102", 0, facts)], CommandContext("test:1", "test"))
    Relay(roster, bus, "roster", settings.bus_generation, settings.bus_partitions, service.clock).run_once()
    with running(worker.roles_of(service)["view"]):
        await_until(lambda: _code_alone(states) == "on", what="the unit is projected")
        states.put("unit-999999", 1, "an id that was lost", events["unit.opened"][1])
        reset(service.db)
        await_until(lambda: _code_alone(states) == "on", what="the unit is projected again, with what it has decided")
    assert states.get("unit-999999") is None
    bus.close()


def test_the_app_is_ready_when_its_stores_are_and_offers_its_control_totals(service: ServiceContext[Settings]) -> None:
    client = build(dependencies_of(service, InPlace()), service.app_context).test_client()
    assert client.get("/_health/ready").status_code == 200
    headers = service_auth("stats", service.clock).headers("upload")
    assert client.post("/internal/close", json={"day": "2026-01-01"}, headers=headers).json == {
        "closed_through": "2026-01-01",
        "pending": 0,
    }
    assert client.get("/internal/control-totals?through=2026-01-01&categories=form", headers=headers).status_code == 200
    assert client.get("/internal/control-totals?through=2026-01-01&categories=form").status_code == 401
