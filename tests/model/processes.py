"""The processes of the delivery model, as generators: between two `yield`s lies one atomic act.

A process that is not taken up stalls, for as long as chance wants; a process that is killed begins anew without its memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from services.stats.domain.fold import History
from shared.eventsourcing.event import Event
from tests.model.parts import Place, Store, key

if TYPE_CHECKING:
    from tests.model.world import World

Process = Iterator[bool]  # yields whether it has something in hand
BATCH = 3


def relay(world: World, store: Store, generation: int) -> Process:
    closed_early = store.closed
    while True:
        if world.chance.random() < 0.2:
            closed_early = store.closed  # only a mutant relies on what was read here, perhaps long ago
        yield False
        due = store.due(generation)
        if not due:
            continue
        batch = world.chance.sample(due, min(BATCH, len(due)))
        yield True
        closed = closed_early if world.mutant == "close-before-batch" else store.closed
        batch = [store.in_open_day(event, closed) for event in batch]
        if world.mutant == "mark-before-send":
            store.mark(batch, generation)
        sent = []
        for event in batch:
            yield True
            if world.chance.random() > 0.06:  # else the send failed, and the next ones may succeed
                world.bus.send(generation, event)
                sent.append(event)
        yield True
        store.mark(sent, generation, any_day=world.mutant == "mark-any-day")


def projector(world: World) -> Process:
    position: dict[Place, int] = {}
    while True:
        yield False
        if not (places := world.bus.places()):
            continue
        place = world.chance.choice(places)
        if world.chance.random() < 0.15:
            position.pop(place, None)  # assigned anew: begins at the checkpoint
        start = position.get(place, world.model.checkpoints[place])
        batch = world.bus.logs[place][start : start + world.chance.randint(1, 4)]
        if not batch:
            position.pop(place, None)
            continue
        histories, revisions = world.model.read(batch)
        end = start + len(batch)
        if world.mutant == "checkpoint-first":
            world.model.checkpoints[place] = max(world.model.checkpoints[place], end)
        yield True
        if world.mutant != "own-position" and world.model.checkpoints[place] < start:
            position.pop(place, None)  # the read model was restored: read again from there
            continue
        commit(world, batch, histories, revisions)
        world.model.checkpoints[place] = max(world.model.checkpoints[place], end)
        position[place] = end


def commit(world: World, batch: Sequence[Event], histories: dict[str, History], revisions: dict[str, int]) -> None:
    """The transaction of a lesson; a conflict repeats it with its reads."""
    model = world.model
    if world.mutant != "blind-write" and any(model.revisions[name] != revision for name, revision in revisions.items()):
        histories, _ = model.read(batch)
    torn = world.mutant == "two-transactions" and world.chance.random() < 0.05
    model.learn(
        bent(world.mutant, batch, histories),
        histories,
        world.measure,
        flows=not torn,
        parks=world.mutant != "skip-unlearnable",
    )


def bent(mutant: str, batch: Sequence[Event], histories: dict[str, History]) -> Sequence[Event]:
    """What a projector with a wrong idea of order and doubles makes of a batch."""

    def newest(event: Event) -> int:
        return max(histories[key(event)].get(event.stream, {}), default=0)

    if mutant == "first-day":
        return [e for e in batch if e.version not in histories[key(e)].get(e.stream, {})]
    if mutant == "drop-older":
        return [e for e in batch if e.version >= newest(e)]
    if mutant == "last-arrival":
        return [e if e.version >= newest(e) else replace(e, version=newest(e) + 1) for e in batch]
    return batch
