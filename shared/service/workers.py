"""The roles that services' workers share: carry events to the bus, learn from the bus."""
from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any

from shared.messaging.bus import topic_of
from shared.messaging.bus_factory import open_bus
from shared.messaging.relay import Relay
from shared.messaging.sink import Syllabus
from shared.messaging.sink_mongo import MongoSink
from shared.messaging.subscription import Subscription
from shared.service.bootstrap import Kit

Role = Callable[[threading.Event], None]


def relay_role(kit: Kit[Any]) -> Role:
    """Carry what this service publishes to the bus, until told to stop."""
    def relay(stop: threading.Event) -> None:
        settings, bus = kit.settings, open_bus(kit.settings, kit.client)
        try:
            Relay(kit.store, bus, kit.name, settings.bus_generation, settings.bus_partitions, kit.clock).run(stop)
        finally:
            bus.close()
    return relay


def subscription_role(kit: Kit[Any], sink: MongoSink, publishers: Iterable[str], syllabus: Syllabus) -> Role:
    """Teach a sink what these services publish, until told to stop."""
    def learn(stop: threading.Event) -> None:
        bus = open_bus(kit.settings, kit.client)
        sink.ensure_indexes()
        try:
            Subscription(bus, sink, [topic_of(publisher, kit.settings.bus_generation) for publisher in publishers], syllabus).run(stop)
        finally:
            bus.close()
    return learn
