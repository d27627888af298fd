"""SIGTERM with work in flight, as an upgrade or a drained machine sends it: what was begun is finished, and once."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.faults.people import People
from tests.faults.story import PATIENCE, Story, running_county
from tests.support.wait import await_until
from tests.system.county import CAMPAIGN, SCHOOL, roster_file
from tests.system.slow_photo import SlowPhoto

pytestmark = [pytest.mark.system, pytest.mark.timeout(900)]
SLOW, EVERYBODY = 5, range(1, 411)  # numbers of pupils; EVERYBODY: in a large import


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    with running_county(tmp_path_factory.mktemp("stopping")) as running:
        yield running


def archived(story: Story, number: int) -> int:
    """How often a photo of this form was recorded as archived."""
    stream = f"form-{CAMPAIGN}-{story.county.pupils[number]}"
    return story.client["rollcall_upload"]["events"].count_documents({"stream": stream, "type": "form.archived"})


def asked_for(story: Story) -> list[str]:
    """The streams of all pupils who wait for a yes, each as often as it was asked for."""
    events = story.client["rollcall_roster"]["events"].find({"type": "arrival.asked"}, {"stream": 1})
    return [event["stream"] for event in events]


def test_a_photo_on_its_way_reaches_the_process_that_has_taken_over(story):
    uploaded = story.figure("uploaded")
    with SlowPhoto(story.county, SLOW) as photo:
        photo.send_a_piece()
        story.restart("upload")
        photo.send_a_piece()
        status, text = photo.answer()
    assert status == 202, text
    story.await_figure("uploaded", uploaded + 1)
    assert archived(story, SLOW) == 1
    story.ends_well()


def test_an_import_in_flight_is_finished_and_answered(story):
    stack, file = story.copy.stack, {"file": ("roster.csv", roster_file(EVERYBODY))}
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(People(story).ask_once, "roster", f"/v1/units/{SCHOOL}/imports", "school", files=file)
        await_until(lambda: _running(story) >= 2, PATIENCE, "the import runs")
        stack.processes["roster"].send_signal(signal.SIGTERM)
        assert not asked.done(), "the import was over before anything was stopped"
        answer = asked.result()
        assert stack.processes["roster"].wait(PATIENCE) == 0
    assert answer.status_code == 201 and answer.json()["rows"] == len(EVERYBODY), answer.text
    waiting, told = asked_for(story), answer.json()
    assert told["unchanged"] + told["waiting"] == len(EVERYBODY)
    assert len(waiting) == len(set(waiting)) == told["waiting"] > 0
    story.start("roster")
    story.ends_well()


def _running(story: Story) -> float:
    """Requests that roster answers at this moment, with the one that asks."""
    inside = story.copy.local.inside()["roster"]
    found = re.search(r"^rollcall_running_requests (\S+)$", httpx.get(f"{inside}/metrics", timeout=30).text, re.M)
    assert found
    return float(found[1])
