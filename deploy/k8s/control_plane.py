"""A real control plane on loopback: etcd, API server, controllers, scheduler, and nodes that kwok simulates.

Everything is as in a cluster but for what runs in pods: a simulated node calls every pod ready.
"""

from __future__ import annotations

import json
import secrets
import shutil
import signal
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from deploy.k8s import certificates
from deploy.k8s.build import BINARIES, STAGES

READY_SECONDS = 120
LOOPBACK = "127.0.0.1"
METRICS_SERVICE = "keda-metrics-apiserver"


class KubectlFailed(RuntimeError):
    """kubectl's own words."""


class ControlPlane:
    """One control plane. folder: for its data, keys and logs. port: the first of four."""

    def __init__(self, folder: Path, port: int) -> None:
        self._folder, self._processes = folder, list[subprocess.Popen[bytes]]()
        self._etcd, self._peer, self._api, self._kwok = range(port, port + 4)
        self._token = secrets.token_hex(16)
        self.kubeconfig, self.certificates = folder / "kubeconfig", folder / "pki"

    def up(self) -> None:
        """Start, and wait until the API server is ready. Raises TimeoutError."""
        self._folder.mkdir(parents=True, exist_ok=True)
        key = self._folder / "accounts.key"
        certificates.openssl("genrsa", "-out", str(key), "2048")
        certificates.make(self.certificates, ("localhost", f"{METRICS_SERVICE}.keda.svc"))
        (self._folder / "tokens.csv").write_text(f"{self._token},admin,1,system:masters\n")
        self.kubeconfig.write_text(json.dumps(self._kubeconfig()))
        self.start("etcd", *self._etcd_options())
        self.start("kube-apiserver", *self._api_options(key))
        self._wait()
        config = f"--kubeconfig={self.kubeconfig}"
        self.start(
            "kube-controller-manager",
            config,
            f"--service-account-private-key-file={key}",
            "--leader-elect=false",
            "--secure-port=0",
            "--controllers=*",
            "--horizontal-pod-autoscaler-sync-period=5s",
            "--node-monitor-grace-period=1h",  # nodes that are simulated send no heartbeats
        )
        self.start("kube-scheduler", config, "--leader-elect=false", "--secure-port=0")
        self.start(
            "kwok",
            config,
            f"--config={STAGES}",
            "--manage-all-nodes=true",
            "--cidr=10.100.0.0/16",
            f"--node-ip={LOOPBACK}",
            f"--server-address={LOOPBACK}:{self._kwok}",
        )

    def start(self, program: str, *options: str, environment: Mapping[str, str] | None = None) -> None:
        """Start a program that was built, beside what runs; its log is in the folder, `down` ends it."""
        with (self._folder / f"{program}.log").open("ab") as log:
            command = [str(BINARIES / program), *options]
            self._processes.append(
                subprocess.Popen(
                    command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd=self._folder, env=environment
                )
            )

    def down(self) -> None:
        """End all processes; the API server waits for its store, so the store ends last."""
        for process in reversed(self._processes):
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(8)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._processes.clear()
        shutil.rmtree(self._folder / "etcd", ignore_errors=True)

    def kubectl(self, *arguments: str, given: str = "") -> str:
        """Run kubectl; `given` is its input. Raises KubectlFailed."""
        command = [str(BINARIES / "kubectl"), f"--kubeconfig={self.kubeconfig}", *arguments]
        done = subprocess.run(command, input=given, capture_output=True, text=True, check=False, timeout=300)
        if done.returncode:
            raise KubectlFailed(done.stderr.strip())
        return done.stdout

    def get(self, *arguments: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.kubectl("get", *arguments, "-o", "json"))
        return found

    def apply(self, documents: Iterable[Mapping[str, Any]], *options: str) -> str:
        """Apply at the server, with strict validation: an unknown field is an error. Raises KubectlFailed."""
        listed = json.dumps({"apiVersion": "v1", "kind": "List", "items": list(documents)})
        return self.kubectl("apply", "--server-side", "--validate=strict", *options, "-f", "-", given=listed)

    def add_nodes(self, zones: Iterable[str], each: int, cores: int, gibibytes: int) -> None:
        capacity = {"cpu": str(cores), "memory": f"{gibibytes}Gi", "pods": "110"}
        self.apply(
            {
                "apiVersion": "v1",
                "kind": "Node",
                "metadata": {
                    "name": f"node-{zone}{number}",
                    "labels": {
                        "kubernetes.io/hostname": f"node-{zone}{number}",
                        "kubernetes.io/os": "linux",
                        "topology.kubernetes.io/zone": zone,
                    },
                },
                "status": {"allocatable": capacity, "capacity": capacity},
            }
            for zone in zones
            for number in range(1, each + 1)
        )
        self.kubectl("wait", "--for=condition=Ready", "node", "--all", "--timeout=60s")

    def _etcd_options(self) -> list[str]:
        clients, peers = f"http://{LOOPBACK}:{self._etcd}", f"http://{LOOPBACK}:{self._peer}"
        return [
            f"--data-dir={self._folder / 'etcd'}",
            f"--listen-client-urls={clients}",
            f"--advertise-client-urls={clients}",
            f"--listen-peer-urls={peers}",
            f"--initial-advertise-peer-urls={peers}",
            f"--initial-cluster=default={peers}",
            "--unsafe-no-fsync",
        ]

    def _api_options(self, key: Path) -> list[str]:
        return [
            f"--etcd-servers=http://{LOOPBACK}:{self._etcd}",
            f"--service-account-key-file={key}",
            f"--service-account-signing-key-file={key}",
            "--service-account-issuer=https://kubernetes.default.svc",
            "--service-cluster-ip-range=10.96.0.0/16",
            f"--secure-port={self._api}",
            f"--bind-address={LOOPBACK}",
            f"--advertise-address={LOOPBACK}",
            f"--cert-dir={self._folder / 'certificates'}",
            "--authorization-mode=RBAC",
            f"--requestheader-client-ca-file={self.certificates / 'ca.crt'}",
            f"--requestheader-allowed-names={certificates.AGGREGATOR}",
            "--requestheader-extra-headers-prefix=X-Remote-Extra-",
            "--requestheader-group-headers=X-Remote-Group",
            "--requestheader-username-headers=X-Remote-User",
            f"--proxy-client-cert-file={self.certificates / 'tls.crt'}",
            f"--proxy-client-key-file={self.certificates / 'tls.key'}",
            f"--token-auth-file={self._folder / 'tokens.csv'}",
            "--endpoint-reconciler-type=none",
            "--allow-privileged=true",
            "--profiling=false",
        ]

    def _kubeconfig(self) -> dict[str, Any]:
        server = {"server": f"https://{LOOPBACK}:{self._api}", "insecure-skip-tls-verify": True}
        return {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": "here",
            "clusters": [{"name": "here", "cluster": server}],
            "users": [{"name": "admin", "user": {"token": self._token}}],
            "contexts": [{"name": "here", "context": {"cluster": "here", "user": "admin"}}],
        }

    def _wait(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        request = urllib.request.Request(
            f"https://{LOOPBACK}:{self._api}/readyz", headers={"Authorization": f"Bearer {self._token}"}
        )
        while time.monotonic() < deadline:
            if any(process.poll() is not None for process in self._processes):
                break
            try:
                with urllib.request.urlopen(request, context=ssl._create_unverified_context(), timeout=2):  # noqa: S310, S323
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
        raise TimeoutError(f"The API server did not become ready; its log: {self._folder / 'kube-apiserver.log'}")
