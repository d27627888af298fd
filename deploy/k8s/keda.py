"""KEDA beside a control plane on loopback: the operator, and the adapter that the autoscaler asks for its numbers.

ScaledObjects name Prometheus as a cluster knows it. Here the operator reaches that name through a proxy, and
Prometheus, which answers by path, is its own proxy.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from deploy.k8s.control_plane import LOOPBACK, ControlPlane
from deploy.k8s.external_metrics import NAMESPACE, registered


@contextmanager
def running(plane: ControlPlane, port: int, prometheus: str) -> Iterator[None]:
    """Start both and wait until the API server passes questions on; they end with the control plane.

    port: the first of four. prometheus: its address.
    """
    operator, health, adapter, own = range(port, port + 4)
    environment = {
        "PATH": os.environ["PATH"],
        "KUBECONFIG": str(plane.kubeconfig),
        "POD_NAMESPACE": NAMESPACE,
        "KEDA_CLUSTER_OBJECT_NAMESPACE": NAMESPACE,
        "WATCH_NAMESPACE": "",
        "HTTP_PROXY": prometheus,  # never used for loopback, where everything else is
    }
    plane.start(
        "keda-operator",
        "--enable-prometheus-metrics=false",
        f"--health-probe-bind-address={LOOPBACK}:{health}",
        f"--metrics-service-bind-address={LOOPBACK}:{operator}",
        f"--cert-dir={plane.certificates}",
        environment=environment,
    )
    plane.start(
        "keda-adapter",
        f"--bind-address={LOOPBACK}",
        f"--secure-port={adapter}",
        f"--port={own}",
        f"--metrics-service-address={LOOPBACK}:{operator}",
        f"--cert-dir={plane.certificates}",
        f"--tls-cert-file={plane.certificates / 'tls.crt'}",
        f"--tls-private-key-file={plane.certificates / 'tls.key'}",
        *(f"--{user}-kubeconfig={plane.kubeconfig}" for user in ("lister", "authentication", "authorization")),
        environment=environment,
    )
    try:
        with registered(plane, adapter):
            yield
    finally:  # KEDA takes its finalizer off while it runs; without that a namespace is never deleted
        plane.kubectl("-n", "rollcall", "delete", "scaledobjects", "--all", "--timeout=60s")
