"""How safe a topic is follows from the brokers there are; no broker is needed to see it (test_bus_kafka_cluster.py kills real ones)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from kafka.errors import TopicAlreadyExistsError

from shared.messaging.bus_kafka import KafkaBus


class Admin:
    """Kafka's admin client in front of so many brokers. made: what topics it was asked to make. unheard: looks until a new one is known."""

    def __init__(self, brokers: int, unheard: int = 0) -> None:
        self._brokers, self.unheard, self.made = brokers, unheard, dict[str, Any]()

    def describe_cluster(self) -> Mapping[str, Any]:
        return {"brokers": [{"node_id": number} for number in range(self._brokers)]}

    def create_topics(self, topics: Mapping[str, Any], **_: Any) -> None:
        if topics.keys() & self.made.keys():
            raise TopicAlreadyExistsError
        self.made |= topics

    def describe_topics(self, names: list[str]) -> list[Mapping[str, Any]]:
        if self.unheard:
            self.unheard -= 1
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
    admin = Admin(3, unheard=2)
    monkeypatch.setattr(KafkaBus, "_connected", lambda bus: admin)
    KafkaBus(["127.0.0.1:1"]).create("roster.events.1", 4)
    assert not admin.unheard
    with pytest.raises(ValueError, match="has 4 partitions, not 8"):
        KafkaBus(["127.0.0.1:1"]).create("roster.events.1", 8)
