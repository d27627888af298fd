"""Changes of the classes of a school by a roster: who moves, rejoins or is not named, and whether that is much."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from services.roster.domain.known_children import Known, listed_classes
from services.roster.domain.likeness import Person
from services.roster.domain.matching import Matching
from services.roster.domain.parts import ALL, Parts

FEW = 2  # so many pupils of a class move, rejoin or are missing without a question
SHARE = 4  # of more than a fourth of a class somebody is asked


class Lately(NamedTuple):
    """Pupils of a class whom files before this one have moved away, or brought back, lately without a yes."""

    moved: int = 0
    rejoined: int = 0


@dataclass(frozen=True, slots=True)
class ClassChange:
    """A class before the import: its pupils, how many of them move to another one, how many the file does not name.

    rejoining: how many more it gets of those who had left the school
    moved_lately, rejoined_lately: as Lately
    """

    class_: str
    pupils: int
    moving: int = 0
    missing: int = 0
    rejoining: int = 0
    moved_lately: int = 0
    rejoined_lately: int = 0

    @property
    def is_any(self) -> bool:
        return any((self.moving, self.missing, self.rejoining, self.moved_lately, self.rejoined_lately))

    @property
    def is_large(self) -> bool:
        """True if the file changes much, alone or as if it were one with those that have changed something lately.

        Of several files nobody is missing: each lists a part.
        """
        changing, lately = self.moving + self.rejoining, self.moved_lately + self.rejoined_lately
        before = self.pupils + self.moved_lately - self.rejoined_lately
        return _is_much(changing + self.missing, self.pupils) or (changing > 0 and _is_much(changing + lately, before))


def _is_much(changing: int, pupils: int) -> bool:
    return changing > FEW and changing * SHARE > pupils


@dataclass(frozen=True, slots=True)
class ListChanges:
    """moves: row -> (class before, class after). missing: pupils of listed classes whom no row means.

    rejoined: pupils who had left and are named again. sizes: pupils of each class before the import
    """

    moves: Mapping[int, tuple[str, str]]
    missing: tuple[str, ...]
    rejoined: tuple[str, ...]
    classes: tuple[ClassChange, ...]
    sizes: Mapping[str, int]

    @property
    def large(self) -> tuple[ClassChange, ...]:
        """The classes that change much; all that change, where none alone changes much but all together do."""
        alone = tuple(change for change in self.classes if change.is_large)
        kinds = ("pupils", "moving", "missing", "rejoining", "moved_lately", "rejoined_lately")
        whole = ClassChange("", *(sum(getattr(change, kind) for change in self.classes) for kind in kinds))
        return alone or (tuple(change for change in self.classes if change.is_any) if whole.is_large else ())

    def after(self, lately: Mapping[str, Lately]) -> ListChanges:
        """The same changes, after what other files have changed lately in each class."""
        classes = {each: ClassChange(each, self.sizes.get(each, 0)) for each in lately}
        classes |= {change.class_: change for change in self.classes}
        told = [
            replace(change, moved_lately=before.moved, rejoined_lately=before.rejoined)
            for each, change in sorted(classes.items())
            for before in [lately.get(each, Lately())]
        ]
        return replace(self, classes=tuple(told))


def list_changes(
    rows: Mapping[int, Person], known: Mapping[str, Known], matching: Matching, parts: Parts = ALL
) -> ListChanges:
    """parts: of what is taken; somebody is missing from the file as a whole."""
    present = {id: child for id, child in known.items() if child.present}
    moves = {
        row: (present[id].class_, rows[row].class_)
        for row, id in matching.same.items()
        if id in present and present[id].class_ != rows[row].class_
    }
    stay = Counter(present[id].class_ for row, id in matching.same.items() if id in present and row not in moves)
    several = {class_ for class_, pupils in stay.items() if pupils > FEW}  # one or two rows correct, they list no class
    listed = listed_classes(rows, known, {*matching.named, *matching.same.values()}) | several
    meant = {*matching.named, *matching.same.values(), *matching.doubtful}
    missing = tuple(sorted(id for id, child in present.items() if child.class_ in listed and id not in meant))
    moves = {row: move for row, move in moves.items() if parts.take(move[1], "moved")}
    back = {
        id: rows[row].class_
        for row, id in matching.same.items()
        if known[id].has_left and parts.take(rows[row].class_, "rejoined")
    }
    sizes = Counter(child.class_ for child in present.values())
    leaving, lost = Counter(before for before, _ in moves.values()), Counter(present[id].class_ for id in missing)
    rejoining = Counter(back.values())
    touched = sorted({*listed, *leaving} & sizes.keys() | rejoining.keys())
    classes = tuple(ClassChange(each, sizes[each], leaving[each], lost[each], rejoining[each]) for each in touched)
    return ListChanges(moves, missing, tuple(sorted(back)), classes, sizes)
