"""The children whom a school knows, found by what a row of a roster says of one. Only what is alike is compared."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from services.roster.domain.likeness import Person, letters
from shared.infrastructure.errors import Refused

LOOKS = 50_000  # comparisons for one file; a school whose children differ needs a few for each row


@dataclass(frozen=True, slots=True)
class Known:
    """A child whom the school knows. persons: as registered, then as a proposal of the school says.

    present   False for who has left, and for who waits to arrive; no list of the class misses them
    has_left  a list that names the child brings it back
    """

    persons: tuple[Person, ...]
    present: bool = True
    has_left: bool = False

    @property
    def class_(self) -> str:
        return self.persons[0].class_


def marks_of(person: Person) -> dict[str, tuple[str, ...]]:
    """Marks, by their names; children who share one are compared."""
    name, date, sex, class_ = person.name, person.birth_date, person.sex, person.class_
    return {
        "person": (name, date, sex),
        "name-date": (name, date),
        "name": (name,),
        "name-class": (name, class_),
        "born": (date, sex),
        "born-class": (date, sex, class_),
        "date-class": (date, class_),
        "sex-class": (sex, class_),
    }


class Children:
    """free: those whom no row means yet."""

    def __init__(self, known: Mapping[str, Known]) -> None:
        self._by_mark: dict[tuple[str, tuple[str, ...]], list[str]] = defaultdict(list)
        self._looks = 0
        self.free = set(known)
        for id, child in known.items():
            for mark in dict.fromkeys(mark for person in child.persons for mark in marks_of(person).items()):
                self._by_mark[mark].append(id)

    def alike(self, person: Person, marks: Collection[str]) -> Iterator[str]:
        """The free children who share one of these marks. Raises Refused where so many do that numbers are needed."""
        own = marks_of(person)
        for id in dict.fromkeys(id for mark in marks for id in self._by_mark.get((mark, own[mark]), ())):
            self._looks += 1
            if self._looks > LOOKS:
                raise too_alike()
            if id in self.free:
                yield id

    # ---- rows with errors
    def named_by(self, wrong: Mapping[str, str]) -> str:
        """The free child whom a row with an error names beyond doubt, without its number; "" for none."""
        name, date, sex = (wrong.get(field, "") for field in ("name", "birth_date", "sex"))
        name = letters(name)
        if not name:
            found = [id for id in self._by_mark.get(("born", (date, sex)), ()) if id in self.free]
        else:
            found = self._by_mark.get(("name-date", (name, date)), []) or self._by_mark.get(("name", (name,)), [])
        return found[0] if len(found) == 1 and found[0] in self.free else ""


def listed_classes(rows: Mapping[int, Person], known: Mapping[str, Known], meant: Collection[str]) -> set[str]:
    """The classes of which the file is the list: it accounts for at least half of their children."""
    sizes = Counter(child.class_ for child in known.values() if child.present)
    given = Counter(row.class_ for row in rows.values())
    found = Counter(known[id].class_ for id in meant)
    return {class_ for class_, size in sizes.items() if 2 * max(given[class_], found[class_]) >= size}


def too_alike() -> Refused:
    return Refused(
        "too-many-alike",
        "Nothing was imported: too many rows look like registered pupils without being surely the same. Give pupil "
        "numbers or ID numbers, or import the classes one by one.",
        kind="unprocessable",
        where="file",
        extra={
            "message_zh": "没有导入：太多行与已登记的学生相像，无法确定是不是同一人。"
            "请填写学籍号或证件号，或者按班分开导入。"
        },
    )


def shifted() -> Refused:
    return Refused(
        "numbers-shifted",
        "Nothing was imported: the numbers of many rows belong to pupils of another name and birth date. A column was "
        "probably sorted alone; put the rows in order and import the file again.",
        kind="unprocessable",
        where="file",
        extra={
            "message_zh": "没有导入：很多行的学籍号或证件号属于姓名、出生日期都不同的学生，"
            "很可能是某一列单独排过序。请把各行对齐后再导入。"
        },
    )
