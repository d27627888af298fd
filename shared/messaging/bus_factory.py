"""Opens the configured bus: Kafka if brokers are given, else the document store."""

from __future__ import annotations

from collections.abc import Mapping

from shared.infrastructure.config import BadSetting, BusSettings
from shared.infrastructure.mongo import Client
from shared.messaging.bus import Bus
from shared.messaging.bus_mongo import MongoBus

DATABASE = "rollcall_bus"


def security_of(settings: BusSettings) -> Mapping[str, str]:
    """The options of a Kafka client by which it encrypts and says who it is. Raises BadSetting for half a setting."""
    options = {"security_protocol": settings.kafka_security}
    if settings.kafka_security.startswith("SASL"):
        if not (settings.kafka_user and settings.kafka_password):
            raise BadSetting(f"{settings.kafka_security} needs KAFKA_USER and KAFKA_PASSWORD.")
        options |= {
            "sasl_mechanism": settings.kafka_sasl,
            "sasl_plain_username": settings.kafka_user,
            "sasl_plain_password": settings.kafka_password,
        }
    if settings.kafka_security.endswith("SSL") and settings.kafka_ca_file:
        options["ssl_cafile"] = settings.kafka_ca_file
    return options


def open_bus(settings: BusSettings, client: Client) -> Bus:
    """client: of the document store, unused with Kafka."""
    if settings.kafka:
        from shared.messaging.bus_kafka import KafkaBus  # here, because importing the client library takes a second

        return KafkaBus(settings.kafka.split(","), security_of(settings))
    return MongoBus(client[DATABASE])
