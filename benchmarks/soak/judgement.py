"""The judgement of a soak: a sentence for each number that grew and should not have. No sentence: it is well.

A slope is the median of the slopes between all pairs of samples (Theil and Sen), so that a spike changes nothing.
A series grows when it is too steep over the whole time after the warm-up and over the later half of it as well: what
fills up and then stays does not grow.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from statistics import median

from benchmarks.soak.samples import Sample

HOUR = 3600.0
WARM_UP_SHARE, LEAST_WARM_UP = 0.25, 60.0  # of the run; seconds
OURS, ENGINES = 20.0, 150.0  # MB an hour: of our processes, and of engines, which cache what they are given
LEAST_RISE = 8.0  # MB
# In some minutes a process is still warming up (a second child of the sandbox first works when two photos come at
# once): there only a large rise counts.
SHORT, LEAST_RISE_OF_SHORT = 600.0, 100.0  # seconds after the warm-up, MB
KEPT_SHARE = 0.8  # of the rate that was asked for
LEAST_SAMPLES = 4
# Numbers that may not swell, with the value below which they are no matter.
SWELLING: Mapping[str, tuple[float, str]] = {
    "lag": (200, "records on the bus that are not processed"),
    "unpublished": (15, "seconds that the oldest event waits for the bus"),
    "age": (30, "seconds by which the figures are old"),
    "unchecked": (60, "photos that wait for their check"),
}
# Numbers that stay 0.
ZERO: Mapping[str, str] = {
    "drift": "slots whose control totals differ from the stores'",
    "parked": "events that could not be processed",
}
Points = Sequence[tuple[float, float]]  # (seconds, value)


def slope(points: Points) -> float:
    """Change in a second."""
    slopes = [(b - a) / (later - earlier) for (earlier, a), (later, b) in combinations(points, 2) if later > earlier]
    return median(slopes) if slopes else 0.0


def warm_up(seconds: float) -> float:
    """Seconds of a run that do not count."""
    return max(LEAST_WARM_UP, WARM_UP_SHARE * seconds)


def warm(samples: Sequence[Sample]) -> Sequence[Sample]:
    """The samples after the warm-up."""
    return [sample for sample in samples if sample.at >= warm_up(samples[-1].at)] if samples else []


def rise(points: Points) -> float:
    """Difference between the medians of the last and of the first fifth."""
    fifth = max(1, len(points) // 5)
    return median(value for _, value in points[-fifth:]) - median(value for _, value in points[:fifth])


def grows(points: Points, per_hour: float) -> bool:
    later, least = points[len(points) // 2 :], LEAST_RISE
    if points[-1][0] - points[0][0] < SHORT:
        least = LEAST_RISE_OF_SHORT
    return (
        rise(points) > least and slope(points) * HOUR > per_hour and (len(later) < 2 or slope(later) * HOUR > per_hour)
    )


def swells(points: Points, no_matter: float) -> bool:
    """True if a queue is longer at the end than at first: over twice as long, and long enough to matter."""
    fifth = max(1, len(points) // 5)
    last, first = (median(value for _, value in part) for part in (points[-fifth:], points[:fifth]))
    return last > no_matter and last > 2 * first and slope(points) > 0


def series(samples: Sequence[Sample], number: str) -> Points:
    """The samples in which a number was reported."""
    return [(sample.at, value) for sample in samples if (value := sample.numbers.get(number)) is not None]


def memory(samples: Sequence[Sample], process: str) -> Points:
    return [(sample.at, sample.memory[process]) for sample in samples if process in sample.memory]


def judge(samples: Sequence[Sample], engines: Sequence[str], rate: float) -> list[str]:
    """rate: steps a second that were asked for. engines: processes that are not ours."""
    counted = warm(samples)
    if len(counted) < LEAST_SAMPLES:
        return [f"{len(counted)} samples after the warm-up of {LEAST_WARM_UP:.0f} s are too few to judge."]
    return [*_memory(counted, engines), *_queues(counted), *_zeros(samples), *_kept(counted, rate)]


def _memory(samples: Sequence[Sample], engines: Sequence[str]) -> Iterator[str]:
    for process in samples[-1].memory:
        points, limit = memory(samples, process), ENGINES if process in engines else OURS
        if grows(points, limit):
            yield (
                f"{process} grows by {slope(points) * HOUR:.0f} MB an hour (at most {limit:.0f}): "
                f"{points[0][1]:.0f} MB after the warm-up, {points[-1][1]:.0f} MB at the end."
            )


def _queues(samples: Sequence[Sample]) -> Iterator[str]:
    for number, (no_matter, meaning) in SWELLING.items():
        points = series(samples, number)
        if not points:
            yield f"{number} was never reported: {meaning}."
        elif swells(points, no_matter):
            yield f"{number} grows, from {points[0][1]:.0f} to {points[-1][1]:.0f}: {meaning}."


def _zeros(samples: Sequence[Sample]) -> Iterator[str]:
    for number, meaning in ZERO.items():
        points = series(samples, number)
        if not points:
            yield f"{number} was never reported: {meaning}."
        elif worst := max(value for _, value in points):
            yield f"{number} is not 0: {worst:.0f} {meaning}."


def _kept(samples: Sequence[Sample], rate: float) -> Iterator[str]:
    reached = (samples[-1].steps - samples[0].steps) / (samples[-1].at - samples[0].at)
    if reached < KEPT_SHARE * rate:
        yield f"The rate was not steady: {reached:.2f} of {rate:.2f} steps a second, so this run shows little."
