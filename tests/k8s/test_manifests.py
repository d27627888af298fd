"""The overlays as Kustomize renders them, without a control plane: the shape of every object, and our own rules."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from deploy.k8s.build import BINARIES, DEFINITIONS, KEDA_DEFINITIONS, OBJECTS
from tests.k8s import rules, schemas
from tests.k8s.conftest import OVERLAYS, rendered

pytestmark = [
    pytest.mark.k8s,
    pytest.mark.k8s_build,
    pytest.mark.skipif(
        not all(path.exists() for path in (BINARIES / "kustomize", OBJECTS, KEDA_DEFINITIONS)),
        reason="Kustomize and the definitions of objects are not here (python -m deploy.k8s.build manifests)",
    ),
]
Document = dict[str, Any]
STRIMZI = "kafka.strimzi.io/"


def described(overlay: str) -> list[Document]:
    """Objects whose shape is known here: Strimzi's only where Java has written it down."""
    whole = all(folder.exists() for folder in DEFINITIONS)
    return [each for each in rendered(overlay) if whole or not each["apiVersion"].startswith(STRIMZI)]


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_object_has_the_shape_that_its_kind_describes(overlay: str, seen: Callable[[str], None]) -> None:
    objects = described(overlay)
    assert [sentence for each in objects for sentence in schemas.errors(each)] == []
    left = len(rendered(overlay)) - len(objects)
    seen(f"{overlay} {len(objects)} objects" + (f" ({left} of Strimzi left out: no JDK)" if left else ""))


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_no_overlay_breaks_a_rule_of_our_own(overlay: str) -> None:
    assert rules.broken(rendered(overlay)) == []


def changed(kind: str, name: str, change: Callable[[Document], object]) -> list[Document]:
    """The national overlay with one mistake."""
    objects = copy.deepcopy(list(rendered("national")))
    (chosen,) = [each for each in objects if each["kind"] == kind and each["metadata"]["name"] == name]
    change(chosen)
    return objects


def main(workload: Document) -> Document:
    pod = rules.pod_of(workload)
    assert pod is not None
    found: Document = pod["containers"][0]
    return found


def pod(workload: Document) -> Document:
    found = rules.pod_of(workload)
    assert found is not None
    return found


IMAGE = "registry.example/rollcall"
MISTAKES: dict[str, tuple[str, str, Callable[[Document], object]]] = {
    "by a digest": ("Deployment", "upload", lambda d: main(d).update(image=f"{IMAGE}:latest")),
    "limit of memory": ("Deployment", "upload", lambda d: main(d)["resources"].pop("limits")),
    "its root": ("CronJob", "stats-check", lambda d: main(d)["securityContext"].pop("readOnlyRootFilesystem")),
    "become more": ("Deployment", "portal", lambda d: main(d)["securityContext"].update(privileged=True)),
    "keeps capabilities": ("Deployment", "portal", lambda d: main(d)["securityContext"].pop("capabilities")),
    "as root": ("CronJob", "stats-check", lambda d: pod(d).pop("securityContext")),
    "token": ("Deployment", "identity", lambda d: pod(d).pop("automountServiceAccountToken")),
    "into its node": ("Deployment", "identity", lambda d: pod(d).update(hostNetwork=True)),
    "lacks a probe": ("Deployment", "roster", lambda d: main(d).pop("livenessProbe")),
    "over zones": ("Deployment", "roster", lambda d: pod(d).pop("topologySpreadConstraints")),
    "closed zone": ("Deployment", "roster", lambda d: pod(d)["topologySpreadConstraints"][0].pop("nodeTaintsPolicy")),
    "ServiceAccount nobody": ("Deployment", "stats", lambda d: pod(d).update(serviceAccountName="nobody")),
    "Secret stats-kyes": (
        "Deployment",
        "stats",
        lambda d: main(d)["envFrom"].append({"secretRef": {"name": "stats-kyes"}}),
    ),
    "no budget": ("PodDisruptionBudget", "upload-view", lambda d: d["spec"]["selector"]["matchLabels"].update(a="b")),
    "leads to no pod": ("Service", "stats", lambda d: d["spec"]["selector"].update(a="b")),
    "restricted": ("Namespace", "rollcall", lambda d: d["metadata"]["labels"].clear()),
    "zone that is unknown": ("CronJob", "stats-close-day", lambda d: d["spec"].update(timeZone="Asia/Beijing")),
    "not there": ("ScaledObject", "upload-view", lambda d: d["spec"]["scaleTargetRef"].update(name="upload-vue")),
    "for nought": (
        "ScaledObject",
        "upload-intake",
        lambda d: d["spec"]["triggers"][0]["metadata"].pop("ignoreNullValues"),
    ),
    "below two": ("HorizontalPodAutoscaler", "portal", lambda d: d["spec"].update(minReplicas=1)),
}


@pytest.mark.parametrize("word", MISTAKES)
def test_each_rule_of_our_own_refuses_its_mistake(word: str) -> None:
    sentences = rules.broken(changed(*MISTAKES[word]))
    assert [word in sentence for sentence in sentences] == [True], sentences


ERRORS: dict[str, tuple[str, str, Callable[[Document], object]]] = {
    "resourses": ("Deployment", "upload", lambda d: main(d).update(resourses={})),
    "3Gb": ("Deployment", "upload", lambda d: main(d)["resources"]["limits"].update(memory="3Gb")),
    "three": ("Deployment", "upload", lambda d: d["spec"].update(replicas="three")),
    "metadata": ("ScaledObject", "upload-view", lambda d: d["spec"]["triggers"][0].pop("metadata")),
    "schedule": ("CronJob", "stats-check", lambda d: d["spec"].pop("schedule")),
}


@pytest.mark.parametrize("word", ERRORS)
def test_a_typing_error_is_found_by_the_schema(word: str) -> None:
    found = [sentence for each in changed(*ERRORS[word]) for sentence in schemas.errors(each)]
    assert found and all(word in sentence for sentence in found), found
