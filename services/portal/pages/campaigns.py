"""For the ministry: plan a campaign, open it."""

from __future__ import annotations

from typing import Any

from flask import redirect, request

from services.portal.campaigns import all_of
from services.portal.pages.figures import valid_day
from services.portal.render import render
from services.portal.request_context import services, signed_in
from services.portal.service_client import name
from shared.infrastructure.errors import Refused
from shared.language.class_names import STAGES


def show() -> Any:
    return _list()


def _list(problem: Refused | None = None) -> Any:
    planning = problem is not None and "campaign" not in request.form
    return render(
        "campaigns.html",
        campaigns=all_of(services(), signed_in().access),
        problem=problem,
        given=request.form if problem else {},
        stages=tuple(STAGES),
        chosen_stages=request.form.getlist("stages") if planning else tuple(STAGES),
    )


def plan() -> Any:
    form = request.form
    try:
        days = {field: valid_day(form.get(field, "")) for field in ("opens", "cutoff", "last_day")}
        asked = {
            "id": form.get("id", "").strip(),
            "name": form.get("name", "").strip(),
            **days,
            "population": {"stages": form.getlist("stages")},
        }
        services().roster.post("/v1/campaigns", asked, signed_in().access, form.get("key", ""))
    except Refused as refused:
        return _list(refused)
    return redirect("/campaigns?done=campaign", 303)


def open_campaign() -> Any:
    """For the whole country and for good, so one tap is not enough."""
    campaign = name(request.form.get("campaign", ""))
    try:
        if request.form.get("sure") != "yes":
            raise Refused("not-confirmed", "Opening a campaign cannot be undone; say that you know.", where="sure")
        services().roster.post(f"/v1/campaigns/{campaign}/open", {}, signed_in().access, request.form.get("key", ""))
    except Refused as refused:
        return _list(refused)
    return redirect("/campaigns?done=campaign-open", 303)
