"""Open the bus that the settings name: Kafka where brokers are given, else the document store."""

from __future__ import annotations

from shared.infrastructure.config import BusSettings
from shared.infrastructure.mongo import Client
from shared.messaging.bus import Bus
from shared.messaging.bus_mongo import MongoBus

DATABASE = "rollcall_bus"


def open_bus(settings: BusSettings, client: Client) -> Bus:
    """client: of the document store, used only without Kafka."""
    if settings.kafka:
        from shared.messaging.bus_kafka import (
            KafkaBus,
        )  # only where it is used: the client library costs a second of start

        return KafkaBus(settings.kafka.split(","))
    return MongoBus(client[DATABASE])
