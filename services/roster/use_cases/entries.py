"""Entries of pupils in open campaigns: opened, and kept in step with the enrolment."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from services.roster.dependencies import Dependencies
from services.roster.domain.campaign import Campaign
from services.roster.domain.enrolment import GONE, VOID, Enrolment
from services.roster.domain.entry import Entry, OpenEntry, UpdateFromEnrolment, entry_decider
from services.roster.tables.rows import EntryRow, entry_id
from shared.eventsourcing.commands import UnitOfWork, transact
from shared.eventsourcing.store import CommandContext
from shared.infrastructure.chunks import chunks
from shared.language import codes
from shared.language.campaign_state import is_over

PER_TRANSACTION = 50  # pupils


def open_entries_of_school(deps: Dependencies, campaign: Campaign, school: str, context: CommandContext) -> None:
    """An entry for every pupil of a school that has none in a campaign. Safe to repeat and to run concurrently."""
    present = [row.id for row in deps.tables.pupils.find("school", [school]) if row.state.state not in GONE]
    for pupils in chunks(present, PER_TRANSACTION):
        transact(deps.store, context, partial(_open_missing, deps, campaign, pupils))


def _open_missing(deps: Dependencies, campaign: Campaign, pupils: Sequence[str], work: UnitOfWork) -> None:
    entries = deps.tables.entries.many(entry_id(campaign.id, pupil) for pupil in pupils)
    have = {row.state.pupil for row in entries}
    for row in deps.tables.pupils.many(pupil for pupil in pupils if pupil not in have):
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
        command, decider = UpdateFromEnrolment(enrolment, campaign.stages), entry_decider(campaign.id, enrolment.pupil)
        version, entry = work.decide(decider, f"entry-{row.id}", row.version, row.state, command)
        if version > row.version:
            work.put(deps.tables.entries, EntryRow(version, entry, row.sealed, row.print))
