"""The document store: majority reads and writes, retried transactions, its clock."""

import random
import threading

import pytest
from pymongo.errors import OperationFailure, PyMongoError

from deploy.local.ports import free_port
from shared.infrastructure.clock import FixedClock, SystemClock
from shared.infrastructure.errors import Refused
from shared.infrastructure.mongo import clock_difference, connect, is_transient, majority, reachable, transaction
from tests.support.together import run_together


@pytest.fixture
def rows(mongo_db):
    mongo_db["rows"].insert_one({"_id": "a", "n": 0})
    return mongo_db["rows"]


def add(rows, session, inside=lambda: None):
    n = rows.find_one({"_id": "a"}, session=session)["n"]
    inside()
    rows.update_one({"_id": "a"}, {"$set": {"n": n + 1}}, session=session)
    return n + 1


def test_everything_is_read_from_and_written_to_a_majority(mongo_client, mongo_db):
    assert (mongo_client.write_concern.document, mongo_client.read_concern.level) == ({"w": "majority"}, "majority")
    bare = mongo_db.with_options(write_concern=mongo_client.write_concern.__class__(w=1))
    assert majority(bare).write_concern.document == {"w": "majority"}


def test_a_transaction_returns_its_result_and_is_visible_only_as_a_whole(mongo_client, rows):
    seen = []

    def act(session):
        result = add(rows, session)
        seen.append(rows.find_one({"_id": "a"})["n"])
        return result

    assert transaction(mongo_client, act) == 1
    assert (seen, rows.find_one({"_id": "a"})["n"]) == ([0], 1)


def test_an_error_inside_a_transaction_leaves_nothing_and_is_not_retried(mongo_client, rows):
    tries = []

    def act(session):
        tries.append(add(rows, session))
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        transaction(mongo_client, act)
    assert (tries, rows.find_one({"_id": "a"})["n"]) == ([1], 0)


def test_an_overtaken_transaction_reads_again_and_no_addition_is_lost(mongo_client, rows):
    overtaken = threading.Event()

    def overtake():
        if not overtaken.is_set():
            overtaken.set()
            rows.update_one({"_id": "a"}, {"$inc": {"n": 10}})

    assert transaction(mongo_client, lambda session: add(rows, session, overtake)) == 11
    assert rows.find_one({"_id": "a"})["n"] == 11


def test_many_transactions_at_once_lose_nothing(mongo_client, rows):
    results = run_together(
        *[
            lambda seed=seed: [
                transaction(mongo_client, lambda session: add(rows, session), attempts=100, rng=random.Random(seed))
                for _ in range(5)
            ]
            for seed in range(4)
        ]
    )
    assert sorted(n for result in results for n in result) == list(range(1, 21))
    assert rows.find_one({"_id": "a"})["n"] == 20


def test_a_transaction_that_is_always_overtaken_raises_the_last_error_after_its_attempts(mongo_client, rows):
    with pytest.raises(OperationFailure) as raised:
        transaction(
            mongo_client,
            lambda session: add(rows, session, lambda: rows.update_one({"_id": "a"}, {"$inc": {"n": 10}})),
            attempts=3,
        )
    assert is_transient(raised.value)
    assert rows.find_one({"_id": "a"})["n"] == 30


@pytest.mark.engine
def test_an_unavailable_store_is_not_retried():
    tries = []
    with connect(f"mongodb://127.0.0.1:{free_port()}", patience_ms=100) as client, pytest.raises(PyMongoError):
        transaction(client, lambda session: (tries.append(1), client["x"]["y"].find_one({}, session=session)))
    assert len(tries) <= 1


def test_the_clock_is_compared_with_that_of_the_store(mongo_client):
    assert abs(clock_difference(mongo_client, SystemClock())) < 2000
    fast = FixedClock(SystemClock().now() + 3_600_000)
    assert 3_598_000 < clock_difference(mongo_client, fast) < 3_602_000


@pytest.mark.engine
def test_without_a_store_there_is_no_clock_difference():
    with connect(f"mongodb://127.0.0.1:{free_port()}", patience_ms=100) as client:
        assert clock_difference(client, SystemClock()) is None


@pytest.mark.parametrize("code", [1, 14031], ids=["embedded: any trouble with its disk", "out of disk space"])
def test_a_store_that_cannot_write_is_unavailable(code):
    with pytest.raises(Refused, match="cannot do its work") as refused, reachable():
        raise OperationFailure("internal server error", code)
    assert refused.value.status == 503


def test_a_programming_error_is_not_unavailable():
    with pytest.raises(OperationFailure), reachable():
        raise OperationFailure("unknown operator: $nonsense", 2)
