"""Dates in cells: one reading is taken, several are a question, none is told."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.roster.roster_file.cells.dates import OLDEST, YOUNGEST, birth_date, entry_month, readings
from services.roster.roster_file.cells.text import Wrong, unwrapped

DAY, BORN = "2026-11-27", "2017-05-01"
BIRTHS = st.dates(date(2026 - OLDEST + 1, 1, 1), date(2026 - YOUNGEST - 1, 12, 31))


def code_of(text: str, by_id: str = "") -> str:
    try:
        return birth_date(unwrapped(text), DAY, by_id)
    except Wrong as wrong:
        return wrong.code


@pytest.mark.parametrize(
    "text",
    [
        "2017-05-01",
        "20170501",
        "2017/5/1",
        "2017.5.1",
        "2017.05.01.",
        "2017年5月1日",
        "2017 年 5 月 1 日",
        "2017年05月01号",
        "2017年5月1",
        "17年5月1日",
        "二〇一七年五月一日",
        "二零一七年五月一日",
        "2017-05-01（周一）",
        "2017年5月1日 星期一",
        "2017年5月1日生",
        "2017－05－01",
        "２０１７．０５．０１",
        "２０１７年５月１日",
        "2017—05—01",
        "2017·05·01",
        "2017。5。1",
        "2017_05_01",
        "2017、5、1",
        "2017 5 1",
        "2017\u300005\u300001",
        "2017\u00a05\u00a01",
        "\ufeff2017-05-01\u200b",
        "'2017-05-01",
        "‘2017-05-01",
        '="2017-05-01"',
        "42856",
        "42856.0",
        "42856.375",
        "2017-05-01 00:00",
        "2017-05-01 0:00:00",
        "2017/5/1 8:30",
        "2017-05-01 上午 12:00:00",
        "2017年5月1日0时00分",
        "20170501000000",
        "2017-05-01T00:00:00",
        "2017-05-01T00:00:00Z",
        "2017-05-01T00:00:00.000+0800",
        "2017-05-01T00:00:00+08:00",
        "2017-05-01T00:00:00+09:00",
        "2017-04-30T16:00:00Z",
        "2017-04-30T16:00:00.000Z",
        "2017-05-01Z",
        "2017-05-01+08:00",
        "May 1, 2017",
        "1-May-2017",
        "Mon May 01 2017 00:00:00 GMT+0800 (China Standard Time)",
        "Mon May 01 2017 00:00:00 GMT+0800 (中国标准时间)",
        "Mon May 01 2017 00:00:00 GMT+0800 (台北標準時間)",
        "Mon May 01 2017 00:00:00 GMT+0800 (GMT+08:00)",
        "Mon May 01 2017 00:00:00 GMT+0800",
        "Mon May 01 00:00:00 CST 2017",
        "20170501.0",
        "20170501.00",
        "17.5.1",
    ],
)
def test_a_birth_date_is_read_however_it_is_written(text: str) -> None:
    assert code_of(text) == BORN


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("17-05-01", "birth-date-ambiguous"),
        ("1/5/17", "birth-date-ambiguous"),
        ("170501", "birth-date-ambiguous"),
        ("5/1/2017", "birth-date-ambiguous"),
        ("01052017", "birth-date-ambiguous"),
        ("01-May-17", "birth-date-ambiguous"),
        ("2017-05-01T23:00:00Z", "birth-date-ambiguous"),
        ("2017.05", "birth-date-unreadable"),
        ("201705.0", "birth-date-unreadable"),
        ("2017年5月", "birth-date-unreadable"),
        ("201705", "birth-date-unreadable"),
    ],
)
def test_several_readings_are_a_question_that_the_id_number_may_answer(text: str, code: str) -> None:
    assert code_of(text) == code
    assert code_of(text, BORN) == BORN
    assert code_of(text, "2016-11-30") == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "birth-date-unreadable"),
        ("#N/A", "birth-date-unreadable"),
        ("2017", "birth-date-unreadable"),
        ("2017-13-01", "birth-date-unreadable"),
        ("2017-02-29", "birth-date-unreadable"),
        ("0000-00-00", "birth-date-unreadable"),
        ("2017-05-01(农历)", "birth-date-unreadable"),
        ("农历2017年四月初六", "birth-date-unreadable"),
        ("12345", "birth-date-unreadable"),  # a serial number of 1933
        ("99999", "birth-date-unreadable"),
        ("1493568000000", "birth-date-unreadable"),
        ("2017-05-01 2017-05-02", "birth-date-unreadable"),
        ("2027-01-01", "birth-date-range"),
        ("1950-01-01", "birth-date-range"),
    ],
)
def test_what_is_no_birth_date_is_told(text: str, code: str) -> None:
    assert code_of(text) == code


def test_a_day_that_only_one_order_allows_has_one_reading() -> None:
    assert (code_of("5/13/2017"), code_of("13/5/2017"), code_of("05/05/2017"), code_of("17-05-31")) == (
        "2017-05-13",
        "2017-05-13",
        "2017-05-05",
        "2017-05-31",
    )


def test_a_serial_number_of_the_other_system_needs_the_id_number() -> None:
    serial = str((date(2017, 5, 1) - date(1904, 1, 1)).days)
    assert code_of(serial, BORN) == BORN


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("202409", "2024-09"),
        ("202409.0", "2024-09"),
        ("2024.10", "2024-10"),
        ("2024.01", "2024-01"),
        ("2024.11", "2024-11"),
        ("2024-09", "2024-09"),
        ("2024.9", "2024-09"),
        ("2024 年 9 月", "2024-09"),
        ("2024年9月1日", "2024-09"),
        ("20240901", "2024-09"),
        ("2024-09-01T00:00:00", "2024-09"),
        ("45536", "2024-09"),
        ("Sep-24", "2024-09"),
        ("201012", "2010-12"),
        ("", ""),
    ],
)
def test_entry_months_are_read_likewise(text: str, month: str) -> None:
    assert entry_month(text, DAY) == month


@pytest.mark.parametrize("text", ["2024", "202413", "秋季", "1949-09"])
def test_an_unclear_entry_month_is_told(text: str) -> None:
    with pytest.raises(Wrong) as wrong:
        entry_month(text, DAY)
    assert wrong.value.code == "entry-month-unreadable"


@pytest.mark.parametrize("text", ["2017.1", "２０１７．１", "17.1"])
def test_a_number_that_may_have_lost_its_last_zero_is_january_or_october(text: str) -> None:
    with pytest.raises(Wrong) as wrong:
        entry_month(text, DAY)
    assert wrong.value.code == "entry-month-ambiguous"
    for born in ("2017-01-12", "2017-10-12"):
        assert (code_of(text), code_of(text, born)) == ("birth-date-unreadable", born)


WRITTEN = ("{0:%Y-%m-%d}", "{0:%Y%m%d}", "{0.year}年{0.month}月{0.day}日", "{0.year} / {0.month} / {0.day}")


@given(BIRTHS, st.sampled_from(WRITTEN))
def test_every_birth_date_is_read_back(born: date, form: str) -> None:
    assert birth_date(form.format(born), DAY) == born.isoformat()
    assert birth_date(born.isoformat(), DAY) == born.isoformat()


@given(BIRTHS, st.sampled_from(("{0:%d/%m/%Y}", "{0:%m/%d/%Y}", "{0:%y-%m-%d}", "{0:%d-%m-%y}", "{0:%m%d%Y}")))
def test_an_unclear_date_is_never_another_day(born: date, form: str) -> None:
    text = form.format(born)
    assert code_of(text) in (born.isoformat(), "birth-date-ambiguous")
    assert code_of(text, born.isoformat()) == born.isoformat()


@given(BIRTHS, st.integers(-12, 14))
def test_midnight_of_any_zone_is_the_day_that_was_written(born: date, hours: int) -> None:
    zone = f"{'-' if hours < 0 else '+'}{abs(hours):02d}:00"
    assert code_of(f"{born.isoformat()}T00:00:00{zone}") == born.isoformat()
    in_london = (born - timedelta(days=1)).isoformat()
    assert code_of(f"{in_london}T16:00:00Z") == born.isoformat()


@given(st.text(alphabet="0123456789-/.年月日: TZ+ 一二十〇MAYmay上午", max_size=30))
def test_no_text_is_more_than_told(text: str) -> None:
    readings(text)
    assert code_of(text)
