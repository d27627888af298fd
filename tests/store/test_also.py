"""Writes of a service in the transaction of its events."""

import pytest

from shared.eventsourcing.store import Append, CommandRecord
from shared.infrastructure.errors import Conflict
from tests.store.conftest import asked, grow, new, stream

A, B = stream(1), stream(2)


class Unavailable(Exception):
    pass


def test_a_response_is_remembered_together_with_the_events(store):
    store.append([Append(A, 0, [new()])], asked(), lambda session: store.remember(asked(), {"rows": 3}, session))
    assert store.recall(asked().id) == CommandRecord("body", {"rows": 3})
    assert len(store.load(A)) == 1


def test_when_the_further_writes_fail_the_events_are_not_recorded(store):
    def fail(session):
        store.remember(asked(), {"rows": 3}, session)
        raise Unavailable

    with pytest.raises(Unavailable):
        store.append([Append(A, 0, [new()]), Append(B, 0, [new(), new()])], asked(), fail)
    assert store.load(A) == store.load(B) == []
    assert store.recall(asked().id) is None


def test_when_the_events_conflict_the_further_writes_are_not_kept(store):
    grow(store, B)
    with pytest.raises(Conflict):
        store.append(
            [Append(A, 0, [new()]), Append(B, 0, [new()])],
            asked(),
            lambda session: store.remember(asked(), {"rows": 3}, session),
        )
    assert store.recall(asked().id) is None
    assert store.load(A) == []


def test_the_first_response_of_a_command_wins(store):
    assert store.recall(asked().id) is None
    store.remember(asked(), {"response": 1})
    store.remember(asked(body="another"), {"response": 2})
    assert store.recall(asked().id) == CommandRecord("body", {"response": 1})
    assert store.recall(asked(2).id) is None


def test_a_read_model_of_the_same_service_is_written_in_the_same_transaction(mongo_store, mongo_db):
    rows = mongo_db["rows"]
    rows.create_index("login", unique=True)
    mongo_store.append(
        [Append(A, 0, [new()])], asked(), lambda session: rows.insert_one({"_id": "a", "login": "x"}, session=session)
    )
    with pytest.raises(Exception, match="E11000") as taken:
        mongo_store.append(
            [Append(B, 0, [new()])],
            asked(2),
            lambda session: rows.insert_one({"_id": "b", "login": "x"}, session=session),
        )
    assert not isinstance(taken.value, Conflict)  # a rule of the service was broken, which interprets the error
    assert mongo_store.load(B) == []
    assert [row["_id"] for row in rows.find()] == ["a"]
    with pytest.raises(Unavailable):
        mongo_store.append(
            [Append(B, 0, [new()])],
            asked(3),
            lambda session: (rows.insert_one({"_id": "c", "login": "y"}, session=session), _fail()),
        )
    assert rows.count_documents({}) == 1


def _fail():
    raise Unavailable
