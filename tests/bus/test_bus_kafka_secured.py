"""A real broker behind TLS and SCRAM: events pass with the settings of a service, and nobody passes without them."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from deploy.kafka.fetch import CannotFetch
from shared.infrastructure.config import BusSettings, read
from shared.infrastructure.mongo import connect
from shared.messaging.bus import Bus, BusUnavailable
from shared.messaging.bus_factory import open_bus
from tests.bus.engines import read as read_records
from tests.bus.engines import record, topic_name
from tests.support.secured_broker import MECHANISM, SecuredBroker, authority_of

pytestmark = [pytest.mark.kafka, pytest.mark.thorough]


@pytest.fixture(scope="module")
def broker() -> Iterator[SecuredBroker]:
    folder = Path(tempfile.mkdtemp(prefix="rollcall-kafka-secured-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    broker = SecuredBroker(folder)
    try:
        broker.start()
    except CannotFetch as error:
        pytest.skip(str(error))
    yield broker
    broker.kill()


def bus_with(broker: SecuredBroker, **changed: str) -> Bus:
    """The bus of a service whose settings are right but for what is changed."""
    given = {
        "MONGO_URL": "mongodb://127.0.0.1:1",
        "KAFKA_BOOTSTRAP_SERVERS": broker.address,
        "KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
        "KAFKA_SASL_MECHANISM": MECHANISM,
        "KAFKA_USER": broker.user,
        "KAFKA_PASSWORD": broker.password,
        "KAFKA_CA_FILE": str(broker.authority),
    }
    settings = read(BusSettings, given | changed)
    return open_bus(settings, connect(settings.mongo_url))


def test_events_pass_with_the_settings_of_a_service(broker):
    bus, topic = bus_with(broker), topic_name()
    try:
        bus.create(topic, 2)
        assert bus.publish([record(topic, 0, 1), record(topic, 1, 2)]) == [True, True]
        consumer = bus.consumer(f"group-{topic}", [topic])
        assert sorted(each.headers["id"] for each in read_records(consumer, 2)) == ["e1", "e2"]
        consumer.close()
    finally:
        bus.close()


@pytest.fixture
def stranger(tmp_path: Path) -> str:
    """The certificate of an authority that has nothing to do with the broker."""
    path = tmp_path / "stranger.pem"
    path.write_bytes(authority_of("nobody")[1].public_bytes(Encoding.PEM))
    return str(path)


def test_nobody_passes_without_them(broker, stranger):
    wrong: dict[str, dict[str, str]] = {
        "wrong password": {"KAFKA_PASSWORD": "sesame"},
        "unknown user": {"KAFKA_USER": "nobody"},
        "in clear": {"KAFKA_SECURITY_PROTOCOL": "PLAINTEXT"},
        "without a user": {"KAFKA_SECURITY_PROTOCOL": "SSL"},
        "another authority": {"KAFKA_CA_FILE": stranger},
    }

    def refused(changed: dict[str, str]) -> bool:
        bus = bus_with(broker, **changed)
        try:
            bus.create(topic_name(), 1)
        except BusUnavailable:
            return True
        finally:
            bus.close()
        return False

    with ThreadPoolExecutor(len(wrong)) as at_once:  # a client gives up after half a minute
        assert dict(zip(wrong, at_once.map(refused, wrong.values()), strict=True)) == dict.fromkeys(wrong, True)
