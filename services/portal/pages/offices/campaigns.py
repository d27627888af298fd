"""Campaigns, for the ministry: plan one, open it."""

from __future__ import annotations

from typing import Any

from flask import redirect, request

from services.portal.dependencies import services
from services.portal.flash import flash
from services.portal.pages.form_fields import all_of, chosen_options, day, filled
from services.portal.pages.offices.campaign_choice import all_campaigns
from services.portal.rendering import render
from services.portal.request_context import signed_in
from services.portal.service_client import segment
from shared.infrastructure.errors import Refused
from shared.language.class_names import STAGES


def show() -> Any:
    kept = flash()
    is_planning = kept.action == "/campaigns"
    return render(
        "campaigns.html",
        campaigns=all_campaigns(services(), signed_in().access),
        stages=tuple(STAGES),
        chosen_stages=kept.values("stages") if is_planning else tuple(STAGES),
    )


def plan() -> Any:
    form = request.form
    given = all_of(
        id=lambda: filled("id", 20),
        name=lambda: filled("name"),
        opens=lambda: day("opens"),
        cutoff=lambda: day("cutoff"),
        last_day=lambda: day("last_day"),
        stages=lambda: chosen_options("stages", STAGES),
    )
    population = {"stages": given.pop("stages")}
    services().roster.post(
        "/v1/campaigns", {**given, "population": population}, signed_in().access, form.get("key", "")
    )
    return redirect("/campaigns?done=campaign", 303)


def open_campaign() -> Any:
    """Opening is nationwide and irreversible, so it needs a tick besides the tap."""
    campaign = segment(request.form.get("campaign", ""))
    if request.form.get("sure") != "yes":
        raise Refused("not-confirmed", "Opening a campaign cannot be undone; confirm it.", where="sure")
    services().roster.post(f"/v1/campaigns/{campaign}/open", {}, signed_in().access, request.form.get("key", ""))
    return redirect("/campaigns?done=campaign-open", 303)
