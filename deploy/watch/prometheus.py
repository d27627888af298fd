"""Prometheus beside a copy on one machine: the distribution's program, on loopback, with our rules."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from deploy.local.ports import listens
from deploy.local.processes import Process, end
from deploy.local.settings import Local
from shared.language.services import BACKENDS

RULES = Path(__file__).parent / "rules"
OFFSET = 90  # of its port, from the first one of the copy
KEPT = "15d"
MISSING = "There is no Prometheus here, so nothing watches this copy: install the distribution's (Debian: prometheus)."


class Prometheus:
    """Asks every process of a copy for its metrics. interval: between two questions."""

    def __init__(self, local: Local, interval: str = "5s") -> None:
        self._local, self._interval = local, interval
        self._port = local.port + OFFSET
        self.process: Process | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> str:
        """Start it; a sentence that says where it is, or why it is not there. It ends with `stop`."""
        if not (program := shutil.which("prometheus")):
            return MISSING
        if listens(self._port):
            return f"Port {self._port} is in use, so nothing watches this copy."
        folder = self._local.data / "prometheus"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        settings = folder / "prometheus.yml"
        settings.write_text(json.dumps(configuration(self._local, self._interval), indent=2))  # JSON is YAML
        with open(self._local.data / "logs" / "prometheus.log", "ab", opener=_private) as log:
            self.process = subprocess.Popen(
                [program, *self._options(folder, settings)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        return f"Prometheus watches this copy: {self.address}"

    def _options(self, folder: Path, settings: Path) -> Sequence[str]:
        return (
            f"--config.file={settings}",
            f"--storage.tsdb.path={folder / 'data'}",
            f"--storage.tsdb.retention.time={KEPT}",
            f"--web.listen-address=127.0.0.1:{self._port}",
            "--log.level=warn",
        )

    def stop(self) -> None:
        if self.process is None:
            return
        end([(self.process, signal.SIGTERM)], 20)


def configuration(local: Local, interval: str = "5s") -> Mapping[str, Any]:
    """The processes that Prometheus asks, and how. service, process: labels by which alerts tell them apart."""
    services = {name: urlsplit(address).netloc for name, address in local.inside().items()}
    workers = {f"{name}-worker": f"127.0.0.1:{local.metrics_port(f'{name}-worker')}" for name in BACKENDS}
    return {
        "global": {"scrape_interval": interval, "evaluation_interval": "15s"},
        "rule_files": [str(path) for path in sorted(RULES.glob("*.yaml"))],
        "scrape_configs": [
            {
                "job_name": "rollcall",
                "static_configs": [
                    {"targets": [target], "labels": {"service": name.partition("-")[0], "process": name}}
                    for name, target in {**services, **workers}.items()
                ],
            }
        ],
    }


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
