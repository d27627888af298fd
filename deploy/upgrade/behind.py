"""How far a running copy is behind what people have written, and the waits of an upgrade for it.

People work on, so no number need ever be 0: times are compared, not counts.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial

import httpx

from deploy.local.settings import is_worker
from deploy.local.stack import Stack, StackFailed
from deploy.local.status import NUMBERS, READERS, Number, numbers
from deploy.upgrade.patience import Say, signs_of_life

MEASURES: Mapping[str, Number] = {
    "unpublished": NUMBERS["unpublished"],
    "age": Number("rollcall_read_model_age_seconds", READERS, "seconds by which figures or upload's view are old"),
}
MEASURED_EVERY = {"unpublished": 2.0, "age": 6.0}  # seconds: a relay looks, a subscription measures after five polls
AT_MOST = 60.0  # seconds of each: more is no work of people, but something that does not keep up
WITHIN, LOOK_EVERY = 120.0, 0.2


def await_all_read(stack: Stack, say: Say, *, within: float = WITHIN) -> None:
    """Wait until consumers have read what was written before this moment. Raises StackFailed."""
    workers = [name for name in stack.processes if is_worker(name)]
    for name in MEASURES:  # first published; from then on it can be read
        _await(stack, say, name, workers, partial(_is_of_before, MEASURED_EVERY[name]), within)


def _is_of_before(late: float, seconds: float, waited: float) -> bool:
    """True if a measure that is this late says that everything older than the wait is done."""
    return waited - seconds >= late


def await_not_far_behind(stack: Stack, say: Say, workers: Sequence[str], *, within: float = WITHIN) -> None:
    """workers: who is asked. Raises StackFailed."""
    for name in MEASURES:
        _await(stack, say, name, workers, lambda seconds, waited: seconds <= AT_MOST, within)


def _await(
    stack: Stack, say: Say, name: str, workers: Sequence[str], is_enough: Callable[[float, float], bool], within: float
) -> None:
    """is_enough: of the seconds measured, and those waited."""
    began, state = time.monotonic(), "asking the workers"
    with signs_of_life(say, lambda: state):
        while True:
            value, waited = _measured(stack, name, workers), time.monotonic() - began
            if value is not None and is_enough(value, waited):
                return
            state = f"{'not known' if value is None else f'{value:.0f}'} {MEASURES[name].meaning}"
            if waited > within:
                raise StackFailed(f"{state}, after {within:.0f} seconds")
            time.sleep(LOOK_EVERY)


def _measured(stack: Stack, name: str, workers: Sequence[str]) -> float | None:
    """The maximum over these workers; None where one of them does not report it at this moment."""
    try:
        return numbers(stack, workers, MEASURES)[name]
    except httpx.HTTPError:
        return None
