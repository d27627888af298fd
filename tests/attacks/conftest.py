"""One running copy with a small county in it, which every attack shares."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.settings import Local
from deploy.local.stack import Stack
from tests.faults.harmed_copy import SMALL
from tests.support.ports import free_range
from tests.support.servers import SECOND
from tests.system.county import SmallCounty


@pytest.fixture(scope="session")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallCounty]:
    """The county whose copy is attacked. An attack uses accounts of its own, or undoes what it has locked."""
    folder: Path = tmp_path_factory.mktemp("attacked")
    stack = Stack(Local(folder, free_range(), second=SECOND), overrides=SMALL)
    stack.start_all()
    stack.local.write_addresses()
    yield SmallCounty(stack).settle()
    stack.stop_all()
