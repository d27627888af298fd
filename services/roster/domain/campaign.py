"""A campaign (核查批次): its window, the days that matter for counting, its population."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from shared.eventsourcing.decider import Decider
from shared.eventsourcing.event import Fact, NewEvent
from shared.infrastructure.errors import Refused
from shared.infrastructure.known_fields import known
from shared.language.campaign_state import campaign_state, is_over


@dataclass(frozen=True, slots=True)
class Campaign:
    """Days as "YYYY-MM-DD". stages: whose classes are in the population."""

    id: str
    name: str = ""
    opens: str = ""
    cutoff: str = ""
    last_day: str = ""
    stages: tuple[str, ...] = ()
    open: bool = False

    def state_on(self, day: str) -> str:
        """One of shared.language.campaign_state.CAMPAIGN_STATES."""
        return campaign_state(self.open, self.cutoff, self.last_day, day)


@dataclass(frozen=True, slots=True)
class PlanCampaign:
    name: str
    opens: str
    cutoff: str
    last_day: str
    stages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OpenCampaign:
    """today: the campaign's last day must not be over."""

    today: str


Command = PlanCampaign | OpenCampaign


def decide(command: Command, campaign: Campaign) -> Sequence[NewEvent]:
    if isinstance(command, PlanCampaign):
        if campaign.name:
            raise Refused(
                "campaign-exists", "There is a campaign with this id; choose another.", kind="conflict", where="id"
            )
        if not command.opens <= command.cutoff <= command.last_day:
            raise Refused(
                "days-out-of-order", "The opening comes first, then the cut-off, then the last day.", where="cutoff"
            )
        return [NewEvent("campaign.planned", {**asdict(command), "stages": list(command.stages)})]
    if not campaign.name:
        raise Refused("not-found", "There is no campaign with this id.", where="campaign")
    if campaign.open:
        return []
    if is_over(campaign.last_day, command.today):
        raise over(campaign.last_day)
    return [NewEvent("campaign.opened")]


def over(last_day: str) -> Refused:
    return Refused(
        "campaign-over",
        f"The campaign's last day was {last_day}: no photo is accepted, so no form is printed, and it is not opened.",
        kind="conflict",
        where="campaign",
    )


def evolve(campaign: Campaign, event: Fact) -> Campaign:
    if event.type == "campaign.planned":
        return Campaign(campaign.id, **{**known(Campaign, event.data), "stages": tuple(event.data["stages"])})
    if event.type == "campaign.opened":
        return replace(campaign, open=True)
    return campaign


def public(campaign: Campaign) -> Mapping[str, Any]:
    return {**asdict(campaign), "stages": list(campaign.stages)}


def campaign_decider(id: str) -> Decider[Command, Campaign]:
    return Decider(Campaign(id), decide, evolve, public)
