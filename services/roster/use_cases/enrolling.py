"""Enrolling a pupil: the enrolment, a registration code, and an entry in every open campaign."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from zlib import crc32

from services.roster.dependencies import Dependencies
from services.roster.domain.campaign import Campaign
from services.roster.domain.enrolment import Enrol, Enrolment, enrolment_decider
from services.roster.domain.registration_code import RegistrationCode
from services.roster.use_cases.entries import open_entry
from services.roster.use_cases.registration_codes import issue_code
from shared.eventsourcing.commands import UnitOfWork
from shared.eventsourcing.event import SLOTS
from shared.eventsourcing.store import CommandContext

PUPILS = uuid.UUID("6f1c9a52-5c1b-4f6e-9a53-0d1d3c7b2e11")  # namespace of pupil ids


def pupil_id(school: str, seed: str) -> str:
    """The slot of the school that first registered the pupil, then 20 hexadecimal digits that follow from the seed."""
    return f"{crc32(school.encode()) % SLOTS:03x}.{uuid.uuid5(PUPILS, seed).hex[:20]}"


def enrol_pupil(
    deps: Dependencies,
    work: UnitOfWork,
    command: Enrol,
    fields: Mapping[str, str],
    campaigns: Sequence[Campaign],
    context: CommandContext,
    *,
    seed: str,
) -> str:
    """The id of the new pupil. seed: one per pupil."""
    pupil = pupil_id(command.school, seed)
    version, state = work.decide(enrolment_decider(pupil), f"enrolment-{pupil}", 0, Enrolment(pupil), command)
    work.put(deps.tables.pupils, deps.personal_data.pupil_row(version, state, fields))
    issue_code(deps, work, RegistrationCode(pupil), 0, context)
    for campaign in campaigns:
        open_entry(deps, work, campaign, state)
    return pupil
