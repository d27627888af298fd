"""`make kafka BROKERS=3`: a Kafka cluster on loopback, for tests, and to try the loss of a broker. Ctrl-C stops it."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
import time
from pathlib import Path

from kafka import KafkaAdminClient
from kafka.errors import KafkaError

from deploy.kafka.broker import START_SECONDS, Broker, BrokerFailed, Node
from deploy.kafka.fetch import CannotFetch
from deploy.local.ports import free_port
from deploy.local.settings import OFFSETS
from shared.infrastructure.signalled import Signalled

STRIDE = 2  # ports of a node: broker and controller
FIRST_PORT = OFFSETS["KAFKA_PORT"] + STRIDE  # in a copy's row of ports, after the copy's own node


class Cluster:
    """Nodes, each with its own folder below `data`. first_port: 0 for free ports, which are kept over restarts."""

    def __init__(self, data: Path, size: int = 3, first_port: int = 0) -> None:
        ports = (
            [first_port + n for n in range(STRIDE * size)]
            if first_port
            else [free_port() for _ in range(STRIDE * size)]
        )
        nodes = [Node(n + 1, *ports[STRIDE * n : STRIDE * (n + 1)]) for n in range(size)]
        self.brokers = {node.number: Broker(data / f"node-{node.number}", node, nodes) for node in nodes}

    @property
    def servers(self) -> list[str]:
        """Addresses of all brokers, running or not."""
        return [broker.address for broker in self.brokers.values()]

    def start(self) -> None:
        """Start the brokers that are down and wait until all have joined. Raises BrokerFailed, CannotFetch."""
        down = [broker for broker in self.brokers.values() if broker.has_ended()]
        for broker in down:
            broker.launch()
        for broker in down:
            broker.await_up()
        deadline = time.monotonic() + START_SECONDS
        while self.members() != set(self.brokers):
            if time.monotonic() > deadline:
                raise BrokerFailed(f"only the brokers {sorted(self.members())} have joined the cluster")
            time.sleep(0.1)

    def members(self) -> set[int]:
        """The numbers of the brokers that are members of the cluster at this moment."""
        try:
            admin = KafkaAdminClient(bootstrap_servers=self.servers, request_timeout_ms=5000, bootstrap_timeout_ms=5000)
        except KafkaError:
            return set()
        try:
            return {broker["broker_id"] for broker in admin.describe_cluster()["brokers"] if not broker["is_fenced"]}
        except KafkaError:
            return set()
        finally:
            admin.close()

    def stop(self) -> None:
        """One after the other. The last ones lack the majority for a clean stop, so they are soon killed."""
        for broker in self.brokers.values():
            broker.stop(patience=5)

    def kill(self) -> None:
        """End all brokers at once, like a power cut."""
        for broker in self.brokers.values():
            broker.kill()


def main() -> int:
    parser = argparse.ArgumentParser(prog="make kafka BROKERS=3", description="Kafka nodes on loopback until Ctrl-C.")
    parser.add_argument("--brokers", type=int, required=True)
    parser.add_argument("--port", type=int, required=True, help="the first of a copy's row of ports")
    parser.add_argument("--data", type=Path, required=True)
    options = parser.parse_args()
    stop = Signalled()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    cluster = Cluster(options.data.resolve(), options.brokers, options.port + FIRST_PORT)
    try:
        print(f"Starting {options.brokers} brokers (data in {options.data}) ...", flush=True)
        cluster.start()
        print(
            f"`make run KAFKA=1 KAFKA_BOOTSTRAP_SERVERS={','.join(cluster.servers)}` runs a copy on them.\n"
            "Ctrl-C stops them; the data stays.",
            flush=True,
        )
        return _watch(cluster, stop)
    except (CannotFetch, BrokerFailed) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    finally:
        cluster.stop()


def _watch(cluster: Cluster, stop: threading.Event) -> int:
    """Report a broker that ends, and do not restart it: a cluster is started to try exactly that."""
    reported: set[int] = set()
    while not stop.wait(0.5):
        ended = {number for number, broker in cluster.brokers.items() if broker.has_ended()}
        for number in sorted(ended - reported):
            print(f"Broker {number} has ended.", flush=True)
        reported |= ended
        if len(ended) == len(cluster.brokers):
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
