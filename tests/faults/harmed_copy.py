"""A running copy under harm: two of every worker by default, detours to the engines, restarts of dead processes."""

from __future__ import annotations

import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.errors import PyMongoError

from deploy.local.settings import Local
from deploy.local.stack import ENGINES, Stack
from shared.infrastructure.clock import ShiftedClock, day_of
from shared.language.services import BACKENDS
from shared.messaging.bus_kafka_consumer import SESSION_MS
from tests.faults.detour import Detour
from tests.faults.plan import CUT, KILL, STOP, Harm
from tests.support.processes import decodes, group_of, resident_mb
from tests.support.servers import SECOND
from tests.support.wait import await_until

TWINS = tuple(f"{name}-worker" for name in BACKENDS)
# line -> offset of the detour's port, setting with the port behind it, setting of the services, its value. People's
# requests come in by other doors of the proxy. directConnection: a driver that looks for a replica set asks the store
# for its own address and would go there past every detour.
DETOURS = {
    "store": (70, "STORE_PORT", "MONGO_URL", "mongodb://{}/?directConnection=true"),
    "objects": (71, "OBJECTS_PORT", "S3_ENDPOINT", "http://{}"),
    "reports": (79, "REPORTS_PORT", "REPORTS_ENDPOINT", "http://{}"),
    "kafka": (72, "KAFKA_PORT", "KAFKA_BOOTSTRAP_SERVERS", "{}"),
    **{
        name: (73 + n, f"{name.upper()}_INSIDE_PORT", f"{name.upper()}_URL", "http://{}")
        for n, name in enumerate(BACKENDS)
    },
}
# Far above the need of a healthy process, far below what unbounded growth would reach in a run.
MAX_MB = {"store": 1500, "kafka": 1500, "objects": 400, "reports": 400}
MAX_SERVICE_MB = 400
WARM_AFTER, MAX_GROWTH_MB = 60.0, 60.0  # seconds; MB
SLOW_TO_WARM = ("kafka",)  # a Java heap grows to its limit and stays there
# Some hundred units and cheap password hashes: the full tree and real hashes would dominate the work of a small drill.
SMALL = {"PROVINCES": "11,13,63", "PASSWORD_MEMORY_KIB": "64", "PASSWORD_PASSES": "1"}
WEIGH_EVERY = 10.0  # seconds
CHECK_EVERY = 1.0  # seconds between two health checks of all processes: a check is work for them
RECOVERY = 180.0  # seconds for all processes to start at once on a slow machine
SESSION_SECONDS = SESSION_MS / 1000  # after which Kafka counts a silent consumer as dead
AFTERMATH = 60.0  # seconds after an outage of an engine in which a process may end because of it
MAX_UNWELL = 5  # processes; with more, the next harm waits: a copy that never comes up proves nothing


def line_to(engine: str) -> str:
    return f"line to {engine}"


def affected(harm: Harm, target: str) -> str:
    """The process, or the line to it, that is down during the harm."""
    return line_to(target) if harm.kind == CUT else target


def growth(weights: Sequence[tuple[float, float]]) -> float:
    """MB by which a process has grown since it was warm; 0 if it never was. weights: (time in seconds, MB)."""
    warm = [mb for when, mb in weights if when - weights[0][0] >= WARM_AFTER]
    return warm[-1] - warm[0] if warm else 0.0


@dataclass
class HarmedCopy:
    """twins: processes of which two run. brokers: of a Kafka that the test runs; there is no detour to it.

    harmed: harms done, with their number. stopped_over: stops that lasted over a session or a midnight.
    ended: processes that ended without harm, with status. crashed: those of them whose engines were all available.
    """

    data: Path
    port: int
    kafka: bool = False
    twins: tuple[str, ...] = TWINS
    harmed: Counter[str] = field(default_factory=Counter)
    stopped_over: Counter[str] = field(default_factory=Counter)
    ended: list[str] = field(default_factory=list)
    crashed: list[str] = field(default_factory=list)
    weights: dict[tuple[str, int], list[tuple[float, float]]] = field(default_factory=dict)  # process -> (time, MB)
    largest: dict[str, float] = field(default_factory=dict)  # process -> MB with its decoders
    brokers: str = ""

    def __post_init__(self) -> None:
        self.local = Local(self.data, self.port, self.kafka, SECOND, self.brokers)
        ports = self.local.ports()
        lines = [line for line in DETOURS if self.local.own_broker or line != "kafka"]
        self.detours = {line: Detour(self.port + DETOURS[line][0], ports[DETOURS[line][1]]) for line in lines}
        detours = {DETOURS[line][2]: DETOURS[line][3].format(f"127.0.0.1:{self.detours[line].port}") for line in lines}
        self.stack = Stack(self.local, overrides={**detours, **SMALL}, twins=self.twins)
        self.store: MongoClient[dict[str, Any]] = MongoClient(
            self.local.store_url(), serverSelectionTimeoutMS=500
        )  # without a detour
        self._due: list[tuple[float, Harm]] = []  # when it ends
        self._stopped: dict[str, tuple[float, str]] = {}  # since when, and on which day
        self._down: Counter[str] = Counter()  # processes and lines that are harmed now
        self._missed = float("-inf")  # when an engine, or the line to it, was last unavailable
        self._quiet = threading.Event()

    def start(self) -> None:
        self.stack.start_all()
        self.local.write_addresses()

    def close(self) -> None:
        self._end_all_harms()
        self.stack.stop_all()
        for detour in self.detours.values():
            detour.close()

    # ---- harm
    def run_harms(self, harms: Iterator[Harm], over: threading.Event) -> None:
        """Do one harm after the other until `over` is set; then end them all."""
        harm = next(harms)
        weighed = time.monotonic()
        due = weighed + harm.after
        while not over.wait(0.1):
            now = time.monotonic()
            self._end_harms(now)
            self.restart_dead()
            if now - weighed > WEIGH_EVERY:
                weighed = now
                self._weigh()
            if now < due:
                continue
            if self._unwell() > MAX_UNWELL:
                due = now + CHECK_EVERY
                continue
            self.do(harm)
            self._due.append((now + harm.lasts, harm))
            harm = next(harms)
            due = now + harm.after
        self._end_all_harms()

    def _unwell(self) -> int:
        """Number of processes under harm or not yet recovered."""
        return sum(bool(self._down[name]) or not self.stack.healthy(name, patience=1) for name in self.stack.names)

    def do(self, harm: Harm) -> None:
        for target in harm.targets:
            self._down[affected(harm, target)] += 1
            if harm.kind == CUT:
                self.detours[target].cut()
            elif not self._signal(target, signal.SIGKILL if harm.kind == KILL else signal.SIGSTOP):
                continue
            elif harm.kind == STOP:
                self._stopped.setdefault(target, (time.monotonic(), self._today()))
            self.harmed[f"{harm.kind} {target}"] += 1

    def _signal(self, name: str, number: int) -> bool:
        """Send a signal. Returns False if the process was dead."""
        alive = self.stack.processes[name].poll() is None
        if alive:
            self.stack.signal(name, number)
        if alive and number == signal.SIGKILL:
            self.stack.processes[name].wait()
        return alive

    def _end_harms(self, now: float) -> None:
        over, self._due = [h for at, h in self._due if at <= now], [(at, h) for at, h in self._due if at > now]
        for harm in over:
            for target in harm.targets:
                self._down[affected(harm, target)] -= 1
                if self._down[affected(harm, target)]:
                    continue  # under another harm as well
                if harm.kind == CUT:
                    self.detours[target].restore()
                elif self._signal(target, signal.SIGCONT):
                    self._count_stop(target)
                self._stopped.pop(target, None)

    def _count_stop(self, target: str) -> None:
        since, day = self._stopped.get(target, (float("inf"), ""))
        self.stopped_over["a session"] += time.monotonic() - since > SESSION_SECONDS
        self.stopped_over["a midnight"] += bool(day) and day != self._today()

    def _today(self) -> str:
        return day_of(ShiftedClock(Path(self.local.environment()["CLOCK_FILE"])).now())

    def restart_dead(self) -> None:
        """Restart dead processes, as a supervisor does. Only an outage of an engine is a reason to end by itself."""
        if any(self._down[name] for name in (*ENGINES, *map(line_to, ENGINES))):
            self._missed = time.monotonic()
        for name in self.stack.dead():
            if self._down[name]:
                continue
            status = self.stack.processes[name].returncode
            if status != -signal.SIGKILL:
                self.ended.append(f"{name} ({status})")
                self.crashed += [f"{name} ({status})"] * (time.monotonic() - self._missed > AFTERMATH)
            self.stack.start(name)
            self.end_dead_sessions()

    def end_dead_sessions(self) -> None:
        """End the transactions of dead processes now; the store itself waits a minute, and a run would take hours.

        Transactions of running processes end too and are retried. An unavailable store has none.
        """
        with suppress(PyMongoError):
            self.store.admin.command("killAllSessions", [])

    def _end_all_harms(self) -> None:
        self._end_harms(float("inf"))
        for detour in self.detours.values():
            detour.restore()

    def await_healthy(self) -> None:
        """Wait until every process is healthy at the same time, restarting dead ones."""
        await_until(self._is_healthy, RECOVERY, "every process is healthy")

    def _is_healthy(self) -> bool:
        self.restart_dead()
        return all(self.stack.healthy(name) for name in self.stack.processes)

    def _weigh(self) -> None:
        for name, process in self.stack.processes.items():
            if process.poll() is None:
                group = group_of(process.pid)
                decoders = {pid for pid in group if decodes(pid)}  # one starts with the first photo, however late
                own = sum(resident_mb(pid) for pid in group if pid not in decoders)
                self.weights.setdefault((name, process.pid), []).append((time.monotonic(), own))
                whole = own + sum(resident_mb(pid) for pid in decoders)
                self.largest[name] = max(whole, self.largest.get(name, 0))

    def too_large(self) -> Iterator[str]:
        """A sentence for each process above its bound, or growing although it is warm. For a settled copy."""
        self._weigh()
        yield from (
            f"{name} has grown to {mb:.0f} MB"
            for name, mb in self.largest.items()
            if mb > (MAX_MB[name] if name in ENGINES else MAX_SERVICE_MB)
        )
        for name, process in self.stack.processes.items():
            if name not in SLOW_TO_WARM and (mb := growth(self.weights.get((name, process.pid), []))) > MAX_GROWTH_MB:
                yield f"{name} has grown by {mb:.0f} MB since it was warm"
