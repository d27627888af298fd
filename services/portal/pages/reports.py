"""月度通报: make, read and download the editions of a report of a closed day."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from flask import Response, redirect, request

from services.portal.dependencies import deps, services
from services.portal.flash import flash, show_on
from services.portal.pages.campaign_choice import all_campaigns, choose_campaign
from services.portal.pages.form_fields import day
from services.portal.rendering import render
from services.portal.request_context import signed_in
from services.portal.service_client import segment
from shared.infrastructure.clock import day_of
from shared.infrastructure.errors import Refused

REPORT_ROLES = ("ministry", "province", "city", "county")
ENDINGS = {
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}


def show() -> Any:
    session = signed_in()
    campaigns = all_campaigns(services(), session.access)
    campaign = choose_campaign(campaigns, request.args.get("campaign", ""))
    editions = (
        services().stats.get("/v1/reports", session.access, {"campaign": campaign["id"], "unit": session.home})["items"]
        if campaign
        else []
    )
    return render(
        "reports.html",
        campaigns=campaigns,
        campaign=campaign,
        editions=sorted(editions, key=lambda e: (e["day"], e["version"]), reverse=True),
        yesterday=day_of(deps().clock.now() - 86_400_000),
        closed=flash().result or None,
    )


def make() -> Any:
    """A new edition for the own unit. The page shows differences of control totals and days that are not closed."""
    session, form = signed_in(), request.form
    body = {"campaign": form.get("campaign", ""), "unit": session.home, "day": day("day")}
    made = services().stats.post("/v1/reports", body, session.access, form.get("key", ""))
    return redirect(f"/reports/{segment(made['id'])}?done=report", 303)


def close_day() -> Any:
    """Close a day. The page shows how far each publisher is."""
    path = f"/v1/days/{segment(day('day'))}/close"
    closed = services().stats.post(path, {}, signed_in().access, request.form.get("key", ""))
    campaign = request.form.get("campaign", "")
    return show_on(f"/reports?campaign={quote(campaign)}" if campaign else "/reports", **closed)


def read(report: str) -> Any:
    content, _ = services().stats.fetch(f"/v1/reports/{segment(report)}.json", signed_in().access)
    return render("report.html", report=report, edition=json.loads(content))


def download(report: str, ending: str) -> Any:
    if ending not in ENDINGS:
        raise Refused("not-found", "There is no such file.")
    content, _ = services().stats.fetch(f"/v1/reports/{segment(report)}.{ending}", signed_in().access)
    disposition = "inline" if ending == "pdf" else "attachment"
    return Response(
        content,
        content_type=ENDINGS[ending],
        headers={"Content-Disposition": f'{disposition}; filename="report-{segment(report)}.{ending}"'},
    )
