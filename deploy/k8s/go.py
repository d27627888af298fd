"""Programs from Go modules: built once for each version, telling how far they are; hashes are checked by Go itself."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

TELL_EVERY_SECONDS = 10
WORDS_OF_AN_ERROR = 800


class CannotBuild(RuntimeError):
    """A tool is missing or failed; the message says which."""


def build(to: Path, module: Path, package: str, label: str) -> None:
    """Build package of module as `to`, unless it was built from the same version. Raises CannotBuild."""
    stamp, version = to.with_suffix(".from"), f"{package} {version_of(module)}"
    if to.exists() and stamp.exists() and stamp.read_text() == version:
        return
    to.parent.mkdir(parents=True, exist_ok=True)
    fresh = to.with_suffix(".fresh")
    flags = ("-mod=readonly", "-trimpath", "-ldflags=-s -w", "-v")
    _build(["go", "build", *flags, "-o", str(fresh), package], module, label)
    fresh.rename(to)
    stamp.write_text(version)


def version_of(module: Path) -> str:
    """Hash of all that a module requires."""
    return hashlib.sha256((module / "go.mod").read_bytes() + (module / "go.sum").read_bytes()).hexdigest()


def folder_of(required: str, module: Path) -> Path:
    """Folder with the sources of a module that `module` requires, downloaded if needed."""
    return Path(json.loads(run(["go", "mod", "download", "-json", required], module))["Dir"])


def download(module: str, expected: str, folder: Path) -> Path:
    """Folder with the sources of module@version, if it has the hash that is expected. Raises CannotBuild."""
    found = json.loads(run(["go", "mod", "download", "-json", module], folder))
    if found["Sum"] != expected:
        raise CannotBuild(f"{module} has another hash than expected.")
    return Path(found["Dir"])


def missing(*tools: str) -> str:
    """A sentence about the tools that are not here, "" if all are."""
    debian = {"go": "golang, or go.dev", "javac": "openjdk-17-jdk-headless", "mvn": "maven", "prometheus": "prometheus"}
    lacking = [tool for tool in tools if not shutil.which(tool)]
    packages = ", ".join(debian[tool] for tool in lacking)
    are = "is" if len(lacking) == 1 else "are"
    return f"{', '.join(lacking)} {are} missing here (Debian: {packages})." if lacking else ""


def run(command: Sequence[str], folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        words = (done.stdout + done.stderr).strip()[-WORDS_OF_AN_ERROR:]
        raise CannotBuild(f"{' '.join(command[:3])} failed: {words}")
    return done.stdout


def _build(command: Sequence[str], module: Path, label: str) -> None:
    """Run `go build -v`, which names each module that it fetches and each package that it compiles."""
    began = told = time.monotonic()
    fetched, compiled, words = 0, 0, list[str]()
    environment = {**os.environ, "CGO_ENABLED": "0"}
    print(f"{label} ...", flush=True)
    with subprocess.Popen(command, cwd=module, env=environment, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if line.startswith("go: downloading"):
                fetched += 1
            elif " " not in line.strip():  # the name of a package
                compiled += 1
            else:
                words.append(line)
            if (now := time.monotonic()) - told > TELL_EVERY_SECONDS:
                told = now
                print(f"  {now - began:4.0f} s: {fetched} modules fetched, {compiled} packages compiled", flush=True)
    if process.returncode:
        raise CannotBuild(f"{label} failed: {''.join(words).strip()[-WORDS_OF_AN_ERROR:]}")
    print(f"  {time.monotonic() - began:4.0f} s: done, {compiled} packages compiled", flush=True)
