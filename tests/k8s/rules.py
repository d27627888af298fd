"""Our own rules for what an overlay renders: what a schema cannot know, and what a cluster would tell too late."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any
from zoneinfo import available_timezones

from deploy.k8s.secrets import GIVEN, secrets_of_an_installation

Document = dict[str, Any]
DIGEST = re.compile(r"[^:@\s]+(:\d+)?(/[^:@\s]+)*@sha256:[0-9a-f]{64}")
ISSUED = {"people-tls", "rollcall-cluster-ca-cert"}  # by the operator of the cluster, by Strimzi
SCALERS = ("HorizontalPodAutoscaler", "ScaledObject")


def broken(objects: Sequence[Document]) -> list[str]:
    """A sentence for each rule that an object breaks."""
    found = []
    for each in objects:
        where = f"{each['kind']} {each['metadata']['name']}"
        sentences = [*_of_pods(each), *_of_references(each, objects), *_of_company(each, objects)]
        found += [f"{where}: {sentence}" for sentence in sentences]
    return found


def pod_of(workload: Document) -> Document | None:
    """Pod that a Deployment or a CronJob starts; None for any other object."""
    if workload["kind"] == "Deployment":
        template: Document = workload["spec"]["template"]
    elif workload["kind"] == "CronJob":
        template = workload["spec"]["jobTemplate"]["spec"]["template"]
    else:
        return None
    pod: Document = template["spec"]
    return pod


def _containers(pod: Document) -> list[Document]:
    return [*pod["containers"], *pod.get("initContainers", ())]


def _of_pods(workload: Document) -> Iterator[str]:
    pod = pod_of(workload)
    if pod is None:
        return
    for container in _containers(pod):
        name, context = container["name"], container.get("securityContext", {})
        resources = container.get("resources", {})
        if not DIGEST.fullmatch(container.get("image", "")):
            yield f"{name} names its image not by a digest; a tag may become another image"
        if not {"cpu", "memory"} <= resources.get("requests", {}).keys() or "memory" not in resources.get("limits", {}):
            yield f"{name} lacks a request or a limit of memory"
        if not context.get("readOnlyRootFilesystem"):
            yield f"{name} can write to its root"
        if context.get("privileged") or context.get("allowPrivilegeEscalation", True):
            yield f"{name} can become more than it is"
        if "ALL" not in context.get("capabilities", {}).get("drop", ()):
            yield f"{name} keeps capabilities"
    whole = pod.get("securityContext", {})
    if not whole.get("runAsNonRoot") or whole.get("seccompProfile", {}).get("type") != "RuntimeDefault":
        yield "runs as root or without seccomp"
    if pod.get("automountServiceAccountToken", True):
        yield "mounts a token of the API server; nothing here talks to it"
    if any(pod.get(name) for name in ("hostNetwork", "hostPID", "hostIPC")) or any(
        "hostPath" in volume for volume in pod.get("volumes", ())
    ):
        yield "reaches into its node"
    if workload["kind"] == "Deployment":
        if not all({"readinessProbe", "livenessProbe"} <= main.keys() for main in pod["containers"]):
            yield "lacks a probe of readiness or of liveness"
        yield from _of_zones(
            [each for each in pod.get("topologySpreadConstraints", ()) if "zone" in each["topologyKey"]]
        )


def _of_zones(spread: Sequence[Document]) -> Iterator[str]:
    if not spread:
        yield "is not spread over zones"
    if any(each["whenUnsatisfiable"] == "DoNotSchedule" and each.get("nodeTaintsPolicy") != "Honor" for each in spread):
        yield "waits for a closed zone: without nodeTaintsPolicy Honor its pods find no room in the others"


def _of_references(workload: Document, objects: Sequence[Document]) -> Iterator[str]:
    """A dry run accepts a name behind which nothing is; the pod then never starts."""
    pod = pod_of(workload)
    if pod is None:
        return
    there = {(each["kind"], each["metadata"]["name"]) for each in objects}
    made = secrets_of_an_installation(dict.fromkeys(GIVEN, "mongodb://store.example"))
    there |= {("Secret", str(each["metadata"]["name"])) for each in made}  # type: ignore[index]
    there |= {("Secret", name) for kind, name in there if kind == "KafkaUser"} | {("Secret", name) for name in ISSUED}
    named = {("ServiceAccount", pod.get("serviceAccountName", "default"))}
    for container in _containers(pod):
        for source in container.get("envFrom", ()):
            named |= {("ConfigMap", source[key]["name"]) for key in source.keys() & {"configMapRef"}}
            named |= {("Secret", source[key]["name"]) for key in source.keys() & {"secretRef"}}
        for variable in container.get("env", ()):
            if secret := variable.get("valueFrom", {}).get("secretKeyRef"):
                named.add(("Secret", secret["name"]))
    named |= {("Secret", each["secret"]["secretName"]) for each in pod.get("volumes", ()) if "secret" in each}
    for kind, name in sorted(named - there):
        yield f"names {kind} {name}, which nobody makes"


def _of_company(each: Document, objects: Sequence[Document]) -> Iterator[str]:
    """What an object needs beside it."""
    pods = [_labels(other) for other in objects if other["kind"] == "Deployment"]
    if each["kind"] == "Deployment":
        budgets = [other["spec"]["selector"]["matchLabels"] for other in objects if _is(other, "PodDisruptionBudget")]
        if not any(chosen.items() <= _labels(each).items() for chosen in budgets):
            yield "has no budget: a drained node may take all its pods at once"
    if each["kind"] == "Service" and not any(each["spec"]["selector"].items() <= labels.items() for labels in pods):
        yield "leads to no pod"
    if each["kind"] == "Namespace":
        if not any(_is(other, "NetworkPolicy") and other["spec"]["podSelector"] == {} for other in objects):
            yield "has no policy for all pods: whatever is not named may talk"
        if each["metadata"].get("labels", {}).get("pod-security.kubernetes.io/enforce") != "restricted":
            yield "does not enforce Pod Security restricted"
    if each["kind"] == "CronJob" and each["spec"].get("timeZone") not in available_timezones():
        yield f"has a time zone that is unknown: {each['spec'].get('timeZone')}"
    if each["kind"] in SCALERS:
        spec, deployments = each["spec"], {other["metadata"]["name"] for other in objects if _is(other, "Deployment")}
        if spec["scaleTargetRef"]["name"] not in deployments:
            yield "scales what is not there"
        least = spec.get("minReplicas") or spec.get("minReplicaCount") or 0
        if not 2 <= least <= (spec.get("maxReplicas") or spec.get("maxReplicaCount")):
            yield "goes below two pods: one node that ends is a failure that people see"
        triggers = [trigger["metadata"] for trigger in spec.get("triggers", ())]
        if not all(known.get("ignoreNullValues") == "false" for known in triggers):
            yield "takes a number that nobody reports for nought, and would send its pods home"


def _is(each: Document, kind: str) -> bool:
    return bool(each["kind"] == kind)


def _labels(deployment: Document) -> dict[str, str]:
    labels: dict[str, str] = deployment["spec"]["template"]["metadata"]["labels"]
    return labels
