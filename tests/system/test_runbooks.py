"""The runbooks of docs/how-to, done as they are written, on one copy: what a page says is entered and seen.

Each page finds what it is for: a wrong figure, a family that asks, a day that is over.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from pymongo import MongoClient

from deploy.local.stack import Stack
from services.stats.projection.collections_mongo import Projection
from services.stats.projection.register_mongo import Register
from tests.support.ports import free_range
from tests.support.runbook import RUNBOOKS
from tests.system.county import CAMPAIGN, COUNTY, SmallCounty
from tests.system.duty import Duty

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


@pytest.mark.parametrize("name", RUNBOOKS)
def test_a_runbook_is_done_as_it_is_written(duty: Duty, name: str, request: pytest.FixtureRequest) -> None:
    if name == RUNBOOKS[0]:
        duty.follow(name, GIVEN)
        return
    county = request.getfixturevalue("county")
    with OCCASIONS[name](duty, county):
        duty.follow(name, {**GIVEN, "pupil": county.pupils[ERASED]})


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
    assert {name for name in before if before[name] != after[name]} == {"PORTAL_KEY", "PHOTO_KEYS"}
    assert after["PHOTO_KEYS"].startswith("2:") and "," not in after["PHOTO_KEYS"]


@contextmanager
def _the_day_is_over(duty: Duty, county: SmallCounty) -> Iterator[None]:
    over = county.days.today()
    county.days.next_morning()
    yield
    report = {"campaign": CAMPAIGN, "unit": COUNTY, "day": over}
    assert county.post("stats", "/v1/reports", "county", report)["published"]


OCCASIONS = {
    "rebuild-the-figures": _a_wrong_figure,
    "erase-a-pupil": _a_family_asks,
    "rotate-keys": _a_key_is_due,
    "last-day": _the_day_is_over,
    "close-a-month": _the_day_is_over,
}


def _uploaded(county: SmallCounty) -> int:
    figures = county.ask("GET", "stats", f"/v1/figures?campaign={CAMPAIGN}&unit={COUNTY}", "county")
    return int(figures["measures"]["uploaded"])


def _status(county: SmallCounty, path: str) -> int:
    return httpx.get(county.addresses["upload"] + path, headers=county.headers("upload", "teacher")).status_code
