"""Opens the configured bus: Kafka if brokers are given, else the document store."""

from __future__ import annotations

from shared.infrastructure.config import BusSettings
from shared.infrastructure.mongo import Client
from shared.messaging.bus import Bus
from shared.messaging.bus_mongo import MongoBus

DATABASE = "rollcall_bus"


def open_bus(settings: BusSettings, client: Client) -> Bus:
    """client: of the document store, unused with Kafka."""
    if settings.kafka:
        from shared.messaging.bus_kafka import KafkaBus  # here, because importing the client library takes a second

        return KafkaBus(settings.kafka.split(","))
    return MongoBus(client[DATABASE])
