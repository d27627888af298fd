"""gunicorn's settings: a service is one process, so that its metrics and its queues are its own."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest

from deploy import gunicorn
from deploy.front import configuration
from services.portal.service_client import LONG_TIMEOUT


def server(workers: int) -> SimpleNamespace:
    return SimpleNamespace(cfg=SimpleNamespace(workers=workers))


def test_a_service_is_one_process():
    assert (gunicorn.workers, gunicorn.worker_class) == (1, "gthread")
    gunicorn.on_starting(server(1))


def test_several_processes_behind_one_socket_are_refused_with_a_sentence():
    with pytest.raises(SystemExit, match="one process"):
        gunicorn.on_starting(server(2))


def test_what_is_in_flight_has_the_time_that_its_caller_waits():
    assert LONG_TIMEOUT.read is not None and gunicorn.graceful_timeout > LONG_TIMEOUT.read
    template = configuration.TEMPLATE.read_text()
    proxy = re.search(r"proxy_read_timeout (\d+)s", template)
    assert proxy and int(proxy[1]) > gunicorn.graceful_timeout, "the proxy gives up before the service does"


def test_the_proxy_ends_idle_connections_before_gunicorn_does():
    idle = re.search(r"keepalive_timeout (\d+)s", configuration._upstream("identity", "unix:/socket"))
    assert idle and int(idle[1]) < gunicorn.keepalive


def test_processes_that_were_started_together_are_not_replaced_together():
    assert gunicorn.max_requests > gunicorn.max_requests_jitter >= gunicorn.max_requests / 5


def test_docker_gives_a_service_the_time_that_gunicorn_gives_what_is_in_flight():
    grace = re.search(r"stop_grace_period: (\d+)s", (configuration.TEMPLATE.parents[1] / "compose.yaml").read_text())
    assert grace and int(grace[1]) > gunicorn.graceful_timeout
