"""Rows by id; Refused("not-found") where there is none. A void pupil is none."""

from __future__ import annotations

from services.roster.domain.campaign import Campaign
from services.roster.domain.correction import Corrections
from services.roster.domain.enrolment import GONE, VOID
from services.roster.tables.rows import (
    ArrivalRow,
    CampaignRow,
    CorrectionsRow,
    ImportRunRow,
    ProposalRow,
    PupilRow,
    RegistrationCodeRow,
    Tables,
)
from shared.infrastructure.errors import Refused
from shared.language.campaign_state import in_order


def pupil_row(tables: Tables, pupil: str) -> PupilRow:
    row = tables.pupils.get(pupil)
    if row is None or row.state.state == VOID:
        raise Refused("not-found", "There is no pupil with this id.", where="pupil")
    return row


def pupils_by(tables: Tables, field: str, value: str) -> list[PupilRow]:
    """field: "school" or "class"."""
    return [row for row in tables.pupils.find(field, [value]) if row.state.state != VOID]


def pupils_there(tables: Tables, field: str, value: str) -> int:
    """Pupils who have not left for good; a suspended one is still there. field: "school" or "class"."""
    return sum(row.state.state not in GONE for row in tables.pupils.find(field, [value]))


def registration_code_row(tables: Tables, pupil: str) -> RegistrationCodeRow:
    row = tables.registration_codes.get(pupil)
    if row is None:
        raise Refused("not-found", "There is no pupil with this id.", where="pupil")
    return row


def arrival_row(tables: Tables, id: str) -> ArrivalRow:
    row = tables.arrivals.get(id)
    if row is None:
        raise Refused("not-found", "There is no arrival with this id.", where="arrival")
    return row


def proposal_row(tables: Tables, pupil: str) -> ProposalRow:
    row = tables.proposals.get(pupil)
    if row is None:
        raise Refused("not-found", "There is no proposal for this pupil.", where="pupil")
    return row


def corrections_row(tables: Tables, pupil: str) -> CorrectionsRow:
    """The corrections of a pupil; version 0 of one that has none."""
    return tables.corrections.get(pupil) or CorrectionsRow(0, Corrections(pupil), (), b"")


def import_run_row(tables: Tables, id: str) -> ImportRunRow:
    row = tables.import_runs.get(id)
    if row is None:
        raise Refused("not-found", "There is no import with this id that has changed anything.", where="import")
    return row


def campaign_row(tables: Tables, id: str) -> CampaignRow:
    row = tables.campaigns.get(id)
    if row is None:
        raise Refused("not-found", "There is no campaign with this id.", where="campaign")
    return row


def open_campaigns(tables: Tables) -> list[Campaign]:
    """Every campaign that was opened, ended ones too: their entries follow the pupils. The newest first."""
    found = (row.state for row in tables.campaigns.find("open", ["True"]))
    return sorted(found, key=lambda campaign: (campaign.opens, campaign.id), reverse=True)


def current_campaign(tables: Tables, today: str) -> Campaign | None:
    """The newest campaign that is running; if none is, the one that has ended last; None if none was opened."""
    found = in_order(open_campaigns(tables), lambda campaign: (campaign.state_on(today), campaign.opens, campaign.id))
    return found[0] if found else None
