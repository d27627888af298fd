"""Matching of the rows of a roster with the children of the school: one child is never two, whatever its row corrects.

In this order: by number; by name, birth date and sex; by small differences, in classes whose whole list the file is.
What remains doubtful is asked about. Each row means one child at most, and each child one row.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from services.roster.domain.known_children import Children, Known, listed_classes, shifted, too_alike
from services.roster.domain.likeness import OTHER, SAME, Person, differences, judge

NEW = "new"  # the answer to a question: another child than all candidates
CANDIDATES = 5  # of a question
QUESTIONS = 200  # of a file; nobody answers more
FEW = 2  # so many rows with the number of another child are mistakes; more are a column that was sorted alone
NAMESAKES = 20  # rows that are compared with one that says the same

Test = Callable[[Person, Known], bool]


@dataclass(frozen=True, slots=True)
class Question:
    """may_be_new: False where the row has a number of one of the candidates. further: children who are as like."""

    candidates: tuple[str, ...]
    may_be_new: bool = True
    further: tuple[str, ...] = ()


@dataclass(slots=True)
class Matching:
    """The rows that mean a known child (same), that no child can be found for (asked), or that are no further child.

    doubled   row -> another row, which means the same child
    crossed   rows with the pupil number of one child and the ID number of another
    alike     row of a new child -> another row, which looks like the same child but is not surely
    strays    asked rows whose number is that of a child with another name and birth date
    named     children whom rows with errors name; nobody else is taken for them

    All other rows are new children.
    """

    same: dict[int, str] = field(default_factory=dict)
    asked: dict[int, Question] = field(default_factory=dict)
    doubled: dict[int, int] = field(default_factory=dict)
    crossed: set[int] = field(default_factory=set)
    alike: dict[int, int] = field(default_factory=dict)
    strays: set[int] = field(default_factory=set)
    named: set[str] = field(default_factory=set)

    @property
    def is_shifted(self) -> bool:
        return len(self.strays) > FEW

    @property
    def doubtful(self) -> set[str]:
        """The children whom asked rows may mean."""
        return {id for question in self.asked.values() for id in (*question.candidates, *question.further)}


def match(rows: Mapping[int, Person], known: Mapping[str, Known], wrong: Sequence[Mapping[str, str]] = ()) -> Matching:
    """wrong: the fields of rows with errors. Raises Refused for more questions than anybody answers."""
    matcher = _Matcher(rows, known)
    matcher.by_number()
    matcher.by_likeness(lambda row, child: _is(row, child, frozenset()), ("person",))
    matcher.find_doubles()
    matcher.by_likeness(lambda row, child: _is(row, child, frozenset({"class"})), ("person",))
    matcher.leave_out(wrong)
    result = matcher.result
    listed = listed_classes(rows, known, {*result.same.values(), *result.named})
    matcher.by_likeness(lambda row, child: _judge(row, child, listed) == SAME, ("person", "name-class", "born-class"))
    matcher.ask(listed)
    return result


def settle(first: Matching, answers: Mapping[int, str]) -> Matching:
    """The matching with answers: row -> one of its candidates, or NEW; any other answer leaves the question open.

    All other rows stay what they were. A child means one row: a second answer with it is told as a double.
    """
    same, doubled, asked = dict(first.same), dict(first.doubled), {}
    meant = {id: row for row, id in same.items()}
    for row, question in sorted(first.asked.items()):
        answer = answers.get(row, "")
        if answer in question.candidates and meant.setdefault(answer, row) != row:
            doubled[row] = meant[answer]
        elif answer in question.candidates:
            same[row] = answer
        elif answer != NEW or not question.may_be_new:
            asked[row] = question
    return replace(first, same=same, doubled=doubled, asked=asked)


class _Matcher:
    def __init__(self, rows: Mapping[int, Person], known: Mapping[str, Known]) -> None:
        self._rows, self._known = rows, known
        self._open = set(rows)  # rows that mean nobody yet
        self._children = Children(known)
        self._holders: dict[tuple[str, str], str] = {}
        for place in (0, 1):  # who has a number goes before those for whom it is only proposed
            for id, child in known.items():
                for person in child.persons[place : place + 1]:
                    for mark in person.numbers:
                        self._holders.setdefault(mark, id)
        self.result = Matching()

    def _same(self, row: int, id: str) -> None:
        self.result.same[row] = id
        self._open.discard(row)
        self._children.free.discard(id)

    def leave_out(self, wrong: Sequence[Mapping[str, str]]) -> None:
        """Take nobody for a child whom a row with an error names."""
        for fields in wrong:
            numbers = [(kind, fields[kind]) for kind in ("pupil_number", "id_number") if kind in fields]
            by_number = next((self._holders[mark] for mark in numbers if mark in self._holders), "")
            if id := by_number or self._children.named_by(fields):
                self.result.named.add(id)
                self._children.free.discard(id)

    # ---- numbers
    def by_number(self) -> None:
        first: dict[str, int] = {}
        for row, person in self._rows.items():
            found = list(dict.fromkeys(self._holders[mark] for mark in person.numbers if mark in self._holders))
            if len(found) > 1:
                self.result.crossed.add(row)
            elif found and first.setdefault(found[0], row) != row:
                self.result.doubled[row] = first[found[0]]
        self._open -= {*self.result.crossed, *self.result.doubled}
        strays = self._strays(first)
        for id, row in first.items():
            if row not in strays:
                self._same(row, id)
        for row, id in strays.items():
            self._ask_about_number(row, id)
        if len(self.result.strays) > QUESTIONS:
            raise shifted()

    def _strays(self, first: Mapping[str, int]) -> dict[int, str]:
        """Rows whose number may be that of another child: name and birth date both differ, or children change names.

        Where there are several, a column was sorted alone, and either difference is one too many.
        """
        differ = {id: self._unlike(self._rows[row], self._known[id]) for id, row in first.items()}
        renamed = {self._known[id].persons[0].name for id, each in differ.items() if "name" in each}
        strays = {
            row: id
            for id, row in first.items()
            if len(differ[id]) == 2 or ("name" in differ[id] and self._rows[row].name in renamed)
        }
        return strays if len(strays) <= FEW else {row: id for id, row in first.items() if differ[id]}

    def _unlike(self, row: Person, child: Known) -> frozenset[str]:
        own = (differences(row, person) & {"name", "birth_date"} for person in child.persons)
        return min(own, key=len)

    def _ask_about_number(self, row: int, id: str) -> None:
        person = self._rows[row]
        others = [other for other in self._children.alike(person, ("person",)) if other != id]
        numbers = set(person.numbers)
        proposed = [other for other in others if any(numbers & {*each.numbers} for each in self._known[other].persons)]
        if len(proposed) == 1:  # the school has answered this before
            self._same(row, proposed[0])
        else:
            self._question(row, [id, *others], may_be_new=False)
            self.result.strays.add(row)

    # ---- likeness
    def by_likeness(self, is_same: Test, marks: Collection[str]) -> None:
        """Join a row and a child where each of them is alike to nobody else."""
        found = {
            row: [id for id in self._children.alike(person, marks) if is_same(person, self._known[id])]
            for row, person in ((row, self._rows[row]) for row in sorted(self._open))
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
            namesakes = islice(others, NAMESAKES)
            fitting = (other for other in namesakes if "numbers" not in differences(person, self._rows[other]))
            double = next(fitting, None)
            if double is None or row not in self._open:
                others.append(row)
            else:
                self.result.doubled[row] = double
                self._open.discard(row)

    # ---- questions
    def ask(self, listed: Collection[str]) -> None:
        for row in sorted(self._open):
            person = self._rows[row]
            marks = ("name", "born", *(("date-class", "sex-class") if person.class_ in listed else ()))
            found = self._children.alike(person, marks)
            alike = [id for id in found if _judge(person, self._known[id], listed) != OTHER]
            if alike:
                self._question(row, alike, may_be_new=True)
            if len(self.result.asked) > QUESTIONS:
                raise shifted() if self.result.is_shifted else too_alike()
        self._find_alike()

    def _question(self, row: int, found: list[str], *, may_be_new: bool) -> None:
        """Ask about the most alike ones; the holder of the row's number comes first."""
        likely = sorted(found, key=lambda id: len(differences(self._rows[row], self._known[id].persons[0])))
        likely = likely if may_be_new else [found[0], *(id for id in likely if id != found[0])]
        self.result.asked[row] = Question(tuple(likely[:CANDIDATES]), may_be_new, tuple(likely[CANDIDATES:]))
        self._open.discard(row)

    def _find_alike(self) -> None:
        """Find rows that look like a new one, or like one that an answer makes new: both are taken, people are told."""
        by_mark: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for row, person in self._rows.items():
            for mark in _marks_of_row(person):
                by_mark[mark].append(row)
        for row in self._open | set(self.result.asked):
            person = self._rows[row]
            for other in (other for mark in _marks_of_row(person) for other in islice(by_mark[mark], NAMESAKES)):
                differ = differences(person, self._rows[other])
                if other != row and (differ <= {"class", "numbers"} or differ in ({"sex"}, {"birth_date"})):
                    self.result.alike[row] = other
                    break


def _marks_of_row(person: Person) -> tuple[tuple[str, ...], ...]:
    name, class_ = person.name, person.class_
    return (name, *person.born), (name, person.birth_date, "", class_), (name, "", person.sex, class_)


def _is(row: Person, child: Known, allowed: frozenset[str]) -> bool:
    """True where a person of the child differs in nothing but what is allowed."""
    return any(differences(row, person) <= allowed for person in child.persons)


def _judge(row: Person, child: Known, listed: Collection[str]) -> str:
    return judge(row, child.persons[0], gone_from_list=child.class_ in listed)
