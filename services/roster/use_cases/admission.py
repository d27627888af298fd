"""An import's decisions: each row of the file becomes an enrolment, a change of one, or an error of its own."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from zlib import crc32

from services.roster.dependencies import Dependencies
from services.roster.domain.campaign import Campaign
from services.roster.domain.enrolment import (
    IN_SCHOOL,
    LEFT,
    ChangeState,
    Command,
    Correct,
    Enrol,
    Enrolment,
    MoveClass,
    Transfer,
    enrolment_decider,
)
from services.roster.domain.registration_code import RegistrationCode
from services.roster.roster_file.pupil_line import Finding, Parsed, PupilLine
from services.roster.tables.lookups import open_campaigns
from services.roster.tables.rows import PupilRow
from services.roster.use_cases.entries import open_entries_of_school, open_entry
from services.roster.use_cases.pupil_changes import decide_pupil
from services.roster.use_cases.registration_codes import issue_code
from shared.eventsourcing.commands import UnitOfWork, execute
from shared.eventsourcing.event import SLOTS
from shared.eventsourcing.store import CommandContext
from shared.infrastructure.chunks import chunks

PER_TRANSACTION = 50  # pupils
PUPILS = uuid.UUID("6f1c9a52-5c1b-4f6e-9a53-0d1d3c7b2e11")  # namespace of pupil ids


@dataclass(slots=True)
class ImportResult:
    """Result of an import, or of one of its transactions. counts: added, changed, unchanged. errors: refused rows."""

    counts: Counter[str] = field(default_factory=Counter)
    errors: list[Finding] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {"counts": dict(self.counts), "errors": [finding.as_json() for finding in self.errors]}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> ImportResult:
        return cls(Counter(kept["counts"]), [Finding(**finding) for finding in kept["errors"]])


def pupil_id(school: str, seed: str) -> str:
    """The slot of the school that first registered the pupil, then 20 hexadecimal digits that follow from the seed."""
    return f"{crc32(school.encode()) % SLOTS:03x}.{uuid.uuid5(PUPILS, seed).hex[:20]}"


@dataclass(frozen=True, slots=True)
class Admission:
    """Admits the pupils of one school. The same file again changes nothing."""

    deps: Dependencies
    school: str

    def admit(self, parsed: Parsed, context: CommandContext, *, dry_run: bool = False) -> ImportResult:
        """The result of all good rows; a few dozen pupils per transaction."""
        whole = ImportResult(errors=list(parsed.errors))
        for lines in chunks(parsed.good, PER_TRANSACTION):
            result = self._plan_only(lines, context) if dry_run else self._admit(lines, context)
            whole.counts.update(result.counts)
            whole.errors.extend(result.errors)
        if not dry_run:  # a campaign opened during the import may have passed this school already
            for campaign in open_campaigns(self.deps.tables):
                open_entries_of_school(self.deps, campaign, self.school, context)
        whole.errors.sort(key=lambda finding: finding.row)
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
        result, candidates, campaigns = ImportResult(), self._candidates(lines), open_campaigns(self.deps.tables)
        touched: set[str] = set()
        for line in lines:
            found = candidates[line.row]
            if problem := self._problem(line, found, touched):
                result.errors.append(problem)
            elif not found:
                self._enrol(line, context, campaigns, work)
                result.counts["added"] += 1
            else:
                touched.add(found[0].id)
                result.counts["changed" if self._update(found[0], line, campaigns, work) else "unchanged"] += 1
        return result

    def _candidates(self, lines: Sequence[PupilLine]) -> Mapping[int, list[PupilRow]]:
        """The pupils that each row may mean: by number, or by match key where a side has no number."""
        personal_data, pupils = self.deps.personal_data, self.deps.tables.pupils
        keys = {line.row: personal_data.keys(line.fields, line.class_) for line in lines}
        match_keys = {line.row: personal_data.match_key(line.fields, line.class_) for line in lines}
        by_key = {
            key: row for row in pupils.find("keys", {key for some in keys.values() for key in some}) for key in row.keys
        }
        by_match_key: dict[str, list[PupilRow]] = {}
        for row in pupils.find("match_key", set(match_keys.values())):
            by_match_key.setdefault(row.match_key, []).append(row)
        candidates: dict[int, list[PupilRow]] = {}
        for line in lines:
            found = {by_key[key].id: by_key[key] for key in keys[line.row] if key in by_key}
            alike = [
                row
                for row in by_match_key.get(match_keys[line.row], ())
                if not line.has_number or row.keys == (row.match_key,)
            ]
            candidates[line.row] = list(found.values()) or alike
        return candidates

    def _problem(self, line: PupilLine, found: Sequence[PupilRow], touched: set[str]) -> Finding | None:
        if len(found) > 1:
            return Finding(
                line.row,
                "学籍号",
                "two-pupils",
                "此行与两名已登记的学生相符，请核对学籍号和证件号",
                "two registered pupils fit; check the pupil number and the ID number",
            )
        if found and found[0].id in touched:
            return Finding(
                line.row, "姓名", "double-in-file", "与上面某行是同一名学生", "the same pupil as in a row above"
            )
        if found and found[0].state.school != self.school and found[0].state.state != LEFT:
            return Finding(
                line.row,
                "学籍号",
                "registered-elsewhere",
                "该生学籍在另一所学校，请先办理转学",
                "the pupil is registered at another school; a transfer comes first",
            )
        return None

    def _enrol(self, line: PupilLine, context: CommandContext, campaigns: Sequence[Campaign], work: UnitOfWork) -> None:
        pupil = pupil_id(self.school, f"{context.id}:{line.row}")
        command = Enrol(self.school, line.class_)
        version, state = work.decide(enrolment_decider(pupil), f"enrolment-{pupil}", 0, Enrolment(pupil), command)
        work.put(self.deps.tables.pupils, self.deps.personal_data.pupil_row(version, state, line.fields))
        issue_code(self.deps, work, RegistrationCode(pupil), 0, context)
        for campaign in campaigns:
            open_entry(self.deps, work, campaign, state)

    def _update(self, row: PupilRow, line: PupilLine, campaigns: Sequence[Campaign], work: UnitOfWork) -> bool:
        """True if anything has changed. An empty cell changes nothing: files often leave columns out."""
        before = self.deps.personal_data.fields(row)
        fields = {**before, **line.fields}
        commands: list[Command] = []
        if row.state.school != self.school:
            commands.append(Transfer(self.school, line.class_))
        elif row.state.class_ != line.class_:
            commands.append(MoveClass(self.school, line.class_))
        if row.state.state == LEFT:
            commands.append(ChangeState(IN_SCHOOL))
        if fields != before:
            commands.append(Correct())
        if commands:
            decide_pupil(self.deps, work, row, commands, campaigns, fields)
        return bool(commands)
