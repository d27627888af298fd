"""Who answers when the autoscaler asks for a number that is not Kubernetes' own, such as how much waits."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager

from deploy.k8s.control_plane import METRICS_SERVICE, ControlPlane

NAMESPACE = "keda"
GROUP, VERSION = "external.metrics.k8s.io", "v1beta1"


@contextmanager
def registered(plane: ControlPlane, port: int) -> Iterator[None]:
    """The API server asks what listens at this port for external metrics."""
    service = {"name": METRICS_SERVICE, "namespace": NAMESPACE}
    authority = base64.b64encode((plane.certificates / "ca.crt").read_bytes()).decode()
    plane.apply([{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}}])
    plane.apply(
        [
            {
                "apiVersion": "v1",
                "kind": "Service",
                "metadata": service,
                "spec": {"type": "ExternalName", "externalName": "localhost", "ports": [{"port": port}]},
            },
            {
                "apiVersion": "apiregistration.k8s.io/v1",
                "kind": "APIService",
                "metadata": {"name": f"{VERSION}.{GROUP}"},
                "spec": {
                    "group": GROUP,
                    "version": VERSION,
                    "groupPriorityMinimum": 100,
                    "versionPriority": 100,
                    "service": {**service, "port": port},
                    "caBundle": authority,
                },
            },
        ]
    )
    try:
        plane.kubectl("wait", "--for=condition=Available", f"apiservice/{VERSION}.{GROUP}", "--timeout=120s")
        yield
    finally:  # with an API that nobody answers, no namespace is ever deleted
        plane.kubectl("delete", "apiservice", f"{VERSION}.{GROUP}")
