"""docs/capacity.md: its arithmetic, and that the overlays of deploy/k8s say the same numbers."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml

from docs import capacity, capacity_page

K8S = Path(__file__).resolve().parents[3] / "deploy" / "k8s"
OVERLAYS = {"national": capacity.NATION, "province": capacity.PROVINCE}


def overlay(name):
    return yaml.safe_load((K8S / "overlays" / name / "kustomization.yaml").read_text())


def patched(name, kind, path):
    """Name of an object -> the value that an overlay gives it."""
    found = {}
    for patch in overlay(name)["patches"]:
        target = patch["target"]
        for each in yaml.safe_load(patch["patch"]):
            if target["kind"] == kind and "name" in target and each["path"] == path:
                found[target["name"]] = each["value"]
    return found


def manifest(path, kind):
    return [each for each in yaml.safe_load_all((K8S / path).read_text()) if each and each["kind"] == kind]


def deployments():
    """Name of a deployment of the base -> (its component, the spec of its pod)."""
    files = [path for path in (K8S / "base").glob("*/*.yaml") if path.parent.name != "pods"]
    found = [each for file in files for each in manifest(file, "Deployment")]
    return {
        each["metadata"]["name"]: (
            each["metadata"]["labels"]["app.kubernetes.io/component"],
            each["spec"]["template"]["spec"],
        )
        for each in found
    }


def requested(containers):
    """(cores, GiB) for which containers ask."""
    requests = [each["resources"]["requests"] for each in containers]
    in_gib = {"Mi": 1 / 1024, "Gi": 1.0}
    return (
        sum(float(each["cpu"].removesuffix("m")) / 1000 for each in requests),
        sum(float(each["memory"][:-2]) * in_gib[each["memory"][-2:]] for each in requests),
    )


def in_scaling(file):
    return {each["metadata"]["name"]: each["spec"] for each in yaml.safe_load_all((K8S / "scaling" / file).read_text())}


def settings(name):
    lines = (K8S / "overlays" / name / "settings.env").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line)


@pytest.mark.parametrize("name", OVERLAYS)
def test_an_overlay_has_the_upper_bounds_that_were_computed(name):
    bounds = patched(name, "HorizontalPodAutoscaler", "/spec/maxReplicas")
    bounds |= patched(name, "ScaledObject", "/spec/maxReplicaCount")
    computed = {role.name: role.most for role in capacity.roles(OVERLAYS[name])}
    assert {role: bounds.get(role) for role in computed} == computed


@pytest.mark.parametrize("name", OVERLAYS)
def test_a_topic_has_as_many_partitions_as_computed_and_at_least_one_for_each_reader(name):
    number = int(settings(name)["BUS_PARTITIONS"])
    assert number == capacity.partitions(OVERLAYS[name])
    (projector,) = (role for role in capacity.roles(OVERLAYS[name]) if role.name == "stats-projector")
    assert projector.most <= number


def test_the_pilot_has_the_fewest_partitions():
    assert int(settings("pilot")["BUS_PARTITIONS"]) == capacity.partitions(1 / 2_800) == capacity.FEWEST_PARTITIONS


def test_brokers_have_the_disks_that_were_computed():
    (pool, *_) = yaml.safe_load_all((K8S / "kafka" / "cluster.yaml").read_text())
    common = pool["spec"]["storage"]["volumes"][0]["size"]
    national = patched("national", "KafkaNodePool", "/spec/storage/volumes/0/size")["brokers"]
    assert national == f"{capacity.broker_gib(capacity.NATION)}Gi"
    assert common == f"{capacity.broker_gib(capacity.PROVINCE)}Gi"
    assert pool["spec"]["replicas"] == capacity.COPIES


def test_pods_ask_for_what_the_arithmetic_counts_with_their_sidecars_included():
    (api,) = manifest("base/pods/api.yaml", "Deployment")
    sidecars = [
        each for each in api["spec"]["template"]["spec"]["initContainers"] if each.get("restartPolicy") == "Always"
    ]
    assert [each["name"] for each in sidecars] == ["front"]
    found = {
        name: requested([*pod["containers"], *(sidecars if component == "api" else ())])
        for name, (component, pod) in deployments().items()
    }
    assert {name: capacity.of_pod(name) for name in capacity.MAIN} == {
        name: pytest.approx(each) for name, each in found.items()
    }


def test_every_pod_is_counted_by_the_load_or_as_one_that_the_load_does_not_decide():
    scaled = {role.name for role in capacity.roles()}
    assert scaled | capacity.UNSCALED.keys() == capacity.MAIN.keys() and not scaled & capacity.UNSCALED.keys()
    replicas = {each["name"]: each["count"] for each in overlay("national")["replicas"]}
    bounds = patched("national", "ScaledObject", "/spec/maxReplicaCount")
    assert replicas | {"upload-view": bounds["upload-view"]} == capacity.UNSCALED


def test_apis_scale_where_the_arithmetic_says():
    for spec in in_scaling("apis.yaml").values():
        assert spec["metrics"][0]["containerResource"]["target"]["averageUtilization"] == capacity.BUSY * 100


@pytest.mark.parametrize("share", OVERLAYS.values())
def test_machines_hold_every_pod_and_without_one_zone_the_pods_of_the_peak(share):
    free = (1 - capacity.RESERVED) * capacity.machines(share)
    peak = capacity.of_pods({role.name: role.pods for role in capacity.roles(share)})
    for asked, left in ((capacity.at_most(share), 1), (peak, 2 / 3)):
        assert asked.cores <= free * left * capacity.MACHINE_CORES
        assert asked.gib * 2**30 <= free * left * capacity.MACHINE_GB * 1e9


@pytest.mark.parametrize("share", OVERLAYS.values())
def test_engines_have_the_disks_for_what_is_kept_and_none_too_many(share):
    def room(machines, terabytes):
        return machines * terabytes * 1e12 * capacity.FULL

    kept, shards = capacity.storage(share), capacity.shards(share)
    assert room(shards - 1, capacity.STORE_TB) < kept.documents <= room(shards, capacity.STORE_TB)
    for campaigns in (1, 6):
        needed, found = kept.photos * campaigns * capacity.COPIES, capacity.object_machines(share, campaigns)
        assert found % 3 == 0 and room(found - 3, capacity.OBJECT_TB) < needed <= room(found, capacity.OBJECT_TB)


def test_the_scarcer_of_cores_and_memory_decides_how_many_machines():
    need = capacity.at_most()
    twice = capacity.machines_for(need._replace(cores=need.cores * 2))
    assert twice == pytest.approx(capacity.machines_for(need) * 2)
    assert capacity.machines_for(capacity.Asked(1, 1e6)) == pytest.approx(1e6 * 2**30 / (0.9 * 128e9))


def test_what_an_operator_types_before_the_last_evening_are_the_pods_at_the_peak():
    text = (K8S / "README.md").read_text()
    pods = {role.name: role.pods for role in capacity.roles()}
    typed = re.findall(r"patch (hpa|scaledobject) ([\w-]+) .*\{\"minReplica(?:s|Count)\":(\d+)\}", text)
    assert {name: int(least) for _, name, least in typed} == {name: pods[name] for name in pods if name != "roster"}


def test_the_head_of_the_national_overlay_says_the_same():
    head = (K8S / "overlays" / "national" / "kustomization.yaml").read_text().partition("apiVersion")[0]
    found = capacity.roles()
    assert (
        f"{sum(role.cores for role in found):.0f} busy cores of ours in {sum(role.pods for role in found)} pods" in head
    )
    assert f"{capacity.machines()} machines of 32 cores and 128 GB" in head
    assert f"{capacity.storage().photos / 1e12:.0f} TB for each campaign whose photos are kept, one copy" in head
    assert f"{capacity.broker_gib():,} GiB for each broker in each year" in head


def test_photos_of_one_campaign_of_the_nation_are_76_terabytes():
    assert capacity.storage().photos / 1e12 == pytest.approx(76, abs=0.5)


def test_photos_are_those_of_one_campaign_and_records_those_of_all_campaigns_of_a_year(monkeypatch):
    before = capacity.storage()
    monkeypatch.setattr(capacity, "CAMPAIGNS", capacity.CAMPAIGNS * 2)
    after = capacity.storage()
    assert (after.photos, after.records, after.documents) == (before.photos, before.records * 2, before.documents * 2)
    rows = [line.split("|")[1].strip() for line in capacity_page.page().decode().splitlines() if line.endswith(" TB |")]
    assert rows == [
        "photos of one campaign, object store",
        "records of one year, 4 campaigns, Kafka",
        "documents of one year, 4 campaigns, MongoDB",
    ]


def test_without_one_zone_of_three_there_are_still_the_pods_of_the_peak():
    for share in OVERLAYS.values():
        for role in capacity.roles(share):
            assert role.most % 3 == 0 and role.most * 2 // 3 >= role.pods >= 3
            assert role.pods * capacity.MAIN[role.name].cores * capacity.BUSY >= role.cores


def test_a_slower_core_needs_more_pods(monkeypatch):
    before = {role.name: role.pods for role in capacity.roles()}
    slower = {name: value / 2 for name, value in capacity.measured().items()}
    monkeypatch.setattr(capacity, "measured", lambda: slower)
    after = {role.name: role.pods for role in capacity.roles()}
    assert after["identity"] > before["identity"] and after["upload-intake"] > before["upload-intake"]


def test_the_page_is_filled_in_and_says_what_was_not_measured():
    text = capacity_page.page().decode()
    assert "<!--" not in text and "**not measured**" in text
    ElementTree.fromstring(capacity_page.picture())  # noqa: S314 - our own
