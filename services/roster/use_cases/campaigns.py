"""The life of a campaign: planned, changed or cancelled; opened, extended or closed early."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from services.roster.dependencies import Dependencies
from services.roster.domain.campaign import (
    Campaign,
    CancelPlan,
    ChangePlan,
    CloseEarly,
    Command,
    Extend,
    OpenCampaign,
    PlanCampaign,
    campaign_decider,
    require_before_next_round,
    require_second_round,
)
from services.roster.tables.lookups import campaign_row
from services.roster.tables.rows import CampaignRow
from shared.eventsourcing.commands import UnitOfWork, execute
from shared.eventsourcing.store import CommandContext
from shared.infrastructure.errors import Refused
from shared.language.campaign_state import in_order, is_over


def list_campaigns(deps: Dependencies) -> list[Mapping[str, Any]]:
    """All campaigns: running ones first, then planned, then ended; of each kind the newest first."""
    today = deps.today()
    ordered = in_order(_listed(deps), lambda row: (row.state.state_on(today), row.state.opens, row.id))
    return [_response(row, today) for row in ordered]


def _listed(deps: Dependencies) -> list[CampaignRow]:
    """All campaigns but the cancelled ones."""
    return deps.tables.campaigns.find("open", ["True", "False"])


def plan_campaign(
    deps: Dependencies, context: CommandContext, *, id: str, follows: str = "", **plan: Any
) -> Mapping[str, Any]:
    """A campaign; with `follows` as the second round of another, which is over by then. plan: as of change_plan."""
    command = PlanCampaign(*_plan_of(**plan), follows=follows)

    def decide(work: UnitOfWork) -> Mapping[str, Any]:
        _require_possible(deps, command, follows)
        return _decide(deps, work, deps.tables.campaigns.get(id) or CampaignRow(0, Campaign(id)), command)

    return execute(deps.store, context, decide)


def change_plan(deps: Dependencies, context: CommandContext, id: str, **plan: Any) -> Mapping[str, Any]:
    """plan: name; opens, cutoff, last_day; population: {"stages": whose pupils are expected}."""
    command = ChangePlan(*_plan_of(**plan))

    def decide(work: UnitOfWork) -> Mapping[str, Any]:
        row = campaign_row(deps.tables, id)
        _require_possible(deps, command, row.state.follows)
        return _decide(deps, work, row, command)

    return execute(deps.store, context, decide)


def cancel_plan(deps: Dependencies, context: CommandContext, id: str) -> Mapping[str, Any]:
    """A campaign that is not open yet is listed no more."""
    return _execute(deps, context, id, CancelPlan())


def open_campaign(deps: Dependencies, context: CommandContext, id: str) -> Mapping[str, Any]:
    """Pupils enrolled from now on get an entry at once; campaign_opening.py gives one to those enrolled before."""

    def decide(work: UnitOfWork) -> Mapping[str, Any]:
        row = campaign_row(deps.tables, id)
        if row.state.follows:
            require_second_round(deps.today(), campaign_row(deps.tables, row.state.follows).state)
        return _decide(deps, work, row, OpenCampaign(deps.today()))

    return execute(deps.store, context, decide)


def extend(deps: Dependencies, context: CommandContext, id: str, last_day: date, reason: str) -> Mapping[str, Any]:
    """A later last day, at once for photos and prints; campaign_opening.py tells every entry, and so the figures."""

    def decide(work: UnitOfWork) -> Mapping[str, Any]:
        day = last_day.isoformat()
        extended = _decide(deps, work, campaign_row(deps.tables, id), Extend(day, reason.strip(), deps.today()))
        require_before_next_round(day, [row.state for row in _listed(deps) if row.state.follows == id])
        return extended

    return execute(deps.store, context, decide)


def close_early(deps: Dependencies, context: CommandContext, id: str, last_day: date, reason: str) -> Mapping[str, Any]:
    """An earlier last day, today or later; otherwise as `extend`."""
    return _execute(deps, context, id, CloseEarly(last_day.isoformat(), reason.strip(), deps.today()))


Plan = tuple[str, str, str, str, tuple[str, ...]]


def _plan_of(name: str, opens: date, cutoff: date, last_day: date, population: Mapping[str, Sequence[str]]) -> Plan:
    days = (opens.isoformat(), cutoff.isoformat(), last_day.isoformat())
    return name.strip(), *days, tuple(sorted(set(population["stages"])))


def _require_possible(deps: Dependencies, command: PlanCampaign | ChangePlan, follows: str) -> None:
    if is_over(command.last_day, deps.today()):
        raise Refused("days-over", "The last day of the campaign is over already; check the year.", where="last_day")
    if follows:
        first = deps.tables.campaigns.get(follows)
        require_second_round(command.opens, first.state if first else None)


def _execute(deps: Dependencies, context: CommandContext, id: str, command: Command) -> Mapping[str, Any]:
    return execute(deps.store, context, lambda work: _decide(deps, work, campaign_row(deps.tables, id), command))


def _decide(deps: Dependencies, work: UnitOfWork, row: CampaignRow, command: Command) -> Mapping[str, Any]:
    version, state = work.decide(campaign_decider(row.id), f"campaign-{row.id}", row.version, row.state, command)
    after = CampaignRow(version, state)
    if version > row.version:
        work.put(deps.tables.campaigns, after)
    return _response(after, deps.today())


def _response(row: CampaignRow, today: str) -> dict[str, Any]:
    fields = asdict(row.state)
    del fields["stages"], fields["cancelled"]
    return {
        **fields,
        "population": {"stages": list(row.state.stages)},
        "ready": row.ready,
        "settled": row.settled,
        "state": row.state.state_on(today),
    }
