"""Campaigns, for the ministry: plan one, open it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import redirect, request

from services.portal.dependencies import services
from services.portal.flash import flash
from services.portal.pages.form_fields import all_of, chosen_options, day, filled
from services.portal.pages.offices.campaign_choice import all_campaigns, coverage
from services.portal.rendering import render
from services.portal.request_context import signed_in
from services.portal.service_client import segment
from shared.infrastructure.errors import Refused
from shared.language.class_names import STAGES


def show() -> Any:
    kept = flash()
    is_planning = kept.action == "/campaigns"
    campaigns = all_campaigns(services(), signed_in().access)
    return render(
        "campaigns.html",
        campaigns=campaigns,
        names={each["id"]: each["name"] for each in campaigns},
        whole=coverage(services(), signed_in().access, tuple(STAGES)),
        first_rounds=[each for each in campaigns if each["open"]],
        stages=tuple(STAGES),
        chosen_stages=kept.values("stages") if is_planning else tuple(STAGES),
    )


def plan() -> Any:
    given = all_of(id=lambda: filled("id", 20), **PLAN)
    if follows := request.form.get("follows", ""):
        given["follows"] = follows
    services().roster.post("/v1/campaigns", plan_of(given), signed_in().access, request.form.get("key", ""))
    return redirect("/campaigns?done=campaign", 303)


PLAN: Mapping[str, Callable[[], Any]] = {
    "name": lambda: filled("name"),
    "opens": lambda: day("opens"),
    "cutoff": lambda: day("cutoff"),
    "last_day": lambda: day("last_day"),
    "stages": lambda: chosen_options("stages", STAGES),
}


def plan_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a form as roster takes a plan."""
    return {
        **{name: value for name, value in given.items() if name != "stages"},
        "population": {"stages": given["stages"]},
    }


def open_campaign() -> Any:
    """Opening is nationwide and irreversible, so it needs a tick besides the tap."""
    campaign = segment(request.form.get("campaign", ""))
    if request.form.get("sure") != "yes":
        raise Refused("not-confirmed", "Opening a campaign cannot be undone; confirm it.", where="sure")
    services().roster.post(f"/v1/campaigns/{campaign}/open", {}, signed_in().access, request.form.get("key", ""))
    return redirect("/campaigns?done=campaign-open", 303)
