"""Planning and opening a campaign. Opening fans entries out school by school and goes on where it stopped."""
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.roster.admission import fan_out_school
from services.roster.batch import Batch, perform, recalled
from services.roster.campaign.decider import Campaign, OpenCampaign, Order, PlanCampaign, campaign_decider
from services.roster.pupils import Secrets
from services.roster.tables import CampaignRow, Tables
from shared.errors import Refused
from shared.store import Command, EventStore

OPENER = "service:roster-opening"


def campaign_row(tables: Tables, id: str) -> CampaignRow:
    row = tables.campaigns.get(id)
    if row is None:
        raise Refused("not-found", "There is no campaign with this id.", where="campaign")
    return row


def plan_campaign(store: EventStore, tables: Tables, command: Command, id: str, order: PlanCampaign) -> Mapping[str, Any]:
    def plan(batch: Batch) -> Mapping[str, Any]:
        return _decide(tables, batch, tables.campaigns.get(id) or CampaignRow(0, Campaign(id)), order)
    return perform(store, command, plan)


def open_campaign(store: EventStore, tables: Tables, secrets: Secrets, command: Command, id: str) -> Mapping[str, Any]:
    """Open it first, so that whoever is enrolled from now on gets an entry at once; then everybody who was enrolled before."""
    if (seen := recalled(store, command)) is not None:
        return seen
    perform(store, command, lambda batch: _decide(tables, batch, campaign_row(tables, id), OpenCampaign()), remember=False)
    answer = {**as_json(campaign_row(tables, id).state), "pupils": fan_out(store, tables, secrets, command, id)}
    store.remember(command, answer)
    return answer


def fan_out(store: EventStore, tables: Tables, secrets: Secrets, command: Command, id: str) -> int:
    """An entry for every pupil of every school; how many pupils there are."""
    campaign = campaign_row(tables, id).state
    schools = sorted(row.id for row in tables.units.find("level", ["school"]))
    pupils = sum(fan_out_school(store, tables, secrets, campaign, school, command) for school in schools)
    row = campaign_row(tables, id)
    tables.campaigns.put([CampaignRow(row.version, row.state, fanned_out=True)])
    return pupils


def resume_openings(store: EventStore, tables: Tables, secrets: Secrets) -> list[str]:
    """Finish the openings that were interrupted; their campaigns."""
    interrupted = [row.id for row in tables.campaigns.find("open", ["True"]) if not row.fanned_out]
    for id in interrupted:
        fan_out(store, tables, secrets, Command(f"{OPENER}:{id}", OPENER), id)
    return interrupted


def _decide(tables: Tables, batch: Batch, row: CampaignRow, order: Order) -> Mapping[str, Any]:
    version, state = batch.decide(campaign_decider(row.id), f"campaign-{row.id}", row.version, order, row.state)
    if version > row.version:
        batch.put(tables.campaigns, CampaignRow(version, state, row.fanned_out))
    return as_json(state)


def as_json(campaign: Campaign) -> dict[str, Any]:
    return {"id": campaign.id, "name": campaign.name, "opens": campaign.opens, "cutoff": campaign.cutoff, "last_day": campaign.last_day,
            "population": {"stages": list(campaign.stages)}, "open": campaign.open}
