"""`make soak MINUTES=60`: a copy under a steady rate of people's work, sampled; not well when something grows.

Starts a copy of its own in a temporary folder and stops it at the end. Writes soak.json, soak.md and soak.svg.
Exit status: 0 when it is well, 1 when not, 2 when the copy or the drill could not begin.
"""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import orjson

from benchmarks.machine import facts
from benchmarks.soak.judgement import judge
from benchmarks.soak.page import JSON, write_page
from benchmarks.soak.samples import STORE_CACHE, Sample, take
from benchmarks.soak.work import TooLong, Work
from deploy.local.ports import listens
from deploy.local.run import say
from deploy.local.settings import Local, read_env
from deploy.local.stack import ENGINES, Stack, StackFailed
from deploy.local.store import CACHE
from drill.__main__ import ministry
from drill.clients import Problem
from drill.printed import Misprint
from drill.show import Show
from drill.story import Given, Story
from drill.world import Stuck
from shared.infrastructure.signalled import Signalled
from shared.language.services import SERVICES
from tests.support.ports import free_range

EACH = 10.0  # seconds between two samples
MOST_MINUTES = 720  # the drill's day begins at eight in the morning and must not end meanwhile
WELL, NOT_WELL, NOT_BEGUN = 0, 1, 2


def main() -> int:
    asked = _arguments()
    if asked.data is None:
        with tempfile.TemporaryDirectory(prefix="rollcall-soak-") as folder:
            return _soak(asked, Path(folder))
    return _soak(asked, asked.data.resolve())


def _soak(asked: argparse.Namespace, data: Path) -> int:
    local = Local(data, asked.port or free_range(), asked.kafka)
    stack, stop = Stack(local, say, overrides={CACHE: STORE_CACHE}), Signalled()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    before, samples = facts(), list[Sample]()
    try:
        stack.start_all()
        local.write_addresses()
        work = Work(Story(_given(asked, local), Show(plain=True)))
        work.begin()
        _work_and_sample(stack, work, asked, stop, samples)
        sentences = _sentences(stack, work, asked, samples, stop)
    except (StackFailed, TooLong) as error:
        say(str(error))
        return NOT_BEGUN
    except (Problem, Stuck, Misprint, LookupError, httpx.HTTPError) as error:
        say(f"The drill could not begin: {error}")
        return NOT_BEGUN
    finally:
        stack.stop_all()
    _write(asked, before, samples, sentences, len(work.world.region.schools), work.comparison.compared)
    for sentence in sentences or ["Well: no memory, no lag and no drift grew, and all figures equal the ledger."]:
        say(sentence)
    return NOT_WELL if sentences else WELL


def _work_and_sample(
    stack: Stack, work: Work, asked: argparse.Namespace, stop: threading.Event, samples: list[Sample]
) -> None:
    """People work in a thread of their own, samples are taken here. Raises TooLong."""
    seconds, ended, failed = asked.minutes * 60, threading.Event(), list[TooLong]()

    def people() -> None:
        try:
            work.run(asked.rate, seconds, stop)
        except TooLong as error:
            failed.append(error)
        ended.set()

    say(f"{asked.minutes:g} minutes at {asked.rate:g} steps a second, a sample each {EACH:.0f} s")
    began = time.monotonic()
    thread = threading.Thread(target=people)
    thread.start()
    while not ended.wait(max(0.0, began + EACH * len(samples) - time.monotonic())):
        samples.append(take(stack, time.monotonic() - began, work.done))
        if len(samples) % 30 == 1:
            say(_line(samples[-1]))
        if stack.dead():
            stop.set()
            break
    thread.join()
    if failed:
        raise failed[0]


def _line(sample: Sample) -> str:
    numbers = ", ".join(f"{name} {'?' if value is None else f'{value:.0f}'}" for name, value in sample.numbers.items())
    return f"{sample.at / 60:5.1f} min: {sample.steps} steps, {sum(sample.memory.values()):.0f} MB in all; {numbers}"


def _sentences(
    stack: Stack, work: Work, asked: argparse.Namespace, samples: list[Sample], stop: threading.Event
) -> list[str]:
    """Every reason why this run is not well."""
    found = judge(samples, ENGINES, asked.rate)
    if dead := stack.dead():
        return [*found, f"{', '.join(dead)} ended unexpectedly:\n{stack.tail(dead[0])}"]
    if stop.is_set():
        found.append("It was stopped before its time.")
    try:
        work.compare()
    except (Stuck, Problem, httpx.HTTPError) as error:
        found.append(str(error))
    return found + work.differences


def _write(
    asked: argparse.Namespace,
    before: Mapping[str, Any],
    samples: list[Sample],
    sentences: list[str],
    schools: int,
    compared: int,
) -> None:
    document = {
        "machine": facts(before),
        "minutes": asked.minutes,
        "rate": asked.rate,
        "pupils": asked.pupils,
        "schools": schools,
        "bus": "Apache Kafka" if asked.kafka else "the bus in the document store",
        "compared": compared,
        "sentences": sentences,
        "samples": [sample.as_json() for sample in samples],
    }
    asked.out.mkdir(parents=True, exist_ok=True)
    (asked.out / JSON).write_bytes(orjson.dumps(document) + b"\n")
    write_page(asked.out)
    say(f"Written: soak.json, soak.md and soak.svg in {asked.out}.")


def _given(asked: argparse.Namespace, local: Local) -> Given:
    """The drill of this copy. The ministry's first password allows nothing but choosing another one."""
    addresses = {name: read_env(local.data / "local.env")[f"{name.upper()}_URL"] for name in SERVICES}
    environment = local.environment()
    account = ministry(Path(environment["FIRST_ACCOUNT_FILE"]), addresses)
    return Given(asked.seed, asked.pupils, addresses, Path(environment["CLOCK_FILE"]), account, local.data / "drill")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--rate", type=float, default=1.0, help="steps of people a second, each with a photo")
    parser.add_argument("--pupils", type=int, default=500)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--port", type=int, help="the first port; default: a free one")
    parser.add_argument("--data", type=Path, help="keep the copy's data here; default: a temporary folder")
    parser.add_argument("--out", type=Path, default=Path("docs"))
    parser.add_argument("--kafka", action="store_true")
    asked = parser.parse_args()
    if not 0 < asked.minutes <= MOST_MINUTES:
        parser.error(f"MINUTES between 0 and {MOST_MINUTES}: the day of the drill must not end meanwhile.")
    if asked.port and listens(asked.port):
        parser.error(f"port {asked.port} is in use")
    return asked


if __name__ == "__main__":
    sys.exit(main())
