"""The time series of figures over HTTP: each row is the figure of its day."""

from __future__ import annotations

import pytest

from tests.integration.stats.test_figures import CLASS, COUNTY, SCHOOL, figures
from tests.unit.stats.histories import CLASSES, DAYS, unit

UNITS = ("000000", "110000", "110101", "2111000001", "3111000003", CLASSES[0])


def series(person, code, day=DAYS[-1], **query):
    response = person.get("/v1/figures/series", campaign="2026a", unit=code, day=day, **query)
    assert response.status_code == 200, response.json
    return response.json


@pytest.mark.parametrize("code", UNITS)
def test_each_row_is_the_figure_of_its_day_from_the_first_change_on(full, code):
    ministry = full.as_("ministry")
    rows = series(ministry, code)["days"]
    assert [row["day"] for row in rows] == list(DAYS)
    for row in rows:
        assert row["measures"] == figures(ministry, code, row["day"], tree_day=DAYS[-1])["measures"]


def test_a_series_ends_at_its_day_and_a_unit_without_figures_has_none(full):
    ministry = full.as_("ministry")
    assert [row["day"] for row in series(ministry, "000000", DAYS[2])["days"]] == list(DAYS[:3])
    assert series(ministry, "110102")["days"] == []


def test_all_days_are_summed_in_one_tree(full):
    """A curve must not jump on the day on which a school moves to another county."""
    full.happen(unit("2111000002", "东城二小", "school", "110102", version=2, day=DAYS[6], effective_from=DAYS[6]))
    ministry = full.as_("ministry")
    assert {row["measures"]["expected"] for row in series(ministry, "110101")["days"]} == {4}
    assert {row["measures"]["expected"] for row in series(ministry, "110102")["days"]} == {1}
    assert {row["measures"]["expected"] for row in series(ministry, "110102", tree_day=DAYS[5])["days"]} == set()


def test_a_series_is_refused_outside_the_scope_and_for_days_to_come(full):
    for role, path, asked in (
        ("county", COUNTY, "110102"),
        ("school", SCHOOL, "2111000002"),
        ("teacher", CLASS, SCHOOL),
    ):
        code = asked.strip("/").split("/")[-1]
        assert full.as_(role, path).get("/v1/figures/series", campaign="2026a", unit=code).status_code == 403
    response = full.as_("ministry").get("/v1/figures/series", campaign="2026a", unit="000000", day="2026-11-21")
    assert (response.status_code, response.json["title"]) == (422, "day-in-future")
    assert full.as_("ministry").get("/v1/figures/series", campaign="2026a", unit="999999").status_code == 404
