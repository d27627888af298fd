"""A running copy that can be hurt: two of every worker by default, detours to the engines, and somebody who starts again what has died."""

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
from tests.support.processes import group_of, resident_mb
from tests.support.servers import SECOND
from tests.support.wait import await_until

TWINS = tuple(f"{name}-worker" for name in BACKENDS)
# line -> offset of the detour's port, the port behind it, what the services are told; who uses a service from outside comes to it directly.
# A driver that looks for a replica set asks the store for its own address and goes there past every detour, unless it is told not to.
DETOURS = {
    "store": (70, "STORE_PORT", "MONGO_URL", "mongodb://{}/?directConnection=true"),
    "objects": (71, "OBJECTS_PORT", "S3_ENDPOINT", "http://{}"),
    "kafka": (72, "KAFKA_PORT", "KAFKA_BOOTSTRAP_SERVERS", "{}"),
    **{name: (73 + n, f"{name.upper()}_PORT", f"{name.upper()}_URL", "http://{}") for n, name in enumerate(BACKENDS)},
}
# Far above what each needs when it is well, and far below what growth without bound would reach in a run.
MOST_MB = {"store": 1500, "kafka": 1500, "objects": 400}
MOST_MB_OF_A_SERVICE = 400
WARM_AFTER, MOST_GROWTH_MB = 60.0, 60.0  # seconds; a process that leaks a megabyte with each second of a run is found
WARMS_UP_FOR_LONG = ("kafka",)  # a Java heap grows to its limit and stays there
# A tree of some hundred units, and cheap passwords: three thousand units and the hashes of some hundred people would be most of what a small drill does.
SMALL = {"PROVINCES": "11,13,63", "PASSWORD_MEMORY_KIB": "64", "PASSWORD_PASSES": "1"}
WEIGH_EVERY = 10.0  # seconds
LOOK_EVERY = 1.0  # seconds between two looks at all processes: the look itself is work for them
HEALING = 180.0  # seconds for all processes to come up at once on a machine with little to give
SESSION_SECONDS = SESSION_MS / 1000  # after which Kafka takes a consumer that says nothing for dead
AFTERMATH = 60.0  # seconds for which an engine that was away is a reason to end
MOST_UNWELL = (
    5  # processes; with more the next harm waits: a copy that a slow machine never lets come up would prove nothing
)


def line_to(engine: str) -> str:
    return f"line to {engine}"


def place(harm: Harm, whom: str) -> str:
    """What is down while it lasts: the process, or the line to it."""
    return line_to(whom) if harm.what == CUT else whom


def growth(weights: Sequence[tuple[float, float]]) -> float:
    """MB by which a process has grown since it was warm; 0 for one that never was. weights: when, MB."""
    warm = [mb for when, mb in weights if when - weights[0][0] >= WARM_AFTER]
    return warm[-1] - warm[0] if warm else 0.0


@dataclass
class HurtCopy:
    """twins: of which processes two run. harmed: what was done, and how often. slept: how many that were stopped slept over what.

    ended: processes that ended although nobody harmed them, with their status. crashed: those of them whose engines were all there.
    brokers: of a Kafka that the test runs; then there is no detour to it.
    """

    data: Path
    port: int
    kafka: bool = False
    twins: tuple[str, ...] = TWINS
    harmed: Counter[str] = field(default_factory=Counter)
    slept: Counter[str] = field(default_factory=Counter)
    ended: list[str] = field(default_factory=list)
    crashed: list[str] = field(default_factory=list)
    weights: dict[tuple[str, int], list[tuple[float, float]]] = field(default_factory=dict)  # process -> when, MB
    brokers: str = ""

    def __post_init__(self) -> None:
        self.local = Local(self.data, self.port, self.kafka, SECOND, self.brokers)
        ports = self.local.ports()
        lines = [line for line in DETOURS if self.local.own_broker or line != "kafka"]
        self.detours = {line: Detour(self.port + DETOURS[line][0], ports[DETOURS[line][1]]) for line in lines}
        told = {DETOURS[line][2]: DETOURS[line][3].format(f"127.0.0.1:{self.detours[line].port}") for line in lines}
        self.stack = Stack(self.local, overrides={**told, **SMALL}, twins=self.twins)
        self.store: MongoClient[dict[str, Any]] = MongoClient(
            self.local.environment()["MONGO_URL"], serverSelectionTimeoutMS=500
        )  # past every detour
        self._due: list[tuple[float, Harm]] = []  # when it ends
        self._asleep: dict[str, tuple[float, str]] = {}  # since when, and the day then
        self._down: Counter[str] = Counter()  # processes and lines that are harmed at this moment
        self._missed = float("-inf")  # when an engine, or the line to it, was last away
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
            self._down[place(harm, whom)] += 1
            if harm.what == CUT:
                self.detours[whom].cut()
            elif not self._signal(whom, signal.SIGKILL if harm.what == KILL else signal.SIGSTOP):
                continue
            elif harm.what == STOP:
                self._asleep.setdefault(whom, (time.monotonic(), self._today()))
            self.harmed[f"{harm.what} {whom}"] += 1

    def _signal(self, name: str, number: int) -> bool:
        """Whether there was somebody to get it."""
        alive = self.stack.processes[name].poll() is None
        if alive:
            self.stack.signal(name, number)
        if alive and number == signal.SIGKILL:
            self.stack.processes[name].wait()
        return alive

    def _end_harms(self, now: float) -> None:
        over, self._due = [h for at, h in self._due if at <= now], [(at, h) for at, h in self._due if at > now]
        for harm in over:
            for whom in harm.whom:
                self._down[place(harm, whom)] -= 1
                if self._down[place(harm, whom)]:
                    continue  # something else is still done to it
                if harm.what == CUT:
                    self.detours[whom].mend()
                elif self._signal(whom, signal.SIGCONT):
                    self._woken(whom)
                self._asleep.pop(whom, None)

    def _woken(self, whom: str) -> None:
        since, day = self._asleep.get(whom, (float("inf"), ""))
        self.slept["a session"] += time.monotonic() - since > SESSION_SECONDS
        self.slept["a midnight"] += bool(day) and day != self._today()

    def _today(self) -> str:
        return day_of(ShiftedClock(Path(self.local.environment()["CLOCK_FILE"])).now())

    def start_what_has_died(self) -> None:
        """As any supervisor would. A process may end by itself only because an engine that it needs was away."""
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
                mb = sum(resident_mb(pid) for pid in group_of(process.pid))
                self.weights.setdefault((name, process.pid), []).append((time.monotonic(), mb))

    def too_large(self) -> Iterator[str]:
        """A sentence for each process that is beyond all bounds, or grows although it has warmed up. When everything is at rest."""
        self._weigh()
        largest = {
            name: max(mb for (whose, _), seen in self.weights.items() for _, mb in seen if whose == name)
            for name, _ in self.weights
        }
        yield from (
            f"{name} has grown to {mb:.0f} MB"
            for name, mb in largest.items()
            if mb > (MOST_MB[name] if name in ENGINES else MOST_MB_OF_A_SERVICE)
        )
        for name, process in self.stack.processes.items():
            if (
                name not in WARMS_UP_FOR_LONG
                and (mb := growth(self.weights.get((name, process.pid), []))) > MOST_GROWTH_MB
            ):
                yield f"{name} has grown by {mb:.0f} MB since it was warm"
