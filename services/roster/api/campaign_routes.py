"""Routes of campaigns: everybody reads them, the ministry plans and moves them."""

from __future__ import annotations

from typing import Any

from services.roster.api import campaign_responses, requests
from services.roster.authorization import require_nation
from services.roster.dependencies import Dependencies
from services.roster.use_cases import campaigns
from services.roster.use_cases.coverage import read_coverage
from shared.language import permissions
from shared.service.app import SIGNED_IN, Route
from shared.service.operations import Operation
from shared.service.request import body, caller, command_context, query


def campaign_routes(deps: Dependencies) -> list[Route]:
    api = Api(deps)
    return [
        Route(
            "GET",
            "/v1/campaigns",
            SIGNED_IN,
            api.campaigns,
            Operation("All campaigns: running, planned, ended; the newest first.", campaign_responses.Campaigns),
        ),
        Route(
            "GET",
            "/v1/campaign-coverage",
            permissions.RUN_CAMPAIGNS,
            api.coverage,
            Operation(
                "The schools and pupils whom a campaign would cover, at the latest count.",
                campaign_responses.Coverage,
                query=requests.CoverageQuery,
            ),
        ),
        Route(
            "POST",
            "/v1/campaigns",
            permissions.RUN_CAMPAIGNS,
            api.plan_campaign,
            Operation("Plan a campaign.", campaign_responses.Campaign, 201, body=requests.PlanCampaign, key=True),
        ),
        Route(
            "POST",
            "/v1/campaigns/<campaign>/open",
            permissions.RUN_CAMPAIGNS,
            api.open_campaign,
            Operation(
                "Open a campaign. It is `ready` in GET /v1/campaigns once every pupil has an entry.",
                campaign_responses.Campaign,
                key=True,
            ),
        ),
        Route(
            "POST",
            "/v1/campaigns/<campaign>/plan",
            permissions.RUN_CAMPAIGNS,
            api.change_plan,
            Operation(
                "Change the plan of a campaign that is not open yet.",
                campaign_responses.Campaign,
                body=requests.ChangePlan,
                key=True,
            ),
        ),
        Route(
            "POST",
            "/v1/campaigns/<campaign>/cancellation",
            permissions.RUN_CAMPAIGNS,
            api.cancel_plan,
            Operation(
                "Cancel a campaign that is not open yet; it is listed no more.", campaign_responses.Campaign, key=True
            ),
        ),
        Route(
            "POST",
            "/v1/campaigns/<campaign>/extension",
            permissions.RUN_CAMPAIGNS,
            api.extend,
            Operation(
                "Give a running campaign a later last day.",
                campaign_responses.Campaign,
                body=requests.MoveLastDay,
                key=True,
            ),
        ),
        Route(
            "POST",
            "/v1/campaigns/<campaign>/early-close",
            permissions.RUN_CAMPAIGNS,
            api.close_early,
            Operation(
                "Give a running campaign an earlier last day: today or later.",
                campaign_responses.Campaign,
                body=requests.MoveLastDay,
                key=True,
            ),
        ),
    ]


class Api:
    def __init__(self, deps: Dependencies) -> None:
        self._deps = deps

    def campaigns(self) -> Any:
        return {"items": campaigns.list_campaigns(self._deps)}

    def coverage(self) -> Any:
        require_nation(caller())
        return read_coverage(self._deps, query()["stages"])

    def plan_campaign(self) -> Any:
        given = body()
        require_nation(caller())
        return campaigns.plan_campaign(self._deps, command_context(given), **given)

    def change_plan(self, campaign: str) -> Any:
        given = body()
        require_nation(caller())
        return campaigns.change_plan(self._deps, command_context(given), campaign, **given)

    def cancel_plan(self, campaign: str) -> Any:
        require_nation(caller())
        return campaigns.cancel_plan(self._deps, command_context(), campaign)

    def open_campaign(self, campaign: str) -> Any:
        require_nation(caller())
        return campaigns.open_campaign(self._deps, command_context(), campaign)

    def extend(self, campaign: str) -> Any:
        given = body()
        require_nation(caller())
        return campaigns.extend(self._deps, command_context(given), campaign, **given)

    def close_early(self, campaign: str) -> Any:
        given = body()
        require_nation(caller())
        return campaigns.close_early(self._deps, command_context(given), campaign, **given)
