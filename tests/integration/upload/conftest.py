from __future__ import annotations

from typing import Any

import pytest
from pymongo.database import Database

from shared.infrastructure.objects import Objects
from tests.integration.upload.world import World, make_world


@pytest.fixture
def world(mongo_db: Database[dict[str, Any]], s3: Objects) -> World:
    return make_world(mongo_db, s3)
