"""The whole system as real processes, on ports and data of its own."""
from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.kafka.fetch import missing_tools
from deploy.local.settings import OFFSETS, Local
from deploy.local.stack import Stack

WIDTH = max(*OFFSETS.values(), 100)


def free_range() -> int:
    """The first of a row of ports on which nobody listens."""
    for first in range(20_000, 32_000, WIDTH + 10):
        if all(is_free(first + offset) for offset in range(WIDTH)):
            return first
    raise AssertionError("no free row of ports")


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


@pytest.fixture(scope="session", params=["embedded bus", pytest.param("kafka", marks=pytest.mark.kafka)])
def copy(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A running copy; what the tests of one parameter do stays for the next of them."""
    if request.param == "kafka" and (reason := missing_tools()):
        pytest.skip(reason)
    folder: Path = tmp_path_factory.mktemp(request.param.split()[0])
    stack = Stack(Local(folder, free_range(), kafka=request.param == "kafka"))
    stack.start_all()
    stack.local.write_addresses()
    yield stack
    stack.stop_all()
