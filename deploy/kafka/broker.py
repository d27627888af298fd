"""A Kafka node (KRaft: broker and controller in one) on loopback, alone or in a cluster, for one machine and for tests.

`python -m deploy.kafka.broker --port 8092 --data .data/kafka` replaces its process by the broker, so that signals reach
Kafka.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.kafka.fetch import CannotFetch, fetch
from deploy.local.ports import free_port, listens

CLUSTER = "cm9sbGNhbGwtb25lLW5vZA"  # any 16 bytes in base64: the id of every cluster on loopback
START_SECONDS = 120.0
PROPERTIES = """\
node.id={number}
process.roles=broker,controller
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://{advertised}
controller.listener.names=CONTROLLER
controller.quorum.voters={voters}
log.dirs={data}/log
auto.create.topics.enable=false
unclean.leader.election.enable=false
num.partitions=1
offsets.topic.num.partitions=4
min.insync.replicas={in_sync}
offsets.topic.replication.factor={copies}
transaction.state.log.replication.factor={copies}
transaction.state.log.min.isr={in_sync}
share.coordinator.state.topic.replication.factor={copies}
share.coordinator.state.topic.min.isr={in_sync}
group.initial.rebalance.delay.ms=0
"""


class BrokerFailed(RuntimeError):
    """The broker did not come up; the message shows the end of its log."""


def java(*arguments: str) -> list[str]:
    """The command line of one of Kafka's programs. Raises CannotFetch."""
    return [
        "java",
        "-Xmx512m",
        "-Xms64m",
        "-XX:+UseSerialGC",
        "-XX:-UsePerfData",
        "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
        "-cp",
        f"{fetch()}/*",
        *arguments,
    ]


@dataclass(frozen=True, slots=True)
class Node:
    """number: from 1. port: of the broker. controller: port of the controller in the same process."""

    number: int
    port: int
    controller: int

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"


def properties(node: Node, cluster: Sequence[Node], data: Path, advertised: str = "") -> str:
    """The settings of a node. Three nodes keep three replicas and acknowledge with two in sync; one node keeps one."""
    copies = min(3, len(cluster))
    return PROPERTIES.format(
        number=node.number,
        port=node.port,
        controller=node.controller,
        advertised=advertised or node.address,
        data=data.resolve(),
        voters=",".join(f"{each.number}@127.0.0.1:{each.controller}" for each in cluster),
        copies=copies,
        in_sync=max(1, copies - 1),
    )


def prepare(
    data: Path,
    node: Node,
    cluster: Sequence[Node],
    advertised: str = "",
    more: str = "",
    format_options: Sequence[str] = (),
) -> Path:
    """Write the settings, and format a new data folder. Returns the path of the settings.

    advertised      the address for clients, "" for the node's own
    more            lines of settings that come after ours: Kafka believes the last one
    format_options  of Kafka's storage tool, such as its first users
    """
    data.mkdir(parents=True, exist_ok=True)
    settings = data / "server.properties"
    settings.write_text(properties(node, cluster, data, advertised) + more)
    if not (data / "log" / "meta.properties").exists():
        done = subprocess.run(
            java("kafka.tools.StorageTool", "format", "-t", CLUSTER, "-c", str(settings), *format_options),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise BrokerFailed(f"Kafka could not format {data}: {(done.stdout + done.stderr).strip()[-500:]}")
    return settings


class Broker:
    """A broker as a child process.

    data     its folder, kept over restarts
    node     None: alone, on free ports
    cluster  all nodes of its cluster
    """

    def __init__(self, data: Path, node: Node | None = None, cluster: Sequence[Node] = ()) -> None:
        self.data, self.node = data, node or Node(1, free_port(), free_port())
        self._cluster = cluster or [self.node]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return self.node.address

    @property
    def pid(self) -> int:
        if self._process is None:
            raise BrokerFailed("the broker does not run")
        return self._process.pid

    def start(self) -> None:
        """Start and wait until it listens. Raises BrokerFailed, CannotFetch."""
        self.launch()
        self.await_up()

    def launch(self) -> None:
        """Start without waiting: a node of a cluster comes up only with others. Raises BrokerFailed, CannotFetch."""
        settings = self._prepare()
        with (self.data / "kafka.log").open("ab") as log:
            self._process = subprocess.Popen(
                java("kafka.Kafka", str(settings)), stdout=log, stderr=log, start_new_session=True
            )

    def _prepare(self) -> Path:
        return prepare(self.data, self.node, self._cluster)

    def await_up(self) -> None:
        """Wait until it listens. Raises BrokerFailed."""
        deadline = time.monotonic() + START_SECONDS
        while not listens(self.node.port):
            if self.has_ended() or time.monotonic() > deadline:
                self.kill()
                log = (self.data / "kafka.log").read_text(errors="replace")
                raise BrokerFailed(f"Kafka did not start: {log[-1500:]}")
            time.sleep(0.1)

    def has_ended(self) -> bool:
        return self._process is None or self._process.poll() is not None

    def stop(self, patience: float = 30) -> None:
        """Stop cleanly; kill it after `patience` seconds."""
        self._end(signal.SIGTERM, patience)

    def kill(self) -> None:
        """End it at once, like a power cut."""
        self._end(signal.SIGKILL)

    def _end(self, number: signal.Signals, patience: float = 30) -> None:
        if self._process:
            self._process.send_signal(number)
            try:
                self._process.wait(patience)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m deploy.kafka.broker")
    parser.add_argument("--port", type=int, required=True, help="the controller listens on the next one")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--advertised", default="", help="address for clients, if it is not its own")
    arguments = parser.parse_args()
    node = Node(1, arguments.port, arguments.port + 1)
    try:
        command = java("kafka.Kafka", str(prepare(arguments.data, node, [node], arguments.advertised)))
    except (CannotFetch, BrokerFailed) as error:
        sys.stderr.write(f"{error}\n")
        raise SystemExit(1) from error
    os.execvp(command[0], command)  # noqa: S606 - no shell is the point


if __name__ == "__main__":
    main()
