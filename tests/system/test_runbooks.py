"""The runbooks of docs/how-to, done as they are written, on one copy: what a page says is entered and seen.

Each page finds what it is for: a wrong figure, a family that asks, a day that is over.
"""

from __future__ import annotations

import re
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import pytest
from pymongo import MongoClient

from deploy.local.settings import REPO
from deploy.local.stack import Stack
from deploy.local.status import is_settled, numbers
from services.stats.projection.collections_mongo import Projection
from services.stats.projection.projector_mongo import figures_sink
from services.stats.projection.register_mongo import Register
from shared.eventsourcing.event import partition_of, slot_of, to_wire
from shared.messaging.bus import Record, TopicPartition, topic_of
from shared.messaging.bus_factory import DATABASE
from shared.messaging.bus_mongo import MongoBus
from tests.faults.proof import public_events
from tests.support.ports import free_range
from tests.support.runbook import ON_ONE_COPY
from tests.support.wait import await_until
from tests.system.at_work import SENDERS, AtWork, archived
from tests.system.county import CAMPAIGN, COUNTY, SmallCounty
from tests.system.duty import Duty
from tests.system.releases import repository

pytestmark = [pytest.mark.system, pytest.mark.timeout(900)]
ERASED = 3  # number of a pupil with an archived photo
GIVEN = {"you": "s-1017", "key": "PORTAL_KEY"}


@pytest.fixture(scope="module")
def duty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Duty]:
    somebody = Duty(tmp_path_factory.mktemp("runbooks"), free_range())
    yield somebody
    somebody.stop()


@pytest.fixture(scope="module")
def county(duty: Duty) -> SmallCounty:
    """A county at work on the copy that the first page has started."""
    return SmallCounty(Stack(duty.local)).settle()


@pytest.mark.parametrize("name", ON_ONE_COPY)
def test_a_runbook_is_done_as_it_is_written(duty: Duty, name: str, request: pytest.FixtureRequest) -> None:
    if name == ON_ONE_COPY[0]:
        duty.follow(name, GIVEN)
        return
    county = request.getfixturevalue("county")
    with OCCASIONS[name](duty, county) as brought:
        duty.follow(name, {**GIVEN, "pupil": county.pupils[ERASED], **(brought or {})})


# ---- what has happened before somebody opens the page, and what is right afterwards
@contextmanager
def _a_wrong_figure(duty: Duty, county: SmallCounty) -> Iterator[None]:
    with MongoClient(duty.local.store_url()) as client:
        database = client["rollcall_stats"]
        flows = Projection(database, Register(database).active()).flows
        right = _uploaded(county)
        flows.update_one({"total.uploaded": {"$gt": 0}}, {"$inc": {"total.uploaded": 40}})
        yield
        assert (_uploaded(county), Register(database).active()) == (right, 2)


@contextmanager
def _a_family_asks(duty: Duty, county: SmallCounty) -> Iterator[None]:
    address = f"/v1/photos/{county.photos[f'archived {ERASED}']}/image"
    assert county.fetch("upload", address, "teacher")
    yield
    assert _status(county, address) == 410


@contextmanager
def _a_key_is_due(duty: Duty, county: SmallCounty) -> Iterator[None]:
    before = duty.local.keys()
    yield
    after = duty.local.keys()
    assert {name for name in before if before[name] != after[name]} == {"PORTAL_KEY", "SIGNING_KEY", "PHOTO_KEYS"}
    assert after["VERIFYING_KEYS"] == ""
    assert after["PHOTO_KEYS"].startswith("2:") and "," not in after["PHOTO_KEYS"]


@contextmanager
def _a_release_is_due(duty: Duty, county: SmallCounty) -> Iterator[dict[str, str]]:
    """Forwards and back again, while people work: no request fails, old and new events are there, all is counted."""
    work, before = AtWork(county), _uploaded(county)
    with TemporaryDirectory() as place:
        source, commit = repository(Path(place) / "source")
        with work.until_the_end():
            known = {"commit": commit, "repository": str(source), "folder": f"{place}/new", "before": str(REPO)}
            yield {**known, "data": str(duty.data)}
    assert {"figures", "pages", "classes", "photos", "slow photo"} <= work.done.keys()
    await_until(lambda: is_settled(numbers(county.copy)), 120, "everything to be counted")
    assert _uploaded(county) == before + len(SENDERS) + 1 and len(archived(county)) >= len(SENDERS) + 1
    with MongoClient(duty.local.store_url()) as client:
        events = client["rollcall_upload"]["events"].find({"type": "form.archived"}, {"schema": 1})
        assert {event["schema"] for event in events} == {1, 2}
        assert client["rollcall_roster"]["events"].count_documents({"type": "class.opened", "data.house": "1"})
    audit = [sys.executable, "-m", "services.stats.operator.audit"]
    subprocess.run(audit, cwd=REPO, env=county.copy.environment_of("stats-worker"), check=True)


@contextmanager
def _the_day_is_over(duty: Duty, county: SmallCounty) -> Iterator[None]:
    over = county.days.today()
    county.days.next_morning()
    yield
    report = {"campaign": CAMPAIGN, "unit": COUNTY, "day": over}
    assert county.post("stats", "/v1/reports", "county", report)["published"]


@contextmanager
def _an_event_is_parked(duty: Duty, county: SmallCounty) -> Iterator[None]:
    """Of a type that no release knows, and in no store: it can only be dropped."""
    right = _uploaded(county)
    with MongoClient(duty.local.store_url()) as client:
        real = next(event for event in public_events(client) if event.stream.startswith("form-"))
        alien = replace(real, id=uuid.uuid4().hex, type="form.teleported", version=real.version + 1000)
        environment, database = duty.local.environment(), client["rollcall_stats"]
        partition = partition_of(slot_of(alien.stream), int(environment["BUS_PARTITIONS"]))
        record = Record(
            TopicPartition(topic_of("upload", int(environment["BUS_GENERATION"])), partition),
            alien.stream,
            to_wire(alien),
            {"id": alien.id, "version": str(alien.version)},
        )
        assert all(MongoBus(client[DATABASE]).publish([record]))
        parked = figures_sink(Projection(database, Register(database).active())).parked_count
        await_until(parked, 60, "it is parked")
        yield
        assert (parked(), _uploaded(county)) == (0, right)


@contextmanager
def _projectors_are_busy(duty: Duty, county: SmallCounty) -> Iterator[None]:
    right, generation = _uploaded(county), _generation(duty)
    yield
    assert (_uploaded(county), _generation(duty)) == (right, generation + 1)
    with MongoClient(duty.local.store_url()) as client:
        topic = topic_of("roster", _generation(duty))
        read = {found["partition"] for found in client["rollcall_stats"]["checkpoints"].find({"topic": topic})}
    assert read == set(range(8))


OCCASIONS = {
    "replay-a-parked-event": _an_event_is_parked,
    "add-partitions": _projectors_are_busy,
    "rebuild-the-figures": _a_wrong_figure,
    "erase-a-pupil": _a_family_asks,
    "rotate-keys": _a_key_is_due,
    "last-day": _the_day_is_over,
    "close-a-month": _the_day_is_over,
    "upgrade": _a_release_is_due,
}


def _generation(duty: Duty) -> int:
    """The newest generation of whichever bus."""
    kept = (duty.data / "generations.env").read_text() if (duty.data / "generations.env").exists() else ""
    return max([2, *map(int, re.findall(r"_GENERATION=(\d+)", kept))])


def _uploaded(county: SmallCounty) -> int:
    figures = county.ask("GET", "stats", f"/v1/figures?campaign={CAMPAIGN}&unit={COUNTY}", "county")
    return int(figures["measures"]["uploaded"])


def _status(county: SmallCounty, path: str) -> int:
    return httpx.get(county.addresses["upload"] + path, headers=county.headers("upload", "teacher")).status_code
