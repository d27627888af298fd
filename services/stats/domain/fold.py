"""The fold of statistics: PURE functions from events to histories, and from histories to flows and control totals.

A history holds every recorded state of one pupil. Nothing is ever added to a figure by hand: a batch changes figures
by the difference of two measurements of each history that it touches. So order, doubles and the cut of the batches do
not matter. Nothing here depends on a database, a bus or a clock; the measures (`measure`) and the histories' keys
(`history_key`) are parameters. `increment.py` saves most of the work; it may not change any result.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from services.stats.domain.increment import Increment, Over, never_over
from shared.eventsourcing.event import Event, id_hash, slot_of


class RecordedState(NamedTuple):
    """The public state of a stream at one version, and the day on which it counts.

    Every version is kept: a copy of the newest one may still arrive with a later day, and then the version before it
    is valid on the days between.
    """

    id: str
    day: str
    state: Mapping[str, Any]


StreamHistory = Mapping[int, RecordedState]  # version -> state: a set that only grows
History = Mapping[str, StreamHistory]  # stream -> its history
States = Mapping[str, Mapping[str, Any]]  # stream -> state on some day, {} before its first event
Figures = Mapping[tuple[Any, str], int]  # (cell, name of a measure) -> 0 or 1
Measure = Callable[[States], Figures]  # total over valid states: raises only for a state that is invalid by itself
Ended = Callable[[Any, States, str], bool]  # whether the figures of a cell are frozen on a day
HistoryKey = Callable[[Event], str]  # the history in which an event is kept
ControlKey = Callable[[str], Hashable]  # the group of control totals to which a stream belongs
Reduce = Callable[[str, Mapping[str, Any]], Mapping[str, Any]]  # stream, public state -> what a history keeps of it


class Fork(Exception):
    """Two different events claim the same version of a stream: a store has lost events that it had published."""


def never_ended(cell: Any, states: States, day: str) -> bool:
    return False


def whole(stream: str, state: Mapping[str, Any]) -> Mapping[str, Any]:
    return state


def apply(history: History, event: Event, reduce: Reduce = whole) -> History:
    """The history with this event; the same if nothing is new. Of two copies the later day holds. Raises Fork."""
    stream_history = history.get(event.stream, {})
    recorded = stream_history.get(event.version)
    if recorded and recorded.id != event.id:
        raise Fork(f"{event.stream} version {event.version} is recorded as {recorded.id}, and arrives as {event.id}")
    if recorded and event.day <= recorded.day:
        return history
    state = RecordedState(event.id, event.day, reduce(event.stream, event.state))
    return {**history, event.stream: {**stream_history, event.version: state}}


def as_of(stream_history: StreamHistory, day: str) -> Mapping[str, Any]:
    """The state of a stream at the end of a day; {} before its first event."""
    last = max((version for version, recorded in stream_history.items() if recorded.day <= day), default=0)
    return stream_history[last].state if last else {}


def states_of(history: History, day: str) -> States:
    return {stream: as_of(stream_history, day) for stream, stream_history in history.items()}


def days_of(history: History) -> list[str]:
    """The days on which something happened, in order."""
    return sorted({recorded.day for stream_history in history.values() for recorded in stream_history.values()})


def flows(history: History, measure: Measure, ended: Ended = never_ended) -> Counter[tuple[Any, str, str]]:
    """A history's contribution to the figures: (cell, day, name) -> change. Frozen figures do not change."""
    out: Counter[tuple[Any, str, str]] = Counter()
    before: Figures = {}
    for day in days_of(history):
        states = states_of(history, day)
        measured, after = measure(states), {}
        for figure in measured.keys() | before.keys():
            cell, name = figure
            was = before.get(figure, 0)
            after[figure] = was if ended(cell, states, day) else measured.get(figure, 0)
            if after[figure] != was:
                out[cell, day, name] += after[figure] - was
        before = after
    return out


def control_totals(history: History, control_key: ControlKey = slot_of) -> Counter[tuple[Any, str, str]]:
    """A history's contribution to the control totals.

    (control key, day, "count" | "hash_total") -> number of events, and sum of their id hashes.
    """
    out: Counter[tuple[Any, str, str]] = Counter()
    for stream, stream_history in history.items():
        for recorded in stream_history.values():
            out[control_key(stream), recorded.day, "count"] += 1
            out[control_key(stream), recorded.day, "hash_total"] += id_hash(recorded.id)
    return out


@dataclass
class Changes:
    """The changes that a batch makes. Differences of zero are left out.

    histories       the touched histories after the batch, by key
    flows           (slot, cell, day, name) -> change
    control_totals  (control key, day, "count" | "hash_total") -> change
    applied         the events that were new, or came with a later day
    parked          the events that cannot be applied, each with the reason
    """

    histories: dict[str, History] = field(default_factory=dict)
    flows: Counter[tuple[int, Any, str, str]] = field(default_factory=Counter)
    control_totals: Counter[tuple[Any, str, str]] = field(default_factory=Counter)
    applied: list[Event] = field(default_factory=list)
    parked: list[tuple[Event, str]] = field(default_factory=list)


def project(
    batch: Iterable[Event],
    histories: Mapping[str, History],
    *,
    history_key: HistoryKey,
    measure: Measure,
    ended: Ended = never_ended,
    over: Over | None = None,
    control_key: ControlKey = slot_of,
    reduce: Reduce = whole,
) -> Changes:
    """Apply a batch. histories: those that it touches, as stored; a missing one is empty.

    over: the campaigns that `ended` holds for; without it, figures that may freeze are always walked step by step.
    An event that cannot be applied is parked. Errors of `measure` over states that are each valid alone are raised.
    """
    changes, increments = Changes(), dict[str, Increment]()
    over = over or (never_over if ended is never_ended else None)
    for event in batch:
        key = history_key(event)
        before = changes.histories.get(key, histories.get(key, {}))
        try:
            measure({event.stream: event.state})  # alone: the result must not depend on earlier events
            after = apply(before, event, reduce)
        except Exception as error:  # of any kind: this event cannot be applied, and the others can
            changes.parked.append((event, f"{type(error).__name__}: {error}"))
            continue
        if after is before:
            continue
        changes.histories[key] = after
        changes.applied.append(event)
        _count(changes.control_totals, before, event, control_key)
        if over:
            if key not in increments:
                increments[key] = _increment(before, measure, over)
            increments[key].add(event.stream, event.version, event.day, after[event.stream][event.version].state)
    for key, history in changes.histories.items():
        slot = slot_of(next(iter(history)))  # the streams of a history share its slot
        increment = increments.get(key)
        difference = (
            increment.flows
            if increment and increment.is_exact
            else _difference(flows(history, measure, ended), flows(histories.get(key, {}), measure, ended))
        )
        for (cell, day, name), n in difference.items():
            changes.flows[slot, cell, day, name] += n
    changes.flows, changes.control_totals = _without_zeros(changes.flows), _without_zeros(changes.control_totals)
    return changes


def _increment(history: History, measure: Measure, over: Over) -> Increment:
    newest = {stream: max(versions) for stream, versions in history.items()}
    return Increment(
        {stream: (version, history[stream][version].state) for stream, version in newest.items()},
        max((recorded.day for versions in history.values() for recorded in versions.values()), default=""),
        measure,
        over,
    )


def _count(totals: Counter[tuple[Any, str, str]], before: History, event: Event, control_key: ControlKey) -> None:
    """Count a new version, or move one to its later day."""
    group, hash_total = control_key(event.stream), id_hash(event.id)
    replaced = before.get(event.stream, {}).get(event.version)
    for day, sign in ((event.day, 1), *(((replaced.day, -1),) if replaced else ())):
        totals[group, day, "count"] += sign
        totals[group, day, "hash_total"] += sign * hash_total


def _difference(after: Counter[Any], before: Counter[Any]) -> Counter[Any]:
    after.subtract(before)
    return after


def _without_zeros(counter: Counter[Any]) -> Counter[Any]:
    return Counter({name: n for name, n in counter.items() if n})


def figures_on(flows: Mapping[tuple[int, Any, str, str], int], day: str) -> Counter[tuple[Any, str]]:
    """(cell, name) -> figure at the end of a day; zeros are left out."""
    out: Counter[tuple[Any, str]] = Counter()
    for (_, cell, on, name), n in flows.items():
        if on <= day:
            out[cell, name] += n
    return _without_zeros(out)


def definition(
    events: Sequence[Event], day: str, *, history_key: HistoryKey, measure: Measure, ended: Ended = never_ended
) -> Counter[tuple[Any, str]]:
    """The figures at the end of a day by definition, from all events, using nothing of the above but `as_of`.

    The figure of a cell is the one measured on the last day, up to this one, on which it is not frozen.
    """
    histories: dict[str, dict[str, dict[int, RecordedState]]] = {}
    for event in sorted(events, key=lambda e: e.day):
        streams = histories.setdefault(history_key(event), {})
        streams.setdefault(event.stream, {})[event.version] = RecordedState(event.id, event.day, event.state)
    out: Counter[tuple[Any, str]] = Counter()
    for history in histories.values():
        measured_on = [
            (on, states, measure(states)) for on in days_of(history) if on <= day for states in [states_of(history, on)]
        ]
        for figure in {figure for _, _, measured in measured_on for figure in measured}:
            out[figure] += next(
                (
                    measured.get(figure, 0)
                    for on, states, measured in reversed(measured_on)
                    if not ended(figure[0], states, on)
                ),
                0,
            )
    return _without_zeros(out)
