"""A decider: the business rules of one aggregate as pure functions. commands.py applies it to a store."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from shared.eventsourcing.event import Fact, NewEvent

C = TypeVar("C")
S = TypeVar("S")


def _private(state: Any) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True, slots=True)
class Decider(Generic[C, S]):
    """The rules of an aggregate.

    initial  the state before the first event
    decide   (command, state) -> events; raises Refused
    evolve   (state, event) -> state; never raises
    public   the state that events carry for other services; {} where the stream is private
    """

    initial: S
    decide: Callable[[C, S], Sequence[NewEvent]]
    evolve: Callable[[S, Fact], S]
    public: Callable[[S], Mapping[str, Any]] = _private

    def fold(self, events: Iterable[Fact]) -> S:
        state = self.initial
        for event in events:
            state = self.evolve(state, event)
        return state

    def run(self, command: C, state: S) -> tuple[list[NewEvent], S]:
        """The decided events, each with the public state after it, and the state after all of them."""
        events: list[NewEvent] = []
        for event in self.decide(command, state):
            state = self.evolve(state, event)
            events.append(replace(event, state=self.public(state)))
        return events, state
