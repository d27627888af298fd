"""Stories: one fault in a small county at work, recovery as docs/operations.md describes it, and all figures right.

A module's stories share a copy with a county that has already closed a day and published a report.
"""

from __future__ import annotations

import itertools
import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pymongo import MongoClient

from deploy.local.settings import REPO
from shared.language.services import BACKENDS
from shared.messaging.bus import topic_of
from tests.faults.harmed_copy import HarmedCopy
from tests.faults.proof import prove
from tests.support.ports import free_range
from tests.support.wait import await_until
from tests.system.county import CAMPAIGN, COUNTY, SmallCounty

BUS_USERS = tuple(f"{service}{kind}" for service in BACKENDS for kind in ("", "-worker"))
PATIENCE = 90.0  # seconds for what takes one or two on a quiet machine
PATIENCE_FOR_ALL = 240.0  # for what takes some: the units alone are thousands of events


@contextmanager
def running_county(
    folder: Path, *, kafka: bool = False, twins: tuple[str, ...] = (), brokers: str = ""
) -> Iterator[Story]:
    """A copy under harm with a settled county; stopped afterwards. brokers: of a Kafka that the test runs."""
    copy = HarmedCopy(folder, free_range(), kafka, twins, brokers=brokers)
    try:
        copy.start()
        yield Story(copy, SmallCounty(copy.stack).settle(), MongoClient(copy.local.store_url()))
    finally:
        copy.close()


@dataclass
class Story:
    """client: of the document store, without a detour."""

    copy: HarmedCopy
    county: SmallCounty
    client: MongoClient[dict[str, Any]]

    # ---- processes
    def kill(self, *names: str) -> None:
        for name in names:
            self.copy.stack.signal(name, signal.SIGKILL)
            self.copy.stack.processes[name].wait()

    def start(self, *names: str) -> None:
        """Start processes that have ended, and wait until they are healthy."""
        for name in names:
            self.copy.stack.start(name)
        for name in names:
            self.copy.stack.await_healthy(name)

    def restart(self, *names: str) -> None:
        """Stop and start processes in order, as a roll-out does."""
        self.copy.stack.stop(names)
        self.start(*names)

    def new_generation(self, partitions: int = 0) -> None:
        """Begin a bus generation for every process that starts from now on; create its topics first."""
        self.copy.local.raise_generation(partitions)
        self.copy.stack.create_topics()

    def roll_out(self, commands: Mapping[str, str] | None = None) -> None:
        """Begin a bus generation and restart every process that uses the bus. commands: that replace the Procfile's."""
        self.copy.stack.stop(BUS_USERS)
        self.new_generation()
        for name in BUS_USERS:
            self.copy.stack.start(name, (commands or {}).get(name, ""))
        for name in BUS_USERS:
            if name not in (commands or {}):
                self.copy.stack.await_healthy(name)

    def await_end(self, name: str) -> int:
        """Wait until a process ends by itself. Returns its exit status."""
        process = self.copy.stack.processes[name]
        await_until(lambda: process.poll() is not None, PATIENCE, f"{name} ends")
        return process.returncode

    def run(self, module: str, *arguments: str, of: str = "stats-worker") -> subprocess.CompletedProcess[str]:
        """Run a command of the runbook, with the settings of one of the processes."""
        return subprocess.run(
            [sys.executable, "-m", module, *arguments],
            cwd=REPO,
            env=self.copy.stack.environment_of(of),
            capture_output=True,
            text=True,
            check=False,
        )

    def retire(self, name: str) -> None:
        """Stop a process for good."""
        self.copy.stack.stop([name])
        del self.copy.stack.processes[name]

    def log(self, name: str) -> str:
        """A worker's log since its last start."""
        return (self.copy.data / "logs" / f"{name}.log").read_text(errors="replace").rpartition("roles started")[2]

    def metric(self, worker: str, name: str) -> float:
        """The largest value of a metric over its labels."""
        text = self.copy.stack.metrics(worker)
        return max((float(line.rpartition(" ")[2]) for line in text.splitlines() if line.startswith(name)), default=0.0)

    def topic(self, publisher: str) -> str:
        """A publisher's topic in the current generation."""
        return topic_of(publisher, int(self.copy.local.environment()["BUS_GENERATION"]))

    def positions(self, publisher: str) -> dict[int, int]:
        """Statistics' checkpoints for a publisher in this generation: partition -> offset."""
        found = self.client["rollcall_stats"]["checkpoints"].find(
            {"subscription": "figures.1", "topic": self.topic(publisher)}
        )
        return {document["partition"]: document["at"]["offset"] for document in found}

    def await_published(self, publisher: str) -> None:
        """Wait until every event of a store is acknowledged by the bus and marked as published."""
        due = {"published_in": {"$lt": int(self.copy.local.environment()["BUS_GENERATION"])}}
        await_until(
            lambda: self.client[f"rollcall_{publisher}"]["events"].find_one(due) is None,
            PATIENCE_FOR_ALL,
            f"{publisher} is published",
        )

    # ---- people
    @contextmanager
    def photos_arrive(self, *pupils: int, every: float = 0) -> Iterator[None]:
        """Send photos in the background, one for each of these pupils, and then newer ones, until the block ends.

        every: seconds between two; the number of photos of one form is limited per day.
        """
        over = threading.Event()

        def send() -> None:
            for round in itertools.count():
                for number in pupils:
                    # another picture: the same one again would be no event
                    self.county.send(number, "teacher", self.county.page_of(number, quality=90 - round))
                    if over.wait(every) and round:
                        return

        with ThreadPoolExecutor(1) as pool:
            sending = pool.submit(send)
            try:
                yield
            finally:
                over.set()
            sending.result()

    # ---- figures
    def figure(self, name: str) -> int:
        """A figure of the county as of today."""
        return int(
            self.county.ask("GET", "stats", f"/v1/figures?campaign={CAMPAIGN}&unit={COUNTY}", "county")["measures"][
                name
            ]
        )

    def await_figure(self, name: str, value: int) -> None:
        await_until(lambda: self.figure(name) == value, PATIENCE, f"{name} = {value}")

    def next_day(self) -> str:
        """Advance to the next morning. Returns the day that has ended."""
        over = self.county.days.today()
        self.county.days.next_morning()
        return over

    def closing(self, day: str) -> dict[str, Any]:
        """Close a day. Returns the response."""
        return dict(self.county.post("stats", f"/v1/days/{day}/close", "ministry"))

    def close(self, day: str) -> bool:
        """Close a day. Returns True if its figures are final."""
        return bool(self.closing(day)["settled"])

    def report(self, day: str, **more: Any) -> dict[str, Any]:
        """Publish the county's report of a day. Raises Problem."""
        return dict(
            self.county.post(
                "stats", "/v1/reports", "county", {"campaign": CAMPAIGN, "unit": COUNTY, "day": day, **more}
            )
        )

    # ---- the end
    def ends_well(self) -> None:
        """Wait until every process is healthy, then prove that nothing is lost, wrong or counted twice."""
        self.copy.await_healthy()
        wrong = prove(self.copy, self.county)
        assert not wrong, "\n".join(wrong)


def shown(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    """The JSON that a command of the runbook has printed."""
    assert done.stdout, done.stderr
    return dict(json.loads(done.stdout))
