"""Events that cannot be applied: few are parked and the rest counts, many stop the projector; both are recovered."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from drill.clients import Problem
from shared.eventsourcing.event import Event, partition_of, slot_of, to_wire
from shared.messaging.bus import Record, TopicPartition
from shared.messaging.bus_factory import DATABASE
from shared.messaging.bus_mongo import MongoBus
from tests.faults.altered import forgetful
from tests.faults.proof import public_events
from tests.faults.story import Story, running_county, shown
from tests.support.wait import await_until

pytestmark = [pytest.mark.system, pytest.mark.timeout(900)]
PARKED = "rollcall_parked_events"


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    with running_county(tmp_path_factory.mktemp("poison")) as running:
        yield running


def publish(story: Story, publisher: str, stream: str, values: Sequence[bytes]) -> None:
    """Publish to the bus directly, without a store."""
    partition = TopicPartition(
        story.topic(publisher), partition_of(slot_of(stream), int(story.copy.local.environment()["BUS_PARTITIONS"]))
    )
    assert all(
        MongoBus(story.client[DATABASE]).publish(
            [Record(partition, stream, value, {"id": uuid.uuid4().hex, "version": "1"}) for value in values]
        )
    )


def invented(story: Story, category: str, count: int = 1) -> tuple[str, list[bytes]]:
    """A stream and events for it of an unsupported type, modelled on a real event."""
    real = next(event for event in public_events(story.client) if event.stream.startswith(category))
    return real.stream, [to_wire(_invented(real, n)) for n in range(count)]


def _invented(real: Event, number: int) -> Event:
    return replace(
        real, id=f"invented-{real.id}-{number}", type=f"{real.type.partition('.')[0]}.teleported", version=1000 + number
    )


def parked(story: Story, *how: str, of: str = "stats") -> list[str]:
    """The keys of parked events, after a command of the runbook."""
    return [
        item["key"] for item in shown(story.run(f"services.{of}.operator.parked", *how, of=f"{of}-worker"))["parked"]
    ]


@pytest.mark.smoke
def test_poison_is_parked_alone_and_no_day_with_it_is_reported_unless_a_named_person_accepts_it(story):
    uploaded = story.figure("uploaded")
    stream, unknown = invented(story, "form-")
    publish(story, "upload", stream, [b"\xff\x00 no event", *unknown])
    publish(story, "roster", *invented(story, "unit-"))
    story.county.send(4, "teacher", story.county.page_of(4))
    story.await_figure("uploaded", uploaded + 1)
    await_until(
        lambda: (story.metric("stats-worker", PARKED), story.metric("upload-worker", PARKED)) == (3, 1),
        60,
        "the metrics count them",
    )
    day = story.next_day()
    assert (
        story.closing(day)["parked"] == 3
    )  # in no store, so the control totals agree: closing reports them all the same
    keys = parked(story)
    with pytest.raises(Problem, match="parked"):
        story.report(day, accept=keys[1:])
    accepted = story.report(day, accept=keys)
    assert accepted["accepted"] == accepted["by"] == story.county.people["county"].account

    assert parked(story, "--replay") == keys  # no code can apply them
    assert parked(story, "--drop", *keys) == []
    assert parked(story, "--drop", *parked(story, of="upload"), of="upload") == []
    story.report(day, replaces=accepted["id"], reason="搁置的记录不属于任何数据库，已清除")
    story.ends_well()


def test_a_good_event_unsupported_by_an_old_release_is_parked_and_counts_after_the_upgrade(story):
    uploaded, registered = story.figure("uploaded"), story.figure("registered")
    story.copy.stack.stop(["stats-worker"])
    story.copy.stack.start("stats-worker", forgetful(story.copy.stack.command_of("stats-worker"), "form.archived"))
    story.county.send(5, "teacher", story.county.page_of(5))
    story.county.register(story.county.pupils[5])
    story.await_figure("registered", registered + 1)
    await_until(lambda: len(parked(story)) == 1, 60, "parked")
    assert story.figure("uploaded") == uploaded
    day = story.next_day()
    assert not story.close(day)
    with pytest.raises(Problem, match="parked"):
        story.report(day)

    story.restart("stats-worker")
    assert parked(story, "--replay") == []
    assert story.figure("uploaded") == uploaded + 1
    assert story.close(day)
    story.report(day)
    story.ends_well()


def test_thousands_of_good_events_unsupported_by_an_old_release_stop_it_and_the_upgrade_continues(story):
    story.roll_out(commands={"stats-worker": forgetful(story.copy.stack.command_of("stats-worker"), "unit.opened")})
    assert story.await_end("stats-worker") == 1
    assert "TooManyParked" in story.log("stats-worker")
    assert (story.positions("roster"), parked(story)) == ({}, [])
    story.start("stats-worker")
    uploaded = story.figure("uploaded")
    story.county.send(6, "teacher", story.county.page_of(6))
    story.await_figure("uploaded", uploaded + 1)
    story.ends_well()


def test_thousands_of_invented_events_stop_the_projector_and_a_new_generation_without_them_continues(story):
    before = story.positions("upload")
    publish(story, "upload", *invented(story, "form-", 3000))
    assert story.await_end("stats-worker") == 1
    assert "TooManyParked" in story.log("stats-worker")
    assert (story.positions("upload"), parked(story)) == (before, [])
    story.roll_out()
    uploaded = story.figure("uploaded")
    story.county.send(7, "teacher", story.county.page_of(7))
    story.await_figure("uploaded", uploaded + 1)
    story.ends_well()
