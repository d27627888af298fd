"""The one write path: decide, record everything in one transaction, and give a repeated command its first response.

handle      a decision on the history of one stream; `handle_all` on those of several
execute     decisions on rows that the plan reads, over any number of streams; the response is remembered
transact    the same without a response of its own

On Conflict all of them read and decide again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, TypeVar

from shared.eventsourcing.decider import Decider
from shared.eventsourcing.event import Event, NewEvent
from shared.eventsourcing.store import Also, Append, CommandContext, EventStore
from shared.infrastructure.errors import Conflict, Refused

C = TypeVar("C")
S = TypeVar("S")
T = TypeVar("T")
R = TypeVar("R", contravariant=True)
Response = Mapping[str, Any]
ATTEMPTS = 20


class Rows(Protocol[R]):
    """A table of the same service."""

    def put(self, rows: Sequence[R], session: Any = None) -> None: ...


@dataclass(slots=True)
class UnitOfWork:
    """The decisions and further writes of one command, recorded together or not at all."""

    store: EventStore
    context: CommandContext
    _appends: list[Append] = field(default_factory=list)
    _rows: dict[int, tuple[Rows[Any], list[Any]]] = field(default_factory=dict)  # by the identity of their table
    _writes: list[Also] = field(default_factory=list)
    _response: Response | None = None

    def decide(self, decider: Decider[C, S], stream: str, version: int, state: S, *commands: C) -> tuple[int, S]:
        """Decide commands one after another on a stream's state; (version, state) afterwards. Once per stream."""
        events: list[NewEvent] = []
        for command in commands:
            decided, state = decider.run(command, state)
            events += decided
        if events:
            self.append(stream, version, events)
        return version + len(events), state

    def append(self, stream: str, version: int, events: Sequence[NewEvent]) -> None:
        """Events that need no decision. version: that of the stream's last event."""
        self._appends.append(Append(stream, version, events))

    def put(self, table: Rows[T], row: T) -> None:
        """Write a row in the transaction of the events."""
        self._rows.setdefault(id(table), (table, []))[1].append(row)

    def rows(self, table: Rows[T]) -> list[T]:
        """The rows that are written to a table."""
        return list(self._rows[id(table)][1]) if id(table) in self._rows else []

    @property
    def has_decided(self) -> bool:
        """True once a command has led to an event."""
        return bool(self._appends)

    def also(self, write: Also) -> None:
        """Write something else in the transaction of the events."""
        self._writes.append(write)

    def remember(self, response: Response) -> None:
        """Keep the response to the command, in clear: nothing personal, no code."""
        self._response = response

    def record(self) -> list[Event]:
        """The recorded events; without a decided event only the response is kept. Raises as EventStore.append."""
        if self._appends:
            act = self.context.act
            further = self._rows or self._writes or self._response is not None or act
            events = self.store.append(self._appends, self.context, self._write if further else None)
            if act:
                act.confirm()
            return events
        if self._response is not None:
            self.store.remember(self.context, self._response)
        return []

    def _write(self, session: Any) -> None:
        if self.context.act:
            self.context.act.write(session)
        for table, rows in self._rows.values():
            table.put(rows, session)
        for write in self._writes:
            write(session)
        if self._response is not None:
            self.store.remember(self.context, self._response, session)


# ---- repeated commands
def require_same_request(fingerprint: str, context: CommandContext) -> None:
    """fingerprint: of the first command with this id. Raises Refused("key-reused") unless it is the same request."""
    if fingerprint != context.fingerprint:
        raise Refused(
            "key-reused", "This Idempotency-Key was used for another request; use a fresh key.", where="Idempotency-Key"
        )


def first_response(store: EventStore, context: CommandContext) -> Response | None:
    """The response remembered of this command, None the first time. Raises Refused("key-reused")."""
    first = store.recall(context.id)
    if first is None:
        return None
    require_same_request(first.fingerprint, context)
    return first.response


def events_of(context: CommandContext, history: Iterable[Event]) -> list[Event]:
    """The events that this command has recorded before, [] the first time. Raises Refused("key-reused")."""
    events = [event for event in history if event.command_id == context.id]
    if events:
        require_same_request(events[0].fingerprint, context)
    return events


# ---- writing
def transact(store: EventStore, context: CommandContext, plan: Callable[[UnitOfWork], T]) -> T:
    """Plan and record; on Conflict read and plan again. Returns the plan's result."""
    return _record(store, context, plan)[0]


def execute(store: EventStore, context: CommandContext, plan: Callable[[UnitOfWork], Response]) -> Response:
    """The same, with the plan's response remembered: a repeated command gets the first one and changes nothing."""

    def plan_once(work: UnitOfWork) -> Response:
        if (first := first_response(store, context)) is not None:
            return first
        response = plan(work)
        work.remember(response)
        return response

    return transact(store, context, plan_once)


@dataclass(frozen=True, slots=True)
class Step:
    """A decision in a command over several streams."""

    decider: Decider[Any, Any]
    stream: str
    command: Any  # the decider's command


@dataclass(frozen=True, slots=True)
class Handled:
    """events: of the command, recorded by this or by its first execution. states: one per step, after the command."""

    events: Sequence[Event]
    states: Sequence[Any]
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
    """Load a stream, decide, append. also: further writes in the transaction of the events."""
    return handle_all(store, [Step(decider, stream, command)], context, also)


def handle_all(store: EventStore, steps: Sequence[Step], context: CommandContext, also: Also | None = None) -> Handled:
    """Decisions over several streams, recorded together or not at all. A repeated command is found by its events."""

    def plan(work: UnitOfWork) -> Handled:
        histories = [store.load(step.stream) for step in steps]
        states = [step.decider.fold(history) for step, history in zip(steps, histories, strict=True)]
        if events := events_of(context, (event for history in histories for event in history)):
            return Handled(events, states, repeated=True)
        after = [
            work.decide(step.decider, step.stream, len(history), state, step.command)[1]
            for step, history, state in zip(steps, histories, states, strict=True)
        ]
        if also:
            work.also(also)
        return Handled([], after)

    handled, recorded = _record(store, context, plan)
    return handled if handled.repeated else replace(handled, events=recorded)


def _record(store: EventStore, context: CommandContext, plan: Callable[[UnitOfWork], T]) -> tuple[T, list[Event]]:
    if not context.id:
        raise ValueError("a command has an id: actor + Idempotency-Key")
    for _ in range(ATTEMPTS):
        work = UnitOfWork(store, context)
        result = plan(work)
        try:
            return result, work.record()
        except Conflict:
            continue
    raise Refused("conflict", "Too many people are changing this at the same moment; try again.")
