from __future__ import annotations

import pytest

from shared.service.audit_trail.chains import Chains
from shared.service.audit_trail.memory import MemoryChains
from shared.service.audit_trail.mongo import MongoChains


@pytest.fixture(params=["memory", "mongo"])
def chains(request: pytest.FixtureRequest) -> Chains:
    if request.param == "memory":
        return MemoryChains()
    kept = MongoChains(request.getfixturevalue("mongo_db"))
    kept.ensure_indexes()
    return kept
