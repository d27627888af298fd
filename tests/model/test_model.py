"""The delivery model: the design never gives a wrong figure; without one of its guards it does."""

from __future__ import annotations

import pytest

from tests.model.mutants import MUTANTS
from tests.model.world import World

DESIGN_SEEDS, MUTANT_SEEDS = 20, 300  # `make model` takes 300 of the design too


@pytest.mark.parametrize("first", range(0, DESIGN_SEEDS, 10))
def test_no_run_of_the_design_gives_a_wrong_figure_or_edition(first: int) -> None:
    wrong = {seed: found for seed in range(first, first + 10) if (found := World(seed).run())}
    assert wrong == {}


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_design_with_one_guard_removed_gives_wrong_figures(mutant: str) -> None:
    caught = next((found for seed in range(MUTANT_SEEDS) if (found := World(seed, mutant).run())), "")
    assert caught, f"{MUTANTS[mutant]}: not noticed in {MUTANT_SEEDS} runs"


def test_the_runs_reach_the_situations_that_they_are_for() -> None:
    """Editions are made, events are moved into open days, logs are lost, read models restored, states unknown."""
    editions = moved = lost = unknown = 0
    for seed in range(20):
        world = World(seed)
        world.run()
        editions += len(world.editions)
        lost += world.bus.generation == 2
        events = world.events()
        unknown += sum("unknown" in e.state for e in events)
        sent = {(e.id, e.day) for log in world.bus.logs.values() for e in log}
        moved += len(sent) - len({id for id, _ in sent})
    assert editions > 20
    assert moved > 0
    assert lost > 2
    assert unknown > 10
