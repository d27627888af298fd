"""`make engines`: build second implementations of two engines into .cache/engines/, once, for tests only.

Reasons: docs/adr/2026-11-25-second-engines.md. How they are started: deploy/local/second.Procfile.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from deploy.local.settings import REPO

HOME = REPO / ".cache" / "engines"
BIN = HOME / "bin"


@dataclass(frozen=True, slots=True)
class Engine:
    """name: in the Procfile. program: in .cache/engines/bin. build: command; its first word is the required tool."""

    name: str
    what: str
    program: str
    build: tuple[str, ...]
    minutes: int
    comes_from: str

    @property
    def path(self) -> Path:
        return BIN / self.program

    def lacking(self) -> str:
        """The reason why it cannot be built here, "" if it can."""
        return (
            ""
            if shutil.which(self.build[0])
            else f"{self.what} cannot be built: it needs {self.build[0]} ({self.comes_from})."
        )


SECOND = (
    Engine(
        "objects",
        "MinIO (a second S3)",
        "minio",
        ("go", "install", "github.com/minio/minio@v0.0.0-20260212201848-7aac2a2c5b7c"),
        3,
        "Go 1.24 or later, go.dev",
    ),
    Engine(
        "store",
        "secantusd-rs (a second document store)",
        "secantusd-rs",
        (
            "cargo",
            "install",
            "--quiet",
            "--ignore-rust-version",
            "secantus-mdb",
            "--version",
            "0.5.3-beta.196",
            "--root",
            str(HOME),
        ),
        5,
        "Rust 1.95 or later, rustup.rs",
    ),
)


def built() -> tuple[str, ...]:
    """Names in the Procfile of the engines whose second implementation is built."""
    return tuple(engine.name for engine in SECOND if engine.path.exists())


def missing() -> list[str]:
    """A sentence for each engine that is not built."""
    return [
        engine.lacking() or f"{engine.what} is not built; `make engines` builds it."
        for engine in SECOND
        if not engine.path.exists()
    ]


def build(engine: Engine) -> str:
    """Build it unless it is built. Returns the reason of a failure, or ""."""
    if engine.path.exists():
        return ""
    if reason := engine.lacking():
        return reason
    say(f"Building {engine.what} (once, about {engine.minutes} minutes) ...")
    done = subprocess.run(
        engine.build, env={**os.environ, "GOBIN": str(BIN)}, capture_output=True, text=True, check=False
    )
    if done.returncode or not engine.path.exists():
        return (
            f"{engine.what} could not be built: {(done.stdout + done.stderr).strip()[-500:] or 'the tool says nothing'}"
        )
    return ""


def main() -> int:
    """Always 0: a missing engine is reported, and tests skip it with the same sentence."""
    BIN.mkdir(parents=True, exist_ok=True)
    for engine in SECOND:
        reason = build(engine)
        say(reason or f"{engine.what}: {engine.path.relative_to(REPO)}")
    return 0


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
