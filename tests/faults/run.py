"""`make faults RUNS=5 SEED=1 KAFKA=1`: seeded runs of a small drill against a copy that is hurt all the while. A line per run."""

from __future__ import annotations

import argparse
import shutil
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import mkdtemp

from deploy.kafka.fetch import missing_tools
from deploy.local import engines
from deploy.local.stack import ENGINES, StackFailed
from drill.__main__ import EQUALS, WAITED
from shared.language.services import SERVICES
from tests.faults.deaths import unexcused
from tests.faults.hurt import HurtCopy
from tests.faults.plan import plan
from tests.faults.proof import prove
from tests.support.ports import free_range
from tests.support.servers import SECOND
from tests.system.county import SmallCounty

PUPILS = 30  # few, so that many runs are possible: what matters is what happens to the processes
DRILL_SECONDS = 900  # a drill that takes longer hangs
LEAST_HARM = 5  # with less, a run says nothing


@dataclass(frozen=True, slots=True)
class Outcome:
    """wrong: a sentence for everything that did not hold. unfinished: why the drill did not come to its end, so that its ledger was not proved.

    The folder is kept then. again: it was made once more after a run that came to no end.
    """

    seed: int
    harm: str
    seconds: float
    wrong: tuple[str, ...]
    unfinished: str
    folder: Path
    again: bool = False

    @property
    def well(self) -> bool:
        return not self.wrong and not self.unfinished

    def line(self) -> str:
        found = [f"WRONG: {sentence}" for sentence in self.wrong] + [f"NOT FINISHED: {self.unfinished}"] * bool(
            self.unfinished
        )
        verdict = "all figures right" if self.well else f"{'; '.join(found)} (logs and data: {self.folder})"
        return f"seed {self.seed:>8}  {self.seconds:4.0f} s  {verdict}  after {self.harm}"


def run(seed: int, kafka: bool, folder: Path, interrupted: threading.Event) -> Outcome:
    """One copy, one drill, one plan of harm, and the proof afterwards. interrupted: set when somebody wants all of it to end."""
    began = time.monotonic()
    copy = HurtCopy(folder, free_range(), kafka)
    unfinished, wrong = "", list[str]()
    try:
        copy.start()
        unfinished, wrong = _drill_under_harm(copy, seed, interrupted)
        wrong += [] if interrupted.is_set() else _proof(copy)
        wrong += [f"{ended} ended by itself while its engines were there" for ended in copy.crashed]
        wrong += [
            f"{sentence} in {log.name}"
            for log in sorted((folder / "logs").iterdir())
            if log.stem not in ENGINES
            for sentence in _alarms(log)
        ]
    except StackFailed as error:
        unfinished = f"a process did not start: {error}"
    except Exception as error:  # whatever it is, it belongs to this seed, and the other runs go on
        unfinished = f"the run broke off: {type(error).__name__}: {error}"
    finally:
        copy.close()
    harm = ", ".join(f"{what} ×{n}" if n > 1 else what for what, n in sorted(copy.harmed.items()))
    told = (
        f"{copy.harmed.total()} harms ({harm}); slept over a session: {copy.slept['a session']}, over a midnight: {copy.slept['a midnight']}; "
        f"ended by themselves: {', '.join(sorted(copy.ended)) or 'none'}"
    )
    return Outcome(seed, told, time.monotonic() - began, tuple(wrong), unfinished, folder)


def _drill_under_harm(copy: HurtCopy, seed: int, interrupted: threading.Event) -> tuple[str, list[str]]:
    """(why the drill did not come to its end, "" if it did; what it found wrong)"""
    over = threading.Event()
    processes = [name for name in copy.stack.names if name not in ENGINES]
    machines = [name for name in copy.stack.names if name in ENGINES]
    drill = subprocess.Popen(
        _drill_command(copy, seed), stdout=(copy.data / "drill.log").open("wb"), stderr=subprocess.STDOUT
    )
    with ThreadPoolExecutor(1, "harm") as pool:
        harm = pool.submit(copy.suffer, plan(seed, processes, machines, sorted(copy.detours)), over)
        try:
            status = _status_of(drill, interrupted)
        finally:
            over.set()
    unfinished, wrong = judged(
        status, " | ".join((copy.data / "drill.log").read_text(errors="replace").splitlines()[-8:])
    )
    if error := harm.exception():  # a run is not well because nobody could hurt it
        unfinished = f"the harm broke off: {error!r}"
    elif not unfinished and copy.harmed.total() < LEAST_HARM:
        unfinished = f"only {copy.harmed.total()} harms were done"
    return unfinished, wrong


def judged(status: int | None, tail: str) -> tuple[str, list[str]]:
    """What the end of a drill means: (why it did not come to its end, what is wrong). status: None if it had to be ended."""
    if status in (None, WAITED):
        return f"the drill {'hangs' if status is None else 'waited in vain'}: {tail}", []
    return "", [] if status == EQUALS else [f"the drill finds differences, or broke (status {status}): {tail}"]


def _status_of(drill: subprocess.Popen[bytes], interrupted: threading.Event) -> int | None:
    """None when it had to be ended."""
    until = time.monotonic() + DRILL_SECONDS
    while drill.poll() is None:
        if interrupted.wait(0.2) or time.monotonic() > until:
            drill.kill()
            drill.wait()
            return None
    return drill.returncode


def _drill_command(copy: HurtCopy, seed: int) -> list[str]:
    environment = copy.local.environment()
    command = [
        sys.executable,
        "-m",
        "drill",
        "--seed",
        str(seed),
        "--pupils",
        str(PUPILS),
        "--plain",
        "--out",
        str(copy.data / "out"),
    ]
    for name in SERVICES:
        command += [f"--{name}-url", environment[f"{name.upper()}_URL"]]
    return [*command, "--first-account", environment["FIRST_ACCOUNT_FILE"], "--clock-file", environment["CLOCK_FILE"]]


def _proof(copy: HurtCopy) -> list[str]:
    try:
        copy.await_healed()
        return prove(copy, SmallCounty(copy.stack))
    except Exception as error:  # what cannot be proved does not hold
        return [f"the proof broke off: {type(error).__name__}: {error}"]


def _alarms(log: Path) -> list[str]:
    """Nothing that was done can lose acknowledged records or make good events unreadable, so nobody may say so; nor die but of what was away."""
    text = log.read_text(errors="replace")
    return [alarm for alarm in ("BusLostData", "TooManyParked", "event parked") if alarm in text] + [
        f"a death of {cause}" for cause in unexcused(text)
    ]


def _at_most_twice(folder: Path, kafka: bool, interrupted: threading.Event, seed: int) -> Outcome:
    """A run that came to no end proves nothing, good or bad: it is made once more, and both lines are shown. A wrong figure stays wrong."""
    outcome = _in_folder_of_its_own(folder / f"{'kafka' if kafka else 'embedded'}-{seed}", kafka, interrupted, seed)
    if not outcome.unfinished or outcome.wrong or interrupted.is_set():
        return outcome
    print(f"{outcome.line()}; once more", flush=True)
    return replace(_in_folder_of_its_own(folder / f"{outcome.folder.name}-again", kafka, interrupted, seed), again=True)


def _in_folder_of_its_own(folder: Path, kafka: bool, interrupted: threading.Event, seed: int) -> Outcome:
    """The folder stays only when something is wrong: fifty copies would fill a disk."""
    outcome = run(seed, kafka, folder, interrupted)
    if outcome.well:
        shutil.rmtree(outcome.folder)
    return outcome


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="make faults", description="A small drill under seeded harm, again and again."
    )
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1, help="of the first run; the next ones count on")
    parser.add_argument("--kafka", action="store_true")
    parser.add_argument("--at-once", type=int, default=1, help="runs at the same time, each with a copy of its own")
    parser.add_argument("--folder", type=Path, help="where logs and data of runs that went wrong are kept")
    asked = parser.parse_args()
    if asked.kafka and (reason := missing_tools()):
        print(f"Left out: faults on Kafka. {reason}")
        return 0
    if not set(SECOND) <= set(engines.built()):
        print(f"Left out: faults on the second engines. {' '.join(engines.missing())}")
        return 0
    folder = asked.folder or Path(mkdtemp(prefix="faults-"))
    print(
        f"{asked.runs} runs on {'Apache Kafka' if asked.kafka else 'the embedded bus'}, {PUPILS} pupils each",
        flush=True,
    )
    outcomes, interrupted = [], threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)  # in the background of a script, too
    with ThreadPoolExecutor(asked.at_once) as pool:
        try:
            for outcome in pool.map(
                partial(_at_most_twice, folder, asked.kafka, interrupted), range(asked.seed, asked.seed + asked.runs)
            ):
                outcomes.append(outcome)
                print(outcome.line(), flush=True)
        except KeyboardInterrupt:
            print("Interrupted; stopping the copies that run ...", flush=True)
            interrupted.set()
            pool.shutdown(cancel_futures=True)
            return 130
    wrong = [outcome.seed for outcome in outcomes if not outcome.well]
    same = " KAFKA=1" * asked.kafka + " ENGINES=1" * bool(SECOND)
    print(
        f"{len(wrong)} of {len(outcomes)} runs went wrong: seeds {wrong}. Run one again: make faults RUNS=1 SEED={wrong[0]}{same}"
        if wrong
        else f"{len(outcomes)} runs, no wrong figure; made once more because they came to no end: {[o.seed for o in outcomes if o.again] or 'none'}."
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
