"""A running copy that can be hurt: two of every worker by default, detours to the engines, and somebody who starts again what has died."""
from __future__ import annotations

import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.errors import PyMongoError

from deploy.local.settings import Local
from deploy.local.stack import ENGINES, Stack
from tests.faults.detour import Detour
from tests.faults.plan import CUT, KILL, STOP, Harm
from tests.support.processes import group_of, resident_mb
from tests.support.servers import SECOND
from tests.support.wait import await_until

TWINS = ("identity-worker", "roster-worker", "upload-worker", "stats-worker")
# line -> offset of the detour's port, the port behind it, what the services are told. A driver that looks for a replica set asks the store
# for its own address and goes there past every detour, unless it is told not to.
DETOURS = {"store": (70, "STORE_PORT", "MONGO_URL", "mongodb://{}/?directConnection=true"), "objects": (71, "OBJECTS_PORT", "S3_ENDPOINT", "http://{}"),
           "kafka": (72, "KAFKA_PORT", "KAFKA_BOOTSTRAP_SERVERS", "{}")}
# Far above what each needs when it is well, and far below what growth without bound would reach in a run.
MOST_MB = {"store": 1500, "kafka": 1500, "objects": 400}
MOST_MB_OF_A_SERVICE = 400
# A tree of some hundred units, and cheap passwords: three thousand units and the hashes of some hundred people would be most of what a small drill does.
SMALL = {"PROVINCES": "11,13,63", "PASSWORD_MEMORY_KIB": "64", "PASSWORD_PASSES": "1"}
WEIGH_EVERY = 10.0  # seconds
LOOK_EVERY = 1.0    # seconds between two looks at all processes: the look itself is work for them
HEALING = 180.0     # seconds for all processes to come up at once on a machine with little to give
MOST_UNWELL = 5     # processes; with more the next harm waits: a copy that a slow machine never lets come up would prove nothing


@dataclass
class HurtCopy:
    """twins: of which processes two run. harmed: what was done, and how often. ended: processes that ended although nobody harmed them, with their status."""

    data: Path
    port: int
    kafka: bool = False
    twins: tuple[str, ...] = TWINS
    harmed: Counter[str] = field(default_factory=Counter)
    ended: list[str] = field(default_factory=list)
    largest_mb: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.local = Local(self.data, self.port, self.kafka, SECOND)
        ports = self.local.ports()
        lines = [line for line in DETOURS if self.kafka or line != "kafka"]
        self.detours = {line: Detour(self.port + DETOURS[line][0], ports[DETOURS[line][1]]) for line in lines}
        told = {DETOURS[line][2]: DETOURS[line][3].format(f"127.0.0.1:{self.detours[line].port}") for line in lines}
        self.stack = Stack(self.local, told={**told, **SMALL}, twins=self.twins)
        self.store: MongoClient[dict[str, Any]] = MongoClient(self.local.environment()["MONGO_URL"], serverSelectionTimeoutMS=500)   # past every detour
        self._due: list[tuple[float, Harm]] = []      # when it ends
        self._down: Counter[str] = Counter()          # harmed at this moment
        self._quiet = threading.Event()

    def start(self) -> None:
        self.stack.start_all()
        self.local.write_addresses()

    def close(self) -> None:
        self._heal()
        self.stack.stop_all()
        for detour in self.detours.values():
            detour.close()

    # ---- harm ----------------------------------------------------------------------------------------------------------------
    def suffer(self, harms: Iterator[Harm], over: threading.Event) -> None:
        """One harm after the other until told that it is over; then everything is healed."""
        harm = next(harms)
        weighed = time.monotonic()
        due = weighed + harm.after
        while not over.wait(0.1):
            now = time.monotonic()
            self._end_harms(now)
            self.start_what_has_died()
            if now - weighed > WEIGH_EVERY:
                weighed = now
                self._weigh()
            if now < due:
                continue
            if self._unwell() > MOST_UNWELL:
                due = now + LOOK_EVERY
                continue
            self.hurt(harm)
            self._due.append((now + harm.lasts, harm))
            harm = next(harms)
            due = now + harm.after
        self._heal()

    def _unwell(self) -> int:
        """How many processes are harmed at this moment, or have not come up since."""
        return sum(bool(self._down[name]) or not self.stack.healthy(name, patience=1) for name in self.stack.names)

    def hurt(self, harm: Harm) -> None:
        for whom in harm.whom:
            self.harmed[f"{harm.what} {whom}"] += 1
            self._down[whom] += harm.what != CUT
            if harm.what == CUT:
                self.detours[whom].cut()
            else:
                self._signal(whom, signal.SIGKILL if harm.what == KILL else signal.SIGSTOP)

    def _signal(self, name: str, number: int) -> None:
        if self.stack.processes[name].poll() is None:
            self.stack.signal(name, number)
            if number == signal.SIGKILL:
                self.stack.processes[name].wait()

    def _end_harms(self, now: float) -> None:
        over, self._due = [h for at, h in self._due if at <= now], [(at, h) for at, h in self._due if at > now]
        for harm in over:
            for whom in harm.whom:
                if harm.what == CUT:
                    self.detours[whom].mend()
                    continue
                self._down[whom] -= 1
                if harm.what == STOP and not self._down[whom]:
                    self._signal(whom, signal.SIGCONT)

    def start_what_has_died(self) -> None:
        """As any supervisor would. A process may end by itself only while an engine that it needs is away."""
        for name in self.stack.dead():
            if self._down[name]:
                continue
            status = self.stack.processes[name].returncode
            if status != -signal.SIGKILL:
                self.ended.append(f"{name} ({status})")
            self.stack.start(name)
            self.forget_the_dead()

    def forget_the_dead(self) -> None:
        """The store lets go of a transaction whose process is dead after a minute: told so at once, a run takes minutes and not hours.

        It lets go of those of the living, too, who must then begin again. A store that is away has no transactions.
        """
        with suppress(PyMongoError):
            self.store.admin.command("killAllSessions", [])

    def _heal(self) -> None:
        self._end_harms(float("inf"))
        for detour in self.detours.values():
            detour.mend()

    def await_healed(self) -> None:
        """Until every process is well at the same look, started again where it has died."""
        await_until(self._is_well, HEALING, "every process is well")

    def _is_well(self) -> bool:
        self.start_what_has_died()
        return all(self.stack.healthy(name) for name in self.stack.processes)

    def _weigh(self) -> None:
        for name, process in self.stack.processes.items():
            if process.poll() is None:
                self.largest_mb[name] = max(self.largest_mb.get(name, 0), sum(resident_mb(pid) for pid in group_of(process.pid)))

    def too_large(self) -> dict[str, float]:
        """Processes that have grown beyond all bounds, in MB."""
        self._weigh()
        return {name: mb for name, mb in self.largest_mb.items() if mb > (MOST_MB[name] if name in ENGINES else MOST_MB_OF_A_SERVICE)}
