"""Entries of pupils in open campaigns: opened, and kept in step with the enrolment."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from services.roster.dependencies import Dependencies
from services.roster.domain.campaign import Campaign
from services.roster.domain.enrolment import GONE, VOID, Enrolment
from services.roster.domain.entry import Command, Entry, OpenEntry, Reschedule, UpdateFromEnrolment, entry_decider
from services.roster.tables.lookups import campaign_row
from services.roster.tables.rows import EntryRow, entry_id
from shared.eventsourcing.commands import UnitOfWork, transact
from shared.eventsourcing.store import CommandContext
from shared.infrastructure.chunks import chunks
from shared.language import codes
from shared.language.campaign_state import is_over

PER_TRANSACTION = 50  # pupils


def settle_entries_of_school(deps: Dependencies, campaign: str, school: str, context: CommandContext) -> None:
    """An entry with the campaign's last day for every pupil of a school. Safe to repeat and to run concurrently."""
    known = [row.id for row in deps.tables.pupils.find("school", [school])]
    for pupils in chunks(known, PER_TRANSACTION):
        transact(deps.store, context, partial(_settle, deps, campaign, pupils))


def _settle(deps: Dependencies, id: str, pupils: Sequence[str], work: UnitOfWork) -> None:
    """The campaign is read here, in each transaction: its last day may have moved since the one before."""
    campaign = campaign_row(deps.tables, id).state
    entries = deps.tables.entries.many(entry_id(id, pupil) for pupil in pupils)
    for entry in entries:
        _decide(deps, work, entry, Reschedule(campaign.last_day))
    have = {row.state.pupil for row in entries}
    for row in deps.tables.pupils.many(pupil for pupil in pupils if pupil not in have):
        if row.state.state not in GONE:
            open_entry(deps, work, campaign, row.state)


def open_entry(deps: Dependencies, work: UnitOfWork, campaign: Campaign, enrolment: Enrolment) -> None:
    """The pupil's entry in a campaign, with its upload code. None is opened after the campaign's last day."""
    if is_over(campaign.last_day, deps.today()):
        return
    id = entry_id(campaign.id, enrolment.pupil)
    code, hashed = deps.personal_data.new_code(codes.UPLOAD)
    command = OpenEntry(enrolment, campaign.stages, hashed, campaign.cutoff, campaign.last_day)
    decider = entry_decider(campaign.id, enrolment.pupil)
    version, entry = work.decide(decider, f"entry-{id}", 0, Entry(campaign.id, enrolment.pupil), command)
    work.put(deps.tables.entries, EntryRow(version, entry, deps.personal_data.seal_entry(id, code)))


def update_from_enrolment(
    deps: Dependencies, work: UnitOfWork, campaigns: Sequence[Campaign], enrolment: Enrolment
) -> None:
    """Update the pupil's entry in each of these campaigns after a change of the enrolment; open a missing one."""
    for campaign in campaigns:
        row = deps.tables.entries.get(entry_id(campaign.id, enrolment.pupil))
        if row is None:
            if enrolment.state != VOID:
                open_entry(deps, work, campaign, enrolment)
            continue
        _decide(deps, work, row, UpdateFromEnrolment(enrolment, campaign.stages), Reschedule(campaign.last_day))


def _decide(deps: Dependencies, work: UnitOfWork, row: EntryRow, *commands: Command) -> None:
    decider = entry_decider(row.state.campaign, row.state.pupil)
    version, entry = work.decide(decider, f"entry-{row.id}", row.version, row.state, *commands)
    if version > row.version:
        work.put(deps.tables.entries, EntryRow(version, entry, row.sealed, row.print))
