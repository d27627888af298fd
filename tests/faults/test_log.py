"""A bus that loses acknowledged records, or restarts with other partitions: noticed, and rebuilt from the stores."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from deploy.kafka.fetch import missing_tools
from deploy.local.settings import is_worker
from drill.clients import Problem
from tests.faults.logs import Log, log_of
from tests.faults.story import BUS_USERS, Story, running_county

KAFKA = pytest.param("kafka", marks=[pytest.mark.kafka, pytest.mark.thorough])
pytestmark = [pytest.mark.system, pytest.mark.timeout(900)]


@pytest.fixture(scope="module", params=["embedded bus", KAFKA])
def story(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    if request.param == "kafka" and (reason := missing_tools()):
        pytest.skip(reason)
    with running_county(tmp_path_factory.mktemp("lost-log"), kafka=request.param == "kafka") as running:
        yield running


@pytest.fixture
def log(story: Story) -> Log:
    return log_of(story)


@pytest.mark.smoke
def test_a_lost_tail_stops_the_projector_and_a_new_generation_from_the_stores_heals_it(story, log):
    uploaded = story.figure("uploaded")
    story.county.send(4, "teacher", story.county.page_of(4))
    story.await_figure("uploaded", uploaded + 1)
    log.cut("upload")
    assert story.await_end("stats-worker") == 1
    assert "The bus has lost records of upload.events" in story.log("stats-worker")
    story.roll_out()
    story.county.send(5, "teacher", story.county.page_of(5))
    story.await_figure("uploaded", uploaded + 2)
    story.ends_well()


def test_a_tail_that_is_lost_before_it_was_read_shows_in_the_control_totals_and_a_new_generation_heals_it(story, log):
    uploaded = story.figure("uploaded")
    story.kill("stats-worker")
    story.county.send(6, "teacher", story.county.page_of(6))
    story.await_published("upload")
    log.cut("upload")
    story.start("stats-worker")
    day = story.next_day()
    assert not story.close(day)
    assert story.run("services.stats.operator.audit").returncode == 1
    with pytest.raises(Problem, match="control-totals-differ"):
        story.report(day)
    story.roll_out()
    story.await_figure("uploaded", uploaded + 1)
    assert story.close(day)
    story.report(day)
    story.ends_well()


def test_a_log_that_was_dropped_is_noticed_and_rebuilt_from_the_stores(story, log):
    uploaded = story.figure("uploaded")
    log.drop()
    assert story.await_end("stats-worker") == 1
    assert "The bus has lost records" in story.log("stats-worker")
    story.roll_out()
    story.county.send(7, "teacher", story.county.page_of(7))
    story.await_figure("uploaded", uploaded + 1)
    story.ends_well()


def test_processes_change_to_other_partitions_one_by_one_while_photos_arrive_and_an_old_relay_keeps_running(story):
    uploaded = story.figure("uploaded")
    story.start("upload-worker.2")
    with story.photos_arrive(2, 8, 9):
        story.new_generation(partitions=7)
        for name in sorted(BUS_USERS, key=is_worker):
            story.restart(name)
    story.await_figure("uploaded", uploaded + 3)
    story.retire("upload-worker.2")
    story.ends_well()
    assert story.positions("roster").keys() == set(range(7))
