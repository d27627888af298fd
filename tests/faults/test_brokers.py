"""A whole copy on three Kafka brokers, of which one dies, one dies for good, and a second one stops."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from deploy.kafka.cluster import Cluster
from deploy.kafka.fetch import missing_tools
from deploy.local.status import numbers
from services.upload.photos.protocol import form_stream
from shared.eventsourcing.event import partition_of, slot_of
from tests.faults.story import PATIENCE, Story, running_county
from tests.support.brokers import all_in_sync, leader, partitions
from tests.support.wait import await_until
from tests.system.county import CAMPAIGN

pytestmark = [pytest.mark.system, pytest.mark.kafka, pytest.mark.timeout(900)]


@pytest.fixture
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    if reason := missing_tools():
        pytest.skip(reason)
    three = Cluster(tmp_path_factory.mktemp("three-brokers"))
    try:
        three.start()
        yield three
    finally:
        three.kill()


@pytest.fixture
def story(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    with running_county(
        tmp_path_factory.mktemp("on-three-brokers"), kafka=True, brokers=",".join(cluster.servers)
    ) as running:
        yield running


def leading(story: Story, cluster: Cluster, number: int) -> int:
    """The leader of the partition that holds a pupil's form."""
    topic = story.topic("upload")
    return leader(
        cluster,
        topic,
        partition_of(slot_of(form_stream(CAMPAIGN, story.county.pupils[number])), len(partitions(cluster, topic))),
    )


def events(story: Story, **published_in: int) -> int:
    """The number of upload's events published in such a generation."""
    return story.client["rollcall_upload"]["events"].count_documents(
        {"published_in": {f"${how}": number for how, number in published_in.items()}}
    )


def await_failure(story: Story) -> None:
    """Wait for a failed attempt of upload's relay, which always has something to send here."""

    def failures() -> int:
        log = story.log("upload-worker")
        return log.count("events not acknowledged") + log.count("nothing relayed")

    seen = failures()
    await_until(lambda: failures() > seen, PATIENCE, "an attempt that fails")


def test_photos_arrive_while_of_three_brokers_one_dies_then_one_for_good_and_a_second_one_stops(story, cluster):
    assert {len(each["replica_nodes"]) for each in partitions(cluster, story.topic("upload"))} == {3}
    uploaded, generation = story.figure("uploaded"), int(story.copy.local.environment()["BUS_GENERATION"])
    with story.photos_arrive(2, 7, 8, 9, every=3):
        story.await_figure("uploaded", uploaded + 4)

        cluster.brokers[leading(story, cluster, 4)].kill()
        story.county.send(4, "teacher", story.county.page_of(4))
        story.await_figure("uploaded", uploaded + 5)
        cluster.start()
        await_until(lambda: all_in_sync(cluster), PATIENCE, "the broker has caught up")

        cluster.brokers[leading(story, cluster, 5)].kill()
        story.county.send(5, "teacher", story.county.page_of(5))
        story.await_figure("uploaded", uploaded + 6)

        second = cluster.brokers[leading(story, cluster, 6)]
        second.stop()
        await_failure(story)
        published, waiting = events(story, gte=generation), events(story, lt=generation)
        story.county.send(6, "teacher", story.county.page_of(6))
        await_failure(story)
        assert events(story, gte=generation) == published
        assert events(story, lt=generation) > waiting
        assert numbers(story.copy.stack)["unpublished"] > 0
        assert story.figure("uploaded") == uploaded + 6

        second.launch()
        second.await_up()
        story.await_figure("uploaded", uploaded + 7)
    assert len(cluster.members()) == 2
    story.await_published("upload")
    assert (story.copy.stack.dead(), story.copy.ended) == ([], [])
    story.ends_well()
