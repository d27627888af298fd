"""The replication of a topic follows from the number of brokers.

No broker is needed here; test_bus_kafka_cluster.py kills real ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from kafka.errors import TopicAlreadyExistsError

from shared.messaging.bus_kafka import KafkaBus


class Admin:
    """Kafka's admin client. made: the created topics. delay: queries until a new topic has metadata."""

    def __init__(self, brokers: int, delay: int = 0) -> None:
        self._brokers, self.delay, self.made = brokers, delay, dict[str, Any]()

    def describe_cluster(self) -> Mapping[str, Any]:
        return {"brokers": [{"node_id": number} for number in range(self._brokers)]}

    def create_topics(self, topics: Mapping[str, Any], **_: Any) -> None:
        if topics.keys() & self.made.keys():
            raise TopicAlreadyExistsError
        self.made |= topics

    def describe_topics(self, names: list[str]) -> list[Mapping[str, Any]]:
        if self.delay:
            self.delay -= 1
            return [{"error_code": 3, "partitions": []}]
        return [{"error_code": 0, "partitions": [{}] * self.made[name]["num_partitions"]} for name in names]


@pytest.mark.parametrize(("brokers", "copies", "acknowledging"), [(1, 1, "1"), (2, 1, "1"), (3, 3, "2"), (5, 3, "2")])
def test_every_record_is_kept_three_times_and_acknowledged_by_two_where_there_are_three_brokers(
    monkeypatch, brokers, copies, acknowledging
) -> None:
    admin = Admin(brokers)
    monkeypatch.setattr(KafkaBus, "_connected", lambda bus: admin)
    KafkaBus(["127.0.0.1:1"]).create("roster.events.1", 4)
    made = admin.made["roster.events.1"]
    assert (made["num_partitions"], made["replication_factor"], made["configs"]["min.insync.replicas"]) == (
        4,
        copies,
        acknowledging,
    )


def test_creation_waits_until_the_queried_broker_has_the_topics_metadata(monkeypatch) -> None:
    admin = Admin(3, delay=2)
    monkeypatch.setattr(KafkaBus, "_connected", lambda bus: admin)
    KafkaBus(["127.0.0.1:1"]).create("roster.events.1", 4)
    assert not admin.delay
    with pytest.raises(ValueError, match="has 4 partitions, not 8"):
        KafkaBus(["127.0.0.1:1"]).create("roster.events.1", 8)
