"""Recognition of the children of a roster file among those whom the school knows, and what the file changes."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from services.roster.dependencies import Dependencies
from services.roster.domain.enrolment import GONE, LEFT
from services.roster.domain.known_children import Known
from services.roster.domain.likeness import Person
from services.roster.domain.list_changes import ListChanges, list_changes
from services.roster.domain.matching import Matching, Question, match, settle
from services.roster.domain.parts import ALL, Parts
from services.roster.domain.proposal import REJECTED
from services.roster.roster_file.pupil_line import Parsed, PupilLine
from services.roster.tables.lookups import pupils_by
from services.roster.tables.rows import ProposalRow

QUESTIONS = uuid.UUID("8c2f4f0e-5f0f-4a0b-8f43-2d4c1b1d6c55")


@dataclass(frozen=True, slots=True)
class Recognition:
    """matching, changes: with the answers that were taken. unanswered: the changes by the file alone.

    parts: those of the file that are taken; changes and unanswered are theirs.
    asked, questions: row -> question and its id, of the rows that are asked at first. strange: answers to no question.
    """

    rows: Mapping[int, Person]
    known: Mapping[str, Known]
    matching: Matching
    changes: ListChanges
    unanswered: ListChanges
    asked: Mapping[int, Question]
    questions: Mapping[int, str]
    answers: Mapping[str, str]
    strange: Collection[str]
    parts: Parts = ALL

    @property
    def adds(self) -> bool:
        """True where a row that is taken means a new child."""
        found = self.matching
        new = self.rows.keys() - {*found.same, *found.asked, *found.doubled, *found.crossed}
        return any(self.parts.take(self.rows[row].class_, "new") for row in new)


def recognise(
    deps: Dependencies, school: str, parsed: Parsed, answers: Mapping[str, str] | None = None, parts: Parts = ALL
) -> Recognition:
    """answers: by question. One to a question that the file does not raise is left out.

    All rows are recognised, whatever parts are taken: a child must not be met twice in two halves of a file.
    """
    rows = {line.row: Person.of(line.fields, line.class_) for line in parsed.good}
    known = dict(_known(deps, school))
    first = match(rows, known, parsed.wrong)
    questions = {line.row: question_id(deps, school, line) for line in parsed.good if line.row in first.asked}
    strange = set(answers or ()) - set(questions.values())  # the row was corrected
    given = {row: answers[id] for row, id in questions.items() if id in answers} if answers else {}
    matching, unanswered = settle(first, given), list_changes(rows, known, first, parts)
    changes = list_changes(rows, known, matching, parts) if given else unanswered
    taken = {questions[row]: answer for row, answer in given.items() if row not in matching.asked}
    return Recognition(rows, known, matching, changes, unanswered, first.asked, questions, taken, strange, parts)


def question_id(deps: Dependencies, school: str, line: PupilLine) -> str:
    """The same for the same row, wherever it stands and in whatever file."""
    return uuid.uuid5(QUESTIONS, f"{school}:{line.class_}:{deps.personal_data.content(line.fields)}").hex


def _known(deps: Dependencies, school: str) -> Iterator[tuple[str, Known]]:
    """Everybody whom the school's own files have named: its pupils, also those who have left, and who waits."""
    personal = deps.personal_data
    proposals = {row.id: row for row in deps.tables.proposals.find("school", [school])}
    for row in pupils_by(deps.tables, "school", school):
        fields = personal.fields(row)
        persons = [Person.of(fields, row.state.class_)]
        proposal = proposals.get(row.id)
        if proposal is not None and _counts(proposal):
            persons.append(Person.of({**fields, **personal.proposal(proposal)["wanted"]}, row.state.class_))
        yield row.id, Known(tuple(persons), row.state.state not in GONE, row.state.state == LEFT)
    for arrival in deps.tables.arrivals.find("school", [school]):
        if arrival.state.waits:
            fields = personal.arrival(arrival)["fields"]
            yield arrival.id, Known((Person.of(fields, arrival.state.class_),), present=False)


def _counts(proposal: ProposalRow) -> bool:
    """True for one that waits or was rejected: the child is recognised by what the school's file has said of it."""
    return proposal.state.waits or proposal.state.status == REJECTED
