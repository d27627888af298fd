"""Crashes at the worst moment: nothing is lost, half written or counted twice."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from services.stats.projection.collections_mongo import COLLECTIONS
from shared.messaging.bus_factory import DATABASE
from tests.faults.altered import dying
from tests.faults.story import Story, running_county
from tests.support.wait import await_until

pytestmark = [pytest.mark.system, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    with running_county(tmp_path_factory.mktemp("crashes")) as running:
        yield running


def sent(story: Story, publisher: str) -> list[str]:
    """The ids of all records on the embedded bus, repeated as often as they were sent."""
    chunks = story.client[DATABASE]["chunks"].find({"topic": story.topic(publisher)})
    return [record["headers"]["id"] for chunk in chunks for record in chunk["records"]]


def projected(story: Story) -> dict[str, object]:
    """Everything that statistics' projector has written."""
    database = story.client["rollcall_stats"]
    return {
        f"{name} {document['_id']}": document
        for name in (*(f"figures_1_{name}" for name in COLLECTIONS), "checkpoints", "parked")
        for document in database[name].find()
    }


@pytest.mark.smoke
def test_a_relay_that_is_killed_between_send_and_mark_sends_twice_and_counts_once(story):
    uploaded, before = story.figure("uploaded"), sent(story, "upload")
    story.kill("upload-worker")
    story.copy.stack.start(
        "upload-worker",
        dying(story.copy.stack.command_of("upload-worker"), "shared.eventsourcing.store_mongo", "MongoStore.mark"),
    )
    story.county.send(4, "teacher", story.county.page_of(4))
    assert story.await_end("upload-worker") == -signal.SIGKILL
    lone = set(sent(story, "upload")) - set(before)
    assert lone
    story.start("upload-worker")
    await_until(lambda: all(sent(story, "upload").count(id) == 2 for id in lone), what="sent again")
    story.await_figure("uploaded", uploaded + 1)
    story.ends_well()


@pytest.mark.parametrize(
    ("number", "module", "attribute"),
    [
        pytest.param(5, "services.stats.projection.projector_mongo", "flow_increments", id="histories are written"),
        pytest.param(6, "shared.messaging.sink_mongo", "MongoSink._move", id="flows and control totals are written"),
        pytest.param(
            7, "pymongo.client_session", "ClientSession.commit_transaction", id="all is written and nothing committed"
        ),
    ],
)
def test_a_projector_that_is_killed_inside_a_batch_leaves_nothing_half_written_and_counts_once(
    story, number, module, attribute
):
    uploaded = story.figure("uploaded")
    story.ends_well()
    before = projected(story)
    story.kill("stats-worker")
    story.copy.stack.start("stats-worker", dying(story.copy.stack.command_of("stats-worker"), module, attribute))
    story.county.send(number, "teacher", story.county.page_of(number))
    assert story.await_end("stats-worker") == -signal.SIGKILL
    assert projected(story) == before
    story.copy.end_dead_sessions()
    story.start("stats-worker")
    story.await_figure("uploaded", uploaded + 1)
    story.ends_well()
