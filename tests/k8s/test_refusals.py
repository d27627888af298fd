"""Mistakes that people make in manifests: the API server refuses each of them, with a sentence that helps."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from deploy.k8s.control_plane import ControlPlane
from tests.k8s.conftest import of_kind

pytestmark = pytest.mark.k8s
Document = dict[str, Any]
Refused = Callable[[Document, str], None]


def bad(kind: str, name: str) -> Document:
    """A copy of an object of the national overlay under another name, to be spoilt."""
    (good,) = [each for each in of_kind("national", kind) if each["metadata"]["name"] == name]
    copied = copy.deepcopy(good)
    copied["metadata"]["name"] = f"bad-{name}"
    return copied


def spoilt_pod(change: Callable[[Document, Document], object]) -> Document:
    """A deployment whose pod and main container have been changed."""
    deployment = bad("Deployment", "upload-view")
    pod = deployment["spec"]["template"]["spec"]
    change(pod, pod["containers"][0])
    return deployment


def spoilt(kind: str, name: str, change: Callable[[Document], object]) -> Document:
    document = bad(kind, name)
    change(document["spec"])
    return document


MISTAKES: dict[str, tuple[Callable[[], Document], str]] = {
    "an image by its tag": (
        lambda: spoilt_pod(lambda _, main: main.update(image="registry.example/rollcall:latest")),
        "digest",
    ),
    "no limit of memory": (lambda: spoilt_pod(lambda _, main: main["resources"].pop("limits")), "limit of memory"),
    "a root that can be written": (
        lambda: spoilt_pod(lambda _, main: main["securityContext"].pop("readOnlyRootFilesystem")),
        "read-only",
    ),
    "no probe of readiness": (lambda: spoilt_pod(lambda _, main: main.pop("readinessProbe")), "probe of readiness"),
    "a token of the API server": (
        lambda: spoilt_pod(lambda pod, _: pod.update(automountServiceAccountToken=True)),
        "token",
    ),
    "a typing error": (lambda: spoilt_pod(lambda _, main: main.update(resourses={})), "unknown field"),
    "brokers counted in words": (
        lambda: spoilt("KafkaNodePool", "brokers", lambda spec: spec.update(replicas="three")),
        "expected .integer",
    ),
    "a field that Strimzi does not know": (
        lambda: spoilt("KafkaNodePool", "brokers", lambda spec: spec.update(replica=3)),
        "unknown field",
    ),
    "a trigger without its query": (
        lambda: spoilt("ScaledObject", "upload-view", lambda spec: spec["triggers"][0].pop("metadata")),
        "missing required field .metadata",
    ),
    "a minute that no hour has": (
        lambda: spoilt("CronJob", "stats-close-day", lambda spec: spec.update(schedule="61 * * * *")),
        "schedule",
    ),
    "a time zone that does not exist": (
        lambda: spoilt("CronJob", "stats-close-day", lambda spec: spec.update(timeZone="Asia/Beijing")),
        "unknown time zone",
    ),
    "a scaler without a target": (
        lambda: spoilt(
            "HorizontalPodAutoscaler",
            "upload",
            lambda spec: spec["metrics"][0]["containerResource"]["target"].pop("averageUtilization"),
        ),
        "utilization",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_the_api_server_refuses_a_mistake_with_a_sentence(nation: ControlPlane, refused: Refused, mistake: str) -> None:
    make, word = MISTAKES[mistake]
    refused(make(), word)


@pytest.mark.parametrize("security", [{"privileged": True}, {}], ids=["a privileged pod", "a pod that says nothing"])
def test_pod_security_admits_no_pod_that_may_more_than_ours(
    nation: ControlPlane, refused: Refused, security: Document
) -> None:
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "bad", "namespace": "rollcall"},
        "spec": {"containers": [{"name": "a", "image": "x", "securityContext": security}]},
    }
    refused(pod, "restricted")
