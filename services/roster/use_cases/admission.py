"""An import's decisions: each row of the file becomes a new pupil, a change of one, a request, a proposal or an error.

A file takes no pupil from anybody. A number that is not on this school's roster waits for whoever answers for it, and
the report is the same whether somebody has the number or not.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from services.roster.dependencies import Dependencies
from services.roster.domain.campaign import Campaign
from services.roster.domain.enrolment import IN_SCHOOL, LEFT, ChangeState, Command, Correct, Enrol, MoveClass
from services.roster.domain.proposal import key_changes, without_key_changes
from services.roster.roster_file.pupil_line import Finding, Parsed, PupilLine
from services.roster.tables.lookups import open_campaigns
from services.roster.tables.rows import ArrivalRow, ProposalRow, PupilRow
from services.roster.use_cases.asking import arrival_id, ask
from services.roster.use_cases.enrolling import PUPILS, enrol_pupil
from services.roster.use_cases.entries import open_entries_of_school
from services.roster.use_cases.proposals import propose
from services.roster.use_cases.pupil_changes import decide_pupil
from shared.eventsourcing.commands import UnitOfWork, execute
from shared.eventsourcing.store import CommandContext
from shared.infrastructure.chunks import chunks
from shared.infrastructure.errors import Refused

PER_TRANSACTION = 50  # pupils
COUNTS = ("added", "changed", "unchanged", "waiting", "proposed")


@dataclass(slots=True)
class ImportResult:
    """Result of an import, or of one of its transactions. counts: of COUNTS. errors: refused rows."""

    counts: Counter[str] = field(default_factory=Counter)
    errors: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {
            "counts": dict(self.counts),
            "errors": [finding.as_json() for finding in self.errors],
            "warnings": [finding.as_json() for finding in self.warnings],
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> ImportResult:
        errors, warnings = ([Finding(**finding) for finding in kept[name]] for name in ("errors", "warnings"))
        return cls(Counter(kept["counts"]), errors, warnings)


@dataclass(frozen=True, slots=True)
class Known:
    """Everything known of the pupils of some rows, by row.

    here       pupils of this school: by number, or by match key where a side has no number
    elsewhere  the pupil of another school with one of the numbers
    """

    here: Mapping[int, list[PupilRow]]
    elsewhere: Mapping[int, PupilRow | None]
    arrivals: Mapping[str, ArrivalRow]
    proposals: Mapping[str, ProposalRow]


@dataclass(frozen=True, slots=True)
class Admission:
    """Admits the pupils of one school. The same file again changes nothing.

    is_first: the first file of a school that its bureau has just opened; numbers that nobody has need no further yes.
    """

    deps: Dependencies
    school: str
    is_first: bool

    def admit(self, parsed: Parsed, context: CommandContext, *, dry_run: bool = False) -> ImportResult:
        """The result of all good rows; a few dozen pupils per transaction."""
        whole = ImportResult(errors=list(parsed.errors), warnings=list(parsed.warnings))
        for lines in chunks(parsed.good, PER_TRANSACTION):
            result = self._plan_only(lines, context) if dry_run else self._admit(lines, context)
            whole.counts.update(result.counts)
            whole.errors.extend(result.errors)
            whole.warnings.extend(result.warnings)
        if not dry_run:  # a campaign opened during the import may have passed this school already
            for campaign in open_campaigns(self.deps.tables):
                open_entries_of_school(self.deps, campaign, self.school, context)
        for findings in (whole.errors, whole.warnings):
            findings.sort(key=lambda finding: finding.row)
        return whole

    def _plan_only(self, lines: Sequence[PupilLine], context: CommandContext) -> ImportResult:
        return self._plan(lines, context, UnitOfWork(self.deps.store, context))

    def _admit(self, lines: Sequence[PupilLine], context: CommandContext) -> ImportResult:
        """One transaction that remembers its result, so that an interrupted import reports the same when repeated."""
        rows = ",".join(str(line.row) for line in lines)  # another reading of the file has other transactions
        own = replace(context, id=f"{context.id}:{uuid.uuid5(PUPILS, rows).hex}")
        kept = execute(self.deps.store, own, lambda work: self._plan(lines, context, work).as_json())
        return ImportResult.from_json(kept)

    def _plan(self, lines: Sequence[PupilLine], context: CommandContext, work: UnitOfWork) -> ImportResult:
        result, known, campaigns = ImportResult(), self._known(lines), open_campaigns(self.deps.tables)
        touched: set[str] = set()
        for line in lines:
            here, elsewhere = known.here[line.row], known.elsewhere[line.row]
            if problem := _problem(line, here, touched):
                result.errors.append(problem)
            elif here:
                touched.add(here[0].id)
                result.counts[self._update(here[0], line, known, campaigns, work, result)] += 1
            elif line.has_number and not (self.is_first and elsewhere is None):
                self._ask(line, known, elsewhere, work, result)
            else:
                command, seed = Enrol(self.school, line.class_), f"{context.id}:{line.row}"
                enrol_pupil(self.deps, work, command, line.fields, campaigns, context, seed=seed)
                result.counts["added"] += 1
        return result

    def _ask(
        self, line: PupilLine, known: Known, elsewhere: PupilRow | None, work: UnitOfWork, result: ImportResult
    ) -> None:
        before = known.arrivals.get(arrival_id(self.deps, self.school, line))
        try:
            ask(self.deps, work, self.school, line, before, elsewhere)
        except Refused as refused:
            if refused.code != "arrival-objected":
                raise
            result.errors.append(_objected(line))
            return
        result.counts["added" if self.is_first else "waiting"] += 1  # of a first file all new rows count alike

    # ---- pupils of the rows
    def _known(self, lines: Sequence[PupilLine]) -> Known:
        by_key, by_match_key = self._by_key(lines), self._by_match_key(lines)
        here: dict[int, list[PupilRow]] = {}
        elsewhere: dict[int, PupilRow | None] = {}
        for line in lines:
            keys = self.deps.personal_data.keys(line.fields, line.class_)
            found = list({by_key[key].id: by_key[key] for key in keys if key in by_key}.values())
            alike = [
                row
                for row in by_match_key.get(self.deps.personal_data.match_key(line.fields, line.class_), ())
                if not line.has_number or row.keys == (row.match_key,)
            ]
            here[line.row] = [row for row in found if row.state.school == self.school] or alike
            elsewhere[line.row] = next((row for row in found if row.state.school != self.school), None)
        arrivals = {arrival_id(self.deps, self.school, line) for line in lines if not here[line.row]}
        pupils = {row.id for rows in here.values() for row in rows}
        return Known(
            here,
            elsewhere,
            {row.id: row for row in self.deps.tables.arrivals.many(arrivals)},
            {row.id: row for row in self.deps.tables.proposals.many(pupils)},
        )

    def _by_key(self, lines: Sequence[PupilLine]) -> Mapping[str, PupilRow]:
        """Pupils of all schools."""
        keys = {key for line in lines for key in self.deps.personal_data.keys(line.fields, line.class_)}
        return {key: row for row in self.deps.tables.pupils.find("keys", keys) for key in row.keys}

    def _by_match_key(self, lines: Sequence[PupilLine]) -> Mapping[str, list[PupilRow]]:
        """Pupils of this school."""
        match_keys = {self.deps.personal_data.match_key(line.fields, line.class_) for line in lines}
        found: dict[str, list[PupilRow]] = {}
        for row in self.deps.tables.pupils.find("match_key", match_keys):
            if row.state.school == self.school:
                found.setdefault(row.match_key, []).append(row)
        return found

    # ---- a pupil of this school
    def _update(
        self,
        row: PupilRow,
        line: PupilLine,
        known: Known,
        campaigns: Sequence[Campaign],
        work: UnitOfWork,
        result: ImportResult,
    ) -> str:
        """The count of the row. Key fields are only proposed. An empty cell changes nothing: columns are left out."""
        before = self.deps.personal_data.fields(row)
        wanted = {**before, **line.fields}
        changes, fields = key_changes(before, wanted), without_key_changes(before, wanted)
        commands: list[Command] = []
        if row.state.class_ != line.class_:
            commands.append(MoveClass(self.school, line.class_))
        if row.state.state == LEFT:
            commands.append(ChangeState(IN_SCHOOL))
        if fields != before:
            commands.append(Correct())
        if commands:
            decide_pupil(self.deps, work, row, commands, campaigns, fields)
        if changes or row.id in known.proposals:
            if not propose(self.deps, work, self.school, row.id, changes, known.proposals.get(row.id)) and changes:
                result.warnings.append(_rejected(line))
            elif changes:
                return "proposed"
        return "changed" if commands else "unchanged"


def _problem(line: PupilLine, here: Sequence[PupilRow], touched: set[str]) -> Finding | None:
    if len(here) > 1:
        return Finding(
            line.row,
            "学籍号",
            "two-pupils",
            "此行与两名已登记的学生相符，请核对学籍号和证件号",
            "two registered pupils fit; check the pupil number and the ID number",
        )
    if here and here[0].id in touched:
        return Finding(line.row, "姓名", "double-in-file", "与上面某行是同一名学生", "the same pupil as in a row above")
    return None


def _objected(line: PupilLine) -> Finding:
    return Finding(
        line.row,
        "学籍号",
        "arrival-objected",
        "这名学生的转入申请未获同意，原因见“转入与更改”；一周后可再次申请",
        "the request for this pupil was refused, see “Arrivals and changes” for the reason; ask again after a week",
    )


def _rejected(line: PupilLine) -> Finding:
    return Finding(
        line.row,
        "姓名",
        "proposal-rejected",
        "校长未同意这一更改，关键信息保持不变",
        "the school leader has rejected this change; the key fields stay as they are",
    )
