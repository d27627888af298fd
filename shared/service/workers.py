"""The roles that services' workers share: carry events to the bus, learn from the bus."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any

from shared.messaging.bus import topic_of
from shared.messaging.bus_factory import open_bus
from shared.messaging.relay import Relay
from shared.messaging.sink import EventFilter
from shared.messaging.sink_mongo import MongoSink
from shared.messaging.subscription import Subscription
from shared.service.bootstrap import ServiceContext

WorkerRole = Callable[[threading.Event], None]


def relay_role(service: ServiceContext[Any]) -> WorkerRole:
    """Carry what this service publishes to the bus, until told to stop."""

    def relay(stop: threading.Event) -> None:
        settings, bus = service.settings, open_bus(service.settings, service.client)
        try:
            Relay(
                service.store, bus, service.name, settings.bus_generation, settings.bus_partitions, service.clock
            ).run(stop)
        finally:
            bus.close()

    return relay


def subscription_role(
    service: ServiceContext[Any], sink: MongoSink, publishers: Iterable[str], syllabus: EventFilter
) -> WorkerRole:
    """Teach a sink what these services publish, until told to stop."""

    def learn(stop: threading.Event) -> None:
        bus = open_bus(service.settings, service.client)
        sink.ensure_indexes()
        try:
            Subscription(
                bus, sink, [topic_of(publisher, service.settings.bus_generation) for publisher in publishers], syllabus
            ).run(stop)
        finally:
            bus.close()

    return learn
