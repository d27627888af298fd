"""`make kafka`: fetches Apache Kafka's own jars from Maven into .cache/kafka/, once."""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
CACHE = HERE.parents[1] / ".cache" / "kafka"


class CannotFetch(RuntimeError):
    """Kafka's jars are missing and cannot be fetched; the message says why."""


def missing_tools() -> str:
    """The reason why this machine cannot run Kafka, "" if it can."""
    missing = [tool for tool in ("java", "mvn") if not shutil.which(tool)]
    return f"Kafka needs {' and '.join(missing)} (Debian: openjdk-17-jre-headless, maven)." if missing else ""


def fetch() -> Path:
    """The folder with the jars, fetched if needed. Raises CannotFetch."""
    libs = CACHE / "libs"
    if libs.is_dir():
        return libs
    if reason := missing_tools():
        raise CannotFetch(reason)
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as scratch:
        fresh = Path(scratch) / "libs"
        done = subprocess.run(
            [
                "mvn",
                "-q",
                "-B",
                "-f",
                str(HERE / "pom.xml"),
                "dependency:copy-dependencies",
                "-DincludeScope=runtime",
                f"-DoutputDirectory={fresh}",
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode or not fresh.is_dir():
            raise CannotFetch(f"Maven could not fetch Kafka: {(done.stdout + done.stderr).strip()[-500:]}")
        try:
            fresh.rename(libs)  # atomic, and a second process finds it
        except OSError:
            if not libs.is_dir():
                raise
    return libs


def main() -> int:
    parser = argparse.ArgumentParser(prog="make kafka")
    parser.add_argument(
        "--where-possible",
        action="store_true",
        help="exit status 0 also without Java or Maven, for callers that report what is left out",
    )
    if parser.parse_args().where_possible and missing_tools():
        return 0
    try:
        libs = fetch()
    except CannotFetch as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"Apache Kafka: {len(list(libs.glob('*.jar')))} jars in {libs}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
