"""Campaigns, for the ministry: plan one, open it."""

from __future__ import annotations

from typing import Any

from flask import redirect, request

from services.portal.dependencies import services
from services.portal.pages.campaign_choice import all_campaigns
from services.portal.pages.form_fields import iso_day
from services.portal.rendering import render
from services.portal.request_context import signed_in
from services.portal.service_client import segment
from shared.infrastructure.errors import Refused
from shared.language.class_names import STAGES


def show() -> Any:
    return _list()


def _list(problem: Refused | None = None) -> Any:
    is_planning = problem is not None and "campaign" not in request.form
    return render(
        "campaigns.html",
        campaigns=all_campaigns(services(), signed_in().access),
        problem=problem,
        given=request.form if problem else {},
        stages=tuple(STAGES),
        chosen_stages=request.form.getlist("stages") if is_planning else tuple(STAGES),
    )


def plan() -> Any:
    form = request.form
    try:
        days = {field: iso_day(form.get(field, "")) for field in ("opens", "cutoff", "last_day")}
        body = {
            "id": form.get("id", "").strip(),
            "name": form.get("name", "").strip(),
            **days,
            "population": {"stages": form.getlist("stages")},
        }
        services().roster.post("/v1/campaigns", body, signed_in().access, form.get("key", ""))
    except Refused as refused:
        return _list(refused)
    return redirect("/campaigns?done=campaign", 303)


def open_campaign() -> Any:
    """Opening is nationwide and irreversible, so it needs a tick besides the tap."""
    campaign = segment(request.form.get("campaign", ""))
    try:
        if request.form.get("sure") != "yes":
            raise Refused("not-confirmed", "Opening a campaign cannot be undone; confirm it.", where="sure")
        services().roster.post(f"/v1/campaigns/{campaign}/open", {}, signed_in().access, request.form.get("key", ""))
    except Refused as refused:
        return _list(refused)
    return redirect("/campaigns?done=campaign-open", 303)
