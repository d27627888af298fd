"""The roll-up of a campaign's figures: of every unit of a tree at the end of a day. PURE.

It is kept up to date by differences: a change of a school's figures is added at the school and at each unit above it.
What it costs to read does not depend on the number of schools.
"""

from __future__ import annotations

from collections.abc import Mapping

from services.stats.domain.measures import NAMES
from services.stats.domain.tree import Tree
from shared.language import path as paths

POSITIONS = {name: position for position, name in enumerate(NAMES)}


class RollUp:
    """Figures by unit. tree: the one in which they are summed."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._rows: dict[str, list[int]] = {}  # unit -> its measures in the order of NAMES: a nation has 200,000 units
        self._unplaced: set[str] = set()

    def add(self, school: str, changes: Mapping[str, int], sign: int = 1) -> None:
        """Add a school's changes, or take them back. sign: 1 or -1."""
        path = self._tree.path(school)
        if not path:
            self._unplaced.add(school)
        rows = [self._row(code) for code in (paths.codes(path) if path else (school,))]
        for name, n in changes.items():
            if (position := POSITIONS.get(name)) is not None:
                for row in rows:
                    row[position] += sign * n

    def figures(self, code: str) -> dict[str, int]:
        """All measures of a unit, in the order of the table."""
        row = self._rows.get(code)
        return dict(zip(NAMES, row, strict=True)) if row else dict.fromkeys(NAMES, 0)

    def unplaced(self) -> list[str]:
        """Schools with figures that are not in the tree; they count in no unit above them."""
        return sorted(school for school in self._unplaced if any(self._rows[school]))

    def _row(self, code: str) -> list[int]:
        return self._rows.setdefault(code, [0] * len(NAMES))
