"""The Kafka brokers of a copy: one of its own, or external ones."""

from __future__ import annotations

from deploy.kafka.cluster import FIRST_PORT, Cluster
from deploy.local.settings import Local
from deploy.local.stack import Stack

THREE = "127.0.0.1:8094,127.0.0.1:8096,127.0.0.1:8098"


def test_a_copy_with_configured_brokers_uses_them_and_starts_none(tmp_path, monkeypatch):
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", THREE)
    local = Local(tmp_path, kafka=True)
    assert local.environment()["KAFKA_BOOTSTRAP_SERVERS"] == THREE
    assert "kafka" not in Stack(local).names


def test_a_copy_on_kafka_without_configured_brokers_starts_one(tmp_path, monkeypatch):
    monkeypatch.delenv("KAFKA_BOOTSTRAP_SERVERS", raising=False)
    local = Local(tmp_path, 8000, kafka=True)
    assert local.environment()["KAFKA_BOOTSTRAP_SERVERS"] == "127.0.0.1:8092"
    assert "kafka" in Stack(local).names


def test_a_copy_on_the_embedded_bus_ignores_brokers(tmp_path, monkeypatch):
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", THREE)
    local = Local(tmp_path)
    assert local.environment()["KAFKA_BOOTSTRAP_SERVERS"] == ""
    assert "kafka" not in Stack(local).names


def test_a_cluster_uses_no_port_of_the_copy_beside_it(tmp_path):
    own = {
        *Local(tmp_path, 8000).ports().values(),
        Local(tmp_path, 8000).ports()["KAFKA_PORT"] + 1,
    }  # a broker's controller listens on the next one
    nodes = [broker.node for broker in Cluster(tmp_path, 3, 8000 + FIRST_PORT).brokers.values()]
    assert [node.address for node in nodes] == THREE.split(",")
    assert own.isdisjoint({port for node in nodes for port in (node.port, node.controller)})
