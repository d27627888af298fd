"""Rows of a roster file become enrolments, entries and codes: a few dozen pupils per transaction, the same file twice changes nothing."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any
from zlib import crc32

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
from services.roster.domain.entry import Entry, Follow, OpenEntry, entry_decider
from services.roster.domain.registration_code import Issue, Registration, registration_decider
from services.roster.personal_data import PersonalData
from services.roster.roster_file.parse import Finding, Parsed, PupilLine
from services.roster.tables.rows import EntryRow, PupilRow, RegistrationRow, Tables, entry_id
from services.roster.use_cases.organisation import batches
from shared.eventsourcing.commands import UnitOfWork, execute, transact
from shared.eventsourcing.event import SLOTS
from shared.eventsourcing.store import CommandContext, EventStore
from shared.language import codes

AT_ONCE = 50
GONE = (LEFT, "graduated")
PUPILS = uuid.UUID("6f1c9a52-5c1b-4f6e-9a53-0d1d3c7b2e11")  # pupil ids are derived from the import and the row


@dataclass(slots=True)
class Outcome:
    """Of an import, or of one transaction of it. errors: rows that the store refuses."""

    counts: Counter[str] = field(default_factory=Counter)
    errors: list[Finding] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {"counts": dict(self.counts), "errors": [finding.as_json() for finding in self.errors]}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Outcome:
        return cls(Counter(kept["counts"]), [Finding(**finding) for finding in kept["errors"]])


def pupil_id(school: str, seed: str) -> str:
    """slot of the school that first registered the pupil, then 20 hexadecimal digits; the same seed gives the same id."""
    return f"{crc32(school.encode()) % SLOTS:03x}.{uuid.uuid5(PUPILS, seed).hex[:20]}"


@dataclass(frozen=True, slots=True)
class Admission:
    """Admits the pupils of one school; every new pupil gets an entry in every open campaign."""

    store: EventStore
    tables: Tables
    personal_data: PersonalData
    school: str

    def admit(self, parsed: Parsed, context: CommandContext, *, dry_run: bool = False) -> Outcome:
        whole = Outcome(errors=list(parsed.errors))
        for lines in batches(parsed.good, AT_ONCE):
            part = (
                self._plan(lines, context, UnitOfWork(self.store, context)) if dry_run else self._admit(lines, context)
            )
            whole.counts.update(part.counts)
            whole.errors.extend(part.errors)
        for campaign in (
            [] if dry_run else open_campaigns(self.tables)
        ):  # one that was opened meanwhile may have passed this school by
            fan_out_school(self.store, self.tables, self.personal_data, campaign, self.school, context)
        whole.errors.sort(key=lambda finding: finding.row)
        return whole

    def _admit(self, lines: Sequence[PupilLine], context: CommandContext) -> Outcome:
        """One transaction, which remembers its outcome: an import that died on its way and is sent again says what it would have said."""
        rows = ",".join(
            str(line.row) for line in lines
        )  # a file that is read otherwise the second time has other parts
        part = replace(context, id=f"{context.id}:{uuid.uuid5(PUPILS, rows).hex}")
        return Outcome.from_json(execute(self.store, part, lambda work: self._plan(lines, context, work).as_json()))

    def _plan(self, lines: Sequence[PupilLine], context: CommandContext, work: UnitOfWork) -> Outcome:
        outcome, known, campaigns = Outcome(), self._known(lines), open_campaigns(self.tables)
        touched: set[str] = set()
        for line in lines:
            found = known[line.row]
            if problem := self._problem(line, found, touched):
                outcome.errors.append(problem)
            elif not found:
                self._enrol(line, context, campaigns, work)
                outcome.counts["added"] += 1
            else:
                touched.add(found[0].id)
                outcome.counts["changed" if self._update(found[0], line, campaigns, work) else "unchanged"] += 1
        return outcome

    def _known(self, lines: Sequence[PupilLine]) -> Mapping[int, list[PupilRow]]:
        """Of each line the pupils that it may mean: by number; else by look, where one of the two sides has no number."""
        keys = {line.row: self.personal_data.keys(line.fields, line.class_) for line in lines}
        looks = {line.row: self.personal_data.look(line.fields, line.class_) for line in lines}
        by_key = {
            key: row
            for row in self.tables.pupils.find("keys", {key for some in keys.values() for key in some})
            for key in row.keys
        }
        by_look: dict[str, list[PupilRow]] = {}
        for row in self.tables.pupils.find("look", set(looks.values())):
            by_look.setdefault(row.look, []).append(row)
        known: dict[int, list[PupilRow]] = {}
        for line in lines:
            found = {by_key[key].id: by_key[key] for key in keys[line.row] if key in by_key}
            alike = [row for row in by_look.get(looks[line.row], ()) if not line.has_number or row.keys == (row.look,)]
            known[line.row] = list(found.values()) or alike
        return known

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
        version, enrolment = work.decide(
            enrolment_decider(pupil), f"enrolment-{pupil}", 0, Enrolment(pupil), Enrol(self.school, line.class_)
        )
        work.put(self.tables.pupils, self.personal_data.row(version, enrolment, line.fields))
        issue_code(self.tables, self.personal_data, work, Registration(pupil), 0, context.id)
        for campaign in campaigns:
            open_entry(self.tables, self.personal_data, work, campaign, enrolment)

    def _update(self, row: PupilRow, line: PupilLine, campaigns: Sequence[Campaign], work: UnitOfWork) -> bool:
        """Whether anything has changed. An empty cell changes nothing: files often leave columns out."""
        known = self.personal_data.fields(row)
        fields = {**known, **line.fields}
        commands: list[Command] = []
        if row.state.school != self.school:
            commands.append(Transfer(self.school, line.class_))
        elif row.state.class_ != line.class_:
            commands.append(MoveClass(self.school, line.class_))
        if row.state.state == LEFT:
            commands.append(ChangeState(IN_SCHOOL))
        if fields != known:
            commands.append(Correct())
        if commands:
            change_pupil(self.tables, self.personal_data, work, row, commands, campaigns, fields)
        return bool(commands)


def open_campaigns(tables: Tables) -> list[Campaign]:
    """The newest first."""
    return sorted(
        (row.state for row in tables.campaigns.find("open", ["True"])),
        key=lambda campaign: (campaign.opens, campaign.id),
        reverse=True,
    )


def fan_out_school(
    store: EventStore,
    tables: Tables,
    personal_data: PersonalData,
    campaign: Campaign,
    school: str,
    context: CommandContext,
) -> None:
    """An entry for every pupil of a school that has none in a campaign. Doing it again, or twice at once, is harmless."""
    present = [row for row in tables.pupils.find("school", [school]) if row.state.state not in GONE]
    for part in batches([row.id for row in present], AT_ONCE):
        transact(store, context, partial(_fan_out_part, tables, personal_data, campaign, part))


def _fan_out_part(
    tables: Tables, personal_data: PersonalData, campaign: Campaign, pupils: Sequence[str], work: UnitOfWork
) -> None:
    have = {row.state.pupil for row in tables.entries.many([entry_id(campaign.id, pupil) for pupil in pupils])}
    for row in tables.pupils.many([pupil for pupil in pupils if pupil not in have]):
        open_entry(tables, personal_data, work, campaign, row.state)


def open_entry(
    tables: Tables, personal_data: PersonalData, work: UnitOfWork, campaign: Campaign, enrolment: Enrolment
) -> None:
    """The pupil's entry in a campaign, with its upload code."""
    pupil = enrolment.pupil
    code, hashed = personal_data.new_code(codes.UPLOAD)
    id = entry_id(campaign.id, pupil)
    command = OpenEntry(enrolment, campaign.stages, hashed, campaign.cutoff, campaign.last_day)
    version, entry = work.decide(
        entry_decider(campaign.id, pupil), f"entry-{id}", 0, Entry(campaign.id, pupil), command
    )
    work.put(tables.entries, EntryRow(version, entry, personal_data.seal_entry(id, code)))


def issue_code(
    tables: Tables,
    personal_data: PersonalData,
    work: UnitOfWork,
    registration: Registration,
    version: int,
    command_id: str,
) -> None:
    """A new registration code; the one before is void."""
    pupil = registration.pupil
    code, hashed = personal_data.new_code(codes.REGISTRATION)
    version, after = work.decide(
        registration_decider(pupil), f"registration-{pupil}", version, registration, Issue(hashed)
    )
    work.put(
        tables.registrations, RegistrationRow(version, after, command_id, personal_data.seal_registration(pupil, code))
    )


def change_pupil(
    tables: Tables,
    personal_data: PersonalData,
    work: UnitOfWork,
    row: PupilRow,
    commands: Sequence[Command],
    campaigns: Sequence[Campaign],
    fields: Mapping[str, str],
) -> Enrolment:
    """Decisions about one pupil; its entries in the open campaigns follow in the same transaction. fields: the personal ones afterwards."""
    version, state = work.decide(enrolment_decider(row.id), f"enrolment-{row.id}", row.version, row.state, *commands)
    if version > row.version:
        work.put(tables.pupils, personal_data.row(version, state, fields))
    for campaign in campaigns:
        entry = tables.entries.get(entry_id(campaign.id, row.id))
        if entry is None:
            open_entry(tables, personal_data, work, campaign, state)
            continue
        command = Follow(state, campaign.stages)
        new, after = work.decide(
            entry_decider(campaign.id, row.id), f"entry-{entry.id}", entry.version, entry.state, command
        )
        if new > entry.version:
            work.put(tables.entries, EntryRow(new, after, entry.sealed, entry.print))
    return state
