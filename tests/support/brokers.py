"""Leaders and replicas of a Kafka cluster."""

from __future__ import annotations

from typing import Any

from kafka import KafkaAdminClient

from deploy.kafka.cluster import Cluster


def partitions(cluster: Cluster, *topics: str) -> list[dict[str, Any]]:
    """The partitions of these topics, or of all topics, sorted by index."""
    admin = KafkaAdminClient(bootstrap_servers=cluster.servers)
    try:
        found = admin.describe_topics(topics or None)
    finally:
        admin.close()
    return [
        partition
        for topic in found
        for partition in sorted(topic["partitions"], key=lambda each: each["partition_index"])
    ]


def leader(cluster: Cluster, topic: str, partition: int = 0) -> int:
    return int(partitions(cluster, topic)[partition]["leader_id"])


def all_in_sync(cluster: Cluster) -> bool:
    """True if every broker holds every acknowledged record: then any two may stop without a loss."""
    return all(len(each["isr_nodes"]) == len(cluster.brokers) for each in partitions(cluster))
