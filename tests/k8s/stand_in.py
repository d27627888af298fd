"""KEDA's stand-in where KEDA is not built: the autoscaler that it makes of each ScaledObject, and the answers to its
questions. The autoscaler that asks and decides is Kubernetes' own."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from deploy.k8s.control_plane import LOOPBACK, ControlPlane
from deploy.k8s.external_metrics import GROUP, VERSION, registered

GROUP_VERSION = f"{GROUP}/{VERSION}"
Document = dict[str, Any]


@contextmanager
def running(plane: ControlPlane, port: int, value: Callable[[str], int | None]) -> Iterator[None]:
    """Answers for the ScaledObjects of the cluster. value: of a ScaledObject's name, None if nobody reports it."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0].rstrip("/")
            if path.endswith(GROUP_VERSION):
                return self._answer({"kind": "APIResourceList", "groupVersion": GROUP_VERSION, "resources": []})
            name = path.rpartition("/")[2]
            if (found := value(name)) is None:
                return self.send_error(HTTPStatus.INTERNAL_SERVER_ERROR, "nobody reports it")
            now = datetime.now(UTC).isoformat()
            item = {"metricName": name, "metricLabels": {}, "timestamp": now, "value": str(found)}
            return self._answer({"kind": "ExternalMetricValueList", "apiVersion": GROUP_VERSION, "items": [item]})

        def _answer(self, document: Document) -> None:
            body = json.dumps(document).encode()
            self.send_response(HTTPStatus.OK)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer((LOOPBACK, port), Answers)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(plane.certificates / "tls.crt", plane.certificates / "tls.key")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        plane.apply(autoscalers(plane.get("-n", "rollcall", "scaledobjects")["items"]))
        with registered(plane, port):
            yield
    finally:
        server.shutdown()
        server.server_close()


def autoscalers(scaled: Iterable[Document]) -> list[Document]:
    """What KEDA makes of ScaledObjects with one trigger."""
    return [
        {
            "apiVersion": "autoscaling/v2",
            "kind": "HorizontalPodAutoscaler",
            "metadata": {"name": f"keda-hpa-{each['metadata']['name']}", "namespace": each["metadata"]["namespace"]},
            "spec": {
                "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", **each["spec"]["scaleTargetRef"]},
                "minReplicas": each["spec"]["minReplicaCount"],
                "maxReplicas": each["spec"]["maxReplicaCount"],
                "behavior": each["spec"]["advanced"]["horizontalPodAutoscalerConfig"]["behavior"],
                "metrics": [_metric(each["metadata"]["name"], each["spec"]["triggers"][0]["metadata"]["threshold"])],
            },
        }
        for each in scaled
    ]


def _metric(name: str, threshold: str) -> Document:
    target = {"type": "AverageValue", "averageValue": threshold}
    return {"type": "External", "external": {"metric": {"name": name}, "target": target}}
