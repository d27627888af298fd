"""Measurements are made in turns, as ratios, with their spread. Nothing here depends on real seconds."""

from __future__ import annotations

import pytest

from benchmarks.harness import Figure, Measurement, Spread, percentile, ratio, run

SPEED, DELAY, ALONE = Figure("speed", "events/s"), Figure("delay", "ms", more_is_better=False), Figure("memory", "MB")


class Clock:
    """Advances by `step` seconds at each reading."""

    def __init__(self, step: float) -> None:
        self.now, self.step = 0.0, step

    def __call__(self) -> float:
        self.now += self.step
        return self.now


def measurement(product, bound, *figures: Figure, budget: float = 1000.0) -> Measurement:
    return Measurement("made-up", "Made up", "ours", "theirs", figures or (SPEED,), product, bound, budget=budget)


def test_both_sides_take_turns_and_the_first_pair_only_warms_up():
    turns = []

    def side(name):
        return lambda number: turns.append((name, number)) or {"speed": 1.0 + number}

    [result] = run(measurement(side("product"), side("bound")))
    assert turns == [(name, number) for number in range(6) for name in ("product", "bound")]
    assert result.product is not None and list(result.product.values) == [2.0, 3.0, 4.0, 5.0, 6.0]


def test_a_ratio_is_taken_of_each_pair_and_not_of_the_medians():
    ours, theirs = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0], [0.0, 2.0, 2.0, 2.0, 2.0, 2.0]
    [result] = run(measurement(lambda n: {"speed": ours[n]}, lambda n: {"speed": theirs[n]}))
    assert result.ratio is not None and list(result.ratio.values) == [0.5, 1.0, 1.5, 2.0, 2.5]
    assert (result.ratio.low, result.ratio.middle, result.ratio.high) == (0.5, 1.5, 2.5)


def test_one_is_as_good_as_the_bound_for_speeds_and_for_delays_alike():
    assert ratio(SPEED, 50, 100) == 0.5  # half as fast
    assert ratio(DELAY, 100, 50) == 0.5  # twice as long


def test_a_figure_that_one_side_lacks_has_no_ratio():
    speed, alone = run(measurement(lambda n: {"speed": 1.0, "memory": 7.0}, lambda n: {"speed": 2.0}, SPEED, ALONE))
    assert speed.ratio and alone.ratio is None and alone.bound is None and alone.product == Spread([7.0] * 5)


def test_a_measurement_that_is_far_too_slow_is_cut_short_and_says_so():
    lines: list[str] = []
    [result] = run(
        measurement(lambda n: {"speed": 1.0}, lambda n: {"speed": 1.0}, budget=1.0), lines.append, Clock(1.5)
    )
    assert result.repetitions == 1 and "cut short after 1 repetitions" in lines[-1]


def test_a_result_names_both_sides_of_the_comparison():
    [result] = run(measurement(lambda n: {"speed": 1.0}, lambda n: {"speed": 4.0}))
    found = result.as_json()
    assert (found["product_is"], found["bound_is"], found["unit"], found["repetitions"]) == (
        "ours",
        "theirs",
        "events/s",
        5,
    )
    assert found["ratio"] == {"min": 0.25, "median": 0.25, "max": 0.25, "values": [0.25] * 5}


@pytest.mark.parametrize(("share", "value"), [(0.5, 50), (0.95, 95), (0.99, 99), (1.0, 100)])
def test_percentiles_are_values_that_were_seen(share, value):
    assert percentile([float(n) for n in range(100, 0, -1)], share) == value


def test_a_product_of_zero_has_a_share_of_zero_and_a_bound_of_zero_has_no_share():
    [none] = run(measurement(lambda n: {"speed": 0.0}, lambda n: {"speed": 2.0}))
    [unbound] = run(measurement(lambda n: {"speed": 1.0}, lambda n: {"speed": 0.0}))
    assert none.ratio == Spread([0.0] * 5) and unbound.ratio is None
