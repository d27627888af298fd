"""月度通报: those of the own unit and of all above; a draft of a closed day is made, looked at and published."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from flask import Response, redirect, request

from services.portal.dependencies import deps, services
from services.portal.flash import flash, show_on
from services.portal.pages.form_fields import day
from services.portal.pages.offices.campaign_choice import all_campaigns, choose_campaign
from services.portal.rendering import render
from services.portal.request_context import context, signed_in
from services.portal.service_client import segment
from shared.infrastructure.clock import day_of
from shared.infrastructure.errors import Refused
from shared.language.permissions import DRAFT_REPORTS

ENDINGS = {
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}


def show() -> Any:
    session = signed_in()
    campaigns = all_campaigns(services(), session.access)
    campaign = choose_campaign(campaigns, request.args.get("campaign", ""))
    asked = {"campaign": campaign["id"]} if campaign else {}
    editions = services().stats.get("/v1/reports", session.access, asked)["items"] if campaign else []
    return render(
        "reports.html",
        campaigns=campaigns,
        campaign=campaign,
        own=[edition for edition in editions if edition["unit"] == session.home],
        from_above=[edition for edition in editions if edition["unit"] != session.home],
        drafts=context().may(DRAFT_REPORTS),
        yesterday=day_of(deps().clock.now() - 86_400_000),
        closed=flash().result or None,
    )


def make() -> Any:
    """A draft for the own unit. The page shows days that are not closed, and differences of control totals.

    As many of the differences as a flash holds, and how many more there are.
    """
    session, form = signed_in(), request.form
    body = {"campaign": form.get("campaign", ""), "unit": session.home, "day": day("day"), "draft": True}
    made = services().stats.post("/v1/reports", body, session.access, form.get("key", ""))
    return redirect(f"/reports/{segment(made['id'])}?done={'report' if made['published'] else 'draft'}", 303)


def publish() -> Any:
    """Publish a draft: everybody below the unit may read it."""
    report = segment(request.form.get("report", ""))
    if request.form.get("sure") != "yes":
        raise Refused("not-confirmed", "A published report is never taken back; confirm it.", where="sure")
    services().stats.post(f"/v1/reports/{report}/publication", {}, signed_in().access, request.form.get("key", ""))
    return redirect(f"/reports/{report}?done=report", 303)


def close_day() -> Any:
    """Close a day. The page shows how far each publisher is."""
    path = f"/v1/days/{segment(day('day'))}/close"
    closed = services().stats.post(path, {}, signed_in().access, request.form.get("key", ""))
    campaign = request.form.get("campaign", "")
    return show_on(f"/reports?campaign={quote(campaign)}" if campaign else "/reports", **closed)


def read(report: str) -> Any:
    token = signed_in().access
    content, _ = services().stats.fetch(f"/v1/reports/{segment(report)}.json", token)
    edition = json.loads(content)
    asked = {"campaign": edition["campaign"]["id"], "unit": edition["unit"]["code"]}
    listed = services().stats.get("/v1/reports", token, asked)["items"]
    return render(
        "report.html",
        report=report,
        edition=edition,
        is_draft=any(each["id"] == report and not each["published"] for each in listed),
    )


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
