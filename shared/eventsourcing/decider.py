"""Business rules are pure functions; `handle` is the only way in which they meet a store."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from shared.eventsourcing.event import Event, Fact, NewEvent
from shared.eventsourcing.store import Also, Append, CommandContext, EventStore
from shared.infrastructure.errors import Conflict, Refused

C = TypeVar("C")
S = TypeVar("S")
ATTEMPTS = 20


def _private(state: Any) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True, slots=True)
class Decider(Generic[C, S]):
    """initial: the state before the first event. decide: what happens now, or raise Refused. evolve: never raises.
    public: the state that others may see (`state`); left out where the stream is private."""

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


@dataclass(frozen=True, slots=True)
class Step:
    """One decision in a command over several streams."""

    decider: Decider[Any, Any]
    stream: str
    command: Any  # the decider's command


@dataclass(frozen=True, slots=True)
class Handled:
    """events: what was recorded (or had been, when the request was a repetition). states: after it, one per step."""

    events: list[Event]
    states: list[Any]
    repeated: bool = False

    @property
    def state(self) -> Any:
        return self.states[0]


def handle(
    store: EventStore,
    decider: Decider[C, S],
    stream: str,
    command: C,
    context: CommandContext,
    also: Also | None = None,
) -> Handled:
    """Load, answer again if the command was seen, decide, append; on Conflict again."""
    return handle_together(store, [Step(decider, stream, command)], context, also)


def handle_together(
    store: EventStore, steps: Sequence[Step], context: CommandContext, also: Also | None = None
) -> Handled:
    """The same for decisions over several streams that hold together or not at all."""
    if not context.id:
        raise ValueError("a command has an id: actor + Idempotency-Key")
    for _ in range(ATTEMPTS):
        histories = [store.load(step.stream) for step in steps]
        before = [step.decider.fold(history) for step, history in zip(steps, histories, strict=True)]
        if seen := [event for history in histories for event in history if event.command_id == context.id]:
            if seen[0].fingerprint != context.fingerprint:
                raise Refused(
                    "key-reused",
                    "This Idempotency-Key was used for another request; use a fresh key.",
                    where="Idempotency-Key",
                )
            return Handled(seen, before, repeated=True)
        decided = [step.decider.run(step.command, state) for step, state in zip(steps, before, strict=True)]
        appends = [
            Append(step.stream, len(history), events)
            for step, history, (events, _) in zip(steps, histories, decided, strict=True)
            if events
        ]
        after = [state for _, state in decided]
        if not appends:
            return Handled([], after)
        try:
            return Handled(store.append(appends, context, also), after)
        except Conflict:
            continue
    raise Refused("conflict", "Too many people change this at the same moment; try again.")
