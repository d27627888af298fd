"""A projection on a real document store: any order, any doubles, several projectors, and crashes in the middle."""

from __future__ import annotations

import random
import threading
from collections import Counter
from dataclasses import replace

import pytest

from services.stats.domain.fold import control_totals, definition
from services.stats.domain.measures import campaign_ended, control_key, history_key, measure
from services.stats.projection.collections_mongo import Projection
from services.stats.projection.consistency_mongo import Consistency
from services.stats.projection.projector_mongo import figures_projector, figures_sink
from services.stats.projection.queries_mongo import ProjectionQueries
from shared.language.contracts import PUBLISHERS
from shared.messaging.bus import TopicPartition
from shared.messaging.sink import Batch, Checkpoint
from shared.messaging.sink_mongo import MongoSink
from tests.integration.stats.conftest import project
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


def kept_totals(projection):
    queries = ProjectionQueries(projection)
    return {
        (slot, publisher, day, what): n
        for publisher in PUBLISHERS
        for (slot, day, what), n in queries.control_totals(publisher, DAYS[-1]).items()
    }


def true_totals(events):
    out = Counter()
    for e in events:
        for (of, day, what), n in control_totals({e.stream: {e.version: e}}, control_key).items():
            out[(*of, day, what)] += n
    return out


def assert_all_is_as_defined(projection, events):
    for day in DAYS:
        assert kept(projection, day) == definition(
            events, day, history_key=history_key, measure=measure, ended=campaign_ended
        ), day
    assert kept_totals(projection) == true_totals(events)
    assert list(Consistency(projection).discrepancies()) == []


def test_figures_and_control_totals_equal_the_definition_after_shuffles_doubles_and_copies_of_an_earlier_day(
    projection,
):
    rnd, events = random.Random(3), [*history(3), *tree()]
    doubles = rnd.sample(events, len(events) // 2)
    stale = [replace(e, day=DAYS[0]) for e in rnd.sample(events, len(events) // 4)]
    arriving = [*events, *doubles, *stale]
    rnd.shuffle(arriving)
    project(projection, arriving)
    assert_all_is_as_defined(projection, events)


def test_two_projectors_of_the_same_events_at_once_count_each_once(projection):
    events = [*history(4), *tree()]
    failures = []

    def run(name, seed):
        mine = list(events)
        random.Random(seed).shuffle(mine)
        try:
            own = Projection(projection.database, projection.number)
            project(own, mine, batch=7, topic=name)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=(f"{n}.events.1", n)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert_all_is_as_defined(projection, events)


def test_a_crash_inside_the_transaction_leaves_nothing_half_written(projection):
    events = history(5)
    write = figures_projector(projection)

    def dies(session, batch):
        list(write(session, batch))
        raise KeyboardInterrupt

    sink = MongoSink(projection.database, projection.name, dies)
    partition = TopicPartition("roster.events.1", 0)
    with pytest.raises(KeyboardInterrupt):
        sink.apply(Batch(events, {partition: 0}, {partition: Checkpoint(len(events) - 1, "x")}))
    assert [
        c.count_documents({})
        for c in (
            projection.database["figures_1_journal"],
            projection.flows,
            projection.control_totals,
            projection.tags,
        )
    ] == [0] * 4
    assert sink.checkpoints([partition])[partition] == Checkpoint()
    project(projection, events)
    assert_all_is_as_defined(projection, events)


def test_a_fork_and_a_state_in_unknown_words_are_parked_alone_and_the_others_count(projection):
    good, pupil = history(6), pupil_id(99, 2)
    first, fork = form(pupil, 1, DAYS[0]), replace(form(pupil, 1, DAYS[1], returned=True), id="another")
    poison = form(pupil_id(98, 3), 1, DAYS[0], archive={"by": "unknown-sender", "how": "single", "on": DAYS[0]})
    project(projection, [*good, first, poison, fork])
    assert sorted(item.key for item in figures_sink(projection).parked()) == sorted(
        [f"another@{DAYS[1]}", f"{poison.id}@{DAYS[0]}"]
    )
    assert_all_is_as_defined(projection, [*good, first])


def test_flows_that_were_tampered_with_are_found_and_repaired_from_the_histories(projection):
    events = history(7)
    project(projection, events)
    consistency = Consistency(projection)
    first, second = list(projection.flows.find({}).limit(2))
    projection.flows.update_one({"_id": first["_id"]}, {"$inc": {"total.uploaded": 5}})
    projection.flows.delete_one({"_id": second["_id"]})
    projection.control_totals.update_one(
        {"_id": projection.control_totals.find_one({})["_id"]}, {"$inc": {"days.2026-11-01.count": 1}}
    )
    tags = ProjectionQueries(projection).tags("flows")
    assert len(list(consistency.discrepancies())) == 3
    assert consistency.repair() == 3
    assert list(consistency.discrepancies()) == []
    assert ProjectionQueries(projection).tags("flows") != tags  # caches must look again
    assert_all_is_as_defined(projection, events)
    assert consistency.repair() == 0


def test_of_two_batches_over_one_history_the_second_one_reads_again(projection, monkeypatch):
    pupil = pupil_id(1, 1)
    project(projection, [entry(pupil, 1, DAYS[0])])
    between, reads = Projection(projection.database, 1), []
    read = between.histories_of

    def overtaken(keys, session=None):
        found = read(keys, session)
        if not reads:
            figures_sink(projection).apply(Batch([form(pupil, 1, DAYS[1], waiting=True)]))
        reads.append(found)
        return found

    monkeypatch.setattr(between, "histories_of", overtaken)
    project(between, [form(pupil, 2, DAYS[2], returned=True)], topic="upload.events.1")
    assert len(reads) == 2
    assert_all_is_as_defined(
        projection,
        [entry(pupil, 1, DAYS[0]), form(pupil, 1, DAYS[1], waiting=True), form(pupil, 2, DAYS[2], returned=True)],
    )
    assert kept(projection, DAYS[-1])[(CAMPAIGN, "2111000001", "2111000001p202301"), "returned"] == 1
