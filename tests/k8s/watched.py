"""A real Prometheus that scrapes, every second, a page of what waits for the workers."""

from __future__ import annotations

import json
import signal
import subprocess
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from deploy.k8s.control_plane import LOOPBACK
from tests.k8s.demand import Demand
from tests.support.wait import await_until


@contextmanager
def scraped(demand: Demand, folder: Path, port: int) -> Iterator[str]:
    """A running Prometheus that scrapes the demand; yields its address. port: the first of two."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; version=0.0.4")
            self.end_headers()
            self.wfile.write(demand.page().encode())

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    exporter = ThreadingHTTPServer((LOOPBACK, port), Page)
    threading.Thread(target=exporter.serve_forever, daemon=True).start()
    job = {"job_name": "rollcall", "static_configs": [{"targets": [f"{LOOPBACK}:{port}"]}]}
    settings = {"global": {"scrape_interval": "1s", "scrape_timeout": "1s"}, "scrape_configs": [job]}
    (folder / "prometheus.yml").write_text(json.dumps(settings))
    address = f"http://{LOOPBACK}:{port + 1}"
    command = [
        "prometheus",
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={folder / 'series'}",
        f"--web.listen-address={LOOPBACK}:{port + 1}",
    ]
    with (folder / "prometheus.log").open("wb") as log:
        prometheus = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        await_until(lambda: _ready(address), 60, "Prometheus is ready")
        yield address
    finally:
        prometheus.send_signal(signal.SIGTERM)
        prometheus.wait(30)
        exporter.shutdown()
        exporter.server_close()


def _ready(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/-/ready", timeout=2) as answer:  # noqa: S310 - loopback
            return bool(answer.status == 200)
    except OSError:
        return False
