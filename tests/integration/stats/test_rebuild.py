"""Blue/green: the next projection is built beside the active one, and takes over only if its audit passes."""

from __future__ import annotations

import threading

import msgspec
import pytest

from services.stats.domain.counted_state import COUNTED, Form
from services.stats.operator.rebuild import rebuild
from services.stats.projection.projector_mongo import EVENT_FILTER, figures_sink
from services.stats.projection.register_mongo import Register
from services.stats.worker import UntilFlip
from shared.infrastructure.errors import Refused
from shared.messaging.batches import BatchProcessor
from tests.integration.stats.conftest import project
from tests.unit.stats.histories import DAYS, archive, entry, form, history, pupil_id, tree


@pytest.fixture
def full(stats):
    stats.happen(*tree(), *history(8))
    return stats


def nation(stats):
    return stats.as_("ministry").get("/v1/figures", campaign="2026a", unit="000000", day=DAYS[-1]).json["measures"]


def all_events(stats):
    return [event for publisher in stats.publishers.values() for event in publisher.events]


def collections(stats):
    return {name for name in stats.database.list_collection_names() if name.startswith("figures_")}


def test_a_rebuilt_projection_takes_over_in_the_running_service_and_repairs_its_figures(full):
    right = nation(full)
    full.deps.projection.flows.update_one({"total.expected": {"$gt": 0}}, {"$inc": {"total.expected": 40}})
    full.restart()
    assert nation(full) != right
    found = rebuild(full.resources, lambda projection: project(projection, all_events(full)))
    assert (found["projection"], found["flipped"], found["lag"]) == (2, True, 0)
    assert nation(full) == right
    assert any(name.startswith("figures_1_") for name in collections(full))  # stays until the next rebuild
    assert rebuild(full.resources, lambda projection: project(projection, all_events(full)))["projection"] == 3
    assert not any(name.startswith("figures_1_") for name in collections(full))
    assert nation(full) == right


def test_a_projection_that_lacks_closed_events_does_not_take_over(full):
    day = full.as_("ministry").post(f"/v1/days/{DAYS[5]}/close").json
    assert day["settled"]
    right = nation(full)
    found = rebuild(full.resources, lambda projection: project(projection, all_events(full)[:-20]))
    assert not found["flipped"]
    assert found["control_totals"]
    assert Register(full.database).active() == 1
    assert nation(full) == right


def test_an_interrupted_rebuild_does_not_disturb_the_next_one(full):
    def dies(projection):
        project(projection, all_events(full)[:30])
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuild(full.resources, dies)
    assert Register(full.database).active() == 1
    assert rebuild(full.resources, lambda projection: project(projection, all_events(full)))["flipped"]


def test_a_projector_notices_the_flip_and_goes_on_while_the_store_is_unavailable(full, monkeypatch):
    stop, register = threading.Event(), Register(full.database)
    until = UntilFlip(stop, register, 1)
    assert not until.is_set()
    register.activate(2)
    assert until.is_set()
    assert not UntilFlip(stop, register, 2).is_set()

    def unavailable():
        raise Refused("unavailable")

    monkeypatch.setattr(register, "active", unavailable)
    assert not until.is_set()
    stop.set()
    assert until.is_set()


class ArchiveOfAnySender(msgspec.Struct, frozen=True):
    by: str
    how: str
    on: str


class FormOfAnySender(Form, frozen=True):
    archive: ArchiveOfAnySender | None


def test_parked_events_count_when_they_are_replayed_with_fixed_code(full, monkeypatch):
    pupil = pupil_id(77, 1)
    poison = form(pupil, 1, DAYS[1], archive=archive("unknown-sender"))
    full.happen(entry(pupil, 1, DAYS[0]), poison)
    before = nation(full)
    sink = figures_sink(full.deps.projection)
    processor = BatchProcessor(sink, EVENT_FILTER, pause=lambda seconds: None)
    assert processor.replay() == (0, 1)
    assert full.as_("ministry").get("/v1/audit").json["parked"] == 1
    monkeypatch.setattr("services.stats.domain.measures.Form", FormOfAnySender)
    monkeypatch.setitem(COUNTED, "form", FormOfAnySender)
    assert processor.replay() == (1, 0)
    assert sink.parked_count() == 0
    assert nation(full)["uploaded"] == before["uploaded"] + 1
    assert full.as_("ministry").get("/v1/audit").json["flows"] == []
