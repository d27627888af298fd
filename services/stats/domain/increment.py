"""The difference that the events of a batch make to the flows of one history, event by event: PURE.

The usual event is the newest of its stream and not before the history's last day. It changes the figures of its own day
alone, by the difference of two measurements. After any other event the steps of the whole history are walked again,
once for the batch (`fold.flows`, which stays the definition).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

States = Mapping[str, Mapping[str, Any]]
Over = Callable[[States, str], frozenset[str]]  # the campaigns whose figures are frozen on a day


def never_over(states: States, day: str) -> frozenset[str]:
    return frozenset()


class Increment:
    """The changes of one history's flows by the events so far, as long as no step before the last one has changed.

    newest    stream -> its newest version and state
    last_day  of the history, "" before its first event
    is_exact  False once an event has changed an earlier step: the difference is then that of two walks
    """

    __slots__ = (
        "_last_day",
        "_measure",
        "_measured",
        "_newest",
        "_over",
        "_over_before",
        "_states",
        "flows",
        "is_exact",
    )

    def __init__(
        self,
        newest: Mapping[str, tuple[int, Mapping[str, Any]]],
        last_day: str,
        measure: Callable[[States], Mapping[tuple[Any, str], int]],
        over: Over,
    ) -> None:
        self._measure, self._over, self._last_day = measure, over, last_day
        self._newest = {stream: version for stream, (version, _) in newest.items()}
        self._states: States = {stream: state for stream, (_, state) in newest.items()}
        self._measured, self._over_before = measure(self._states), over(self._states, last_day)
        self.flows: Counter[tuple[Any, str, str]] = Counter()
        self.is_exact = True

    def add(self, stream: str, version: int, day: str, state: Mapping[str, Any]) -> None:
        """Add a new version of a stream."""
        if not self.is_exact:
            return
        states = {**self._states, stream: state}
        over_before, over = self._over_before, self._over(states, day)
        self.is_exact = (
            version > self._newest.get(stream, 0)
            and day >= self._last_day
            # Frozen figures are those of the last day on which they were not: of an earlier step.
            and over_before <= over
            and (day > self._last_day or over_before == over)
        )
        if self.is_exact:
            measured = self._measure(states)
            self._count(measured, over, day)
            self._newest[stream] = version
            self._states, self._measured, self._over_before, self._last_day = states, measured, over, day

    def _count(self, measured: Mapping[tuple[Any, str], int], over: frozenset[str], day: str) -> None:
        before = self._measured
        for figure in measured.keys() | before.keys():
            cell, name = figure
            change = measured.get(figure, 0) - before.get(figure, 0)
            if change and not (over and cell[0] in over):  # a cell begins with its campaign
                self.flows[cell, day, name] += change
