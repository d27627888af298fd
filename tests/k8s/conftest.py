"""A control plane with six simulated nodes in three zones, and the overlays as Kustomize renders them."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.k8s.build import BINARIES, DEFINITIONS
from deploy.k8s.control_plane import ControlPlane, KubectlFailed
from deploy.k8s.secrets import GIVEN, secrets_of_an_installation
from tests.k8s import proved
from tests.support.wait import await_until

K8S = Path(__file__).resolve().parents[2] / "deploy" / "k8s"
OVERLAYS = ("pilot", "province", "national")
ZONES = ("a", "b", "c")
PORT = 12_379
Document = dict[str, Any]


def pytest_terminal_summary(terminalreporter: Any) -> None:
    folder = "tests/k8s/"
    passed = [each for each in terminalreporter.stats.get("passed", ()) if each.nodeid.startswith(folder)]
    for line in proved.lines(passed):
        terminalreporter.write_line(line)


@pytest.fixture
def seen(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Writes a figure behind the test's line in the list of what was proved."""
    return lambda what: record_property(proved.SEEN, what)


@pytest.fixture
def refused(cluster: ControlPlane, record_property: Callable[[str, object], None]) -> Callable[[Document, str], None]:
    """Asserts that the API server refuses an object with a sentence that holds a word; the list quotes it."""

    def check(document: Document, word: str) -> None:
        with pytest.raises(KubectlFailed, match=word) as refusal:
            cluster.apply([document])
        record_property(proved.REFUSED, proved.words_of(refusal.value))

    return check


@lru_cache
def rendered(overlay: str) -> tuple[Document, ...]:
    """The objects of an overlay, the namespace first."""
    command = [str(BINARIES / "kustomize"), "build", str(K8S / "overlays" / overlay)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found = [each for each in yaml.safe_load_all(done.stdout) if each]
    return tuple(sorted(found, key=lambda each: each["kind"] != "Namespace"))


def of_kind(overlay: str, kind: str) -> list[Document]:
    return [each for each in rendered(overlay) if each["kind"] == kind]


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    plane = ControlPlane(tmp_path_factory.mktemp("control-plane"), PORT)
    try:
        plane.up()
        for folder in DEFINITIONS:
            plane.kubectl("create", "-f", str(folder))
        plane.kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=30s")
        plane.add_nodes(ZONES, each=2, cores=64, gibibytes=256)
        yield plane
    finally:
        plane.down()


@pytest.fixture(scope="module")
def nation(cluster: ControlPlane) -> Iterator[ControlPlane]:
    """The national overlay, applied for real with the secrets of a new installation, and rolled out."""
    namespace = next(each for each in rendered("national") if each["kind"] == "Namespace")
    cluster.apply([namespace])
    cluster.apply(secrets_of_an_installation(dict.fromkeys(GIVEN, "mongodb://store.example")))
    kafka = [
        {**_secret(user), "stringData": {"password": "x"}}
        for user in ("identity", "roster", "upload", "stats", "topics")
    ]
    cluster.apply(kafka)
    cluster.apply(rendered("national"), "--force-conflicts")
    for scaled in of_kind("national", "ScaledObject"):  # KEDA does not run here
        name, replicas = scaled["spec"]["scaleTargetRef"]["name"], scaled["spec"]["minReplicaCount"]
        cluster.kubectl("-n", "rollcall", "scale", f"deploy/{name}", f"--replicas={replicas}")
    for deployment in of_kind("national", "Deployment"):
        cluster.kubectl(
            "-n", "rollcall", "rollout", "status", f"deploy/{deployment['metadata']['name']}", "--timeout=90s"
        )
    yield cluster
    cluster.kubectl("delete", "namespace", "rollcall", "--wait=true", "--timeout=120s")


def _secret(name: str) -> Document:
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name, "namespace": "rollcall"}}


def ready(cluster: ControlPlane) -> dict[str, int]:
    """Deployment -> its ready pods."""
    found = cluster.get("-n", "rollcall", "deployments")["items"]
    return {each["metadata"]["name"]: each.get("status", {}).get("readyReplicas", 0) for each in found}


def zones(cluster: ControlPlane) -> dict[str, list[str]]:
    """Deployment -> the zones of its running pods."""
    nodes = {
        each["metadata"]["name"]: each["metadata"]["labels"]["topology.kubernetes.io/zone"]
        for each in cluster.get("nodes")["items"]
    }
    found: dict[str, list[str]] = {}
    for pod in cluster.get("-n", "rollcall", "pods")["items"]:
        if pod["metadata"].get("deletionTimestamp") or not pod["spec"].get("nodeName"):
            continue
        labels = pod["metadata"]["labels"]
        component = labels["app.kubernetes.io/component"]
        name = labels["app.kubernetes.io/name"] + ("" if component == "api" else f"-{component}")
        found.setdefault(name, []).append(nodes[pod["spec"]["nodeName"]])
    return found


def all_ready(cluster: ControlPlane) -> None:
    def complete() -> bool:
        found = cluster.get("-n", "rollcall", "deployments")["items"]
        return all(each.get("status", {}).get("readyReplicas", 0) == each["spec"]["replicas"] for each in found)

    await_until(complete, 90, "every deployment has all its pods")
