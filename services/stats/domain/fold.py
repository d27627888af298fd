"""How statistics learns: PURE functions from events to leaves, and from leaves to figures and books.

A leaf holds all that is known about one pupil. Nothing is ever added to a figure by hand: what a batch changes is the
difference of two measurements of each leaf it touches. So order, doubles and the cut of the batches do not matter.
Nothing here knows a database, a bus or a clock, and neither what is measured (`measure`) nor where (`key`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from shared.eventsourcing.event import Event, id_hash, slot_of


class Known(NamedTuple):
    """What a leaf keeps of an event. All of it is kept for every version: a copy of the newest version may still arrive with a
    later day, and then the version before it is the truth of the day between."""

    id: str
    day: str
    state: Mapping[str, Any]


Part = Mapping[int, Known]  # version -> what it said: a set that only grows
Leaf = Mapping[str, Part]  # stream -> its part
States = Mapping[str, Mapping[str, Any]]  # stream -> `state` on some day, {} before its first event
Figures = Mapping[tuple[Any, str], int]  # (place, name of a measure) -> 0 or 1
Measure = Callable[
    [States], Figures
]  # total over valid states: raises only for a `state` that is no valid one by itself
Over = Callable[[Any, States, str], bool]  # whether the figures of a place stand still on a day
Key = Callable[[Event], str]  # the leaf in which an event is kept
Account = Callable[[str], Hashable]  # the account of the books for a stream


class Fork(Exception):
    """Two different events claim the same version of a stream: some store has forgotten what it had published."""


def never(place: Any, states: States, day: str) -> bool:
    return False


def learn(leaf: Leaf, event: Event) -> Leaf:
    """The leaf that knows this event too; the same object if it is nothing new. Of two copies with different days the later day holds."""
    part = leaf.get(event.stream, {})
    known = part.get(event.version)
    if known and known.id != event.id:
        raise Fork(f"{event.stream} version {event.version} is known as {known.id}, and now as {event.id}")
    if known and event.day <= known.day:
        return leaf
    return {**leaf, event.stream: {**part, event.version: Known(event.id, event.day, event.state)}}


def as_of(part: Part, day: str) -> Mapping[str, Any]:
    """What was true of a stream at the end of a day; {} before its first event."""
    last = max((version for version, known in part.items() if known.day <= day), default=0)
    return part[last].state if last else {}


def states_of(leaf: Leaf, day: str) -> States:
    return {stream: as_of(part, day) for stream, part in leaf.items()}


def days_of(leaf: Leaf) -> list[str]:
    """The days on which something happened, in order."""
    return sorted({known.day for part in leaf.values() for known in part.values()})


def flows(leaf: Leaf, measure: Measure, over: Over = never) -> Counter[tuple[Any, str, str]]:
    """What the leaf adds to the figures: (place, day, name) -> change on that day. Where all is over, what was stays."""
    out: Counter[tuple[Any, str, str]] = Counter()
    before: Figures = {}
    for day in days_of(leaf):
        states = states_of(leaf, day)
        measured, after = measure(states), {}
        for figure in measured.keys() | before.keys():
            place, name = figure
            was = before.get(figure, 0)
            after[figure] = was if over(place, states, day) else measured.get(figure, 0)
            if after[figure] != was:
                out[place, day, name] += after[figure] - was
        before = after
    return out


def books(leaf: Leaf, account: Account = slot_of) -> Counter[tuple[Any, str, str]]:
    """What the leaf adds to the books: (account, day, "count" | "sum") -> events, and the sum of their fingerprints."""
    out: Counter[tuple[Any, str, str]] = Counter()
    for stream, part in leaf.items():
        for known in part.values():
            out[account(stream), known.day, "count"] += 1
            out[account(stream), known.day, "sum"] += id_hash(known.id)
    return out


@dataclass
class Changes:
    """What a batch changes. Differences that are zero are left out.

    leaves  the touched leaves as they are afterwards, by key
    flows   (slot, place, day, name) -> change
    books   (account, day, "count" | "sum") -> change
    news    the events that were new, or came with a later day
    parked  the events that cannot be learned, each with the reason
    """

    leaves: dict[str, Leaf] = field(default_factory=dict)
    flows: Counter[tuple[int, Any, str, str]] = field(default_factory=Counter)
    books: Counter[tuple[Any, str, str]] = field(default_factory=Counter)
    news: list[Event] = field(default_factory=list)
    parked: list[tuple[Event, str]] = field(default_factory=list)


def study(
    batch: Iterable[Event],
    leaves: Mapping[str, Leaf],
    *,
    key: Key,
    measure: Measure,
    over: Over = never,
    account: Account = slot_of,
) -> Changes:
    """Learn a batch. leaves: those that it touches, as they are; a missing one is empty. Raises what `measure` raises for states valid each by itself."""
    changes = Changes()
    for event in batch:
        name = key(event)
        before = changes.leaves.get(name, leaves.get(name, {}))
        try:
            measure(
                {event.stream: event.state}
            )  # alone: whether an event can be learned must not depend on what came before it
            after = learn(before, event)
        except Exception as error:  # whatever it is: this event cannot be learned, and the others can
            changes.parked.append((event, f"{type(error).__name__}: {error}"))
            continue
        if after is not before:
            changes.leaves[name] = after
            changes.news.append(event)
    for name, leaf in changes.leaves.items():
        old = leaves.get(name, {})
        slot = slot_of(next(iter(leaf)))  # the streams of a leaf share its slot
        for (place, day, what), n in _difference(flows(leaf, measure, over), flows(old, measure, over)).items():
            changes.flows[slot, place, day, what] += n
        for entry, n in _difference(books(leaf, account), books(old, account)).items():
            changes.books[entry] += n
    changes.flows, changes.books = _without_zeros(changes.flows), _without_zeros(changes.books)
    return changes


def _difference(after: Counter[Any], before: Counter[Any]) -> Counter[Any]:
    after.subtract(before)
    return after


def _without_zeros(counter: Counter[Any]) -> Counter[Any]:
    return Counter({name: n for name, n in counter.items() if n})


def totals(changes: Mapping[tuple[int, Any, str, str], int], day: str) -> Counter[tuple[Any, str]]:
    """(place, name) -> figure at the end of a day; zeros are left out."""
    out: Counter[tuple[Any, str]] = Counter()
    for (_, place, on, name), n in changes.items():
        if on <= day:
            out[place, name] += n
    return _without_zeros(out)


def definition(
    events: Sequence[Event], day: str, *, key: Key, measure: Measure, over: Over = never
) -> Counter[tuple[Any, str]]:
    """The figures at the end of a day by definition, from all events, with nothing of the above but `as_of`.

    The figure of a place is measured on the last day, up to this one, on which it does not stand still.
    """
    parts: dict[str, dict[str, dict[int, Known]]] = {}
    for event in sorted(events, key=lambda e: e.day):
        parts.setdefault(key(event), {}).setdefault(event.stream, {})[event.version] = Known(
            event.id, event.day, event.state
        )
    out: Counter[tuple[Any, str]] = Counter()
    for leaf in parts.values():
        history = [
            (on, states, measure(states)) for on in days_of(leaf) if on <= day for states in [states_of(leaf, on)]
        ]
        for figure in {figure for _, _, measured in history for figure in measured}:
            out[figure] += next(
                (
                    measured.get(figure, 0)
                    for on, states, measured in reversed(history)
                    if not over(figure[0], states, on)
                ),
                0,
            )
    return _without_zeros(out)
