"""The arithmetic of figures: sums above the school in the organisation tree of a day, rates, shares. PURE."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from services.stats.domain.counted_state import BY
from services.stats.domain.measures import NAMES
from services.stats.domain.roll_up import RollUp
from services.stats.domain.tree import Tree, Unit
from shared.language import path as paths

RATES: Mapping[str, str] = {  # numerator -> denominator
    "uploaded": "expected",
    "registered": "expected",
    "printed": "expected",
}


@dataclass(frozen=True, slots=True)
class UnitFigures:
    """A unit with its figures."""

    unit: Unit
    measures: Mapping[str, int]

    @property
    def code(self) -> str:
        return self.unit.code

    @property
    def name(self) -> str:
        return self.unit.name

    @property
    def level(self) -> str:
        return self.unit.level

    @property
    def rates(self) -> Mapping[str, float | None]:
        """The RATES, each between 0 and 1."""
        return {name: ratio(self.measures[name], self.measures[base]) for name, base in RATES.items()}

    @property
    def shares(self) -> Mapping[str, float | None]:
        """Sender -> share of the current archives (`uploaded`) that they sent, between 0 and 1."""
        return {f"by_{by}": ratio(self.measures[f"by_{by}"], self.measures["uploaded"]) for by in BY}


@dataclass(frozen=True, slots=True)
class Breakdown(UnitFigures):
    """A unit's figures broken down by its children, in the order of their codes.

    trail     the units from the nation down to this one
    unplaced  schools with figures that are not in the tree
    """

    path: str
    children: Sequence[UnitFigures]
    trail: Sequence[Unit] = ()
    unplaced: Sequence[str] = ()


def break_down_unit(roll_up: RollUp, tree: Tree, unit: Unit) -> Breakdown:
    """A unit above the school, broken down by the units directly below it. tree: that of the roll-up."""
    measures, below = roll_up.figures(unit.code)
    rows = [UnitFigures(*child) for child in zip(tree.children(unit.code), below, strict=True)]
    return Breakdown(
        unit, measures, tree.path(unit.code), _worth_listing(rows), trail_of(tree, unit.code), roll_up.unplaced()
    )


def break_down_school(
    tree: Tree, school: Unit, classes: Sequence[Unit], figures: Mapping[str, Mapping[str, int]]
) -> Breakdown:
    """A school broken down by its classes: the open ones, and closed ones that still count a pupil.

    figures: by class, at the end of the day.
    """
    units = {unit.code: unit for unit in classes}
    codes = sorted({*units, *(code for code, counted in figures.items() if any(counted.values()))})
    rows = [
        UnitFigures(units.get(code, Unit(code, code, "class", school.code)), complete(figures.get(code, {})))
        for code in codes
    ]
    measures = complete(_sum({row.unit.code: row.measures for row in rows}, codes))
    return Breakdown(school, measures, tree.path(school.code), _worth_listing(rows), trail_of(tree, school.code))


def class_of(school: Breakdown, code: str) -> Breakdown | None:
    """One class of a school's breakdown; None if the school has no such class."""
    row = next((row for row in school.children if row.unit.code == code), None)
    if row is None:
        return None
    return Breakdown(row.unit, row.measures, paths.child(school.path, code), (), (*school.trail, row.unit))


def trail_of(tree: Tree, code: str) -> list[Unit]:
    """The units from the nation down to this one."""
    return [unit for each in paths.codes(tree.path(code)) if (unit := tree.unit(each))]


def _worth_listing(rows: Sequence[UnitFigures]) -> list[UnitFigures]:
    return [row for row in rows if row.unit.open or any(row.measures.values())]


def _sum(figures: Mapping[str, Mapping[str, int]], names: Iterable[str]) -> Counter[str]:
    out: Counter[str] = Counter()
    for name in names:
        out.update(figures.get(name, {}))
    return out


def complete(figures: Mapping[str, int]) -> dict[str, int]:
    """All measures in the order of the table, missing ones as 0."""
    return {name: figures.get(name, 0) for name in NAMES}


def ratio(numerator: int, denominator: int, digits: int = 6) -> float | None:
    """numerator / denominator, rounded half up; None where the denominator is 0."""
    if not denominator:
        return None
    return float((Decimal(numerator) / denominator).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))
