"""The clock of a copy moves forward by mornings and never back."""

import pytest

from drill.days import Days
from shared.infrastructure.clock import ShiftedClock, SystemClock


@pytest.fixture
def days(tmp_path):
    return Days(tmp_path / "clock")


def test_every_morning_is_the_next_day_for_every_process(days):
    before = days.today()
    mornings = [days.next_morning() for _ in range(3)]
    assert before < mornings[0] < mornings[1] < mornings[2] == days.today()
    assert days.passed == mornings


def test_a_process_that_runs_already_sees_the_new_day(days):
    running = ShiftedClock(days.file)
    before = running.now()
    days.next_morning()
    assert running.now() > before


def test_the_shift_is_counted_in_days(days):
    assert days.shift() == 0
    days.next_morning()
    assert 0 < days.shift() < 2


def test_a_second_drill_goes_on_from_the_day_of_the_first(days):
    last = [days.next_morning() for _ in range(4)][-1]
    assert Days(days.file).next_morning() > last


def test_the_clock_file_is_replaced_whole_and_nothing_is_left_beside_it(days):
    days.next_morning()
    assert [path.name for path in days.file.parent.iterdir()] == ["clock"]
    assert float(days.file.read_text()) > 0
    assert ShiftedClock(days.file).now() > SystemClock().now()
