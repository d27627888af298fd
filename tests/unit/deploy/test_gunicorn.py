"""gunicorn's settings: a service is one process, so that its metrics and its queues are its own."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from deploy import gunicorn


def server(workers: int) -> SimpleNamespace:
    return SimpleNamespace(cfg=SimpleNamespace(workers=workers))


def test_a_service_is_one_process():
    assert (gunicorn.workers, gunicorn.worker_class) == (1, "gthread")
    gunicorn.on_starting(server(1))


def test_several_processes_behind_one_socket_are_refused_with_a_sentence():
    with pytest.raises(SystemExit, match="one process"):
        gunicorn.on_starting(server(2))
