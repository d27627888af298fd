"""Open the bus that the settings name: Kafka where brokers are given, else the document store."""
from __future__ import annotations

from shared.bus import Bus
from shared.bus_mongo import MongoBus
from shared.config import BusSettings
from shared.mongo import Client

DATABASE = "rollcall_bus"


def open_bus(settings: BusSettings, client: Client) -> Bus:
    """client: of the document store, used only without Kafka."""
    if settings.kafka:
        from shared.bus_kafka import KafkaBus  # only where it is used: the client library costs a second of start
        return KafkaBus(settings.kafka.split(","))
    return MongoBus(client[DATABASE])
