"""Conditional reads: 304 for what has not changed, to those alone who may read it."""

from __future__ import annotations

import pytest
from pymongo.collection import Collection
from pymongo.errors import AutoReconnect

from tests.integration.stats.test_figures import COUNTY, PROVINCE
from tests.unit.stats.histories import DAYS, entry, pupil_id, school_class

FIGURES, SERIES = "/v1/figures", "/v1/figures/series"


def ask(person, path, held="", unit="110000", day=DAYS[-1], **query):
    return person.get(path, held, campaign="2026a", unit=unit, day=day, **query)


@pytest.mark.parametrize("path", [FIGURES, SERIES])
@pytest.mark.parametrize("unit", ["000000", "110000", "2111000001"])
def test_who_holds_what_has_not_changed_is_told_so_without_a_body(full, path, unit):
    ministry = full.as_("ministry")
    first = ask(ministry, path, unit=unit)
    full.clock.advance(seconds=60)
    again = ask(ministry, path, first.headers["ETag"], unit=unit)
    assert (first.status_code, again.status_code, again.data) == (200, 304, b"")
    assert again.headers["ETag"] == first.headers["ETag"] != ""
    assert first.headers["Cache-Control"] == again.headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize("path", [FIGURES, SERIES])
def test_a_new_event_is_seen_by_who_holds_the_figures_before_it(full, path):
    ministry = full.as_("ministry")
    held = ask(ministry, path).headers["ETag"]
    full.happen(entry(pupil_id(9), 1, DAYS[0], "2111000001p202301"))
    assert ask(ministry, path, held).status_code == 200


def test_another_day_another_unit_or_another_reader_is_another_answer(full):
    ministry = full.as_("ministry")
    held = ask(ministry, FIGURES).headers["ETag"]
    assert ask(ministry, FIGURES, held, day=DAYS[3]).status_code == 200
    assert ask(ministry, FIGURES, held, unit="110101").status_code == 200
    assert ask(full.as_("province", PROVINCE), FIGURES, held).status_code == 200  # its trail opens less
    assert ask(ministry, FIGURES, held).status_code == 304


@pytest.mark.parametrize("path", [FIGURES, SERIES])
def test_an_etag_opens_nothing(full, path):
    held = ask(full.as_("ministry"), path).headers["ETag"]
    assert ask(full.as_("county", COUNTY), path, held).status_code == 403


@pytest.mark.parametrize("path", [FIGURES, SERIES])
def test_every_process_gives_the_same_etag_whatever_the_moment(full, path):
    held = ask(full.as_("ministry"), path).headers["ETag"]
    full.restart()
    full.clock.advance(seconds=60)
    assert ask(full.as_("ministry"), path, held).status_code == 304


@pytest.fixture
def young(full):
    """Statistics that answers from figures of less than half a second ago, and its ministry."""
    full.max_age_ms = 500
    full.restart()
    return full, full.as_("ministry")


@pytest.mark.parametrize("path", [FIGURES, SERIES])
@pytest.mark.parametrize("unit", ["000000", "110000", "2111000001"])
def test_what_was_asked_before_is_answered_without_the_store(young, monkeypatch, path, unit):
    full, ministry = young
    first = ask(ministry, path, unit=unit)

    def lost(*_, **__):
        raise AutoReconnect("the store is unavailable")

    for name in ("find", "find_one", "aggregate"):
        monkeypatch.setattr(Collection, name, lost)
    assert ask(ministry, path, unit=unit).json == first.json
    assert ask(ministry, path, first.headers["ETag"], unit=unit).status_code == 304
    full.clock.advance(seconds=0.5)
    assert ask(ministry, path, first.headers["ETag"], unit=unit).status_code == 503


def test_what_the_store_has_new_is_told_after_half_a_second_and_at_once_when_it_is_forced(young):
    full, ministry = young
    before = ask(ministry, FIGURES).json
    full.happen(entry(pupil_id(9), 1, DAYS[0], "2111000001p202301"))
    assert ask(ministry, FIGURES).json == before
    expected = before["measures"]["expected"] + 1
    assert ask(ministry, FIGURES, forced=True).json["measures"]["expected"] == expected
    full.happen(entry(pupil_id(10), 1, DAYS[0], "2111000001p202301"))
    full.clock.advance(seconds=0.5)
    after = ask(ministry, FIGURES).json
    assert after["measures"]["expected"] == expected + 1 and after["read_at"] == full.clock.now()


def test_a_new_class_is_a_new_answer_of_its_school(young):
    full, ministry = young
    before = ask(ministry, FIGURES, unit="2111000001").json["children"]
    full.happen(school_class("2111000001p202309", "9"))
    full.clock.advance(seconds=0.5)
    assert len(ask(ministry, FIGURES, unit="2111000001").json["children"]) == len(before) + 1


def test_a_kept_answer_opens_nothing_to_somebody_else(young):
    full, ministry = young
    assert ask(ministry, FIGURES).status_code == 200
    assert ask(full.as_("county", COUNTY), FIGURES).status_code == 403
    assert [unit["in_scope"] for unit in ask(full.as_("province", PROVINCE), FIGURES).json["trail"]] == [False, True]
