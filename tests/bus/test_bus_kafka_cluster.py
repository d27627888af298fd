"""Three brokers, the least in production: publishers and consumers while one of them fails, and two."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType

from deploy.kafka.cluster import Cluster
from deploy.kafka.fetch import CannotFetch
from shared.messaging.bus import Consumer, TopicPartition
from tests.bus.engines import KafkaEngine, read, record, topic_name, until
from tests.bus.writing import Writer, assert_all_are_there
from tests.support.brokers import leader, partitions

pytestmark = [pytest.mark.kafka, pytest.mark.thorough]
SOME = 20


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    cluster = Cluster(tmp_path_factory.mktemp("kafka-cluster"))
    try:
        cluster.start()
        yield cluster
    except CannotFetch as error:
        pytest.skip(str(error))
    finally:
        cluster.kill()


@pytest.fixture
def cluster(running: Cluster) -> Cluster:
    """All three brokers are up, whatever the test before has done to them."""
    running.start()
    return running


@pytest.fixture
def engine(cluster: Cluster) -> KafkaEngine:
    return KafkaEngine(cluster.servers)


@pytest.fixture
def topic(cluster: Cluster, engine: KafkaEngine) -> str:
    """A topic in the metadata of every broker: the one that a client asks may have it a moment after the others."""
    name, bus = topic_name(), engine.open()
    bus.create(name, 1)
    bus.close()
    for server in cluster.servers:
        one = KafkaEngine([server]).open()
        until(lambda one=one: one.exists(name), f"{name} at {server}")
        one.close()
    return name


def copies(cluster: Cluster, topic: str) -> int:
    return len(partitions(cluster, topic)[0]["replica_nodes"])


def read_on(consumer: Consumer, partition: TopicPartition, offset: int, until_id: str) -> list[str]:
    """The ids of the records from this offset on, each once: a record sent again while a broker died may be doubled."""
    found: list[str] = []

    def there() -> bool:
        found.extend(r.headers["id"] for r in consumer.poll(0.2, 500))
        if consumer.missing_positions():
            consumer.seek(partition, offset + len(found))
        return until_id in found

    until(there, until_id)
    return list(dict.fromkeys(found))


def test_every_record_is_kept_three_times_and_acknowledged_when_two_brokers_hold_it(
    cluster: Cluster, topic: str
) -> None:
    assert copies(cluster, topic) == 3
    admin = KafkaAdminClient(bootstrap_servers=cluster.servers)
    config = admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)])["topic"][topic]
    admin.close()
    assert config["min.insync.replicas"]["value"] == "2"


def test_the_leader_of_a_partition_dies_and_another_broker_goes_on(
    cluster: Cluster, engine: KafkaEngine, topic: str
) -> None:
    with Writer(engine, topic) as writer:
        writer.await_more(SOME)
        first = leader(cluster, topic)
        cluster.brokers[first].kill()
        writer.await_more(SOME)
        assert leader(cluster, topic) != first
    assert_all_are_there(engine, topic, writer.acknowledged)


def test_two_brokers_stop_and_publishers_wait_until_one_is_back_and_lose_nothing(
    cluster: Cluster, engine: KafkaEngine, topic: str
) -> None:
    with Writer(engine, topic) as writer:
        writer.await_more(SOME)
        for number in cluster.brokers.keys() - {leader(cluster, topic)}:
            cluster.brokers[number].stop()
        seen, failures = len(writer.acknowledged), writer.failures
        until(lambda: writer.failures > failures, "an attempt that is not acknowledged")
        assert len(writer.acknowledged) - seen <= 2  # in flight when the second one stopped
        cluster.start()
        writer.await_more(SOME)
    assert_all_are_there(engine, topic, writer.acknowledged)


def test_a_consumer_continues_at_its_position_after_the_permanent_loss_of_one_broker(
    cluster: Cluster, engine: KafkaEngine, topic: str
) -> None:
    bus = engine.open()
    assert bus.publish([record(topic, 0, n) for n in range(SOME)]) == [True] * SOME
    consumer = bus.consumer(f"group-{topic}", [topic])
    assert len(read(consumer, SOME)) == SOME
    cluster.brokers[leader(cluster, topic)].kill()
    until(
        lambda: all(bus.publish([record(topic, 0, n) for n in range(SOME, 2 * SOME)])),
        "an acknowledgement of the two that are left",
    )
    assert read_on(consumer, TopicPartition(topic, 0), SOME, until_id=f"e{2 * SOME - 1}") == [
        f"e{n}" for n in range(SOME, 2 * SOME)
    ]
    consumer.close()
    bus.close()


def test_a_topic_that_is_created_while_a_broker_is_down_is_kept_three_times_all_the_same(
    cluster: Cluster, engine: KafkaEngine
) -> None:
    cluster.brokers[1].kill()
    until(lambda: cluster.members() == {2, 3}, "the cluster to notice")
    name, bus = topic_name(), engine.open()
    bus.create(name, 1)
    assert copies(cluster, name) == 3
    assert bus.publish([record(name, 0, 1)]) == [True]
    bus.close()
