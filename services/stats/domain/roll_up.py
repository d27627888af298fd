"""The roll-up of a campaign's figures: of every unit of a tree at the end of a day. PURE.

It holds the figures of schools in the preorder of the tree: a unit is a span of them, and its figures their sum. When
flows of a slot have changed, the figures of its schools are replaced, once the roll-up is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from services.stats.domain.columns import Chosen, Numbers, Part
from services.stats.domain.measures import NAMES
from services.stats.domain.tree import Tree

Measures = dict[str, int]  # all of them, in the order of the table


class Placement:
    """The place of each school in the roll-ups of a tree: its position in the tree, or one behind the whole tree."""

    def __init__(self, tree: Tree, schools: Sequence[str]) -> None:
        positions = [tree.position(school) for school in schools]
        self.tree = tree
        self.unplaced = [school for school, position in zip(schools, positions, strict=True) if position is None]
        behind = iter(range(len(tree), self.size))
        self.places = np.array([next(behind) if each is None else each for each in positions], np.intp)

    @property
    def size(self) -> int:
        return len(self.tree) + len(self.unplaced)

    def within(self, code: str) -> Chosen:
        """A mask of the schools in this unit, by their numbers."""
        start, end = self.tree.span(code)
        return (start <= self.places) & (self.places < end)


class RollUp:
    """The figures of schools by place, summed when a unit is asked for.

    stale: slots whose figures are still to be added, or have changed since. What was added is kept, to be taken back.
    """

    def __init__(self, placement: Placement, slots: set[int]) -> None:
        self._placement, self.stale = placement, slots
        self._parts: dict[int, Part] = {}
        self._figures = np.zeros((len(NAMES), placement.size), np.int32)

    def replace(self, slot: int, part: Part | None) -> None:
        """Take back what was added for a slot, and add what it holds now."""
        if before := self._parts.pop(slot, None):
            self._figures[:, self._placement.places[before.schools]] -= before.figures.T
        if part:
            self._figures[:, self._placement.places[part.schools]] += part.figures.T
            self._parts[slot] = part
        self.stale.discard(slot)

    def figures(self, code: str) -> tuple[Measures, list[Measures]]:
        """The figures of a unit, and those of each unit directly below it in the order of `Tree.children`."""
        tree = self._placement.tree
        start, end = tree.span(code)
        cuts = np.array([start, *tree.below(code)]) - start  # first the unit without those below it
        sums = np.add.reduceat(self._figures[:, start:end], cuts, axis=1, dtype=np.int64).T
        return measures(sums.sum(axis=0)), [measures(row) for row in sums[1:]]

    def unplaced(self) -> list[str]:
        """Schools with figures that are not in the tree; they count in no unit above them."""
        behind = self._figures[:, len(self._placement.tree) :]
        return sorted(self._placement.unplaced[number] for number in np.unique(behind.nonzero()[1]))


def measures(row: Numbers) -> Measures:
    return dict(zip(NAMES, row.tolist(), strict=True))
