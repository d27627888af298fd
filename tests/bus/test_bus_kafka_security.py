"""TLS and SASL: what the settings say reaches every client of Kafka, and half a setting is refused at the start."""

from __future__ import annotations

import pytest

from shared.infrastructure.config import BadSetting, BusSettings, read
from shared.messaging import bus_kafka, bus_kafka_consumer
from shared.messaging.bus_factory import security_of

GIVEN = {
    "MONGO_URL": "mongodb://h",
    "KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
    "KAFKA_USER": "upload",
    "KAFKA_PASSWORD": "sesame",
    "KAFKA_CA_FILE": "/etc/rollcall/kafka.pem",
}
OPTIONS = {
    "security_protocol": "SASL_SSL",
    "sasl_mechanism": "SCRAM-SHA-512",
    "sasl_plain_username": "upload",
    "sasl_plain_password": "sesame",
    "ssl_cafile": "/etc/rollcall/kafka.pem",
}


class Made(Exception):
    """What a client was made with."""


def maker(**options):
    raise Made(options)


@pytest.mark.parametrize(
    ("module", "client", "use"),
    [
        (bus_kafka, "KafkaAdminClient", lambda bus: bus._connected()),
        (bus_kafka, "KafkaProducer", lambda bus: bus._producing()),
        (bus_kafka_consumer, "KafkaConsumer", lambda bus: bus_kafka_consumer.KafkaMember([], "g", [], bus._security)),
    ],
    ids=["admin", "producer", "consumer"],
)
def test_every_client_gets_the_options(monkeypatch, module, client, use):
    monkeypatch.setattr(module, client, maker)
    with pytest.raises(Made) as made:
        use(bus_kafka.KafkaBus(["127.0.0.1:1"], security_of(read(BusSettings, GIVEN))))
    options = made.value.args[0]
    assert {name: options[name] for name in OPTIONS} == OPTIONS


def test_without_settings_nothing_is_encrypted_and_nothing_asked():
    assert security_of(read(BusSettings, {"MONGO_URL": "mongodb://h"})) == {"security_protocol": "PLAINTEXT"}


@pytest.mark.parametrize("left_out", ["KAFKA_USER", "KAFKA_PASSWORD"])
def test_sasl_without_user_or_password_is_refused(left_out):
    with pytest.raises(BadSetting, match="needs KAFKA_USER and KAFKA_PASSWORD"):
        security_of(read(BusSettings, {name: value for name, value in GIVEN.items() if name != left_out}))


def test_an_unknown_protocol_is_refused_and_the_password_is_not_shown():
    with pytest.raises(BadSetting):
        read(BusSettings, GIVEN | {"KAFKA_SECURITY_PROTOCOL": "TLS"})
    assert "sesame" not in repr(read(BusSettings, GIVEN))
