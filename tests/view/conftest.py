import pytest

from shared.messaging.view import View
from shared.messaging.view_memory import MemoryView
from shared.messaging.view_mongo import MongoView


@pytest.fixture(params=["memory", "mongo"])
def view(request: pytest.FixtureRequest) -> View:
    return MemoryView() if request.param == "memory" else MongoView(request.getfixturevalue("mongo_db"))
