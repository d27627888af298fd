"""Packs and the journal: through writes, packing, deaths and restores no version is lost and none counts twice."""

from __future__ import annotations

import random

import pytest

from deploy.local.ports import free_port
from deploy.local.settings import REPO
from deploy.upgrade.known_events import JOURNAL, has_journal, not_known
from services.stats.domain import packs
from services.stats.projection import journal_mongo
from services.stats.projection.collections_mongo import COLLECTIONS, Projection
from services.stats.projection.documents_mongo import Documents
from services.stats.projection.journal_mongo import Journal
from services.stats.projection.projector_mongo import figures_projector, figures_sink
from shared.eventsourcing.event import SLOTS
from shared.infrastructure.mongo import connect
from shared.messaging.sink import Batch
from shared.messaging.sink_mongo import MongoSink
from tests.faults.detour import Detour
from tests.integration.stats.conftest import project
from tests.integration.stats.test_sink import assert_all_is_as_defined
from tests.unit.stats.histories import DAYS, entry, form, history, pupil_id, tree

SLOT, PUPILS = 5, range(0, 9 * 16, 16)


@pytest.fixture
def small(monkeypatch):
    """Packs of at most four histories, one in a transaction, journals of two rows."""
    for module, name, value in (
        (packs, "MOST", 4),
        (journal_mongo, "LEAST", 2),
        (journal_mongo, "ROWS_A_PACK", 0),
        (journal_mongo, "PACKS_AT_ONCE", 1),
    ):
        monkeypatch.setattr(module, name, value)


@pytest.fixture
def unpacked(monkeypatch):
    """As `small`, but nothing is packed unasked."""
    monkeypatch.setattr(packs, "MOST", 4)
    monkeypatch.setattr(journal_mongo, "PACKS_AT_ONCE", 1)


def entries():
    return [entry(pupil_id(n, SLOT), 1, DAYS[0]) for n in PUPILS]


def forms(version, day, **state):
    return [form(pupil_id(n, SLOT), version, day, **state) for n in PUPILS]


def apply(projection, events):
    """One batch, tried once."""
    figures_sink(projection).apply(Batch(events))


def failure_of(act):
    try:
        act()
    except Exception as error:
        return error
    return None


def another(projection):
    """The same projection in another process."""
    return Projection(projection.database, projection.number)


def lane():
    return journal_mongo.lane_of(pupil_id(0, SLOT))


def pack_some(projection):
    with projection.database.client.start_session() as session:
        return projection.journal.pack_some(lane(), session)


def pack(projection):
    while pack_some(projection) and rows_in_journal(projection):
        pass


def rows_in_journal(projection):
    return sum(len(packs.decode_rows(document["rows"])) for document in projection.database["figures_1_journal"].find())


def test_packed_or_not_in_any_order_and_batches_the_figures_are_those_of_the_definition(projection, small):
    rnd, events = random.Random(11), [*history(8, pupils=12, slots=2), *tree()]
    arriving = [*events, *rnd.sample(events, len(events) // 2)]
    rnd.shuffle(arriving)
    project(projection, arriving, batch=7)
    assert projection.database["figures_1_packs"].count_documents({}) > 2
    assert_all_is_as_defined(projection, events)
    project(another(projection), rnd.sample(events, 20), topic="upload.events.1")  # all of them doubles
    assert_all_is_as_defined(projection, events)


@pytest.mark.parametrize(("name", "rows"), [("LEAST", len(PUPILS)), ("MOST_ROWS", journal_mongo.LANES * len(PUPILS))])
def test_a_journal_is_packed_when_it_is_long_or_a_process_with_all_lanes_could_not_remember_it(
    projection, monkeypatch, name, rows
):
    apply(projection, entries())
    apply(projection, entries())  # all of them doubles
    assert rows_in_journal(projection) == len(PUPILS)
    monkeypatch.setattr(journal_mongo, name, rows)
    apply(projection, forms(1, DAYS[1]))
    assert rows_in_journal(projection) == 0


def test_a_process_sees_what_another_one_has_written_since(projection, unpacked):
    one, two = another(projection), another(projection)
    apply(one, entries())
    apply(two, forms(1, DAYS[1], waiting=True))
    apply(one, forms(2, DAYS[2], returned=True))
    apply(two, forms(2, DAYS[2], returned=True))
    assert_all_is_as_defined(
        projection, [*entries(), *forms(1, DAYS[1], waiting=True), *forms(2, DAYS[2], returned=True)]
    )


def test_a_process_that_remembers_more_than_a_restored_projection_holds_reads_it_again(projection, unpacked):
    apply(projection, entries())
    database = projection.database
    names = [f"figures_1_{name}" for name in COLLECTIONS]
    backup = {name: list(database[name].find()) for name in names}
    for _ in range(2):
        apply(projection, forms(1, DAYS[1], waiting=True))
    for name, documents in backup.items():
        database[name].delete_many({})
        if documents:
            database[name].insert_many(documents)
    apply(projection, forms(1, DAYS[1], waiting=True))
    assert_all_is_as_defined(projection, [*entries(), *forms(1, DAYS[1], waiting=True)])


def test_a_process_goes_on_after_everything_was_deleted(projection, unpacked):
    apply(projection, entries())
    apply(projection, forms(1, DAYS[1], waiting=True))
    for name in COLLECTIONS:
        projection.database[f"figures_1_{name}"].delete_many({})
    apply(projection, forms(1, DAYS[1], waiting=True))
    apply(projection, entries())
    assert_all_is_as_defined(another(projection), [*entries(), *forms(1, DAYS[1], waiting=True)])


def test_a_batch_that_was_rolled_back_is_not_remembered(projection, unpacked):
    apply(projection, entries())
    write = figures_projector(projection)

    def dies(session, batch):
        list(write(session, batch))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        MongoSink(projection.database, projection.name, dies).apply(Batch(forms(1, DAYS[1], waiting=True)))
    apply(projection, forms(1, DAYS[1], waiting=True))
    assert_all_is_as_defined(projection, [*entries(), *forms(1, DAYS[1], waiting=True)])


def test_a_process_finds_histories_in_the_packs_that_another_one_has_split(projection, unpacked):
    one, two = another(projection), another(projection)
    more = [entry(pupil_id(n, SLOT), 1, DAYS[0]) for n in (1, 2, 3)]
    apply(one, entries())
    pack(one)
    apply(one, more)
    two.journal.read([pupil_id(PUPILS[-1], SLOT)], None)  # remembers the lane, and the last of its packs
    pack(one)  # the first pack is too large now
    apply(two, forms(1, DAYS[1], waiting=True))
    assert_all_is_as_defined(projection, [*entries(), *more, *forms(1, DAYS[1], waiting=True)])


@pytest.mark.parametrize("steps", [1, 2, 3])
def test_packing_may_die_between_any_two_transactions_and_be_done_again(projection, unpacked, steps):
    apply(projection, entries())
    pack(projection)  # several packs now
    events = [*entries(), *forms(1, DAYS[1], waiting=True)]
    apply(projection, forms(1, DAYS[1], waiting=True))
    for _ in range(steps):
        pack_some(projection)
    after = another(projection)
    apply(after, forms(1, DAYS[1], waiting=True))
    assert_all_is_as_defined(projection, events)
    pack(after)
    assert rows_in_journal(projection) == 0
    assert_all_is_as_defined(projection, events)
    apply(after, forms(2, DAYS[2], returned=True))
    assert_all_is_as_defined(projection, [*events, *forms(2, DAYS[2], returned=True)])


def test_packing_ends_however_often_another_process_writes_meanwhile(projection, unpacked):
    one, two = another(projection), another(projection)
    apply(one, entries())
    pack(one)  # several packs now
    apply(one, forms(1, DAYS[1], waiting=True))
    late = [form(pupil_id(PUPILS[0], SLOT), version, DAYS[2]) for version in range(2, 9)]  # of the first pack
    events = [*entries(), *forms(1, DAYS[1], waiting=True)]
    while late and pack_some(one) and one.journal._lanes[lane()].length:
        events.append(late.pop(0))
        apply(two, events[-1:])
    assert late
    assert_all_is_as_defined(projection, events)


def test_a_live_event_waits_for_a_few_packs_however_many_a_journal_touches(projection, unpacked, monkeypatch):
    apply(projection, entries())
    pack(projection)  # several packs now
    apply(projection, forms(1, DAYS[1], waiting=True))
    monkeypatch.setattr(journal_mongo, "LEAST", len(PUPILS))
    monkeypatch.setattr(journal_mongo, "ROWS_A_PACK", 0)
    apply(projection, forms(2, DAYS[2], returned=True)[:1])
    assert len(PUPILS) - 4 < rows_in_journal(projection) < len(PUPILS)  # those of one pack are gone
    assert_all_is_as_defined(
        projection, [*entries(), *forms(1, DAYS[1], waiting=True), *forms(2, DAYS[2], returned=True)[:1]]
    )


def test_a_packing_whose_connection_was_cut_does_not_block_the_next_batch(document_store, mongo_db, monkeypatch):
    line, write = Detour(free_port(), document_store.port), Journal._write_packs
    with connect(f"mongodb://127.0.0.1:{line.port}/?directConnection=true", patience_ms=2000) as client:
        projection = Projection(client[mongo_db.name], 1)
        projection.ensure_indexes()
        sink = figures_sink(projection)
        sink.apply(Batch(entries()))
        with monkeypatch.context() as cut:
            cut.setattr(journal_mongo, "LEAST", len(PUPILS))
            cut.setattr(Journal, "_write_packs", lambda *packed: (line.cut(), write(*packed)))
            sink.apply(Batch(forms(1, DAYS[1], waiting=True)))
        line.restore()
        with client.start_session() as of_another_thread:  # takes from the driver's pool what packing gave back
            projection.flows.find_one({}, session=of_another_thread)
            sink.apply(Batch(forms(2, DAYS[2], returned=True)))
    line.close()
    assert_all_is_as_defined(
        Projection(mongo_db, 1), [*entries(), *forms(1, DAYS[1], waiting=True), *forms(2, DAYS[2], returned=True)]
    )


def test_a_packing_that_fails_costs_no_event_and_is_done_after_another_batch(projection, small, monkeypatch):
    apply(projection, entries())
    with monkeypatch.context() as failing:
        failing.setattr(Journal, "_write_packs", lambda *_: 1 / 0)
        assert failure_of(lambda: apply(projection, forms(1, DAYS[1], waiting=True))) is None
    assert rows_in_journal(projection) == 2 * len(PUPILS)
    apply(projection, forms(2, DAYS[2], returned=True))
    assert rows_in_journal(projection) <= 2 * len(PUPILS)  # as many are packed as came
    assert_all_is_as_defined(
        projection, [*entries(), *forms(1, DAYS[1], waiting=True), *forms(2, DAYS[2], returned=True)]
    )


def test_a_projection_of_a_release_before_the_journal_goes_on_as_it_was_begun(mongo_db):
    events = [*history(9), *tree()]
    old = Projection(mongo_db, 1)  # nothing has set its layout: histories are documents
    project(old, events[: len(events) // 2])
    assert isinstance(old.pupils(), Documents)
    now = Projection(mongo_db, 1)
    now.ensure_indexes()
    assert isinstance(now.pupils(), Documents)
    project(now, events)
    assert_all_is_as_defined(now, events)
    assert len(list(now.all_histories(range(SLOTS)))) == len({e.stream.rpartition("-")[2] for e in events})


def test_what_a_release_before_the_journal_builds_over_the_remains_of_a_rebuild_stays_as_it_was_built(mongo_db):
    events = [*history(9), *tree()]
    rebuilding = Projection(mongo_db, 1)
    rebuilding.ensure_indexes()
    project(rebuilding, events[:20])  # and was interrupted
    for name in ("histories", "tree", "flows", "control_totals", "tags"):  # all that the earlier release knows to drop
        mongo_db.drop_collection(f"figures_1_{name}")
    figures_sink(rebuilding).forget()
    earlier = Projection(mongo_db, 1)
    earlier.pupils = lambda session=None: Documents(mongo_db["figures_1_histories"])
    project(earlier, events[: len(events) // 2])
    now = Projection(mongo_db, 1)
    now.ensure_indexes()
    project(now, events)
    assert_all_is_as_defined(now, events)


def test_a_release_that_knows_no_journal_is_told_from_one_that_does(projection, tmp_path):
    assert has_journal(projection.database) and not_known(REPO, [JOURNAL]) == []
    assert not_known(tmp_path, [JOURNAL]) == [JOURNAL]
    projection.database["figures_1_heads"].delete_many({})
    assert not has_journal(projection.database)
