"""`make unit`, `make test` and `make prove`: what can be tested here, in three sizes; says what was left out and why.

`make prove ENGINES=1` then runs what talks to a store once more, on second implementations of both stores.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from deploy.local import engines
from tests.faults.disk import UNMOUNTABLE, mountable
from tests.mutants import every
from tests.support.chromium import CHROMIUM
from tests.support.suites import DAY, NO_CLUSTER, REST_OF_PROVE, REST_OF_TEST, SHARE, UNIT, WHOLE

# What meets the document store or the object store.
SUITES = ("store", "bus", "view", "access", "subscription", "relay", "objects", "integration")
MAIN = "origin/main"
CORES = max(2, os.cpu_count() or 2)
WORKERS = str(min(4, CORES))  # rules keep a core busy
COPIES = str(min(4, CORES + 1))  # a copy of the whole system waits more than it works
PYTEST = ("pytest", "--durations=20", "--durations-min=0.5")
# None of these is a unit test, and importing them takes a worker a second each; so does a plugin that no test needs.
LEAN = ("-p", "no:schemathesis", *(f"--ignore={folder}" for folder in WHOLE))
SIDE_BY_SIDE = ("-n", COPIES, "--dist", "loadscope")
SEEDS_OF_THE_MODEL = "300"
SEEDED_RUNS, AT_ONCE, REQUESTS = 5, 2, 5000


@dataclass
class Run:
    """The steps of a target, one after the other. failed: by name."""

    steps: list[tuple[str, float, bool]] = field(default_factory=list)

    def step(self, name: str, *command: str, **environment: str) -> bool:
        """Run a module with its arguments; whether it went well."""
        say(f"\n== {name}")
        began = time.monotonic()
        well = _run(command, environment)
        self.steps.append((name, time.monotonic() - began, well))
        return well

    def end(self, sentences: Sequence[str]) -> int:
        say("")
        for name, seconds, well in self.steps:
            say(f"{'ok    ' if well else 'FAILED'} {seconds / 60:5.1f} min  {name}")
        for sentence in sentences or ["Nothing was left out."]:
            say(sentence)
        return int(not all(well for _, _, well in self.steps))


def unit(paths: Sequence[str]) -> int:
    """No server, no browser. paths: files, folders or ids of tests; none for all."""
    shared = () if paths else ("-n", WORKERS)
    durations = () if paths else (*PYTEST[1:], *LEAN)
    return int(not _run(["pytest", *durations, *shared, "-m", UNIT, *paths], {"NO_ENGINES": "1"}))


def test() -> int:
    """Rules first: a mistake in one of them is known within a minute."""
    run, sentences = Run(), left_out()
    for sentence in sentences:
        say(sentence)
    fetch_kafka()
    if run.step("rules, contracts, properties", *PYTEST, *LEAN, "-n", WORKERS, "-m", UNIT, NO_ENGINES="1"):
        name = "engines, pages, a county on each bus, one story of each family, the mutants of this change"
        run.step(name, *PYTEST, *SIDE_BY_SIDE, "-m", REST_OF_TEST, **{every.SINCE: MAIN})
    return run.end(sentences)


def prove(day: date, *, after_test: bool, second: bool, share: int) -> int:
    """Everything, with the examples of this day.

    after_test: without what `make test` has just run in the same way. share: one test in so many, others every day.
    """
    run, seed = Run(), int(f"{day:%Y%m%d}00")
    sentences = left_out() + (left_out_of_the_second() if second else []) + left_to_other_days(share)
    for sentence in sentences:
        say(sentence)
    fetch_kafka()
    selection = ("-m", REST_OF_PROVE if after_test else NO_CLUSTER)
    chosen = {every.LEFT: MAIN} if after_test else {}
    more = {"THOROUGH": "1", "OPENAPI_REQUESTS": str(REQUESTS // share), "OPENAPI_SEED": str(seed)}
    chosen |= {SHARE: str(share), DAY: str(day.toordinal())}
    name = "all stories, all mutants, many times the examples"
    run.step(name, *PYTEST, *SIDE_BY_SIDE, f"--hypothesis-seed={seed}", *selection, **more, **chosen)
    run.step("the model", "tests.model.run", SEEDS_OF_THE_MODEL, str(seed))
    for bus, first in ((), seed), (("--kafka",), seed + 50):
        runs = max(1, SEEDED_RUNS // share)
        asked = ("--runs", str(runs), "--at-once", str(AT_ONCE), "--seed", str(first), *bus)
        run.step(f"seeded runs under harm{' on Kafka' if bus else ''}", "tests.faults.run", *asked)
    if second:
        on_second_engines(run, engines.built())
    return run.end(sentences)


def attacks() -> int:
    """Run every attack on one running copy."""
    return int(not _run([*PYTEST, "-v", "tests/attacks"], {}))


def fetch_kafka() -> None:
    """Once, before two workers want it at the same moment."""
    _run(["deploy.kafka.fetch", "--where-possible"], {})


def left_out() -> list[str]:
    """A sentence for each thing that this machine lacks; its tests skip themselves."""
    sentences = []
    if missing := [tool for tool in ("java", "mvn") if not shutil.which(tool)]:
        sentences.append(
            f"Left out: Apache Kafka; it needs {' and '.join(missing)} (Debian: openjdk-17-jre-headless, maven)."
        )
    if not CHROMIUM.exists():
        sentences.append("Left out: the pages in a real browser, because Chromium is not installed (Debian: chromium).")
    if not mountable():
        sentences.append(f"Left out: a full disk of the document store, because {UNMOUNTABLE}.")
    return sentences


def left_to_other_days(share: int) -> list[str]:
    """What a share of `make prove` does not run."""
    if share == 1:
        return []
    return [f"Left to other days: all stories, mutants and examples but one in {share}. `make prove` runs all of them."]


def left_out_of_the_second() -> list[str]:
    """What is not run on the second engines, and why."""
    return [
        *(f"Left out: {sentence}" for sentence in engines.missing()),
        "Left out on the second engines: rules, pages and Kafka, which never meet them, and requests made up from "
        "OpenAPI, which are about the services.",
    ]


def on_second_engines(run: Run, names: Sequence[str]) -> None:
    """What meets a store, a county's drill, a county that moves from the first engines, stories, one seeded run."""
    if not names:
        return
    second = {"SECOND_ENGINES": " ".join(names)}
    what = f"on the second implementation of {' and '.join(names)}"
    folders = [f"tests/{suite}" for suite in SUITES]
    run.step(f"suites {what}", *PYTEST, *SIDE_BY_SIDE, "-m", "not system and not kafka", *folders, **second)
    stories = ("tests/system/test_campaign.py", "tests/system/test_moving.py", "tests/faults")
    run.step(f"stories {what}", *PYTEST, *SIDE_BY_SIDE, "-m", "system and not kafka", *stories, **second)
    run.step(f"a seeded run {what}", "tests.faults.run", "--runs", "1", "--seed", "7", **second)


def _run(command: Sequence[str], environment: Mapping[str, str]) -> bool:
    """Compiled files are written whatever the machine says: hundreds of processes would compile the same ones."""
    ours = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return subprocess.run([sys.executable, "-m", *command], env={**ours, **environment}, check=False).returncode == 0


def say(sentence: str) -> None:
    sys.stdout.write(sentence + "\n")
    sys.stdout.flush()


def main() -> int:
    parser = argparse.ArgumentParser(prog="make")
    targets = parser.add_subparsers(dest="target", required=True)
    targets.add_parser("unit").add_argument("paths", nargs="*", help="files, folders or ids of tests")
    targets.add_parser("test")
    targets.add_parser("attacks")
    everything = targets.add_parser("prove")
    everything.add_argument("--engines", action="store_true", help="then on the second engines too")
    everything.add_argument("--after-test", action="store_true", help="without what `make test` has just run")
    today = datetime.now(UTC).date()
    everything.add_argument("--day", type=date.fromisoformat, default=today, help="seeds are those of this day")
    everything.add_argument("--share", type=int, default=1, help="one test in so many, each day other ones")
    asked = parser.parse_args()
    if asked.target == "unit":
        return unit(asked.paths)
    if asked.target == "test":
        return test()
    if asked.target == "attacks":
        return attacks()
    return prove(asked.day, after_test=asked.after_test, second=asked.engines, share=asked.share)


if __name__ == "__main__":
    sys.exit(main())
