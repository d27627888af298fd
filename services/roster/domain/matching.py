"""Matching of the rows of a roster with the children of the school: one child is never two, whatever its row corrects.

In this order: by number; by name, birth date and sex; by small differences, in classes whose whole list the file is.
What remains doubtful is asked about. Each row means one child at most, and each child one row.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field

from services.roster.domain.likeness import OTHER, SAME, Person, differences, judge

NEW = "new"  # the answer to a question: another child than all candidates


@dataclass(frozen=True, slots=True)
class Known:
    """A child whom the school knows. persons: as registered, then as a proposal of the school says.

    present: False for who has left, and for who waits to arrive; no list of the class misses them.
    """

    persons: tuple[Person, ...]
    present: bool = True

    @property
    def class_(self) -> str:
        return self.persons[0].class_


Test = Callable[[Person, Known], bool]


@dataclass(frozen=True, slots=True)
class Question:
    """may_be_new: False where the row has a number of one of the candidates."""

    candidates: tuple[str, ...]
    may_be_new: bool = True


@dataclass(slots=True)
class Matching:
    """The rows that mean a known child (same), that no child can be found for (asked), or that are no further child.

    doubled   row -> another row, which means the same child
    crossed   rows with the pupil number of one child and the ID number of another
    alike     row of a new child -> another row, which looks like the same child but is not surely

    All other rows are new children.
    """

    same: dict[int, str] = field(default_factory=dict)
    asked: dict[int, Question] = field(default_factory=dict)
    doubled: dict[int, int] = field(default_factory=dict)
    crossed: set[int] = field(default_factory=set)
    alike: dict[int, int] = field(default_factory=dict)


def match(
    rows: Mapping[int, Person], known: Mapping[str, Known], answers: Mapping[int, str], named: Collection[str] = ()
) -> Matching:
    """answers: row -> one of its candidates, or NEW; any other answer leaves the question open.

    named: children whom rows with errors name; nobody else is taken for them.
    """
    matcher = _Matcher(rows, known, answers)
    matcher.by_number()
    matcher.by_likeness(lambda row, child: _is(row, child, frozenset()))
    matcher.find_doubles()
    matcher.by_likeness(lambda row, child: _is(row, child, frozenset({"class"})))
    matcher.leave_out(named)
    listed = listed_classes(rows, known, {*matcher.result.same.values(), *named})
    matcher.by_likeness(lambda row, child: _judge(row, child, listed) == SAME)
    matcher.ask(listed)
    return matcher.result


def listed_classes(rows: Mapping[int, Person], known: Mapping[str, Known], meant: Collection[str]) -> set[str]:
    """The classes of which the file is the list: it accounts for at least half of their children."""
    sizes = Counter(child.class_ for child in known.values() if child.present)
    given = Counter(row.class_ for row in rows.values())
    found = Counter(known[id].class_ for id in meant)
    return {class_ for class_, size in sizes.items() if 2 * max(given[class_], found[class_]) >= size}


class _Matcher:
    def __init__(self, rows: Mapping[int, Person], known: Mapping[str, Known], answers: Mapping[int, str]) -> None:
        self._rows, self._known, self._answers = rows, known, answers
        self._open = set(rows)  # rows that mean nobody yet
        self._free = set(known)  # children whom no row means yet
        self._by_mark: dict[object, list[str]] = defaultdict(list)  # name, or birth date and sex -> children
        for id, child in known.items():
            for mark in dict.fromkeys(mark for person in child.persons for mark in (person.name, person.born)):
                self._by_mark[mark].append(id)
        self.result = Matching()

    def _same(self, row: int, id: str) -> None:
        self.result.same[row] = id
        self._open.discard(row)
        self._free.discard(id)

    def _candidates(self, row: Person) -> Iterator[str]:
        marks = (*self._by_mark.get(row.name, ()), *self._by_mark.get(row.born, ()))
        return (id for id in dict.fromkeys(marks) if id in self._free)

    def leave_out(self, named: Collection[str]) -> None:
        self._free.difference_update(named)

    # ---- numbers
    def by_number(self) -> None:
        holders: dict[tuple[str, str], str] = {}
        for place in (0, 1):  # who has a number goes before those for whom it is only proposed
            for id, child in self._known.items():
                for person in child.persons[place : place + 1]:
                    for mark in _numbers(person):
                        holders.setdefault(mark, id)
        first: dict[str, int] = {}
        for row, person in self._rows.items():
            found = list(dict.fromkeys(holders[mark] for mark in _numbers(person) if mark in holders))
            if len(found) > 1:
                self.result.crossed.add(row)
            elif found and first.setdefault(found[0], row) != row:
                self.result.doubled[row] = first[found[0]]
        self._open -= {*self.result.crossed, *self.result.doubled}
        for id, row in first.items():
            self._by_one_number(row, id, first)

    def _by_one_number(self, row: int, id: str, by_number: Collection[str]) -> None:
        """The number may stand in the wrong row: everything else is then that of another child."""
        person = self._rows[row]
        own = min((differences(person, each) for each in self._known[id].persons), key=len)
        others = [
            other
            for other in (self._candidates(person) if own >= {"name", "birth_date"} else ())
            if other not in by_number and _is(person, self._known[other], frozenset({"class", "numbers"}))
        ]
        if others:
            self._question(row, Question((id, *others), may_be_new=False))
        else:
            self._same(row, id)

    # ---- likeness
    def by_likeness(self, is_same: Test) -> None:
        """Join a row and a child where each of them is alike to nobody else."""
        found = {
            row: [id for id in self._candidates(self._rows[row]) if is_same(self._rows[row], self._known[id])]
            for row in sorted(self._open)
        }
        times = Counter(id for ids in found.values() for id in ids)
        for row, ids in found.items():
            if len(ids) == 1 and times[ids[0]] == 1:
                self._same(row, ids[0])

    def find_doubles(self) -> None:
        """Find second rows for a child, in whatever class; the row that means a known child comes first."""
        first: dict[tuple[str, str, str], list[int]] = defaultdict(list)
        for row in (*self.result.same, *sorted(self._open)):
            person = self._rows[row]
            others = first[person.name, *person.born]
            double = next((other for other in others if "numbers" not in differences(person, self._rows[other])), None)
            if double is None or row not in self._open:
                others.append(row)
            else:
                self.result.doubled[row] = double
                self._open.discard(row)

    # ---- questions
    def ask(self, listed: Collection[str]) -> None:
        for row in sorted(self._open):
            person = self._rows[row]
            alike = [id for id in self._candidates(person) if _judge(person, self._known[id], listed) != OTHER]
            if alike:
                self._question(row, Question(tuple(alike)))
        self._find_alike()

    def _question(self, row: int, question: Question) -> None:
        answer = self._answers.get(row, "")
        if answer in question.candidates and answer in self._free:
            self._same(row, answer)
        elif answer != NEW or not question.may_be_new:
            self.result.asked[row] = question
            self._open.discard(row)

    def _find_alike(self) -> None:
        """Find rows that look like a new one: both are taken, and a person is told."""
        by_name: dict[str, list[int]] = defaultdict(list)
        for row, person in self._rows.items():
            by_name[person.name].append(row)
        for row in self._open:
            person = self._rows[row]
            for other in by_name[person.name]:
                differ = differences(person, self._rows[other])
                if other != row and (differ <= {"class", "numbers"} or differ in ({"sex"}, {"birth_date"})):
                    self.result.alike[row] = other
                    break


def _numbers(person: Person) -> list[tuple[str, str]]:
    given = (("pupil_number", person.pupil_number), ("id_number", person.id_number))
    return [(kind, number) for kind, number in given if number]


def _is(row: Person, child: Known, allowed: frozenset[str]) -> bool:
    """True where a person of the child differs in nothing but what is allowed."""
    return any(differences(row, person) <= allowed for person in child.persons)


def _judge(row: Person, child: Known, listed: Collection[str]) -> str:
    return judge(row, child.persons[0], gone_from_list=child.class_ in listed)
