"""Planning and opening a campaign."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.roster.domain.campaign import Campaign, Command, OpenCampaign, PlanCampaign, campaign_decider
from services.roster.tables.rows import CampaignRow, Tables
from shared.eventsourcing.commands import UnitOfWork, execute
from shared.eventsourcing.store import CommandContext, EventStore
from shared.infrastructure.errors import Refused


def campaign_row(tables: Tables, id: str) -> CampaignRow:
    row = tables.campaigns.get(id)
    if row is None:
        raise Refused("not-found", "There is no campaign with this id.", where="campaign")
    return row


def plan_campaign(
    store: EventStore, tables: Tables, context: CommandContext, id: str, command: PlanCampaign
) -> Mapping[str, Any]:
    def plan(work: UnitOfWork) -> Mapping[str, Any]:
        return _decide(tables, work, tables.campaigns.get(id) or CampaignRow(0, Campaign(id)), command)

    return execute(store, context, plan)


def open_campaign(store: EventStore, tables: Tables, context: CommandContext, id: str) -> Mapping[str, Any]:
    """Whoever is enrolled from now on gets an entry at once; everybody who was enrolled before gets one soon (openings.py)."""
    return execute(store, context, lambda work: _decide(tables, work, campaign_row(tables, id), OpenCampaign()))


def _decide(tables: Tables, work: UnitOfWork, row: CampaignRow, command: Command) -> Mapping[str, Any]:
    version, state = work.decide(campaign_decider(row.id), f"campaign-{row.id}", row.version, row.state, command)
    after = CampaignRow(version, state, row.fanned_out)
    if version > row.version:
        work.put(tables.campaigns, after)
    return as_json(after)


def as_json(row: CampaignRow) -> dict[str, Any]:
    campaign = row.state
    return {
        "id": campaign.id,
        "name": campaign.name,
        "opens": campaign.opens,
        "cutoff": campaign.cutoff,
        "last_day": campaign.last_day,
        "population": {"stages": list(campaign.stages)},
        "open": campaign.open,
        "ready": row.fanned_out,
    }
