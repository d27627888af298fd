"""An import's decisions: each row becomes a new pupil, a change of one, a request, a proposal, a question or an error.

A file takes no pupil from anybody. A number that is not on this school's roster waits for the side that answers for it,
and the report is the same whether somebody has the number or not.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from services.roster.dependencies import Dependencies
from services.roster.domain.campaign import Campaign
from services.roster.domain.enrolment import GONE, IN_SCHOOL, LEFT, ChangeState, Command, Correct, Enrol, MoveClass
from services.roster.domain.guardian import with_given
from services.roster.domain.import_run import LEFT_OUT
from services.roster.domain.likeness import without_older_number
from services.roster.domain.parts import KIND_OF
from services.roster.domain.proposal import key_changes, without_key_changes
from services.roster.roster_file.pupil_line import Parsed, PupilLine
from services.roster.tables.lookups import open_campaigns
from services.roster.tables.rows import ArrivalRow, ProposalRow, PupilRow
from services.roster.use_cases.asking import arrival_id, ask, asked_fields
from services.roster.use_cases.correcting.following import replaced_values
from services.roster.use_cases.enrolling import PUPILS, enrol_pupil
from services.roster.use_cases.entries import settle_entries_of_school
from services.roster.use_cases.importing.import_findings import finding
from services.roster.use_cases.importing.import_result import ImportResult, PupilChange
from services.roster.use_cases.importing.recognition import Recognition
from services.roster.use_cases.importing.undo_notes import note
from services.roster.use_cases.proposals import propose
from services.roster.use_cases.pupil_changes import decide_pupil
from shared.eventsourcing.commands import UnitOfWork, execute
from shared.eventsourcing.store import CommandContext
from shared.infrastructure.chunks import chunks
from shared.infrastructure.errors import Refused
from shared.language.class_names import parse_class_id

PER_TRANSACTION = 50  # pupils


@dataclass(frozen=True, slots=True)
class Present:
    """The present state of everybody whom some rows mean, by row.

    here       the pupil of this school; None for a row that means somebody new
    elsewhere  the pupil of another school with one of the numbers
    arrivals   the request that has asked for this child before
    replaced   pupil -> what corrections have replaced: field -> (before, after)
    """

    here: Mapping[int, PupilRow | None]
    elsewhere: Mapping[int, PupilRow | None]
    arrivals: Mapping[int, ArrivalRow | None]
    proposals: Mapping[str, ProposalRow]
    replaced: Mapping[str, Mapping[str, tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Admission:
    """Admits the pupils of one school. The same file again changes nothing.

    run: id of the import.
    is_first: the first file of a school that its bureau has just opened; numbers that nobody has need no further yes.
    """

    deps: Dependencies
    school: str
    run: str
    is_first: bool
    recognition: Recognition

    def admit(self, parsed: Parsed, context: CommandContext, *, dry_run: bool = False) -> ImportResult:
        """The result of all rows; a few dozen pupils per transaction."""
        whole = ImportResult(
            Counter(refused=parsed.rows - len(parsed.good)), Counter(), list(parsed.errors), list(parsed.warnings)
        )
        if self.recognition.matching.is_shifted:
            whole.warnings.append(finding("column-sorted-alone", 0))
        if self.recognition.strange:
            whole.warnings.append(finding("answers-left-out", 0))
        for lines in chunks(parsed.good, PER_TRANSACTION):
            whole.add(self._plan_only(lines, context) if dry_run else self._admit(lines, context))
        if not dry_run:  # a campaign opened during the import may have passed this school already
            for campaign in open_campaigns(self.deps.tables):
                settle_entries_of_school(self.deps, campaign.id, self.school, context)
        for findings in (whole.errors, whole.warnings):
            findings.sort(key=lambda finding: finding.row)
        return whole

    def _plan_only(self, lines: Sequence[PupilLine], context: CommandContext) -> ImportResult:
        return self._plan(lines, self._present(lines), context, UnitOfWork(self.deps.store, context))

    def _admit(self, lines: Sequence[PupilLine], context: CommandContext) -> ImportResult:
        """One transaction that remembers its result, so that an interrupted import reports the same when repeated."""
        rows = ",".join(str(line.row) for line in lines)  # another reading of the file has other transactions
        own = replace(context, id=f"{context.id}:{uuid.uuid5(PUPILS, rows).hex}")
        kept = execute(self.deps.store, own, lambda work: self._plan_and_note(lines, context, work).as_json())
        return ImportResult.from_json(kept)

    def _plan_and_note(self, lines: Sequence[PupilLine], context: CommandContext, work: UnitOfWork) -> ImportResult:
        present = self._present(lines)
        result = self._plan(lines, present, context, work)
        here = [row for row in present.here.values() if row is not None]
        arrivals = [row for row in present.arrivals.values() if row is not None]
        note(self.deps, work, self.run, self.school, here, present.proposals, arrivals)
        return result

    def _plan(
        self, lines: Sequence[PupilLine], present: Present, context: CommandContext, work: UnitOfWork
    ) -> ImportResult:
        result, campaigns = ImportResult(), open_campaigns(self.deps.tables)
        for line in lines:
            result.count(line.class_, self._taken(line, present, campaigns, context, work, result))
        return result

    def _taken(
        self,
        line: PupilLine,
        present: Present,
        campaigns: Sequence[Campaign],
        context: CommandContext,
        work: UnitOfWork,
        result: ImportResult,
    ) -> str:
        """The outcome of a row; of one in a part that is not taken, decided on a unit of work that nobody records."""
        parts = self.recognition.parts
        if not parts.is_all:
            aside = ImportResult()
            unrecorded = UnitOfWork(self.deps.store, context)
            outcome = self._outcome(line, present, campaigns, context, unrecorded, aside)
            # A row that withdraws a proposal is reported as unchanged, and changes something.
            kind = KIND_OF.get(outcome, "changed" if unrecorded.has_decided else "")
            if not parts.take(line.class_, kind):
                if kind:
                    return LEFT_OUT
                result.add(aside)
                return outcome
        return self._outcome(line, present, campaigns, context, work, result)

    def _outcome(
        self,
        line: PupilLine,
        present: Present,
        campaigns: Sequence[Campaign],
        context: CommandContext,
        work: UnitOfWork,
        result: ImportResult,
    ) -> str:
        matching, row = self.recognition.matching, line.row
        if row in matching.asked:
            if row in matching.strays:
                result.warnings.append(finding("number-of-another", row))
            return "asked"
        if row in matching.crossed:
            return result.refuse(finding("two-pupils", row))
        if row in matching.doubled:
            return result.refuse(finding("double-in-file", row, matching.doubled[row]))
        if self._has_gone(row, present):
            return result.refuse(finding("roster-changed", row))
        if (here := present.here[row]) is not None:
            return self._update(here, line, present, campaigns, work, result)
        if row in matching.alike:
            result.warnings.append(finding("alike-in-file", row, matching.alike[row]))
        elsewhere = present.elsewhere[row]
        if row in matching.same or (line.has_number and not (self.is_first and elsewhere is None)):
            return self._ask(line, present.arrivals[row], elsewhere, work, result)
        command, seed = Enrol(self.school, line.class_), f"{context.id}:{row}"
        enrol_pupil(self.deps, work, command, line.fields, campaigns, context, seed=seed)
        return "added"

    def _has_gone(self, row: int, present: Present) -> bool:
        """True where the child whom the row means is no longer there, or has arrived, since it was recognised."""
        if row not in self.recognition.matching.same:
            return False
        arrival = present.arrivals[row]
        return present.here[row] is None and not (arrival and arrival.state.waits)

    def _ask(
        self,
        line: PupilLine,
        before: ArrivalRow | None,
        elsewhere: PupilRow | None,
        work: UnitOfWork,
        result: ImportResult,
    ) -> str:
        try:
            ask(self.deps, work, self.school, line, before, elsewhere)
        except Refused as refused:
            if refused.code != "arrival-objected":
                raise
            return result.refuse(finding("arrival-objected", line.row))
        return "added" if self.is_first else "waiting"  # of a first file all new rows count alike

    # ---- whom the rows mean, as it is now
    def _present(self, lines: Sequence[PupilLine]) -> Present:
        personal, tables, same = self.deps.personal_data, self.deps.tables, self.recognition.matching.same
        meant = {line.row: same.get(line.row, "") or arrival_id(self.deps, self.school, line) for line in lines}
        arrivals = {row.id: row for row in tables.arrivals.many(meant.values())}
        pupils = {row.id: row for row in tables.pupils.many(meant.values()) if row.state.school == self.school}
        keys = {
            line.row: personal.keys(asked_fields(self.deps, line, arrivals.get(meant[line.row])), line.class_)
            for line in lines
        }
        found = tables.pupils.find("keys", {key for each in keys.values() for key in each})
        by_key = {key: row for row in found for key in row.keys}
        here: dict[int, PupilRow | None] = {}
        elsewhere: dict[int, PupilRow | None] = {}
        for row, each in keys.items():
            holders = [by_key[key] for key in each if key in by_key]
            enrolled = next((holder for holder in holders if holder.state.school == self.school), None)
            here[row] = pupils.get(meant[row]) if row in same else enrolled  # enrolled: by another import, just now
            elsewhere[row] = next((holder for holder in holders if holder.state.school != self.school), None)
        known = {pupil.id for pupil in here.values() if pupil is not None}
        proposals = {row.id: row for row in tables.proposals.many(known)}
        replaced = {row.id: replaced_values(self.deps, row) for row in tables.corrections.many(known)}
        return Present(here, elsewhere, {row: arrivals.get(id) for row, id in meant.items()}, proposals, replaced)

    # ---- a pupil of this school
    def _update(
        self,
        row: PupilRow,
        line: PupilLine,
        present: Present,
        campaigns: Sequence[Campaign],
        work: UnitOfWork,
        result: ImportResult,
    ) -> str:
        """The outcome. Key fields are only proposed. An empty cell changes nothing: columns are left out."""
        before = self.deps.personal_data.fields(row)
        given = without_older_number(line.fields, before)
        has_older_number = given is not line.fields
        line, given, is_behind = self._without_replaced(row, line, given, before, present.replaced.get(row.id, {}))
        wanted = with_given(before, given)
        changes, fields = key_changes(before, wanted), without_key_changes(before, wanted)
        commands: list[Command] = []
        if row.state.class_ != line.class_:
            commands.append(MoveClass(self.school, line.class_))
        if is_back := row.state.state == LEFT:
            commands.append(ChangeState(IN_SCHOOL))
        if fields != before:
            commands.append(Correct())
        if commands:
            decide_pupil(self.deps, work, row, commands, campaigns, fields)
        is_moved = row.state.class_ != line.class_ and row.state.state not in GONE
        told = {"another-grade": (is_moved or is_back) and not _same_grade(row.state.class_, line.class_)}
        told |= {"older-number": has_older_number, "corrected-since": is_behind}
        is_proposed = bool(changes)
        if changes or row.id in present.proposals:
            is_open = propose(self.deps, work, self.school, row.id, changes, present.proposals.get(row.id))
            told["proposal-rejected"] = is_proposed and not is_open
            is_proposed = is_proposed and is_open
        after = wanted if is_proposed else fields  # what the leader has rejected stays as it is
        if differing := _differing({**before, "class": row.state.class_}, {**after, "class": line.class_}):
            result.changes.append(PupilChange(line.row, row.id, differing))
        told["moved-and-proposed"] = is_moved and is_proposed
        told["rejoined-and-proposed"] = is_back and is_proposed
        result.warnings.extend(finding(code, line.row) for code, is_told in told.items() if is_told)
        if is_back or is_moved:
            return "rejoined" if is_back else "moved"
        return "proposed" if is_proposed else "changed" if commands else "unchanged"

    def _without_replaced(
        self,
        row: PupilRow,
        line: PupilLine,
        given: Mapping[str, str],
        before: Mapping[str, str],
        replaced: Mapping[str, tuple[str, str]],
    ) -> tuple[PupilLine, Mapping[str, str], bool]:
        """The row without what it still has as it was before a correction, and whether there is any of it.

        A pupil who comes back does not come back into a class that was closed meanwhile.
        """
        old = [name for name, value in given.items() if replaced.get(name) == (value, before.get(name, ""))]
        is_old_class = replaced.get("class") == (line.class_, row.state.class_)
        is_old_class = is_old_class and self.deps.tree.class_(row.state.class_).open
        if is_old_class:
            line = replace(line, class_=row.state.class_)
        if not old and not is_old_class:
            return line, given, False
        return line, {name: value for name, value in given.items() if name not in old}, True


def _differing(before: Mapping[str, str], wanted: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Name of a field -> (before, after), of those that differ."""
    names = (name for name in {**before, **wanted} if before.get(name, "") != wanted.get(name, ""))
    return {name: (before.get(name, ""), wanted.get(name, "")) for name in names}


def _same_grade(before: str, after: str) -> bool:
    one, other = parse_class_id(before), parse_class_id(after)
    return one is None or other is None or one[1:3] == other[1:3]
