"""Planning and opening a campaign."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from services.roster.dependencies import Dependencies
from services.roster.domain.campaign import Campaign, Command, OpenCampaign, PlanCampaign, campaign_decider
from services.roster.tables.lookups import campaign_row
from services.roster.tables.rows import CampaignRow
from shared.eventsourcing.commands import UnitOfWork, execute
from shared.eventsourcing.store import CommandContext
from shared.infrastructure.errors import Refused
from shared.language.campaign_state import in_order, is_over


def list_campaigns(deps: Dependencies) -> list[Mapping[str, Any]]:
    """All campaigns: running ones first, then planned, then ended; of each kind the newest first."""
    rows, today = deps.tables.campaigns.find("open", ["True", "False"]), deps.today()
    ordered = in_order(rows, lambda row: (row.state.state_on(today), row.state.opens, row.id))
    return [_response(row, today) for row in ordered]


def plan_campaign(
    deps: Dependencies,
    context: CommandContext,
    *,
    id: str,
    name: str,
    opens: date,
    cutoff: date,
    last_day: date,
    population: Mapping[str, Sequence[str]],
) -> Mapping[str, Any]:
    """population: {"stages": whose pupils are expected}."""
    days = (opens.isoformat(), cutoff.isoformat(), last_day.isoformat())
    command = PlanCampaign(name.strip(), *days, stages=tuple(sorted(set(population["stages"]))))

    def plan(work: UnitOfWork) -> Mapping[str, Any]:
        if is_over(command.last_day, deps.today()):
            raise Refused(
                "days-over", "The last day of the campaign is over already; check the year.", where="last_day"
            )
        return _decide(deps, work, deps.tables.campaigns.get(id) or CampaignRow(0, Campaign(id)), command)

    return execute(deps.store, context, plan)


def open_campaign(deps: Dependencies, context: CommandContext, id: str) -> Mapping[str, Any]:
    """Pupils enrolled from now on get an entry at once; campaign_opening.py gives one to those enrolled before."""
    command = OpenCampaign(deps.today())
    return execute(deps.store, context, lambda work: _decide(deps, work, campaign_row(deps.tables, id), command))


def _decide(deps: Dependencies, work: UnitOfWork, row: CampaignRow, command: Command) -> Mapping[str, Any]:
    version, state = work.decide(campaign_decider(row.id), f"campaign-{row.id}", row.version, row.state, command)
    after = CampaignRow(version, state, row.ready)
    if version > row.version:
        work.put(deps.tables.campaigns, after)
    return _response(after, deps.today())


def _response(row: CampaignRow, today: str) -> dict[str, Any]:
    fields = asdict(row.state)
    del fields["stages"]
    return {
        **fields,
        "population": {"stages": list(row.state.stages)},
        "ready": row.ready,
        "state": row.state.state_on(today),
    }
