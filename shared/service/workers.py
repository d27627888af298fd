"""Worker roles of several services: the relay to the bus, and subscriptions to it."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import Any

from shared.messaging.bus import topic_of
from shared.messaging.bus_factory import open_bus
from shared.messaging.relay import Relay
from shared.messaging.sink import EventFilter
from shared.messaging.sink_mongo import MongoSink
from shared.messaging.subscription import Subscription
from shared.service.bootstrap import ServiceContext, WorkerRole


def relay_role(service: ServiceContext[Any]) -> WorkerRole:
    """Carries the public events of a service to the bus."""

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
    service: ServiceContext[Any], sink: MongoSink, publishers: Iterable[str], event_filter: EventFilter
) -> WorkerRole:
    """Projects the events of these publishers into a sink."""

    def project(stop: threading.Event) -> None:
        bus = open_bus(service.settings, service.client)
        sink.ensure_indexes()
        try:
            topics = [topic_of(publisher, service.settings.bus_generation) for publisher in publishers]
            Subscription(bus, sink, topics, event_filter, clock=service.clock).run(stop)
        finally:
            bus.close()

    return project
