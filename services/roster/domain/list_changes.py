"""Changes of the classes of a school by a roster: who moves, rejoins or is not named, and whether that is much."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from services.roster.domain.known_children import Known, listed_classes
from services.roster.domain.likeness import Person
from services.roster.domain.matching import Matching

FEW = 2  # so many pupils of a class move, rejoin or are missing without a question
SHARE = 4  # of more than a fourth of a class somebody is asked


@dataclass(frozen=True, slots=True)
class ClassChange:
    """A class before the import: its pupils, how many of them move to another one, how many the file does not name.

    rejoining: how many more it gets of those who had left the school
    """

    class_: str
    pupils: int
    moving: int
    missing: int
    rejoining: int = 0

    @property
    def is_large(self) -> bool:
        changing = self.moving + self.missing + self.rejoining
        return changing > FEW and changing * SHARE > self.pupils


@dataclass(frozen=True, slots=True)
class ListChanges:
    """moves: row -> (class before, class after). missing: pupils of listed classes whom no row means.

    rejoined: pupils who had left and are named again
    """

    moves: Mapping[int, tuple[str, str]]
    missing: tuple[str, ...]
    rejoined: tuple[str, ...]
    classes: tuple[ClassChange, ...]

    @property
    def large(self) -> tuple[ClassChange, ...]:
        """The classes that change much; all that change, where none alone changes much but all together do."""
        alone = tuple(change for change in self.classes if change.is_large)
        kinds = ("pupils", "moving", "missing", "rejoining")
        sums = [sum(getattr(change, kind) for change in self.classes) for kind in kinds]
        changing = tuple(change for change in self.classes if change.moving or change.missing or change.rejoining)
        return alone or (changing if ClassChange("", *sums).is_large else ())


def list_changes(rows: Mapping[int, Person], known: Mapping[str, Known], matching: Matching) -> ListChanges:
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
    back = {id: rows[row].class_ for row, id in matching.same.items() if known[id].has_left}
    sizes = Counter(child.class_ for child in present.values())
    leaving, lost = Counter(before for before, _ in moves.values()), Counter(present[id].class_ for id in missing)
    rejoining = Counter(back.values())
    touched = sorted({*listed, *leaving} & sizes.keys() | rejoining.keys())
    classes = tuple(ClassChange(each, sizes[each], leaving[each], lost[each], rejoining[each]) for each in touched)
    return ListChanges(moves, missing, tuple(sorted(back)), classes)
