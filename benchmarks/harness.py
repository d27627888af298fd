"""Measurements: the product and its bound take turns, and the result is the ratio of each pair.

A bound is the same work without our code: the raw driver, the bare library, another server. Both sides run in the same
minute on the same machine, so a busy machine slows both down, and the ratio says more than either figure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from timeit import default_timer

Side = Callable[[int], Mapping[str, float]]  # number of the repetition, 0 for the warm-up -> figures by name
Say = Callable[[str], None]
PATIENCE = 2.0  # a measurement that takes this many budgets is cut short, even below its repetitions


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a turn. A figure that only one side has gets no ratio."""

    name: str
    unit: str
    more_is_better: bool = True


@dataclass(frozen=True, slots=True)
class Measurement:
    """name: for commands. product_is, bound_is: the work of each side, in words. budget: seconds that it should take.

    inside: the product's work within this process, for the profiler, where `product` only waits for another one.
    """

    name: str
    title: str
    product_is: str
    bound_is: str
    figures: Sequence[Figure]
    product: Side
    bound: Side
    repetitions: int = 5
    budget: float = 60.0
    inside: Callable[[], object] | None = None


@dataclass(frozen=True, slots=True)
class Spread:
    """A figure over all repetitions."""

    values: Sequence[float]

    @property
    def low(self) -> float:
        return min(self.values)

    @property
    def middle(self) -> float:
        return median(self.values)

    @property
    def high(self) -> float:
        return max(self.values)

    def as_json(self) -> dict[str, object]:
        return {"min": self.low, "median": self.middle, "max": self.high, "values": list(self.values)}


@dataclass(frozen=True, slots=True)
class Result:
    """One figure of a measurement.

    ratio: the share of the bound that the product reaches, 1 = as good; None where one side lacks the figure.
    """

    measurement: Measurement
    figure: Figure
    product: Spread | None
    bound: Spread | None
    ratio: Spread | None
    repetitions: int
    seconds: float

    def as_json(self) -> dict[str, object]:
        sides = {"product": self.product, "bound": self.bound, "ratio": self.ratio}
        measurement = self.measurement
        return {
            "measurement": measurement.name,
            "title": measurement.title,
            "figure": self.figure.name,
            "unit": self.figure.unit,
            "more_is_better": self.figure.more_is_better,
            "product_is": measurement.product_is,
            "bound_is": measurement.bound_is,
            **{name: spread.as_json() if spread else None for name, spread in sides.items()},
            "repetitions": self.repetitions,
            "seconds": round(self.seconds, 1),
        }


def run(
    measurement: Measurement, say: Say = lambda line: None, clock: Callable[[], float] = default_timer
) -> list[Result]:
    """Both sides in turns: product, bound, product, bound, ... A first pair warms up and is not counted."""
    began, pairs = clock(), []
    for number in range(measurement.repetitions + 1):
        pair = measurement.product(number), measurement.bound(number)
        spent = clock() - began
        if number:
            pairs.append(pair)
            say(f"  {number}/{measurement.repetitions}  {_line(measurement, pair)}  ({spent:.0f} s)")
        if pairs and spent > PATIENCE * measurement.budget and number < measurement.repetitions:
            say(f"  cut short after {number} repetitions: {spent:.0f} s are more than {PATIENCE:.0f} times the budget")
            break
    return [_result(measurement, figure, pairs, clock() - began) for figure in measurement.figures]


def _result(
    measurement: Measurement,
    figure: Figure,
    pairs: Sequence[tuple[Mapping[str, float], Mapping[str, float]]],
    seconds: float,
) -> Result:
    ours, theirs = ([side[figure.name] for side in sides if figure.name in side] for sides in zip(*pairs, strict=True))
    ratios = (
        [ratio(figure, *pair) for pair in zip(ours, theirs, strict=True) if pair[figure.more_is_better]]
        if len(ours) == len(theirs)
        else []
    )
    product, bound, share = (Spread(values) if values else None for values in (ours, theirs, ratios))
    return Result(measurement, figure, product, bound, share, len(pairs), seconds)


def ratio(figure: Figure, product: float, bound: float) -> float:
    """The share of the bound that is reached: for a duration or a size, the bound divided by the product."""
    return product / bound if figure.more_is_better else bound / product


def _line(measurement: Measurement, pair: tuple[Mapping[str, float], Mapping[str, float]]) -> str:
    figure = measurement.figures[0]
    ours, theirs = (side.get(figure.name, 0.0) for side in pair)
    share = f" = {ratio(figure, ours, theirs):.3f}" if (ours, theirs)[figure.more_is_better] else ""
    return f"{ours:,.1f} of {theirs:,.1f} {figure.unit}{share}"


class Watch:
    """seconds: duration of the block."""

    seconds = 0.0


@contextmanager
def stopwatch() -> Iterator[Watch]:
    watch, began = Watch(), default_timer()
    yield watch
    watch.seconds = default_timer() - began


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which this share of the values lies (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, round(share * len(ordered)) - 1))]
