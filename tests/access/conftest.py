from __future__ import annotations

import pytest

from shared.service.access_records import AccessRecords
from shared.service.access_records_memory import MemoryAccessRecords
from shared.service.access_records_mongo import MongoAccessRecords


@pytest.fixture(params=["memory", "mongo"])
def records(request: pytest.FixtureRequest) -> AccessRecords:
    if request.param == "memory":
        return MemoryAccessRecords()
    kept = MongoAccessRecords(request.getfixturevalue("mongo_db"))
    kept.ensure_indexes()
    return kept
