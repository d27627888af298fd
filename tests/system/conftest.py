"""The whole system as real processes, on ports and data of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.kafka.fetch import missing_tools
from deploy.local.settings import Local
from deploy.local.stack import Stack
from tests.faults.harmed_copy import SMALL
from tests.support.ports import free_range
from tests.support.servers import SECOND
from tests.support.thorough import THOROUGH

KAFKA = pytest.param("kafka", marks=pytest.mark.kafka)


@pytest.fixture(scope="module", params=["embedded bus", KAFKA])
def copy(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A running copy; the tests of a module share its data on each bus. The full tree only in `make prove`."""
    if request.param == "kafka" and (reason := missing_tools()):
        pytest.skip(reason)
    folder: Path = tmp_path_factory.mktemp(request.param.split()[0])
    stack = Stack(
        Local(folder, free_range(), kafka=request.param == "kafka", second=SECOND),
        overrides={**({} if THOROUGH else SMALL), "AUDIT_SECONDS": "15"},  # an audit shows the progress, too
    )
    stack.start_all()
    stack.local.write_addresses()
    yield stack
    stack.stop_all()
