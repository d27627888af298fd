"""`make test`: everything that can be tested on this machine; says in plain sentences what was left out and why."""
from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

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
    rest = parser.parse_args().rest
    sentences = left_out()
    for sentence in sentences:
        sys.stdout.write(sentence + "\n")
    sys.stdout.flush()
    # Two runs: many small tests side by side, then those that want the whole machine for themselves.
    small = _pytest("-m", "not system", "-n", "2", *rest)
    whole = _pytest("-m", "system", *rest)
    sys.stdout.write("\n".join(sentences) + "\n" if sentences else "Nothing was left out.\n")
    return small or whole


def _pytest(*arguments: str) -> int:
    return subprocess.run([sys.executable, "-m", "pytest", *arguments], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
