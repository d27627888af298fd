"""What an operator does to a running cluster: a zone is emptied, an image is replaced."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from deploy.k8s.control_plane import ControlPlane, KubectlFailed
from tests.k8s import proved
from tests.k8s.conftest import all_ready, of_kind, ready, zones
from tests.support.wait import await_until

pytestmark = pytest.mark.k8s


def drain(cluster: ControlPlane, node: str) -> None:
    cluster.kubectl("drain", node, "--ignore-daemonsets", "--delete-emptydir-data", "--force", "--timeout=120s")


def evict(cluster: ControlPlane, pod: str) -> None:
    eviction = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": pod, "namespace": "rollcall"}}
    path = f"/api/v1/namespaces/rollcall/pods/{pod}/eviction"
    cluster.kubectl("create", f"--raw={path}", "-f", "-", given=json.dumps(eviction))


@contextmanager
def closed(cluster: ControlPlane, nodes: Iterable[str]) -> Iterator[None]:
    """No pod begins on these nodes; afterwards every deployment has all its pods again."""
    try:
        cluster.kubectl("cordon", *nodes)
        yield
    finally:
        cluster.kubectl("uncordon", *nodes)
        all_ready(cluster)


def test_emptying_a_zone_leaves_every_service_up(nation: ControlPlane, seen: Callable[[str], None]) -> None:
    all_ready(nation)
    lowest = ready(nation)
    emptied = ("node-a1", "node-a2")
    with closed(nation, emptied), ThreadPoolExecutor(1) as beside:
        for node in emptied:
            draining = beside.submit(drain, nation, node)
            while not draining.done():
                lowest = {name: min(lowest[name], count) for name, count in ready(nation).items()}
            draining.result()
        all_ready(nation)  # in the zones that are left, not only when the third comes back
        assert {name: count for name, count in lowest.items() if count < 1} == {}
        assert all("a" not in where for where in zones(nation).values())
    seen(f"never less than {min(lowest.values())} ready pods of each of {len(lowest)} kinds, then all in two zones")


def test_a_budget_holds_back_whoever_would_evict_two_of_a_kind_at_once(
    nation: ControlPlane, record_property: Callable[[str, object], None]
) -> None:
    """Given a place that nobody can take, when the first of a kind has gone, then a second may not."""
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
    with closed(nation, [each["metadata"]["name"] for each in nation.get("nodes")["items"]]):
        first, second, *_ = (
            each["metadata"]["name"]
            for each in nation.get("-n", "rollcall", "pods", "-l", "app.kubernetes.io/name=portal")["items"]
        )
        evict(nation, first)
        with pytest.raises(KubectlFailed, match="disruption budget") as refusal:
            evict(nation, second)
    record_property(proved.REFUSED, proved.words_of(refusal.value))


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
