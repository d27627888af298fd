"""A campaign (核查批次): its window, the days that matter for counting, its population."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from shared.eventsourcing.decider import Decider
from shared.eventsourcing.event import Fact, NewEvent
from shared.infrastructure.errors import Refused
from shared.infrastructure.known_fields import known
from shared.language.campaign_state import campaign_state, is_over

LATER = ("cancelled", "follows", "planned_last_day", "reason")  # fields that are left out while they say nothing


@dataclass(frozen=True, slots=True)
class Campaign:
    """Days as "YYYY-MM-DD". stages: whose classes are in the population.

    follows           the campaign whose second round it is, or ""
    planned_last_day  the last day at its opening, "" while that holds. reason: of the latest change of the last day
    settled           the last day that every entry carries, "" before every pupil has one; nobody else is told
    """

    id: str
    name: str = ""
    opens: str = ""
    cutoff: str = ""
    last_day: str = ""
    stages: tuple[str, ...] = ()
    open: bool = False
    cancelled: bool = False
    follows: str = ""
    planned_last_day: str = ""
    reason: str = ""
    settled: str = ""

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
    follows: str = ""


@dataclass(frozen=True, slots=True)
class ChangePlan:
    """All of the plan of a campaign that is not open yet."""

    name: str
    opens: str
    cutoff: str
    last_day: str
    stages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CancelPlan:
    """The campaign will not take place; its id stays taken."""


@dataclass(frozen=True, slots=True)
class OpenCampaign:
    """today: the campaign's last day must not be over."""

    today: str


@dataclass(frozen=True, slots=True)
class Extend:
    last_day: str
    reason: str
    today: str


@dataclass(frozen=True, slots=True)
class CloseEarly:
    """An earlier last day: today at the earliest, because what was counted on a day that is over stays counted."""

    last_day: str
    reason: str
    today: str


@dataclass(frozen=True, slots=True)
class Settle:
    """Every enrolled pupil has an entry that carries this last day."""

    last_day: str


Command = PlanCampaign | ChangePlan | CancelPlan | OpenCampaign | Extend | CloseEarly | Settle


def decide(command: Command, campaign: Campaign) -> Sequence[NewEvent]:
    if isinstance(command, PlanCampaign):
        return _plan(command, campaign)
    if not campaign.name:
        raise Refused("not-found", "There is no campaign with this id.", where="campaign")
    if isinstance(command, CancelPlan) and campaign.cancelled:
        return []
    if campaign.cancelled:
        raise Refused(
            "campaign-cancelled", "This campaign was cancelled; plan another.", kind="conflict", where="campaign"
        )
    if isinstance(command, ChangePlan | CancelPlan):
        return _change_plan(command, campaign)
    if isinstance(command, OpenCampaign):
        return _open(command, campaign)
    if not campaign.open:
        raise Refused(
            "campaign-still-planned", "It is not open yet; change its plan instead.", kind="conflict", where="campaign"
        )
    if isinstance(command, Settle):
        is_news = command.last_day == campaign.last_day != campaign.settled
        return [NewEvent("campaign.settled", {"last_day": command.last_day})] if is_news else []
    return _move_last_day(command, campaign)


def _plan(command: PlanCampaign, campaign: Campaign) -> Sequence[NewEvent]:
    if campaign.name:
        raise Refused(
            "campaign-exists", "There is a campaign with this id; choose another.", kind="conflict", where="id"
        )
    _require_order(command)
    data = {**asdict(command), "stages": list(command.stages)}
    if not command.follows:
        del data["follows"]
    return [NewEvent("campaign.planned", data)]


def _change_plan(command: ChangePlan | CancelPlan, campaign: Campaign) -> Sequence[NewEvent]:
    if campaign.open:
        raise Refused(
            "campaign-open",
            "The campaign is open, and its plan stays; only its last day can be changed.",
            kind="conflict",
            where="campaign",
        )
    if isinstance(command, CancelPlan):
        return [NewEvent("campaign.cancelled")]
    _require_order(command)
    data = asdict(command)
    is_same = all(getattr(campaign, name) == value for name, value in data.items())
    return [] if is_same else [NewEvent("campaign.replanned", {**data, "stages": list(command.stages)})]


def _open(command: OpenCampaign, campaign: Campaign) -> Sequence[NewEvent]:
    if campaign.open:
        return []
    if is_over(campaign.last_day, command.today):
        raise over(campaign.last_day)
    return [NewEvent("campaign.opened")]


def _move_last_day(command: Extend | CloseEarly, campaign: Campaign) -> Sequence[NewEvent]:
    if is_over(campaign.last_day, command.today):
        raise Refused(
            "second-round-needed",
            f"The campaign ended on {campaign.last_day}, and its figures stay; plan a second round that names it.",
            kind="conflict",
            where="campaign",
        )
    data = {"last_day": command.last_day, "reason": command.reason}
    if isinstance(command, Extend):
        if command.last_day <= campaign.last_day:
            raise Refused("last-day-not-later", f"An extension ends after {campaign.last_day}.", where="last_day")
        return [NewEvent("campaign.extended", data)]
    earliest = max(command.today, campaign.opens)
    if not earliest <= command.last_day < campaign.last_day:
        raise Refused(
            "last-day-not-earlier",
            f"Choose a day from {earliest}, and before the present last day {campaign.last_day}.",
            where="last_day",
        )
    return [NewEvent("campaign.closed-early", data)]


def _require_order(plan: PlanCampaign | ChangePlan) -> None:
    if not plan.opens <= plan.cutoff <= plan.last_day:
        raise Refused(
            "days-out-of-order", "The opening comes first, then the cut-off, then the last day.", where="cutoff"
        )


def require_before_next_round(last_day: str, rounds: Iterable[Campaign]) -> None:
    """Refuse a last day on which a further round of the campaign has begun."""
    first = min((each.opens for each in rounds), default="")
    if first and first <= last_day:
        raise Refused(
            "round-overlaps",
            f"A second round opens on {first}; change its plan first.",
            kind="conflict",
            where="last_day",
        )


def require_second_round(opens: str, first: Campaign | None) -> None:
    """Refuse the second round of a campaign that never began, or that is not over on the round's first day."""
    if first is None or not first.open:
        raise Refused("not-found", "No campaign with this id was ever open.", where="follows")
    if not is_over(first.last_day, opens):
        raise Refused("round-overlaps", f"A second round opens after {first.last_day}.", where="opens")


def over(last_day: str) -> Refused:
    return Refused(
        "campaign-over",
        f"The campaign's last day was {last_day}: no photo is accepted, so no form is printed, and it is not opened.",
        kind="conflict",
        where="campaign",
    )


def evolve(campaign: Campaign, event: Fact) -> Campaign:
    data = event.data
    match event.type:
        case "campaign.planned" | "campaign.replanned":
            return replace(campaign, **{**known(Campaign, data), "stages": tuple(data["stages"])})
        case "campaign.cancelled":
            return replace(campaign, cancelled=True)
        case "campaign.opened":
            return replace(campaign, open=True)
        case "campaign.settled":
            return replace(campaign, settled=data["last_day"])
        case "campaign.extended" | "campaign.closed-early":
            planned = campaign.planned_last_day or campaign.last_day
            return replace(campaign, last_day=data["last_day"], planned_last_day=planned, reason=data["reason"])
    return campaign


def public(campaign: Campaign) -> Mapping[str, Any]:
    """A plan as it was made has none of the later fields: most campaigns stay like that."""
    state = {**asdict(campaign), "stages": list(campaign.stages)}
    del state["settled"]
    return {name: value for name, value in state.items() if value or name not in LATER}


def campaign_decider(id: str) -> Decider[Command, Campaign]:
    return Decider(Campaign(id), decide, evolve, public)
