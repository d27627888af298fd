"""What an operator does to a running cluster: a zone is emptied, an image is replaced."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from deploy.k8s.control_plane import ControlPlane
from tests.k8s.conftest import all_ready, of_kind, ready, zones
from tests.support.wait import await_until

pytestmark = pytest.mark.k8s
Refused = Callable[[dict[str, Any], str], None]


def drain(cluster: ControlPlane, node: str) -> None:
    cluster.kubectl("drain", node, "--ignore-daemonsets", "--delete-emptydir-data", "--force", "--timeout=120s")


def test_emptying_a_zone_leaves_every_service_up(nation: ControlPlane, seen: Callable[[str], None]) -> None:
    all_ready(nation)
    lowest = ready(nation)
    try:
        for node in ("node-a1", "node-a2"):
            drain(nation, node)
            lowest = {name: min(lowest[name], count) for name, count in ready(nation).items()}
        assert {name: count for name, count in lowest.items() if count < 1} == {}
        found = zones(nation)
        assert all("a" not in where for where in found.values())
        seen(f"never less than {min(lowest.values())} ready pods of each of {len(lowest)} kinds")
    finally:
        for node in ("node-a1", "node-a2"):
            nation.kubectl("uncordon", node)
    all_ready(nation)


def test_a_budget_holds_back_whoever_would_evict_two_of_a_kind_at_once(nation: ControlPlane) -> None:
    all_ready(nation)
    budgets = nation.get("-n", "rollcall", "poddisruptionbudgets")["items"]
    assert {each["metadata"]["name"] for each in budgets} == {
        each["metadata"]["name"] for each in of_kind("national", "Deployment")
    }
    await_until(
        lambda: all(
            each["status"]["disruptionsAllowed"] == 1
            for each in nation.get("-n", "rollcall", "poddisruptionbudgets")["items"]
        ),
        60,
        "one of each kind may go",
    )


def test_a_new_image_is_rolled_out_without_a_moment_below_what_was_ready(
    nation: ControlPlane, seen: Callable[[str], None]
) -> None:
    all_ready(nation)
    before = ready(nation)["upload"]
    image = "registry.example/rollcall@sha256:" + "1" * 64
    nation.kubectl("-n", "rollcall", "set", "image", "deploy/upload", f"main={image}", f"front={image}")
    lowest = before
    while True:
        found = nation.get("-n", "rollcall", "deployment", "upload")
        status = found.get("status", {})
        lowest = min(lowest, status.get("readyReplicas", 0))
        noticed = status.get("observedGeneration", 0) >= found["metadata"]["generation"]
        if noticed and status.get("updatedReplicas") == found["spec"]["replicas"] == status.get("replicas"):
            break
    assert lowest == before
    pods = nation.get("-n", "rollcall", "pods", "-l", "app.kubernetes.io/name=upload,app.kubernetes.io/component=api")
    images = {c["image"] for pod in pods["items"] for c in (*pod["spec"]["containers"], *pod["spec"]["initContainers"])}
    assert images == {image}
    seen(f"{before} pods of upload, never less than {lowest} ready")


def mistakes() -> dict[str, tuple[dict[str, Any], str]]:
    """Name of a mistake -> a deployment that has it, a word of the refusal."""
    (good,) = [each for each in of_kind("national", "Deployment") if each["metadata"]["name"] == "upload-view"]
    found: dict[str, tuple[dict[str, Any], str]] = {}

    def but(name: str, word: str) -> dict[str, Any]:
        bad = copy.deepcopy(good)
        bad["metadata"]["name"] = f"bad-{name}"
        found[name] = (bad, word)
        main: dict[str, Any] = bad["spec"]["template"]["spec"]["containers"][0]
        return main

    but("tag", "digest")["image"] = "registry.example/rollcall:latest"
    but("limits", "limit of memory")["resources"].pop("limits")
    but("root", "read-only")["securityContext"].pop("readOnlyRootFilesystem")
    but("probe", "probe of readiness").pop("readinessProbe")
    but("typo", "unknown field")["resourses"] = {}
    but("token", "token")
    found["token"][0]["spec"]["template"]["spec"]["automountServiceAccountToken"] = True
    return found


@pytest.mark.parametrize("name", ["limits", "probe", "root", "tag", "token", "typo"])
def test_a_mistake_is_refused_with_a_sentence(nation: ControlPlane, refused: Refused, name: str) -> None:
    bad, word = mistakes()[name]
    refused(bad, word)


def test_a_privileged_pod_does_not_get_in(nation: ControlPlane, refused: Refused) -> None:
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "bad", "namespace": "rollcall"},
        "spec": {"containers": [{"name": "a", "image": "x", "securityContext": {"privileged": True}}]},
    }
    refused(pod, "restricted")
