"""`make faults RUNS=5 SEED=1 KAFKA=1`: seeded runs of a small drill against a copy under harm, a line per run."""

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
from deploy.local.running import announce
from deploy.local.settings import STAND_IN
from deploy.local.stack import ENGINES, StackFailed
from drill.__main__ import EQUALS, WAITED
from shared.language.services import SERVICES
from tests.faults.deaths import unexcused
from tests.faults.harmed_copy import HarmedCopy
from tests.faults.plan import plan
from tests.faults.proof import prove
from tests.support.ports import free_range
from tests.support.servers import SECOND
from tests.system.county import SmallCounty

PUPILS = 30  # few, so that many runs are possible: the processes matter, not the pupils
DRILL_SECONDS = 900  # a drill that takes longer hangs
MIN_HARMS = 5  # with less, a run proves nothing


@dataclass(frozen=True, slots=True)
class RunResult:
    """wrong: a sentence for every violation. unfinished: why the drill did not finish and its ledger proves nothing.

    The folder of such a run is kept. again: whether this is the repetition of an unfinished run.
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


def run(seed: int, kafka: bool, folder: Path, interrupted: threading.Event) -> RunResult:
    """Run one drill under a plan of harm against a copy, then the proof. interrupted: set to end everything early."""
    began = time.monotonic()
    copy = HarmedCopy(folder, free_range(), kafka)
    unfinished, wrong = "", list[str]()
    try:
        copy.start()
        unfinished, wrong = _drill_under_harm(copy, seed, interrupted)
        wrong += [] if interrupted.is_set() else _proof(copy)
        wrong += [f"{ended} ended by itself while its engines were available" for ended in copy.crashed]
        wrong += [
            f"{sentence} in {log.name}"
            for log in sorted((folder / "logs").iterdir())
            if log.stem not in ENGINES
            for sentence in _alarms(log)
        ]
    except StackFailed as error:
        unfinished = f"a process did not start: {error}"
    except Exception as error:  # belongs to this seed; the other runs continue
        unfinished = f"the run broke off: {type(error).__name__}: {error}"
    finally:
        copy.close()
    harm = ", ".join(f"{what} ×{n}" if n > 1 else what for what, n in sorted(copy.harmed.items()))
    summary = (
        f"{copy.harmed.total()} harms ({harm}); stopped over a session: {copy.stopped_over['a session']}, "
        f"over a midnight: {copy.stopped_over['a midnight']}; "
        f"ended by themselves: {', '.join(sorted(copy.ended)) or 'none'}"
    )
    return RunResult(seed, summary, time.monotonic() - began, tuple(wrong), unfinished, folder)


def _drill_under_harm(copy: HarmedCopy, seed: int, interrupted: threading.Event) -> tuple[str, list[str]]:
    """(why the drill did not finish, "" if it did; what it found wrong)"""
    announce(copy.local)  # the drill's operator finds it there
    over = threading.Event()
    processes = [name for name in copy.stack.names if name not in (*ENGINES, STAND_IN)]
    engines_here = [name for name in copy.stack.names if name in ENGINES]
    drill = subprocess.Popen(
        _drill_command(copy, seed), stdout=(copy.data / "drill.log").open("wb"), stderr=subprocess.STDOUT
    )
    with ThreadPoolExecutor(1, "harm") as pool:
        harm = pool.submit(copy.run_harms, plan(seed, processes, engines_here, sorted(copy.detours)), over)
        try:
            status = _status_of(drill, interrupted)
        finally:
            over.set()
    unfinished, wrong = judged(
        status, " | ".join((copy.data / "drill.log").read_text(errors="replace").splitlines()[-8:])
    )
    if error := harm.exception():  # without harm a run proves nothing
        unfinished = f"the harm broke off: {error!r}"
    elif not unfinished and copy.harmed.total() < MIN_HARMS:
        unfinished = f"only {copy.harmed.total()} harms were done"
    return unfinished, wrong


def judged(status: int | None, tail: str) -> tuple[str, list[str]]:
    """The meaning of a drill's exit status: (why it did not finish, what is wrong). status: None if it was killed."""
    if status in (None, WAITED):
        return f"the drill {'hangs' if status is None else 'waited in vain'}: {tail}", []
    return "", [] if status == EQUALS else [f"the drill finds differences, or broke (status {status}): {tail}"]


def _status_of(drill: subprocess.Popen[bytes], interrupted: threading.Event) -> int | None:
    """The exit status; None if the drill had to be killed."""
    until = time.monotonic() + DRILL_SECONDS
    while drill.poll() is None:
        if interrupted.wait(0.2) or time.monotonic() > until:
            drill.kill()
            drill.wait()
            return None
    return drill.returncode


def _drill_command(copy: HarmedCopy, seed: int) -> list[str]:
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
        command += [f"--{name}-url", copy.local.addresses()[name]]
    return [*command, "--first-account", environment["FIRST_ACCOUNT_FILE"], "--clock-file", environment["CLOCK_FILE"]]


def _proof(copy: HarmedCopy) -> list[str]:
    try:
        copy.await_healthy()
        return prove(copy, SmallCounty(copy.stack))
    except Exception as error:  # an unproved claim counts as violated
        return [f"the proof broke off: {type(error).__name__}: {error}"]


def _alarms(log: Path) -> list[str]:
    """Alarms in a log. No harm loses acknowledged records or makes good events unreadable, so each one is a fault.

    A death is a fault unless an unavailable engine or service caused it.
    """
    text = log.read_text(errors="replace")
    return [alarm for alarm in ("BusLostData", "TooManyParked", "event parked") if alarm in text] + [
        f"a death of {cause}" for cause in unexcused(text)
    ]


def _at_most_twice(folder: Path, kafka: bool, interrupted: threading.Event, seed: int) -> RunResult:
    """Repeat an unfinished run once, since it proves nothing; both lines are shown. A wrong figure stays wrong."""
    result = _run_in_folder(folder / f"{'kafka' if kafka else 'embedded'}-{seed}", kafka, interrupted, seed)
    if not result.unfinished or result.wrong or interrupted.is_set():
        return result
    print(f"{result.line()}; once more", flush=True)
    return replace(_run_in_folder(folder / f"{result.folder.name}-again", kafka, interrupted, seed), again=True)


def _run_in_folder(folder: Path, kafka: bool, interrupted: threading.Event, seed: int) -> RunResult:
    """Keep the folder only when something is wrong: fifty copies would fill a disk."""
    result = run(seed, kafka, folder, interrupted)
    if result.well:
        shutil.rmtree(result.folder)
    return result


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="make faults", description="A small drill under seeded harm, again and again."
    )
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1, help="of the first run; each further run adds one")
    parser.add_argument("--kafka", action="store_true")
    parser.add_argument("--at-once", type=int, default=1, help="concurrent runs, each with a copy of its own")
    parser.add_argument("--folder", type=Path, help="for logs and data of failed runs")
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
    results, interrupted = [], threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)  # in a background job too
    with ThreadPoolExecutor(asked.at_once) as pool:
        try:
            for result in pool.map(
                partial(_at_most_twice, folder, asked.kafka, interrupted), range(asked.seed, asked.seed + asked.runs)
            ):
                results.append(result)
                print(result.line(), flush=True)
        except KeyboardInterrupt:
            print("Interrupted; stopping the copies that run ...", flush=True)
            interrupted.set()
            pool.shutdown(cancel_futures=True)
            return 130
    wrong = [result.seed for result in results if not result.well]
    same = " KAFKA=1" * asked.kafka + " ENGINES=1" * bool(SECOND)
    print(
        f"{len(wrong)} of {len(results)} runs went wrong: seeds {wrong}. "
        f"Run one again: make faults RUNS=1 SEED={wrong[0]}{same}"
        if wrong
        else f"{len(results)} runs, no wrong figure; "
        f"repeated because they did not finish: {[result.seed for result in results if result.again] or 'none'}."
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
