import pytest

from shared.messaging.view import MemoryView, MongoView, View


@pytest.fixture(params=["memory", "mongo"])
def view(request: pytest.FixtureRequest) -> View:
    return MemoryView() if request.param == "memory" else MongoView(request.getfixturevalue("mongo_db"))
