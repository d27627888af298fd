"""月度通报: editions of a closed day, to make, read and download."""

from __future__ import annotations

import json
from typing import Any

from flask import Response, redirect, request

from services.portal.campaigns import all_of, chosen
from services.portal.pages.figures import valid_day
from services.portal.render import render
from services.portal.request_context import portal, services, signed_in
from services.portal.service_client import name
from shared.infrastructure.clock import day_of
from shared.infrastructure.errors import Refused

READERS = ("ministry", "province", "city", "county")
ENDINGS = {
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}


def show() -> Any:
    return _list()


def _list(problem: Refused | None = None, closed: dict[str, Any] | None = None) -> Any:
    session = signed_in()
    campaigns = all_of(services(), session.access)
    campaign = chosen(campaigns, request.args.get("campaign", "") or request.form.get("campaign", ""))
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
        yesterday=day_of(portal().clock.now() - 86_400_000),
        problem=problem,
        given=request.form if problem else {},
        closed=closed,
    )


def make() -> Any:
    """An edition of the own unit. Books that disagree and days that are open are shown, not hidden."""
    session, form = signed_in(), request.form
    try:
        asked = {"campaign": form.get("campaign", ""), "unit": session.home, "day": valid_day(form.get("day", ""))}
        made = services().stats.post("/v1/reports", asked, session.access, form.get("key", ""))
    except Refused as refused:
        return _list(problem=refused)
    return redirect(f"/reports/{name(made['id'])}?done=report", 303)


def close_day() -> Any:
    try:
        day = valid_day(request.form.get("day", ""))
        closed = services().stats.post(
            f"/v1/days/{name(day)}/close", {}, signed_in().access, request.form.get("key", "")
        )
    except Refused as refused:
        return _list(problem=refused)
    return _list(closed=closed)


def read(report: str) -> Any:
    content, _ = services().stats.fetch(f"/v1/reports/{name(report)}.json", signed_in().access)
    return render("report.html", report=report, edition=json.loads(content))


def download(report: str, ending: str) -> Any:
    if ending not in ENDINGS:
        raise Refused("not-found", "There is no such file.")
    content, _ = services().stats.fetch(f"/v1/reports/{name(report)}.{ending}", signed_in().access)
    place = "inline" if ending == "pdf" else "attachment"
    return Response(
        content,
        content_type=ENDINGS[ending],
        headers={"Content-Disposition": f'{place}; filename="report-{name(report)}.{ending}"'},
    )
