"""The roll-up of a campaign's figures: of every unit of a tree at the end of a day. PURE.

It holds the figures of schools in the preorder of the tree: a unit is a span of them, and its figures their sum. When
flows change, the figures of their slot's schools are replaced in place.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from services.stats.domain.columns import Chosen, Columns, Numbers
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
        """By the number of a school: whether it lies in this unit."""
        start, end = self.tree.span(code)
        return (start <= self.places) & (self.places < end)


class RollUp:
    """The figures of schools by place, summed when a unit is asked for."""

    def __init__(self, placement: Placement) -> None:
        self._placement = placement
        self._figures = np.zeros((len(NAMES), placement.size), np.int32)

    def add(self, columns: Columns, day: str, sign: int = 1) -> None:
        """Add the figures of a slot's schools at the end of a day, or take them back. sign: 1 or -1."""
        schools, figures = columns.at_end_of(day)
        self._figures[:, self._placement.places[schools]] += np.int32(sign) * figures.T

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
