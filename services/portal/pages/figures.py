"""学籍核查执行统计: a unit's figures as of a day, with a bar for each child, down to the class."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, redirect, request

from services.portal.dependencies import services
from services.portal.pages.campaign_choice import all_campaigns, choose_campaign
from services.portal.pages.form_fields import iso_day
from services.portal.rendering import render, t
from services.portal.request_context import signed_in
from services.portal.service_client import segment
from shared.infrastructure.errors import Refused
from shared.infrastructure.security_log import security_event
from shared.infrastructure.sheets import csv_table
from shared.language.class_names import parse_class_id
from shared.service.request import source

# The measures in the groups in which the page shows them.
GROUPS = (
    ("progress", ("expected", "printed", "registered", "received", "uploaded", "accepted")),
    ("attention", ("flagged", "returned", "paper", "late", "orphans")),
    ("by", ("by_guardian", "by_code", "by_teacher", "by_school")),
    ("how", ("how_single", "how_stack")),
)
COLUMNS = tuple(measure for _, measures in GROUPS for measure in measures)
SORTS = ("code", "rate", "missing")


def start() -> Any:
    session = signed_in()
    if not session.home:
        raise Refused("outside-scope", "Your role has no such page.")
    return redirect(f"/figures/{session.home}", 303)


def show(unit: str) -> Any:
    campaigns, figures = _figures(unit)
    if figures is None:
        return render("figures.html", unit=unit, campaigns=[], figures=None)
    sort = request.args.get("sort", "")
    return render(
        "figures.html",
        unit=unit,
        campaigns=campaigns,
        figures=figures,
        groups=GROUPS,
        children=sorted_children(figures["children"], sort),
        sort=sort if sort in SORTS else "code",
        asked_day=request.args.get("day", ""),
        is_class=parse_class_id(unit) is not None,
    )


def _figures(unit: str) -> tuple[list[dict[str, Any]], dict[str, Any] | None]:
    """All campaigns, and the figures of the chosen one; None without any campaign."""
    token = signed_in().access
    campaigns = all_campaigns(services(), token)
    campaign = choose_campaign(campaigns, request.args.get("campaign", ""))
    if campaign is None:
        return [], None
    query = {"campaign": campaign["id"], "unit": segment(unit), "day": iso_day(request.args.get("day", ""))}
    return campaigns, services().stats.get("/v1/figures", token, query)


def sorted_children(children: list[dict[str, Any]], sort: str) -> list[dict[str, Any]]:
    """Sort by code; "rate": lowest first, where help is needed; "missing": most missing first."""

    def rate(child: Mapping[str, Any]) -> tuple[float, str]:
        measures = child["measures"]
        return (measures["uploaded"] / measures["expected"] if measures["expected"] else 2.0, str(child["code"]))

    def missing(child: Mapping[str, Any]) -> tuple[int, str]:
        return (child["measures"]["uploaded"] - child["measures"]["expected"], str(child["code"]))

    if sort == "rate":
        return sorted(children, key=rate)
    if sort == "missing":
        return sorted(children, key=missing)
    return sorted(children, key=lambda child: str(child["code"]))


def table(unit: str) -> Any:
    """The figures as CSV: this unit first, then its children."""
    _, figures = _figures(unit)
    if figures is None:
        raise Refused("not-found", "There is no campaign.")
    who, day = signed_in(), figures["day"]
    security_event("export", account=who.account, role=who.role, target=unit, source=source(), file="csv", day=day)
    headings = [t("figures.code"), t("figures.name"), *(t(f"measure.{measure}") for measure in COLUMNS)]
    rows = [
        [row["code"], row["name"], *(row["measures"].get(measure, 0) for measure in COLUMNS)]
        for row in (figures | figures["unit"], *figures["children"])
    ]
    return Response(
        csv_table([headings, *rows]),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="figures-{segment(unit)}-{day}.csv"'},
    )
