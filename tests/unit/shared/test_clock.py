import os

import pytest

from shared.infrastructure.clock import FixedClock, ShiftedClock, SystemClock, clock_from, day_after, day_of, iso

NOON = 1_789_963_200_000  # 2026-09-21 12:00 in Beijing


def test_a_day_begins_at_midnight_in_beijing():
    midnight = NOON + 12 * 3_600_000
    assert (day_of(NOON), day_of(midnight - 1), day_of(midnight)) == ("2026-09-21", "2026-09-21", "2026-09-22")


def test_the_day_after_knows_months_years_and_leap_days():
    assert [day_after(day) for day in ("2026-09-30", "2026-12-31", "2028-02-28", "2027-02-28")] == [
        "2026-10-01",
        "2027-01-01",
        "2028-02-29",
        "2027-03-01",
    ]


def test_moments_are_written_in_utc_with_milliseconds():
    assert iso(NOON + 7) == "2026-09-21T04:00:00.007Z"


def test_a_fixed_clock_moves_only_by_advance():
    clock = FixedClock(NOON)
    assert clock.now() == clock.now() == NOON
    clock.advance(days=1.5, seconds=2)
    assert clock.now() == NOON + 36 * 3_600_000 + 2000
    clock.advance(days=-2)
    assert day_of(clock.now()) == "2026-09-21"


def write(path, text, moment):
    path.write_text(text)
    os.utime(path, ns=(moment, moment))


def test_the_machines_own_clock_says_that_it_is_not_shifted():
    assert SystemClock().shift() == 0


def test_without_its_file_a_shifted_clock_is_not_shifted(tmp_path):
    clock = ShiftedClock(tmp_path / "clock", FixedClock(NOON))
    assert (clock.shift(), clock.now()) == (0, NOON)


def test_a_shifted_clock_follows_its_file_forwards_and_backwards(tmp_path):
    path, base = tmp_path / "clock", FixedClock(NOON)
    clock = ShiftedClock(path, base)
    write(path, "86400\n", 1)
    assert clock.now() == NOON + 86_400_000
    base.advance(seconds=1)
    assert (clock.now(), clock.shift()) == (NOON + 86_401_000, 86_400_000)
    write(path, "-0.5", 2)
    assert clock.now() == NOON + 500
    write(path, "0", 3)
    assert clock.now() == NOON + 1000


def test_a_shift_stays_when_its_file_is_removed_so_that_time_does_not_jump_back(tmp_path):
    path = tmp_path / "clock"
    clock = ShiftedClock(path, FixedClock(NOON))
    write(path, "60", 1)
    assert clock.now() == NOON + 60_000
    path.unlink()
    assert clock.now() == NOON + 60_000


def test_a_file_that_is_still_being_written_keeps_the_last_shift(tmp_path):
    path = tmp_path / "clock"
    clock = ShiftedClock(path, FixedClock(NOON))
    write(path, "60", 1)
    assert clock.now() == NOON + 60_000
    write(path, "", 2)
    assert clock.now() == NOON + 60_000
    write(path, "90", 2)
    assert clock.now() == NOON + 90_000


def test_a_file_without_a_number_is_an_error_and_never_a_silent_time(tmp_path):
    write(tmp_path / "clock", "6o", 1)
    with pytest.raises(ValueError, match="6o"):
        ShiftedClock(tmp_path / "clock", FixedClock(NOON)).now()


def test_the_setting_names_the_clock(tmp_path):
    (tmp_path / "clock").write_text("3600")
    assert isinstance(clock_from("system"), SystemClock)
    shifted = clock_from(f"file:{tmp_path / 'clock'}").now() - SystemClock().now()
    assert 3_595_000 < shifted <= 3_600_000
