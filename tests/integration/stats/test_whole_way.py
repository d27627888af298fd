"""The whole way on one machine: publishers' stores -> relays -> bus -> projector -> figures -> a report."""

from __future__ import annotations

import httpx
import pytest

from services.stats.app import build
from services.stats.dependencies import Resources, dependencies_on
from services.stats.domain.fold import definition
from services.stats.domain.measures import Cell, campaign_ended, history_key, measure
from services.stats.projection.projector_mongo import EVENT_FILTER, figures_sink
from services.stats.publishers import PublisherClients
from shared.eventsourcing.event import NewEvent, category
from shared.eventsourcing.store import Append, CommandContext
from shared.infrastructure.clock import FixedClock, day_of
from shared.language.contracts import PUBLISHER_OF, STREAMS, TYPES
from shared.messaging.bus import topic_of
from shared.messaging.bus_mongo import MongoBus
from shared.messaging.relay import Relay
from shared.messaging.subscription import Subscription
from shared.service.app import AppContext, create_app
from shared.service.audit_trail.memory import MemoryChains
from shared.service.audit_trail.trail import AuditTrail
from shared.service.closing_api import closing_routes
from shared.service.service_client import InternalClient
from tests.integration.stats.conftest import NOW, Person
from tests.support.stores import mongo_store
from tests.support.tokens import checker, service_auth, token_for
from tests.unit.stats.histories import (
    CLASSES,
    UNITS,
    archive,
    binding,
    campaign,
    entry,
    form,
    pupil_id,
    school_class,
    unit,
)

PARTITIONS = 4
ADDRESS = "http://publisher"


class System:
    """Three publishers and statistics in one database each, on one clock."""

    def __init__(self, client, prefix, objects):
        self.clock = FixedClock(NOW)
        self.bus = MongoBus(client[f"{prefix}_bus"])
        self.stores = {name: mongo_store(client[f"{prefix}_{name}"], self.clock) for name in STREAMS}
        self.relays = []
        for name, store in self.stores.items():
            store.ensure_indexes(1)
            self.bus.create(topic_of(name, 1), PARTITIONS)
            self.relays.append(Relay(store, self.bus, name, 1, PARTITIONS, self.clock))
        database = client[f"{prefix}_stats"]
        own = mongo_store(database, self.clock)
        own.ensure_indexes(1)
        publishers = PublisherClients({name: self._client(name, store) for name, store in self.stores.items()})
        trail = AuditTrail("stats", MemoryChains(), self.clock)
        self.resources = Resources(
            database, own, objects, publishers, self.clock, "c0ffee", trail, pause=lambda seconds: self.settle()
        )
        self.deps = dependencies_on(self.resources, 1)
        self.deps.projection.ensure_indexes()
        sink = figures_sink(self.deps.projection)
        sink.ensure_indexes()
        self.subscription = Subscription(self.bus, sink, [topic_of(name, 1) for name in STREAMS], EVENT_FILTER)
        app = build(
            self.resources,
            AppContext("stats", self.clock, "c0ffee", checker(self.clock), service_auth("stats", self.clock)),
        )
        self.ministry = Person(app.test_client(), token_for("ministry", ["/000000/"]))
        self.recorded, self.commands = [], 0

    def _client(self, name, store):
        app = create_app(
            AppContext(name, self.clock, "c0ffee", checker(self.clock), service_auth(name, self.clock)),
            closing_routes(store, self.clock),
        )
        return InternalClient(name, ADDRESS, service_auth("stats", self.clock), transport=httpx.WSGITransport(app=app))

    def record(self, *events):
        """Append the states of these events with an example's data; the store gives them ids and days."""
        for event in events:
            store = self.stores[PUBLISHER_OF[category(event.stream)]]
            data = TYPES[event.type, 1].example[0]
            self.commands += 1
            new = NewEvent(event.type, data, 1, event.state)
            self.recorded += store.append(
                [Append(event.stream, event.version - 1, [new])], CommandContext(f"a:{self.commands:08d}", "a")
            )

    def settle(self):
        """Send every event that is due, and project every event on the bus."""
        while sum(relay.run_once() for relay in self.relays):
            continue
        while self.subscription.run_once() or self.subscription.run_once():  # the first poll may only get partitions
            continue

    def figures(self, **query):
        return self.ministry.get("/v1/figures", campaign="2026a", unit="000000", **query).json


@pytest.fixture
def system(mongo_client, mongo_db, s3):
    made = System(mongo_client, mongo_db.name, s3)
    yield made
    made.subscription.close()
    for name in (*STREAMS, "stats", "bus"):
        mongo_client.drop_database(f"{mongo_db.name}_{name}")


def test_recorded_events_become_figures_and_a_report_and_late_events_count_on_the_open_day(system):
    first_day = day_of(system.clock.now())
    pupils = [pupil_id(n) for n in range(1, 9)]
    late = {"cutoff": "2026-12-31", "last_day": "2026-12-31"}
    system.record(*(unit(*each) for each in UNITS), *(school_class(id, "一班") for id in CLASSES), campaign())
    system.record(
        *(entry(p, 1, "", CLASSES[n % 6], **late) for n, p in enumerate(pupils)),
        binding(pupils[0], 1, ""),
        *(form(p, 1, "", archive=archive(on=first_day)) for p in pupils[:4]),
    )
    system.settle()
    system.record(
        form(pupils[4], 1, "", archive=archive(on=first_day))
    )  # not sent before the day is closed: it will count tomorrow
    system.clock.advance(days=1)
    for store in system.stores.values():
        store.close(first_day)
    closed = system.ministry.post(f"/v1/days/{first_day}/close").json
    assert (closed["final"], closed["settled"]) == (True, True)
    made = system.ministry.post("/v1/reports", {"campaign": "2026a", "unit": "000000", "day": first_day})
    assert made.status_code == 201, made.json
    assert system.figures(day=first_day)["measures"]["uploaded"] == 4
    assert system.figures()["measures"]["uploaded"] == 5
    assert system.ministry.get("/v1/audit").json | {"closed_through": ""} == {
        "closed_through": "",
        "control_totals": [],
        "flows": [],
        "parked": 0,
        "lag": 0,
    }


def test_the_figures_are_those_of_the_definition_over_the_stores(system):
    pupils = [pupil_id(n) for n in range(1, 13)]
    late = {"cutoff": "2026-12-31", "last_day": "2026-12-31"}
    system.record(*(unit(*each) for each in UNITS))
    system.record(*(entry(p, 1, "", CLASSES[n % 6], **late) for n, p in enumerate(pupils)))
    system.clock.advance(days=1)
    system.record(
        *(form(p, 1, "", waiting=True) for p in pupils),
        *(entry(p, 2, "", CLASSES[3], expected=n % 2 == 0, **late) for n, p in enumerate(pupils[:6])),
    )
    system.clock.advance(days=1)
    system.record(*(form(p, 2, "", archive=archive("teacher")) for p in pupils[::2]))
    system.settle()
    for day in sorted({event.day for event in system.recorded}):
        expected = definition(system.recorded, day, history_key=history_key, measure=measure, ended=campaign_ended)
        for id in CLASSES:
            response = system.ministry.get("/v1/figures", campaign="2026a", unit=id[:10], day=day).json
            shown = {child["code"]: child["measures"] for child in response["children"]}.get(id, {})
            assert {name: n for name, n in shown.items() if n} == {
                name: n for (cell, name), n in expected.items() if cell == Cell("2026a", id[:10], id)
            }


def test_a_last_day_that_moves_changes_no_day_that_is_over_nor_a_published_report(system):
    """Extended on its last day, while the entries of half of the pupils follow two days later; then closed early."""
    days = [day_of(system.clock.now() + number * 86_400_000) for number in range(6)]
    pupils = [pupil_id(n) for n in range(1, 9)]
    told, behind = pupils[:4], pupils[4:]

    def terms(last_day, version, which):
        system.record(*(entry(p, version, "", CLASSES[0], cutoff=days[0], last_day=last_day) for p in which))

    def tomorrow():
        system.settle()
        day = day_of(system.clock.now())
        system.clock.advance(days=1)
        for store in system.stores.values():
            store.close(day)
        assert system.ministry.post(f"/v1/days/{day}/close").json["settled"]

    def uploaded(day):
        return system.figures(day=day)["measures"]["uploaded"]

    def photos(version, *which):
        system.record(*(form(p, version, "", archive=archive(on=day_of(system.clock.now()))) for p in which))

    def report(day):
        made = system.ministry.post("/v1/reports", {"campaign": "2026a", "unit": "000000", "day": day}).json
        return system.ministry.get(f"/v1/reports/{made['id']}.json").data

    system.record(*(unit(*each) for each in UNITS), *(school_class(id, "一班") for id in CLASSES))
    system.record(campaign(last_day=days[1]))
    terms(days[1], 1, pupils)
    photos(1, pupils[0])
    tomorrow()
    first = report(days[0])
    # the last day, in the evening: extended by four days, and half of the entries follow
    system.record(campaign(version=2, last_day=days[5]))
    terms(days[5], 2, told)
    photos(1, pupils[1])
    tomorrow()
    photos(1, told[2], behind[0])
    tomorrow()
    assert [uploaded(day) for day in days[:3]] == [1, 2, 3]  # of those that are behind nothing counts yet
    third = report(days[2])
    terms(days[5], 2, behind)
    tomorrow()
    assert [uploaded(day) for day in days[:4]] == [1, 2, 3, 4]
    # closed early, today; again half of the entries follow a day later
    system.record(campaign(version=3, last_day=days[4]))
    terms(days[4], 3, told)
    photos(1, told[3])
    tomorrow()
    terms(days[4], 3, behind)
    photos(2, behind[0])
    photos(1, behind[1])
    tomorrow()
    assert [uploaded(day) for day in days] == [1, 2, 3, 4, 5, 5]
    assert (report(days[0]), report(days[2])) == (first, third)
    assert system.ministry.get("/v1/audit").json["flows"] == []
