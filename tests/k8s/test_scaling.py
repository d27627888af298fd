"""What waits decides how many pods there are, evenly over zones, and back: with KEDA's stand-in, and with real KEDA."""

from __future__ import annotations

import json
import re
import shlex
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from deploy.k8s import keda
from deploy.k8s.control_plane import ControlPlane
from tests.k8s import stand_in
from tests.k8s.conftest import K8S, PORT, ZONES, of_kind, ready, zones
from tests.k8s.demand import Demand
from tests.k8s.watched import scraped
from tests.support.wait import await_until

pytestmark = pytest.mark.k8s
WINDOW = 15  # seconds for which fewer pods must be enough; ten minutes in an installation
PATIENCE = 300.0
PHOTOS, LAG = "rollcall_unchecked_photos", "rollcall_lag_records"
# Deployment -> the series that decides about it, pods that it shall have
SERIES = {
    "upload-intake": PHOTOS,
    "upload-view": f'{LAG}{{subscription="upload-view"}}',
    "stats-projector": f'{LAG}{{subscription="figures"}}',
}
WANTED = {"upload-intake": 24, "upload-view": 8, "stats-projector": 8}
Seen = Callable[[str], None]


@pytest.fixture(scope="module", params=["autoscaler", pytest.param("KEDA", marks=pytest.mark.k8s_scale)])
def demand(
    request: pytest.FixtureRequest, nation: ControlPlane, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Demand]:
    """What waits for the workers of the national overlay: nothing, at first."""
    waiting = Demand(SERIES.values())
    quick = {"horizontalPodAutoscalerConfig": {"behavior": {"scaleDown": {"stabilizationWindowSeconds": WINDOW}}}}
    for name in SERIES:
        change = json.dumps({"spec": {"advanced": quick}})
        nation.kubectl("-n", "rollcall", "patch", "scaledobject", name, "--type=merge", f"--patch={change}")
    scaler = _with_keda if request.param == "KEDA" else _without_keda
    with scaler(nation, waiting, tmp_path_factory.mktemp("scaling")):
        await_until(lambda: all(active(nation, name) for name in SERIES), 120, "the autoscaler has its numbers")
        yield waiting


@contextmanager
def _without_keda(nation: ControlPlane, waiting: Demand, _: Path) -> Iterator[None]:
    with stand_in.running(nation, PORT + 10, lambda name: waiting.of(SERIES[name])):
        yield


@contextmanager
def _with_keda(nation: ControlPlane, waiting: Demand, folder: Path) -> Iterator[None]:
    with scraped(waiting, folder, PORT + 10) as prometheus, keda.running(nation, PORT + 20, prometheus):
        yield


def active(cluster: ControlPlane, name: str) -> bool:
    """Whether the autoscaler of a deployment gets its number."""
    conditions = {
        each["spec"]["scaleTargetRef"]["name"]: {
            condition["type"]: condition["status"] for condition in each.get("status", {}).get("conditions", ())
        }
        for each in cluster.get("-n", "rollcall", "hpa")["items"]
    }
    return conditions.get(name, {}).get("ScalingActive") == "True"


def over_time(cluster: ControlPlane, wanted: Mapping[str, int]) -> dict[str, str]:
    """Waits until deployments have so many ready pods; the way there of each as a row: `0 s 3, 6 s 7`."""
    began = time.monotonic()
    rows: dict[str, list[tuple[float, int]]] = {name: [] for name in wanted}

    def reached() -> bool:
        found, now = ready(cluster), time.monotonic() - began
        for name, row in rows.items():
            if not row or row[-1][1] != found[name]:
                row.append((now, found[name]))
        return all(found[name] == count for name, count in wanted.items())

    await_until(reached, PATIENCE, f"ready pods are {wanted}")
    return {name: ", ".join(f"{seconds:.0f} s {count}" for seconds, count in row) for name, row in rows.items()}


def evenly(cluster: ControlPlane, name: str) -> str:
    found = zones(cluster)[name]
    counts = [found.count(zone) for zone in ZONES]
    assert max(counts) - min(counts) <= 1, f"{name} is spread unevenly: {counts}"
    return "/".join(map(str, counts))


def bounds(which: str) -> dict[str, int]:
    """`minReplicaCount` or `maxReplicaCount` of each deployment in the overlay."""
    return {each["metadata"]["name"]: each["spec"][which] for each in of_kind("national", "ScaledObject")}


def threshold(name: str) -> int:
    """How much may wait for each pod."""
    (found,) = [each["spec"] for each in of_kind("national", "ScaledObject") if each["metadata"]["name"] == name]
    return int(found["triggers"][0]["metadata"]["threshold"])


def test_more_that_waits_is_more_pods_evenly_over_zones_and_less_is_fewer(
    nation: ControlPlane, demand: Demand, seen: Seen
) -> None:
    """Photos that nobody has checked bring checkers, lag brings readers; with the work the pods go."""
    assert WANTED.keys() == bounds("minReplicaCount").keys(), "each ScaledObject is tried"
    for name, wanted in WANTED.items():
        demand.set(SERIES[name], threshold(name) * wanted)
    up = over_time(nation, WANTED)
    spread = {name: evenly(nation, name) for name in WANTED}
    demand.nothing_waits()
    down = over_time(nation, bounds("minReplicaCount"))
    for name, wanted in WANTED.items():
        waiting = f"{threshold(name) * wanted:,} waiting"
        seen(f"{name}, {waiting}: {up[name]} (zones {spread[name]}), 0 waiting: {down[name]}")


def test_a_flood_ends_at_the_most_that_the_overlay_allows(nation: ControlPlane, demand: Demand, seen: Seen) -> None:
    """More readers than partitions would only wait."""
    name, most = "upload-view", bounds("maxReplicaCount")["upload-view"]
    demand.set(SERIES[name], 100 * threshold(name) * most)
    up = over_time(nation, {name: most})
    assert nation.get("-n", "rollcall", "deployment", name)["spec"]["replicas"] == most
    demand.nothing_waits()
    seen(f"{name} {up[name]}")


def test_when_nobody_reports_what_waits_the_pods_stay(nation: ControlPlane, demand: Demand, seen: Seen) -> None:
    """Given 12 pods at work, when the numbers end, then no pod goes: silence is no proof that nothing waits."""
    name, wanted = "upload-intake", 12
    demand.set(SERIES[name], threshold(name) * wanted)
    over_time(nation, {name: wanted})
    demand.nobody_reports()

    def some_went() -> bool:
        return ready(nation)[name] < wanted

    await_until(lambda: some_went() or not active(nation, name), 120, "the autoscaler knows that it has no number")
    until = time.monotonic() + 2 * WINDOW
    while time.monotonic() < until:
        assert not some_went(), "pods went although nobody said that nothing waits"
    demand.nothing_waits()
    down = over_time(nation, {name: bounds("minReplicaCount")[name]})
    seen(f"{wanted} pods of {name} stayed {2 * WINDOW} s without a number; then 0 waiting: {down[name]}")


def test_lower_bounds_are_raised_before_the_last_evening_as_the_readme_says(
    nation: ControlPlane, demand: Demand, seen: Seen, request: pytest.FixtureRequest
) -> None:
    """Nothing waits yet; the commands of the README alone bring the pods."""
    commands = re.findall(r"^kubectl (-n rollcall patch .*?)(?:  .*)?$", (K8S / "README.md").read_text(), re.MULTILINE)
    wanted = {command.split()[4]: int(re.search(r":(\d+)", command).group(1)) for command in commands}  # type: ignore[union-attr]
    assert wanted.keys() == {"upload", "portal", "identity", "stats", "upload-intake", "stats-projector"}
    for command in commands:
        nation.kubectl(*shlex.split(command))
    if "autoscaler" in request.node.name:  # what KEDA does with its own objects
        nation.apply(stand_in.autoscalers(nation.get("-n", "rollcall", "scaledobjects")["items"]))
    for name, row in over_time(nation, wanted).items():
        seen(f"{name} {row} (zones {evenly(nation, name)})")
