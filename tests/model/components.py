"""The components of the delivery model: a publisher's store, the bus, the read model. Each method is one atomic act."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from typing import Any

from services.stats.domain.fold import History, Measure, States, definition, figures_on, project
from shared.eventsourcing.event import Event, id_hash, partition_of, slot_of, subject

DAYS = [f"2026-11-{day:02}" for day in range(1, 9)]
TopicPartition = tuple[int, str, int]  # generation, kind of the publisher, partition


def key(event: Event) -> str:
    return subject(event.stream)


def new_event(number: int, stream: str, version: int, day: str, state: Mapping[str, Any]) -> Event:
    return Event(f"e{number}", stream, version, "thing.said", 1, {}, state, day, 0, "c", "a")


def measure(states: States) -> dict[tuple[str, str], int]:
    """expected: the entry names a class. uploaded: expected, and the form is archived.

    Raises ValueError for a state that the code does not support yet.
    """
    if any(state.get("unknown") for state in states.values()):
        raise ValueError("a state that this code does not support")
    return fixed_measure(states)


def fixed_measure(states: States) -> dict[tuple[str, str], int]:
    by_kind = {stream.partition("-")[0]: state for stream, state in states.items()}
    school_class = by_kind.get("entry", {}).get("class")
    if not school_class:
        return {}
    return {
        (school_class, "expected"): 1,
        (school_class, "uploaded"): int(by_kind.get("form", {}).get("state") == "archived"),
    }


@dataclass
class Store:
    """A publisher's events with their marks. boolean: marks without a generation (a mutant)."""

    kind: str
    boolean: bool = False
    events: dict[tuple[str, int], Event] = field(default_factory=dict)
    marks: dict[tuple[str, int], int] = field(default_factory=dict)
    closed: str = ""

    def last(self, stream: str) -> Event | None:
        versions = [version for name, version in self.events if name == stream]
        return self.events[stream, max(versions)] if versions else None

    def append(self, event: Event) -> None:
        """Record the event, unless another writer had that version first."""
        if (event.stream, event.version) not in self.events:
            self.events[event.stream, event.version] = event
            self.marks[event.stream, event.version] = 0

    def due(self, generation: int) -> list[Event]:
        wanted = 1 if self.boolean else generation
        return [self.events[name] for name, mark in self.marks.items() if mark < wanted]

    def in_open_day(self, event: Event, closed: str) -> Event:
        """The event to send: moved into the open day if it is late."""
        name = event.stream, event.version
        if event.day > closed:
            return event
        if self.events[name] == event and self.marks[name] == 0:
            self.events[name] = replace(event, day=DAYS[DAYS.index(closed) + 1])
        return self.events[name]

    def mark(self, events: Iterable[Event], generation: int, *, any_day: bool = False) -> None:
        for event in events:
            name = event.stream, event.version
            if any_day or self.events[name].day == event.day:
                self.marks[name] = 1 if self.boolean else max(self.marks[name], generation)

    def pending(self, slot: int, day: str) -> bool:
        return any(
            mark == 0 and self.events[name].day <= day and slot_of(name[0]) == slot for name, mark in self.marks.items()
        )


@dataclass
class Bus:
    """Partitions of the present and of former generations."""

    partitions: Mapping[int, int]
    generation: int = 1
    logs: defaultdict[TopicPartition, list[Event]] = field(default_factory=lambda: defaultdict(list))

    def send(self, generation: int, event: Event) -> None:
        kind = event.stream.partition("-")[0]
        self.logs[generation, kind, partition_of(slot_of(event.stream), self.partitions[generation])].append(event)

    def assigned_partitions(self) -> list[TopicPartition]:
        return [partition for partition, log in self.logs.items() if partition[0] == self.generation and log]


@dataclass
class ReadModel:
    """The data that a transaction of statistics writes together. revisions: writes by history, to detect conflicts."""

    histories: dict[str, History] = field(default_factory=dict)
    revisions: Counter[str] = field(default_factory=Counter)
    flows: Counter[Any] = field(default_factory=Counter)
    control_totals: Counter[Any] = field(default_factory=Counter)
    checkpoints: Counter[TopicPartition] = field(default_factory=Counter)
    parked: dict[tuple[str, str], Event] = field(default_factory=dict)

    def copy(self) -> ReadModel:
        return ReadModel(**{name: copy(value) for name, value in vars(self).items()})

    def read(self, batch: Sequence[Event]) -> tuple[dict[str, History], dict[str, int]]:
        """The histories that a batch touches, and their revisions."""
        names = {key(event) for event in batch}
        return {name: self.histories.get(name, {}) for name in names}, {name: self.revisions[name] for name in names}

    def apply(
        self,
        batch: Sequence[Event],
        histories: Mapping[str, History],
        measure: Measure,
        *,
        flows: bool = True,
        parks: bool = True,
    ) -> None:
        """flows, parks: whether flows and parked events are written; False only in mutants."""
        changes = project(batch, histories, history_key=key, measure=measure)
        self.histories |= changes.histories
        self.revisions.update(list(changes.histories))
        if flows:
            self.flows.update(changes.flows)
        self.control_totals.update(changes.control_totals)
        for event, _ in changes.parked:
            if parks:
                self.parked[event.id, event.day] = event
            else:
                slot = slot_of(event.stream)
                self.control_totals.update(
                    {(slot, event.day, "count"): 1, (slot, event.day, "hash_total"): id_hash(event.id)}
                )
        for event in changes.applied:
            self.parked.pop((event.id, event.day), None)

    def totals(self, slot: int, through: str) -> tuple[int, int]:
        """(count, hash_total) of the applied events of a slot, through a day."""
        count, hash_total = (
            sum(
                n
                for (s, day, what), n in self.control_totals.items()
                if s == slot and day <= through and what == wanted
            )
            for wanted in ("count", "hash_total")
        )
        return count, hash_total

    def figures(self, day: str, slot: int | None = None) -> Counter[Any]:
        return figures_on({name: n for name, n in self.flows.items() if slot is None or name[0] == slot}, day)


def true_figures(events: Iterable[Event], day: str, slot: int | None = None) -> Counter[Any]:
    """The figures by definition."""
    return definition(
        [e for e in events if slot is None or slot_of(e.stream) == slot], day, history_key=key, measure=fixed_measure
    )
