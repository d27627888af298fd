from __future__ import annotations

import pytest

from services.identity.records_memory import memory_records
from shared import contracts
from shared.clock import FixedClock
from shared.store_memory import MemoryStore
from tests.unit.identity.world import World


@pytest.fixture
def world():
    clock = FixedClock()
    return World(MemoryStore(clock, is_public=contracts.is_public, validate=contracts.validate), memory_records(), clock)
