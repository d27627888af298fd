"""One transaction over many pupils: what is decided on rows, the events, and the rows that follow them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from services.roster.tables.rows import Table
from shared.eventsourcing.decider import ATTEMPTS, Decider
from shared.eventsourcing.event import NewEvent
from shared.eventsourcing.store import Append, CommandContext, EventStore
from shared.infrastructure.errors import Conflict, Refused

C = TypeVar("C")
S = TypeVar("S")
R = TypeVar("R")
Answer = Mapping[str, Any]


@dataclass(slots=True)
class UnitOfWork:
    """Collects decisions and rows until they are recorded together."""

    appends: list[Append] = field(default_factory=list)
    _rows: dict[int, tuple[Table[Any], list[Any]]] = field(default_factory=dict)

    def decide(self, decider: Decider[C, S], stream: str, version: int, command: C, state: S) -> tuple[int, S]:
        """Decide on a state of this version; version and state afterwards. A stream may be decided on once in a batch."""
        return self.decide_all(decider, stream, version, [command], state)

    def decide_all(
        self, decider: Decider[C, S], stream: str, version: int, commands: Sequence[C], state: S
    ) -> tuple[int, S]:
        """The same for several orders after each other."""
        events: list[NewEvent] = []
        for command in commands:
            decided, state = decider.run(command, state)
            events.extend(decided)
        if events:
            self.appends.append(Append(stream, version, events))
        return version + len(events), state

    def put(self, table: Table[R], row: R) -> None:
        self._rows.setdefault(id(table), (table, []))[1].append(row)

    def write(self, session: Any) -> None:
        for table, rows in self._rows.values():
            table.put(rows, session)


def recalled(store: EventStore, context: CommandContext) -> Answer | None:
    """What this command was answered before. Raises Refused("key-reused") when its key was used for another request."""
    seen = store.recall(context.id)
    if seen is None:
        return None
    if seen.fingerprint != context.fingerprint:
        raise Refused(
            "key-reused", "This Idempotency-Key was used for another request; use a fresh key.", where="Idempotency-Key"
        )
    return seen.answer


def perform(
    store: EventStore, context: CommandContext, plan: Callable[[UnitOfWork], Answer], *, remember: bool = True
) -> Answer:
    """Plan on the present rows and record the plan with its answer; on Conflict plan again. A repetition gets the first answer.

    plan      decides and puts rows; its answer is kept in clear: nothing personal, no code
    remember  False for one part of a command that is remembered as a whole
    """
    for _ in range(ATTEMPTS):
        if remember and (seen := recalled(store, context)) is not None:
            return seen
        work = UnitOfWork()
        answer = plan(work)

        def also(session: Any, work: UnitOfWork = work, answer: Answer = answer) -> None:
            work.write(session)
            if remember:
                store.remember(context, answer, session)

        try:
            if work.appends:
                store.append(work.appends, context, also)
            elif remember:
                store.remember(context, answer)
        except Conflict:
            continue
        return answer
    raise Refused("conflict", "Too many people change this at the same moment; try again.")
