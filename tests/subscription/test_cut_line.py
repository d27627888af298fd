"""A connection that is cut in the middle of a batch: the store does not know that its transaction is abandoned."""

from __future__ import annotations

import pytest

from deploy.local.ports import free_port
from shared.infrastructure.mongo import connect
from shared.messaging.sink import Batch, Unavailable
from shared.messaging.sink_mongo import MongoSink
from tests.faults.detour import Detour
from tests.subscription.world import event
from tests.support.servers import DocumentStore


def test_a_batch_whose_connection_was_cut_does_not_block_its_retry(document_store: DocumentStore, mongo_db) -> None:
    line = Detour(free_port(), document_store.port)
    with connect(f"mongodb://127.0.0.1:{line.port}/?directConnection=true", patience_ms=2000) as client:
        things = client[mongo_db.name]["things"]
        things.insert_one({"_id": "a", "n": 0})
        cuts = iter([line.cut, lambda: None])

        def project(session, events):
            things.update_one({"_id": "a"}, {"$inc": {"n": 1}}, session=session)
            next(cuts)()
            things.update_one({"_id": "b"}, {"$inc": {"n": 1}}, upsert=True, session=session)
            return []

        sink = MongoSink(client[mongo_db.name], "cut", project)
        with pytest.raises(Unavailable):
            sink.apply(Batch([event(1)]))
        line.restore()
        with (
            client.start_session() as of_another_thread
        ):  # takes from the driver's pool what the failed batch gave back
            things.find_one({"_id": "a"}, session=of_another_thread)
            # Another session would be refused for as long as the store keeps the first one open.
            assert sink.apply(Batch([event(1)])) == 0
    line.close()
    assert {found["_id"]: found["n"] for found in mongo_db["things"].find()} == {"a": 1, "b": 1}
