"""The manifests of deploy/k8s against the code: every setting is set, who talks to whom, and rules for every pod.

`make k8s` renders the overlays and tries them on a real control plane; here they are read as they stand.
"""

from __future__ import annotations

import importlib
import re
from dataclasses import fields
from functools import cache
from pathlib import Path

import pytest
import yaml

from deploy.k8s.secrets import GIVEN, secrets_of_an_installation
from deploy.local.store import OPERATOR, USERS
from shared.infrastructure.config import BusSettings, read
from shared.language.services import BACKENDS, SERVICES

K8S = Path(__file__).resolve().parents[3] / "deploy" / "k8s"
OVERLAYS = ("pilot", "province", "national")
INSIDE, PEOPLE = 8081, 8080
MOUNTED = ("/run/rollcall/", "/etc/kafka-ca/")
NAME, COMPONENT = "app.kubernetes.io/name", "app.kubernetes.io/component"


@cache
def documents(*paths):
    return [each for path in paths for each in yaml.safe_load_all((K8S / path).read_text()) if each]


def of_kind(kind):
    """Objects of the base; pods/ holds patches."""
    files = [path for path in sorted((K8S / "base").rglob("*.yaml")) if path.parent.name != "pods"]
    return [each for each in documents(*files) if each.get("kind") == kind]


def env(path):
    return dict(line.split("=", 1) for line in (K8S / path).read_text().splitlines() if line)


def settings_of(service):
    return importlib.import_module(f"services.{service}.settings").Settings


def containers(workload):
    spec = workload["spec"]
    pod = (spec.get("template") or spec["jobTemplate"]["spec"]["template"])["spec"]
    return pod["containers"]


def installation():
    made = secrets_of_an_installation(dict.fromkeys(GIVEN, "mongodb://store.example"))
    return {each["metadata"]["name"]: each["stringData"] for each in made}


@pytest.mark.parametrize("overlay", OVERLAYS)
@pytest.mark.parametrize("service", SERVICES)
def test_every_process_gets_settings_that_it_can_load(overlay, service):
    """Given what the manifests name, and nothing of this machine, when a process loads them, then it starts."""
    known = installation()
    common = env("base/common.env") | env(f"overlays/{overlay}/settings.env")
    workloads = [
        each for each in (*of_kind("Deployment"), *of_kind("CronJob")) if each["metadata"]["labels"][NAME] == service
    ]
    assert workloads
    for workload in workloads:
        (main,) = containers(workload)
        given = dict(common)
        for source in main["envFrom"]:
            if name := source.get("secretRef", {}).get("name"):
                given |= known[name]
        loaded = read(BusSettings if "shared.messaging.topics" in main["command"] else settings_of(service), given)
        files = [getattr(loaded, each.name) for each in fields(loaded) if each.name.endswith("_file")]
        assert all(file.startswith(MOUNTED) for file in files if file), files  # the root cannot be written


def test_no_process_gets_a_key_of_another_service():
    for workload in (*of_kind("Deployment"), *of_kind("CronJob")):
        service = workload["metadata"]["labels"][NAME]
        named = {source["secretRef"]["name"] for source in containers(workload)[0]["envFrom"] if "secretRef" in source}
        assert named <= {"entrance", f"{service}-keys", "topics-keys", "first-account"}, workload["metadata"]["name"]
        assert ("first-account" in named) == (workload["metadata"]["name"] == "identity-first-account")


def test_services_reach_those_whose_addresses_are_among_their_settings_and_no_other():
    policies = {each["metadata"]["name"]: each["spec"] for each in of_kind("NetworkPolicy")}
    calls = {
        service: {name for name in BACKENDS if f"{name}_url" in {field.name for field in fields(settings_of(service))}}
        for service in SERVICES
    }
    for service in SERVICES:
        (out,) = policies[service]["egress"]
        assert set(out["to"][0]["podSelector"]["matchExpressions"][0]["values"]) == calls[service]
        assert out["ports"] == [{"port": INSIDE}]
        people, *inside = policies[service]["ingress"]
        assert people["ports"] == [{"port": PEOPLE}]
        callers = {name for name in SERVICES if service in calls[name]}
        allowed = {
            name
            for rule in inside
            for source in rule["from"]
            for name in source["podSelector"]["matchExpressions"][0]["values"]
        }
        assert allowed == callers and all(rule["ports"] == [{"port": INSIDE}] for rule in inside)
    assert policies["nobody-talks"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


def test_every_role_of_the_procfile_runs_in_the_cluster_and_every_command_is_a_module():
    wanted = set()
    for line in (K8S.parents[1] / "Procfile").read_text().splitlines():
        if match := re.match(r"(\w+)-worker: python -m services\.\w+\.worker (.*)", line):
            wanted |= {(match[1], role) for role in match[2].split()}
    found = set()
    for workload in (*of_kind("Deployment"), *of_kind("CronJob")):
        for main in containers(workload):
            if main["command"][:2] == ["python", "-m"]:
                assert importlib.util.find_spec(main["command"][2]), main["command"]
            if main["command"][2].endswith(".worker"):
                found |= {(main["command"][2].split(".")[1], role) for role in main["command"][3:]}
    assert found == wanted


def test_every_deployment_has_a_budget_and_containers_ask_for_what_they_need():
    budgets = {tuple(each["spec"]["selector"]["matchLabels"].items()) for each in of_kind("PodDisruptionBudget")}
    for workload in of_kind("Deployment"):
        labels = workload["spec"]["selector"]["matchLabels"]
        assert tuple(labels.items()) in budgets and labels == workload["spec"]["template"]["metadata"]["labels"]
        for main in containers(workload):
            assert {"cpu", "memory"} <= main["resources"]["requests"].keys() and "memory" in main["resources"]["limits"]


def test_a_pod_closes_its_socket_after_the_endpoints_have_forgotten_it_and_has_time_for_what_is_in_flight():
    (pod,) = documents("base/pods/api.yaml")
    (every,) = documents("base/pods/every.yaml")
    gunicorn = {}
    exec((K8S.parent / "gunicorn.py").read_text(), gunicorn)  # noqa: S102 - gunicorn reads its settings in this way
    (main,) = pod["spec"]["template"]["spec"]["containers"]
    pause = main["lifecycle"]["preStop"]["sleep"]["seconds"]
    assert pause + gunicorn["graceful_timeout"] < every["spec"]["template"]["spec"]["terminationGracePeriodSeconds"]


def test_every_user_of_the_document_store_has_a_password():
    """The same users as on one machine: each process opens its own database, the keys of photos are behind another."""
    made = installation()
    users = {data["MONGO_USER"]: data["MONGO_PASSWORD"] for data in made.values() if "MONGO_USER" in data}
    users[made["upload-keys"]["KEY_STORE_USER"]] = made["upload-keys"]["KEY_STORE_PASSWORD"]
    assert users.keys() == set(USERS) - {OPERATOR} and len(set(users.values())) == len(users)


def test_every_installation_has_keys_of_its_own():
    one, other = installation(), installation()
    assert one.keys() == other.keys()
    same = {(name, key) for name in one for key in one[name] if one[name][key] == other[name][key]}
    assert {key for _, key in same} <= {*GIVEN, "MONGO_USER", "KEY_STORE_USER"}
