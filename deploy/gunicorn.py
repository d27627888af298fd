"""gunicorn for every service: one process with threads; scale by adding processes."""

from __future__ import annotations

import sys
from typing import Any

worker_class = "gthread"
workers = 1
threads = 16
timeout = 120
graceful_timeout = 10
keepalive = 75
errorlog = "-"
loglevel = "warning"
accesslog = None  # the services log what matters as JSON; addresses with what people typed stay out of logs
control_socket_disable = True
# No header of a request alters what gunicorn tells the service about it; the proxy's own are checked by the service.
forwarder_headers = ""
secure_scheme_headers: dict[str, str] = {}
limit_request_line = limit_request_field_size = 0  # the proxy has the limits, and answers with a problem document


def on_starting(server: Any) -> None:
    """End with a sentence if somebody asks for more: metrics, queues and limits are those of one process."""
    if server.cfg.workers != 1:
        sys.exit("A service runs as one process, whose metrics and queues are its own; start more services instead.")
