"""The processes of the delivery model, as generators: between two `yield`s lies one atomic act.

A process that is not advanced stalls, for as long as chance wants; a killed process starts again without its memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from services.stats.domain.fold import History
from shared.eventsourcing.event import Event
from tests.model.components import Store, TopicPartition, key

if TYPE_CHECKING:
    from tests.model.world import World

Process = Iterator[bool]  # yields whether it holds work in progress
BATCH = 3


def relay(world: World, store: Store, generation: int) -> Process:
    closed_early = store.closed
    while True:
        if world.chance.random() < 0.2:
            closed_early = store.closed  # used by a mutant only, perhaps long after
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
    position: dict[TopicPartition, int] = {}
    while True:
        yield False
        if not (partitions := world.bus.assigned_partitions()):
            continue
        partition = world.chance.choice(partitions)
        if world.chance.random() < 0.15:
            position.pop(partition, None)  # reassigned: starts at the checkpoint
        start = position.get(partition, world.model.checkpoints[partition])
        batch = world.bus.logs[partition][start : start + world.chance.randint(1, 4)]
        if not batch:
            position.pop(partition, None)
            continue
        histories, revisions = world.model.read(batch)
        end = start + len(batch)
        if world.mutant == "checkpoint-first":
            world.model.checkpoints[partition] = max(world.model.checkpoints[partition], end)
        yield True
        if world.mutant != "own-position" and world.model.checkpoints[partition] < start:
            position.pop(partition, None)  # the read model was restored: read again from there
            continue
        commit(world, batch, histories, revisions)
        world.model.checkpoints[partition] = max(world.model.checkpoints[partition], end)
        position[partition] = end


def commit(world: World, batch: Sequence[Event], histories: dict[str, History], revisions: dict[str, int]) -> None:
    """The transaction of a batch; a conflict repeats it with its reads."""
    model = world.model
    if world.mutant != "blind-write" and any(model.revisions[name] != revision for name, revision in revisions.items()):
        histories, _ = model.read(batch)
    torn = world.mutant == "two-transactions" and world.chance.random() < 0.05
    model.apply(
        distorted(world.mutant, batch, histories),
        histories,
        world.measure,
        flows=not torn,
        parks=world.mutant != "skip-rejected",
    )


def distorted(mutant: str, batch: Sequence[Event], histories: dict[str, History]) -> Sequence[Event]:
    """The batch as a mutant with a wrong treatment of order or duplicates applies it."""

    def newest(event: Event) -> int:
        return max(histories[key(event)].get(event.stream, {}), default=0)

    if mutant == "first-day":
        return [e for e in batch if e.version not in histories[key(e)].get(e.stream, {})]
    if mutant == "drop-older":
        return [e for e in batch if e.version >= newest(e)]
    if mutant == "last-arrival":
        return [e if e.version >= newest(e) else replace(e, version=newest(e) + 1) for e in batch]
    return batch
