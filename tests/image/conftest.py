"""A copy whose engines are this machine's; every other process comes from the image, as deploy/k8s starts it."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.image import build
from deploy.image.container import RUN, Runtime, image_environment
from deploy.local.procfile import commands
from deploy.local.settings import Local
from deploy.local.stack import ENGINES, FRONT, PRIVATE, Stack
from deploy.local.store import TOPICS
from tests.faults.harmed_copy import SMALL
from tests.support.ports import free_range

BASE = Path(__file__).parents[2] / "deploy" / "k8s" / "base"
FIRST = {"FIRST_LOGIN": "ministry-image", "FIRST_PASSWORD": "seven grey herons land"}
# What a pod's settings say instead of one machine's.
COMMON = dict(line.split("=", 1) for line in (BASE / "common.env").read_text().split())
IN_A_POD = {name: value for name, value in COMMON.items() if value.startswith(RUN)} | {"CLOCK": f"file:{RUN}/clock"}
PATIENCE = 300.0  # seconds for fourteen containers to start at once
# Before the first start, in this sequence: deploy/k8s/README.md.
JOBS = {"roster-topics": TOPICS, "roster-tree": "roster-worker", "identity-first-account": "identity-worker"}


def manifests(kind: str) -> dict[str, dict[str, Any]]:
    """Objects of the base, by name."""
    files = [path for path in sorted(BASE.rglob("*.yaml")) if path.parent.name != "pods"]
    found = [each for path in files for each in yaml.safe_load_all(path.read_text())]
    return {each["metadata"]["name"]: each for each in found if each and each.get("kind") == kind}


def pod(name: str) -> dict[str, Any]:
    """The part of a pod that is common to all or many."""
    return yaml.safe_load((BASE / "pods" / f"{name}.yaml").read_text())["spec"]["template"]["spec"]


def processes() -> dict[str, list[str]]:
    """Name of a process, as one machine has it -> command in the Deployment."""
    found = {FRONT: pod("api")["initContainers"][0]["command"]}
    for deployment in manifests("Deployment").values():
        labels = deployment["metadata"]["labels"]
        service, role = labels["app.kubernetes.io/name"], labels["app.kubernetes.io/component"]
        name = service if role == "api" else f"{service}-worker"
        number = 1 + sum(other.partition(".")[0] == name for other in found)
        command = deployment["spec"]["template"]["spec"]["containers"][0]["command"]
        found[name if number == 1 else f"{name}.{number}"] = command
    return found


class FromTheImage(Stack):
    def __init__(self, local: Local, runtime: Runtime) -> None:
        self.run, self.runtime, self.roles = local.data / "run", runtime, processes()
        here = {"SOCKETS": str(self.run / "sockets"), "CLOCK_FILE": str(self.run / "clock")}
        super().__init__(local, overrides={**SMALL, **here})
        engines = {name: command for name, command in commands().items() if name in ENGINES and name != "kafka"}
        self._commands = {**engines, **dict.fromkeys(self.roles, "")}
        uid = runtime.context["runAsUser"]
        for folder in (self.run, self.run / "sockets"):
            folder.mkdir(parents=True)
            shutil.chown(folder, uid, uid)

    def create_topics(self) -> None:
        for job, process in JOBS.items():
            spec = manifests("CronJob")[job]["spec"]["jobTemplate"]["spec"]["template"]["spec"]
            done = self.container(job, process, spec["containers"][0]["command"], **FIRST)
            assert done.returncode == 0, (job, done.stdout, done.stderr)

    def start(self, name: str, command: str = "") -> None:
        if name in ENGINES:
            return super().start(name, command)
        words = self.runtime.words(name, self.roles[name], self._settings(name), self.run)
        self.processes[name] = subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=self._log(name),
            stderr=subprocess.STDOUT,
            start_new_session=True,
            umask=PRIVATE,
        )
        return None

    def container(self, name: str, process: str, command: list[str], **more: str) -> subprocess.CompletedProcess[str]:
        """Run a container to its end."""
        words = self.runtime.words(name, command, {**self._settings(process), **more}, self.run)
        return subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300, check=False)

    def _settings(self, process: str) -> dict[str, str]:
        return {**self.local.environment_of(process), **SMALL, **IN_A_POD}

    def stop_all(self) -> None:
        super().stop_all()
        for name in (*self.roles, *JOBS):
            self.runtime.delete(name)


@pytest.fixture(scope="session")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runtime]:
    if not shutil.which("runc"):
        pytest.skip("The image is not run, because runc is not installed (Debian: runc).")
    every = pod("every")
    context = {**every["securityContext"], **every["containers"][0]["securityContext"]}
    state = tmp_path_factory.mktemp("runc")
    yield Runtime(state, build.root_of_a_container(), image_environment(), context)
    build.unmount()


@pytest.fixture(scope="module")
def copy(runtime: Runtime, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FromTheImage]:
    stack = FromTheImage(Local(tmp_path_factory.mktemp("copy"), free_range()), runtime)
    patience = pytest.MonkeyPatch()
    try:
        patience.setattr("deploy.local.stack.PATIENCE", PATIENCE)
        stack.start_all()
        yield stack
    finally:
        patience.undo()
        stack.stop_all()
