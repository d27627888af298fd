"""The overlays on a real API server: accepted with strict validation, and what each says of itself is true."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import yaml

from deploy.k8s.control_plane import ControlPlane
from tests.k8s.conftest import K8S, OVERLAYS, ZONES, of_kind, ready, rendered, zones

pytestmark = pytest.mark.k8s
UNITS = {"m": 0.001, "Mi": 1 / 1024, "Gi": 1.0, "": 1.0}


def amount(quantity: object) -> float:
    """Cores, or GiB."""
    number, unit = re.fullmatch(r"([\d.]+)(\D*)", str(quantity)).groups()  # type: ignore[union-attr]
    return float(number) * UNITS[unit]


def at_rest(overlay: str) -> dict[str, int]:
    """Deployment -> its replicas while nobody comes."""
    lowest = {
        each["spec"]["scaleTargetRef"]["name"]: each["spec"].get("minReplicas") or each["spec"].get("minReplicaCount")
        for each in (*of_kind(overlay, "HorizontalPodAutoscaler"), *of_kind(overlay, "ScaledObject"))
    }
    found = {}
    for deployment in of_kind(overlay, "Deployment"):
        name, replicas = deployment["metadata"]["name"], deployment["spec"].get("replicas")
        assert (replicas is None) == (name in lowest), f"{name}: either a scaler decides or a number"
        found[name] = replicas or lowest[name]
    return found


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_an_overlay_says_what_it_requests(overlay: str) -> None:
    replicas, cores, memory = at_rest(overlay), 0.0, 0.0
    for deployment in of_kind(overlay, "Deployment"):
        pod = deployment["spec"]["template"]["spec"]
        for container in (*pod["containers"], *pod.get("initContainers", ())):
            requests, count = container["resources"]["requests"], replicas[deployment["metadata"]["name"]]
            cores, memory = cores + count * amount(requests["cpu"]), memory + count * amount(requests["memory"])
    head = (K8S / "overlays" / overlay / "kustomization.yaml").read_text().partition("apiVersion")[0]
    assert f"# Requested at rest: {cores:.1f} cores, {memory:.1f} GiB" in head
    assert all(len(line) <= 120 for line in head.splitlines())


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_the_api_server_accepts_every_object(cluster: ControlPlane, overlay: str, seen: Callable[[str], None]) -> None:
    namespace, *others = rendered(overlay)
    cluster.apply([namespace])
    applied = cluster.apply(others, "--dry-run=server", "--force-conflicts")
    assert len(applied.splitlines()) == len(others)
    seen(f"{overlay} {len(rendered(overlay))} objects")


def test_everything_becomes_ready_in_every_zone(nation: ControlPlane, seen: Callable[[str], None]) -> None:
    wanted = at_rest("national")
    assert {name: count for name, count in ready(nation).items() if count < wanted[name]} == {}
    for name, found in zones(nation).items():
        most, least = max(map(found.count, "abc")), min(map(found.count, "abc"))
        assert most - least <= 1, f"{name} is spread unevenly: {found}"
    seen(f"{sum(wanted.values())} pods of {len(wanted)} kinds over zones {', '.join(ZONES)}")


def test_a_command_runs_with_the_settings_of_the_release(nation: ControlPlane) -> None:
    nation.kubectl("-n", "rollcall", "create", "job", "check-1", "--from=cronjob/stats-check")
    nation.kubectl("-n", "rollcall", "wait", "--for=condition=Complete", "job/check-1", "--timeout=60s")
    job = nation.get("-n", "rollcall", "job", "check-1")["spec"]["template"]["spec"]["containers"][0]
    (release,) = {
        each["spec"]["template"]["spec"]["containers"][0]["envFrom"][0]["configMapRef"]["name"]
        for each in nation.get("-n", "rollcall", "deployments")["items"]
    }
    assert job["envFrom"][0]["configMapRef"]["name"] == release
    assert job["image"].partition("@")[2].startswith("sha256:")


def test_every_file_of_manifests_is_used() -> None:
    """A file that no kustomization names is one that nobody runs."""
    for folder in {path.parent for path in K8S.rglob("kustomization.yaml")}:
        text = (folder / "kustomization.yaml").read_text()
        for path in folder.rglob("*.yaml"):
            nearest = next(parent for parent in path.parents if (parent / "kustomization.yaml").exists())
            if nearest == folder and path.name != "kustomization.yaml":
                assert str(path.relative_to(folder)) in text, path
                assert list(yaml.safe_load_all(path.read_text()))
