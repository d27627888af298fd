"""What a projection keeps, on a real document store: any order, any doubles, several projectors, and crashes in the middle."""

from __future__ import annotations

import random
import threading
from collections import Counter
from dataclasses import replace

import pytest

from services.stats.domain.fold import books, definition
from services.stats.domain.measures import account, key, measure, over
from services.stats.projection.collections_mongo import Projection
from services.stats.projection.projector_mongo import figures_sink, projector
from services.stats.projection.queries_mongo import Reads, Register
from services.stats.use_cases.audit import Audit
from services.stats.use_cases.reconciliation import Publishers
from shared.messaging.bus import TopicPartition
from shared.messaging.sink import Batch, Checkpoint
from shared.messaging.sink_mongo import MongoSink
from tests.integration.stats.conftest import learn
from tests.unit.stats.histories import CAMPAIGN, DAYS, entry, form, history, pupil_id, tree


def kept(projection, day):
    """The figures at the end of a day, summed over all that the projection holds."""
    out = Counter()
    for document in projection.flows.find({}):
        if document["day"] <= day:
            for class_, changes in document["classes"].items():
                out.update(
                    {((document["campaign"], document["school"], class_), name): n for name, n in changes.items()}
                )
    return Counter({figure: n for figure, n in out.items() if n})


def kept_books(projection):
    reads = Reads(projection)
    return {
        (slot, publisher, day, what): n
        for publisher in ("identity", "roster", "upload")
        for (slot, day, what), n in reads.books(publisher, DAYS[-1]).items()
    }


def true_books(events):
    out = Counter()
    for e in events:
        for (of, day, what), n in books({e.stream: {e.version: e}}, account).items():
            out[(*of, day, what)] += n
    return out


def assert_all_is_as_defined(projection, events):
    for day in DAYS:
        assert kept(projection, day) == definition(events, day, key=key, measure=measure, over=over), day
    assert kept_books(projection) == true_books(events)
    assert list(Audit(projection, Publishers({}), Register(projection.database)).against_leaves()) == []


def test_figures_and_books_equal_the_definition_after_shuffles_doubles_and_copies_of_an_earlier_day(projection):
    rnd, events = random.Random(3), [*history(3), *tree()]
    doubles = rnd.sample(events, len(events) // 2)
    stale = [replace(e, day=DAYS[0]) for e in rnd.sample(events, len(events) // 4)]
    arriving = [*events, *doubles, *stale]
    rnd.shuffle(arriving)
    learn(projection, arriving)
    assert_all_is_as_defined(projection, events)


def test_two_projectors_that_learn_the_same_events_at_once_count_each_once(projection):
    events = [*history(4), *tree()]
    failures = []

    def project(name, seed):
        mine = list(events)
        random.Random(seed).shuffle(mine)
        try:
            learn(projection, mine, batch=7, sink=figures_sink(projection), topic=name)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=project, args=(f"{n}.events.1", n)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert_all_is_as_defined(projection, events)


def test_a_crash_inside_the_transaction_leaves_nothing_half_written(projection):
    events = history(5)
    write = projector(projection)

    def dies(session, batch):
        list(write(session, batch))
        raise KeyboardInterrupt

    sink = MongoSink(projection.database, projection.name, dies)
    partition = TopicPartition("roster.events.1", 0)
    with pytest.raises(KeyboardInterrupt):
        sink.apply(Batch(events, {partition: 0}, {partition: Checkpoint(len(events) - 1, "x")}))
    assert [
        c.count_documents({}) for c in (projection.leaves, projection.flows, projection.books, projection.marks)
    ] == [0] * 4
    assert sink.checkpoints([partition])[partition] == Checkpoint()
    learn(projection, events)
    assert_all_is_as_defined(projection, events)


def test_a_fork_and_a_state_in_unknown_words_are_parked_alone_and_the_others_count(projection):
    good, pupil = history(6), pupil_id(99, 2)
    first, fork = form(pupil, 1, DAYS[0]), replace(form(pupil, 1, DAYS[1], returned=True), id="another")
    poison = form(pupil_id(98, 3), 1, DAYS[0], archive={"by": "owl", "how": "single", "on": DAYS[0]})
    learn(projection, [*good, first, poison, fork])
    assert sorted(item.key for item in figures_sink(projection).parked()) == sorted(
        [f"another@{DAYS[1]}", f"{poison.id}@{DAYS[0]}"]
    )
    assert_all_is_as_defined(projection, [*good, first])


def test_flows_that_were_tampered_with_are_found_and_repaired_from_the_leaves(projection):
    events = history(7)
    learn(projection, events)
    audit = Audit(projection, Publishers({}), Register(projection.database))
    first, second = list(projection.flows.find({}).limit(2))
    projection.flows.update_one({"_id": first["_id"]}, {"$inc": {"total.uploaded": 5}})
    projection.flows.delete_one({"_id": second["_id"]})
    projection.books.update_one({"_id": projection.books.find_one({})["_id"]}, {"$inc": {"days.2026-11-01.count": 1}})
    marks = Reads(projection).marks("flows")
    assert len(list(audit.against_leaves())) == 3
    assert audit.repair() == 3
    assert list(audit.against_leaves()) == []
    assert Reads(projection).marks("flows") != marks  # caches must look again
    assert_all_is_as_defined(projection, events)
    assert audit.repair() == 0


def test_of_two_lessons_over_one_leaf_the_second_one_reads_again(projection, monkeypatch):
    pupil = pupil_id(1, 1)
    learn(projection, [entry(pupil, 1, DAYS[0])])
    between, reads = Projection(projection.database, 1), []
    read = between.leaves_of

    def overtaken(keys, session=None):
        found = read(keys, session)
        if not reads:
            figures_sink(projection).apply(Batch([form(pupil, 1, DAYS[1], waiting=True)]))
        reads.append(found)
        return found

    monkeypatch.setattr(between, "leaves_of", overtaken)
    learn(between, [form(pupil, 2, DAYS[2], returned=True)], topic="upload.events.1")
    assert len(reads) == 2
    assert_all_is_as_defined(
        projection,
        [entry(pupil, 1, DAYS[0]), form(pupil, 1, DAYS[1], waiting=True), form(pupil, 2, DAYS[2], returned=True)],
    )
    assert kept(projection, DAYS[-1])[(CAMPAIGN, "2111000001", "2111000001p202301"), "returned"] == 1
