"""Conditional reads: 304 for what has not changed, to those alone who may read it."""

from __future__ import annotations

import pytest

from tests.integration.stats.test_figures import COUNTY, PROVINCE
from tests.unit.stats.histories import DAYS, entry, pupil_id

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
