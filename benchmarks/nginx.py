"""nginx as a bound: takes bodies with PUT and writes them to a folder; one worker, as Debian packages it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from benchmarks.engines import Bench, Missing
from benchmarks.machine import nginx
from deploy.local.ports import free_port, listens
from tests.support.wait import await_until

SETTINGS = """
daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log warn; worker_rlimit_nofile 8192;
events {{ worker_connections 4096; }}
http {{
  access_log off; client_max_body_size 16m; client_body_timeout 120s; client_body_temp_path {folder}/incoming;
  proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{
    listen 127.0.0.1:{port}; root {folder}/kept; keepalive_requests 100000;
    location / {{ dav_methods PUT; create_full_put_path on; }}
  }}
}}
"""


@dataclass(frozen=True, slots=True)
class Nginx:
    pid: int
    url: str


@contextmanager
def serving(bench: Bench) -> Iterator[Nginx]:
    """Raises Missing."""
    program = nginx()
    if not program:
        raise Missing(
            "nginx is not installed, so uploads have no bound, and slow phones are not measured (Debian: nginx-light)."
        )
    folder, port = bench.fresh("nginx"), free_port()
    (folder / "nginx.conf").write_text(SETTINGS.format(folder=folder, port=port))
    process = subprocess.Popen(  # noqa: S603 - found by name
        [program, "-p", str(folder), "-c", str(folder / "nginx.conf")],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        await_until(lambda: process.poll() is not None or listens(port), 20, "nginx")
        if process.poll() is not None:
            raise Missing("nginx does not start, so uploads have no bound, and slow phones are not measured.")
        yield Nginx(process.pid, f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        process.wait(20)
