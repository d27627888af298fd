"""Prometheus beside a copy and in a cluster: whom it asks, under which labels, and what is said where it is missing."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from deploy.local.settings import Local
from deploy.watch import prometheus
from deploy.watch.prometheus import MISSING, RULES, Prometheus, configuration
from shared.language.services import BACKENDS, SERVICES

REPO = Path(__file__).resolve().parents[3]
KUBERNETES = REPO / "deploy" / "watch" / "kubernetes.yaml"
needs_promtool = pytest.mark.skipif(
    not shutil.which("promtool"), reason="promtool is not installed (Debian: prometheus)"
)


def test_every_process_of_a_copy_is_asked_on_loopback(tmp_path: Path):
    (job,) = configuration(Local(tmp_path, 9000))["scrape_configs"]
    asked = {each["labels"]["process"]: (each["targets"], each["labels"]["service"]) for each in job["static_configs"]}
    assert asked.keys() == {*SERVICES, *(f"{name}-worker" for name in BACKENDS)}
    assert asked["upload-worker"] == (["127.0.0.1:9052"], "upload")
    assert all(target.startswith("127.0.0.1:") for targets, _ in asked.values() for target in targets)


def test_where_there_is_no_prometheus_a_sentence_says_so_and_the_copy_runs_on(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(prometheus.shutil, "which", lambda name: None)
    watcher = Prometheus(Local(tmp_path))
    assert watcher.start() == MISSING
    watcher.stop()


def test_a_port_that_is_taken_is_told(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(prometheus.shutil, "which", lambda name: "/usr/bin/prometheus")
    monkeypatch.setattr(prometheus, "listens", lambda port: True)
    assert "8090 is in use" in Prometheus(Local(tmp_path)).start()


def test_in_a_cluster_the_doors_inside_and_the_ports_of_workers_are_asked():
    (job,) = yaml.safe_load(KUBERNETES.read_text())["scrape_configs"]
    (ports,) = (rule["regex"] for rule in job["relabel_configs"] if rule.get("action") == "keep")
    pods = [yaml.safe_load((REPO / "deploy/k8s/base/pods" / name).read_text()) for name in ("api.yaml", "worker.yaml")]
    named = {
        port["name"]
        for pod in pods
        for kind in ("containers", "initContainers")
        for container in pod["spec"]["template"]["spec"].get(kind, [])
        for port in container.get("ports", [])
    }
    assert set(ports.split("|")) == named - {"people"}
    given = {rule["target_label"] for rule in job["relabel_configs"] if "target_label" in rule}
    assert given == {"service", "process", "instance"} and job["job_name"] == "rollcall"


@needs_promtool
@pytest.mark.parametrize("where", ["beside a copy", "in a cluster"])
def test_prometheus_takes_the_configuration(where: str, tmp_path: Path):
    given = configuration(Local(tmp_path)) if where == "beside a copy" else yaml.safe_load(KUBERNETES.read_text())
    for job in given["scrape_configs"]:
        job.pop("kubernetes_sd_configs", None)  # the distribution's Prometheus is built without it
    path = tmp_path / "prometheus.yml"
    path.write_text(json.dumps({**given, "rule_files": [str(RULES / "*.yaml")]}))
    done = subprocess.run(["promtool", "check", "config", path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
