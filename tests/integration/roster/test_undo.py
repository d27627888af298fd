"""The undo of imports, in memory and on a real document store."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.roster.tables.mongo import mongo_tables
from services.roster.undo_records.memory import MemoryUndoRecords
from services.roster.undo_records.mongo import MongoUndoRecords
from services.roster.undo_records.protocol import UndoRecord, UndoRecords
from shared.eventsourcing.event import NewEvent
from shared.eventsourcing.store import Append, CommandContext
from shared.infrastructure.clock import FixedClock
from shared.infrastructure.errors import Conflict
from tests.support.stores import mongo_store
from tests.unit.roster.county import County, county, row
from tests.unit.roster.test_one_child import NO_NUMBERS
from tests.unit.roster.undoing import check_sequence, send, state, undone


@pytest.fixture(params=["memory", "mongo"])
def records(request: pytest.FixtureRequest) -> UndoRecords:
    if request.param == "memory":
        return MemoryUndoRecords()
    kept = MongoUndoRecords(request.getfixturevalue("mongo_db"))
    kept.ensure_indexes()
    return kept


def test_records_of_a_run_are_read_in_their_order_and_removed_together(records: UndoRecords):
    kept = [UndoRecord(f"a-{number}", "a", 1000, b"sealed") for number in (1, 2)]
    for record in (*reversed(kept), UndoRecord("b-1", "b", 1000, b"other")):
        records.keep(record)
    assert records.of_run("a") == kept
    records.remove_run("a")
    records.remove_run("a")
    assert (records.of_run("a"), len(records.of_run("b"))) == ([], 1)


def test_records_that_are_due_are_removed(records: UndoRecords):
    for id, until in (("a", 10), ("b", 20), ("c", 21)):
        records.keep(UndoRecord(id, "run", until, b"sealed"))
    assert records.remove_due(20) == 2
    assert [record.id for record in records.of_run("run")] == ["c"]
    assert records.remove_due(20) == 0


@pytest.fixture
def mongo_county(mongo_db) -> County:
    store = mongo_store(mongo_db, FixedClock(1_790_000_000_000))
    store.ensure_indexes(1)
    made = county(store, mongo_tables(mongo_db))
    records = MongoUndoRecords(mongo_db)
    records.ensure_indexes()
    made.with_deps(replace(made.deps, undo_records=records))
    made.open()
    return made


def test_a_record_is_kept_with_the_events_of_its_transaction_or_not_at_all(mongo_county: County):
    store, records = mongo_county.store, mongo_county.deps.undo_records
    append = Append("proposal-x", 7, [NewEvent("proposal.withdrawn")])  # there is no version 7
    with pytest.raises(Conflict):
        store.append(
            [append],
            CommandContext("tests:1", "tests"),
            lambda session: records.keep(UndoRecord("r", "run", 1, b"sealed"), session),
        )
    assert records.of_run("run") == []


def test_a_sequence_of_change_sets_undone_from_the_last_restores_each_state(mongo_county: County):
    check_sequence(mongo_county, seed=3)


def test_a_school_of_300_is_taken_back_whole(mongo_county: County):
    before = state(mongo_county)
    report = send(mongo_county, [[*row(number, **NO_NUMBERS), ""] for number in range(1, 301)])
    assert undone(mongo_county, report["import"])["taken_back"]["added"] == 300
    assert state(mongo_county) == before
