from __future__ import annotations

import pytest

from services.identity.repositories.memory import memory_records
from shared.eventsourcing.store_memory import MemoryStore
from shared.infrastructure.clock import FixedClock
from shared.language import contracts
from tests.unit.identity.world import World


@pytest.fixture
def world():
    clock = FixedClock()
    return World(
        MemoryStore(clock, is_public=contracts.is_public, validate=contracts.validate), memory_records(clock), clock
    )
