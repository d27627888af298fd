"""`make test`: everything that can be tested on this machine; says in plain sentences what was left out and why.

`make test ENGINES=1` then runs what talks to a store once more, on second implementations of the document store and the object store.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence

from deploy.local import engines
from tests.faults.disk import UNMOUNTABLE, mountable
from tests.support.chromium import CHROMIUM

# What meets the document store or the object store.
SUITES = ("store", "bus", "view", "subscription", "relay", "objects", "integration")


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


def main() -> int:
    parser = argparse.ArgumentParser(prog="make test")
    parser.add_argument("--engines", action="store_true", help="then on the second engines too")
    parser.add_argument("rest", nargs="*", help="given to pytest")
    asked = parser.parse_args()
    sentences = left_out() + (left_out_of_the_second() if asked.engines else [])
    for sentence in sentences:
        say(sentence)
    # Two runs: many small tests side by side, then those that want the whole machine for themselves.
    failed = [
        _run("pytest", "-m", "not system", "-n", "2", "--dist", "loadgroup", *asked.rest),
        _run("pytest", "-m", "system", *asked.rest),
    ]
    if asked.engines:
        failed += on_second_engines(engines.built())
    for sentence in sentences or ["Nothing was left out."]:
        say(sentence)
    return int(any(failed))  # one that was killed by a signal has a negative status


def left_out_of_the_second() -> list[str]:
    """What is not run on the second engines, and why."""
    return [
        *(f"Left out: {sentence}" for sentence in engines.missing()),
        "Left out on the second engines: rules, pages and Kafka, which never meet them, and requests made up from OpenAPI, which are about the services.",
    ]


def on_second_engines(names: Sequence[str]) -> list[int]:
    """The suites of everything that meets a store, a county's drill, a county that moves from the first engines, stories of harm, and one drill under it."""
    if not names:
        return []
    say(f"Once more on the second implementation of: {', '.join(names)}.")
    return [
        _run(
            "pytest", "-m", "not system and not kafka", "-n", "2", *(f"tests/{suite}" for suite in SUITES), second=names
        ),
        _run(
            "pytest",
            "-m",
            "system and not kafka",
            "tests/system/test_campaign.py",
            "tests/system/test_moving.py",
            "tests/faults",
            second=names,
        ),
        _run("tests.faults.run", "--runs", "1", "--seed", "7", second=names),
    ]


def _run(module: str, *arguments: str, second: Sequence[str] = ()) -> int:
    environment = {**os.environ, "SECOND_ENGINES": " ".join(second)}
    return subprocess.run([sys.executable, "-m", module, *arguments], env=environment, check=False).returncode


def say(sentence: str) -> None:
    sys.stdout.write(sentence + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
