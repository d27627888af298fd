"""`make test`: everything that can be tested on this machine; says in plain sentences what was left out and why."""
from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

FAILED = 1   # pytest's status when tests ran and some failed
CHROMIUM = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")


def left_out() -> list[str]:
    """A sentence for each thing that this machine lacks; its tests skip themselves."""
    sentences = []
    if missing := [tool for tool in ("java", "mvn") if not shutil.which(tool)]:
        sentences.append(f"Left out: Apache Kafka; it needs {' and '.join(missing)} (Debian: openjdk-17-jre-headless, maven).")
    if not any(Path(path).exists() for path in CHROMIUM):
        sentences.append("Left out: the pages in a real browser, because Chromium is not installed (Debian: chromium).")
    return sentences


def main() -> int:
    parser = argparse.ArgumentParser(prog="make test")
    parser.add_argument("rest", nargs="*", help="given to pytest")
    parser.add_argument("--system", action="store_true", help="also run the drill against whole running copies")
    asked = parser.parse_args()
    rest = asked.rest
    sentences = left_out()
    for sentence in sentences:
        sys.stdout.write(sentence + "\n")
    sys.stdout.flush()
    # Two runs: many small tests side by side, then those that want the whole machine for themselves.
    small = _pytest("-m", "not system", "-n", "2", *rest)
    if small == FAILED:
        sys.stdout.write("Some failed side by side; once more, each alone: what fails again is broken, the others lean on a quiet machine.\n")
        sys.stdout.flush()
        small = _pytest("-m", "not system", "--last-failed", *rest)
    if not asked.system:
        sentences.append("Left out: the drill against whole running copies (`make test SYSTEM=1`), because it was not asked for.")
    whole = _pytest("-m", "system", *rest) if asked.system else 0
    sys.stdout.write("\n".join(sentences) + "\n" if sentences else "Nothing was left out.\n")
    return small or whole


def _pytest(*arguments: str) -> int:
    return subprocess.run([sys.executable, "-m", "pytest", *arguments], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
