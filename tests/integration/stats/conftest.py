"""Statistics as a whole on real engines, with fake publishers whose stores are lists of events."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field

import pytest

from services.stats.app import build
from services.stats.dependencies import Resources, dependencies_on
from services.stats.projection.collections_mongo import Projection
from services.stats.projection.projector_mongo import EVENT_FILTER, figures_sink
from services.stats.publishers import PublisherClients
from shared.eventsourcing.event import category, id_hash, slot_of, to_wire
from shared.infrastructure.clock import FixedClock
from shared.infrastructure.errors import Refused
from shared.language.contracts import PUBLISHER_OF, PUBLISHERS
from shared.messaging.batches import BatchProcessor
from shared.messaging.bus import Record, TopicPartition
from shared.service.app import AppContext
from shared.service.audit_trail.memory import MemoryChains
from shared.service.audit_trail.trail import AuditTrail
from tests.support.stores import mongo_store
from tests.support.tokens import bearer, checker, service_auth, token_for
from tests.unit.stats.histories import CLASSES, DAYS, archive, binding, entry, form, pupil_id, tree

NOW = 1_795_132_800_000  # 2026-11-20 08:00 in Beijing
YESTERDAY, DAY_AFTER_NOW = "2026-11-19", "2026-11-21"


@dataclass
class FakePublisher:
    """Serves /internal/close and /internal/control-totals like shared/service/closing_api.py."""

    name: str
    events: list = field(default_factory=list)
    closed: str = ""
    pending: int = 0
    unavailable: bool = False
    rounds: int = 0  # so many questions until nothing is pending any more

    def post(self, path, body):
        self._available(path == "/internal/close")
        self.closed = max(self.closed, body["day"])
        return self._state()

    def get(self, path, params=None):
        self._available(path == "/internal/control-totals")
        rows = Counter()
        for event in self.events:
            if event.day <= params["through"] and category(event.stream) in params["categories"].split(","):
                rows.update(
                    {
                        (slot_of(event.stream), event.day, "count"): 1,
                        (slot_of(event.stream), event.day, "hash_total"): id_hash(event.id),
                    }
                )
        groups = sorted({(slot, day) for slot, day, _ in rows})
        return {
            **self._state(),
            "totals": [
                {
                    "slot": slot,
                    "day": day,
                    "count": rows[slot, day, "count"],
                    "hash_total": rows[slot, day, "hash_total"],
                }
                for slot, day in groups
            ],
        }

    def _state(self):
        if self.rounds:
            self.rounds -= 1
            self.pending = 1 if self.rounds else 0
        return {"closed_through": self.closed, "pending": self.pending}

    def _available(self, expected):
        if self.unavailable:
            raise Refused("unavailable", "unavailable")
        assert expected


def project(projection, events, batch=50, sink=None, topic="roster.events.1"):
    """Project events as a subscription would, from the checkpoint on."""
    sink = sink or figures_sink(projection)
    partition = TopicPartition(topic, 0)
    start = sink.checkpoints([partition])[partition].offset + 1
    records = [Record(partition, e.stream, to_wire(e), {"id": e.id}, start + n) for n, e in enumerate(events)]
    processor = BatchProcessor(sink, EVENT_FILTER, pause=lambda seconds: None, rng=random.Random(1))
    for first in range(0, len(records), batch):
        processor.process(records[first : first + batch])


@pytest.fixture
def projection(mongo_db):
    made = Projection(mongo_db, 1)
    made.ensure_indexes()
    figures_sink(made).ensure_indexes()
    return made


class Statistics:
    """The service, its publishers, and clients of any role."""

    def __init__(self, database, objects):
        self.max_age_ms = 0
        self.clock = FixedClock(NOW)
        self.publishers = {name: FakePublisher(name) for name in PUBLISHERS}
        self.store = mongo_store(database, self.clock)
        self.store.ensure_indexes(1)
        self.database, self.objects, self.chains = database, objects, MemoryChains()
        self.restart()

    def restart(self, code="c0ffee"):
        """Build the service again, as a new process would."""
        self.resources = Resources(
            self.database,
            self.store,
            self.objects,
            PublisherClients(self.publishers),
            self.clock,
            code,
            AuditTrail("stats", self.chains, self.clock),
            pause=lambda seconds: None,
            max_age_ms=self.max_age_ms,
        )
        self.deps = dependencies_on(self.resources, 1)
        self.deps.projection.ensure_indexes()
        figures_sink(self.deps.projection).ensure_indexes()
        app_context = AppContext("stats", self.clock, code, checker(self.clock), service_auth("stats", self.clock))
        self.client = build(self.resources, app_context).test_client()

    def happen(self, *events, projected=True):
        """Publishers record events; statistics projects them."""
        for event in events:
            self.publishers[PUBLISHER_OF[category(event.stream)]].events.append(event)
        if projected:
            project(self.deps.projection, events)

    def as_(self, role, *paths):
        token = token_for(role, paths or ["/000000/"])
        return Person(self.client, token)


@dataclass
class Person:
    client: object
    token: str
    commands: int = 0

    def get(self, path, held="", forced=False, **query):
        """held: an ETag that this person was given before. forced: nothing that is kept is good enough."""
        headers = bearer(self.token) | ({"If-None-Match": held} if held else {})
        headers |= {"Cache-Control": "no-cache"} if forced else {}
        return self.client.get(path, query_string=query, headers=headers)

    def post(self, path, body=None, key=""):
        self.commands += 1
        return self.client.post(
            path, json=body or {}, headers=bearer(self.token, key or f"command-{self.commands:04d}")
        )


@pytest.fixture
def stats(mongo_db, s3):
    return Statistics(mongo_db, s3)


def some_pupils():
    """Two pupils in each class of the first school, one in the second, one in the school that the province runs."""
    one, two, three, four, five, six = (pupil_id(n) for n in range(1, 7))
    return [
        entry(one, 1, DAYS[0], CLASSES[0], sheet="7d793037a0760186"),
        entry(two, 1, DAYS[0], CLASSES[0]),
        entry(three, 1, DAYS[0], CLASSES[1]),
        entry(four, 1, DAYS[0], CLASSES[1]),
        entry(five, 1, DAYS[0], CLASSES[2]),
        entry(six, 1, DAYS[0], CLASSES[4]),
        binding(one, 1, DAYS[1]),
        form(one, 1, DAYS[1], archive=archive()),
        form(two, 1, DAYS[2], waiting=True),
        form(three, 1, DAYS[2], archive=archive("teacher")),
        form(five, 1, DAYS[3], archive=archive("code", on="2026-11-06")),
        form(six, 1, DAYS[3]),
    ]


def filled(stats, pupils):
    """Statistics with the tree and these pupils' events, which come in no order."""
    events = [*tree(), *pupils]
    random.Random(5).shuffle(events)
    stats.happen(*events)
    return stats


@pytest.fixture
def full(stats):
    return filled(stats, some_pupils())
