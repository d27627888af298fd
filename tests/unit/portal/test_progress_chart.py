"""The curve of a campaign and its pace."""

from __future__ import annotations

import pytest

from services.portal.pages.offices.progress_chart import Pace, chart
from tests.unit.portal.conftest import Visitor

OPENS, CUTOFF = "2026-09-01", "2026-09-11"


def days(*uploaded: int, first: int = 1, expected: int = 100) -> list[dict]:
    return [
        {
            "day": f"2026-09-{first + n:02}",
            "measures": {"expected": expected, "uploaded": count, "registered": 2 * count},
        }
        for n, count in enumerate(uploaded)
    ]


def test_rates_are_drawn_from_the_first_day_to_the_cutoff():
    drawn = chart(days(0, 10, 50), OPENS, CUTOFF, is_today=True)
    assert drawn is not None
    assert drawn.lines["uploaded"] == "0.0,100.0 100.0,90.0 200.0,50.0"
    assert drawn.lines["registered"].endswith(",0.0")
    assert (drawn.first, drawn.last, drawn.cutoff) == (OPENS, CUTOFF, 1000)


def test_after_the_cutoff_the_drawing_goes_on_to_the_last_day():
    drawn = chart(days(*range(21)), OPENS, CUTOFF, is_today=True)
    assert drawn is not None
    assert (drawn.last, drawn.cutoff, drawn.pace and drawn.pace.needed) == ("2026-09-21", 500.0, 0)


@pytest.mark.parametrize("series", [[], days(3)])
def test_one_day_is_no_curve(series: list[dict]):
    assert chart(series, OPENS, CUTOFF, is_today=True) is None


def test_days_before_the_campaign_are_left_out():
    assert chart(days(0, 0, 0, 5), "2026-09-04", CUTOFF, is_today=True) is None


@pytest.mark.parametrize(
    ("uploaded", "is_today", "pace"),
    [
        ((0, 10), True, Pace(10, 1, 9)),  # 90 missing, ten days with today
        ((0, 10), False, Pace(10, 1, 10)),  # nine days are left
        ((0, 0, 0, 7, 14, 21, 28, 35, 42), True, Pace(6, 7, 20)),
        ((50, 40), True, Pace(-10, 1, 6)),  # withdrawn ones
        ((0, 100), True, Pace(100, 1, 0)),
    ],
)
def test_the_pace_is_the_average_of_the_last_days_and_the_need_until_the_cutoff(uploaded, is_today, pace):
    drawn = chart(days(*uploaded), OPENS, CUTOFF, is_today=is_today)
    assert drawn is not None and drawn.pace == pace


def test_a_day_on_which_nobody_is_expected_is_drawn_at_zero():
    drawn = chart([*days(0, expected=0), *days(5, first=2)], OPENS, CUTOFF, is_today=True)
    assert drawn is not None and drawn.lines["uploaded"].startswith("0.0,100.0 ")


def test_the_page_shows_the_curve_through_the_day_asked_for(visitor: Visitor):
    visitor.sign_in("county")
    page = visitor.get("/figures/110101?day=2026-09-10").text
    assert "逐日进度" in page and "近7天平均每天新增41份" in page
    assert "每天还需44份" in page  # 861 missing in the table of measures, 20 days
