"""The engines under measurement: real ones, each a process of its own, in a temporary folder. All on loopback."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from deploy.kafka.broker import Broker, BrokerFailed
from deploy.kafka.fetch import CannotFetch
from deploy.local import engines
from deploy.local.settings import Local
from deploy.local.stack import Stack
from shared.infrastructure.mongo import Client, connect
from tests.support.ports import free_range
from tests.support.servers import DocumentStore

FIRST_STORE, SECOND_STORE = "secantusd-py", engines.BIN / "secantusd-rs"
TICKS = os.sysconf("SC_CLK_TCK")


class Missing(Exception):
    """A tool that this machine lacks, as a sentence for the reader."""


@dataclass(frozen=True, slots=True)
class Bench:
    """folder: for data. scale: share of the usual amount that is measured, below 1 for a quick run."""

    folder: Path
    scale: float = 1.0
    left_out: list[str] = field(default_factory=list)

    def size(self, usual: int, least: int = 1) -> int:
        return max(least, round(usual * self.scale))

    def fresh(self, name: str) -> Path:
        return Path(tempfile.mkdtemp(prefix=f"{name}-", dir=self.folder))


def stores() -> dict[str, Collection[str]]:
    """The installed document stores: name -> engines of which the second implementation is taken."""
    return {FIRST_STORE: (), **({SECOND_STORE.name: (DocumentStore.name,)} if SECOND_STORE.exists() else {})}


@contextmanager
def document_store(bench: Bench, second: Collection[str] = ()) -> Iterator[Client]:
    server = DocumentStore(bench.fresh("store"), second=second)
    server.start()
    try:
        with connect(server.url) as client:
            yield client
    finally:
        server.stop()


@contextmanager
def kafka(bench: Bench) -> Iterator[str]:
    """The address of a broker. Raises Missing."""
    if missing := [tool for tool in ("java", "mvn") if not shutil.which(tool)]:
        raise Missing(f"Apache Kafka needs {' and '.join(missing)} (Debian: openjdk-17-jre-headless, maven).")
    broker = Broker(bench.fresh("kafka"))
    try:
        broker.start()
    except (BrokerFailed, CannotFetch) as error:
        raise Missing(f"Apache Kafka did not start: {str(error).splitlines()[0]}") from error
    try:
        yield broker.address
    finally:
        broker.stop()


@contextmanager
def copy_of(bench: Bench, names: Sequence[str]) -> Iterator[Stack]:
    """Some processes of a whole copy, as `make run` starts them."""
    data = bench.fresh("copy")
    stack = Stack(Local(data, free_range()))
    try:
        for name in names:
            stack.start(name)
            stack.await_healthy(name)
        yield stack
    finally:
        stack.stop_all()


def family(pids: Sequence[int]) -> list[int]:
    """Ids of the processes and all their descendants."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended meanwhile
            parents[int(path.parent.name)] = int(_stat(path)[1])
    found = list(pids)
    for each in found:
        found += [pid for pid, parent in parents.items() if parent == each]
    return found


def _stat(path: Path) -> list[str]:
    return path.read_text().rpartition(")")[2].split()


def processor_seconds(pids: Sequence[int]) -> float:
    """Processor time that these processes and their descendants have used so far."""
    ticks = 0
    for pid in family(pids):
        with suppress(OSError):  # it has ended meanwhile
            values = _stat(Path(f"/proc/{pid}/stat"))
            ticks += int(values[11]) + int(values[12])
    return ticks / TICKS


def resident_mb(pids: Sequence[int]) -> float:
    """Resident memory of these processes and their descendants."""
    pages = [int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in family(pids)]
    return sum(pages) * os.sysconf("SC_PAGE_SIZE") / 1e6
