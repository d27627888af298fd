"""gunicorn for every service: one process with threads; scale by adding processes."""

from __future__ import annotations

import sys
from typing import Any

worker_class = "gthread"
workers = 1
threads = 16
# Nobody waits for a request longer than 110 s (services/portal/service_client.py): an import, a print, a photo.
timeout = 120  # of the worker's own loop, which no request holds up: for a process that is stuck as a whole
graceful_timeout = 120  # at SIGTERM the socket closes at once, and whatever is in flight is answered
keepalive = 75  # longer than the proxy keeps idle connections (60 s): none is closed under a request
# After so many requests a new process takes over, so that nothing that grows grows for ever; the jitter keeps processes
# that were started together from doing so together. The socket stays open, and requests wait in it meanwhile.
max_requests, max_requests_jitter = 100_000, 25_000
backlog = 2048
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
