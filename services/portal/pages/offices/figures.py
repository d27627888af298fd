"""学籍核查执行统计: a unit's figures as of a day, with a bar for each child, down to the class."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import Response, redirect, request

from services.portal.dependencies import deps, services
from services.portal.pages.form_fields import iso_day
from services.portal.pages.offices.campaign_choice import all_campaigns, choose_campaign, is_ready
from services.portal.pages.offices.progress_chart import Chart, chart
from services.portal.rendering import render, t
from services.portal.request_context import signed_in
from services.portal.service_client import segment
from shared.infrastructure.clock import day_of, iso
from shared.infrastructure.errors import Refused
from shared.infrastructure.sheets import csv_table
from shared.language.campaign_state import PLANNED
from shared.language.class_names import parse_class_id

# The measures in the groups in which the page shows them.
GROUPS = (
    ("progress", ("expected", "printed", "registered", "received", "uploaded", "accepted")),
    ("attention", ("flagged", "returned", "paper", "late", "orphans")),
    ("by", ("by_guardian", "by_code", "by_teacher", "by_school")),
    ("how", ("how_single", "how_stack")),
)
COLUMNS = tuple(measure for _, measures in GROUPS for measure in measures)
SORTS = ("code", "rate", "missing")
ASKED = ("campaign", "day", "sort")  # parameters that a redirect keeps
# The page of the next step where nobody is expected yet, by role.
NEXT_PAGES = dict.fromkeys(("ministry", "province", "city", "county"), "/accounts/new") | {"school": "/school/import"}


def start() -> Any:
    """A redirect to the own unit. What was asked for stays, and the sentence about what has just been done."""
    session = signed_in()
    if not session.home:
        raise Refused("outside-scope", "Your role has no such page.")
    asked = urlencode({name: request.args[name] for name in (*ASKED, "done") if request.args.get(name)})
    return redirect(f"/figures/{session.home}{'?' if asked else ''}{asked}", 303)


def show(unit: str) -> Any:
    campaigns, campaign, figures = _figures(unit)
    if figures is None or campaign is None:
        return render("figures.html", unit=unit, campaigns=[], figures=None, next_pages=NEXT_PAGES)
    sort, asked, is_future = request.args.get("sort", ""), _asked_day(), _is_future()
    children = sorted_children(figures["children"], sort)
    empty = _why_empty(campaign, figures)
    return render(
        "figures.html",
        unit=unit,
        campaigns=campaigns,
        campaign=campaign,
        figures=figures,
        groups=GROUPS,
        children=[child for child in children if child["measures"]["expected"]],
        folded=[child for child in children if not child["measures"]["expected"]],
        sort=sort if sort in SORTS else "code",
        asked_day="" if is_future else asked,
        future_day=asked if is_future else "",
        empty=empty,
        chart=None if empty else _chart(unit, campaign, figures),
        read_at=iso(figures["read_at"]),
        is_class=parse_class_id(unit) is not None,
        next_pages=NEXT_PAGES,
    )


def _chart(unit: str, campaign: Mapping[str, Any], figures: Mapping[str, Any]) -> Chart | None:
    """The campaign's curve at a unit through a day, not beyond the day after which nothing changes."""
    day, tree_day = figures["day"], figures["tree_day"]
    through = min(day, campaign["last_day"])
    query = {"campaign": campaign["id"], "unit": segment(unit), "day": through, "tree_day": tree_day}
    series = services().stats.get("/v1/figures/series", signed_in().access, query)
    is_today = day == day_of(deps().clock.now())
    return chart(series["days"], campaign["opens"], campaign["cutoff"], is_today=is_today)


def _why_empty(campaign: Mapping[str, Any], figures: Mapping[str, Any]) -> str:
    """The reason for which nothing is counted: planned, before, absent, opening or nobody; "" when something is."""
    if any(figures["measures"].values()):
        return ""
    if campaign["state"] == PLANNED:
        return "planned"
    if figures["day"] < campaign["opens"]:
        return "before"
    if figures["tree_day"] > figures["day"]:
        return "absent"
    return "nobody" if is_ready(campaign) else "opening"


def _asked_day() -> str:
    return iso_day(request.args.get("day", ""))


def _is_future() -> bool:
    return _asked_day() > day_of(deps().clock.now())


def _figures(
    unit: str, *, export: bool = False
) -> tuple[list[dict[str, Any]], dict[str, Any] | None, dict[str, Any] | None]:
    """All campaigns, the chosen one and its figures; None without any campaign. For a day to come those of today.

    export: statistics records that they are taken out.
    """
    token = signed_in().access
    campaigns = all_campaigns(services(), token)
    campaign = choose_campaign(campaigns, request.args.get("campaign", ""))
    if campaign is None:
        return [], None, None
    query = {"campaign": campaign["id"], "unit": segment(unit), "day": "" if _is_future() else _asked_day()}
    if export:
        query["export"] = "true"
    try:
        return campaigns, campaign, services().stats.get("/v1/figures", token, query)
    except Refused as refused:
        if refused.code != "not-found" or not query["day"] or export:
            raise
    query["tree_day"] = day_of(deps().clock.now())  # a unit that came into the tree after the day: zeros and a sentence
    return campaigns, campaign, services().stats.get("/v1/figures", token, query)


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
    if _is_future():
        raise Refused("day-in-future", "There are no figures of a day that has not come yet.", where="day")
    *_, figures = _figures(unit, export=True)
    if figures is None:
        raise Refused("not-found", "There is no campaign.")
    headings = [t("figures.code"), t("figures.name"), *(t(f"measure.{measure}") for measure in COLUMNS)]
    rows = [
        [row["code"], row["name"], *(row["measures"].get(measure, 0) for measure in COLUMNS)]
        for row in (figures | figures["unit"], *figures["children"])
    ]
    return Response(
        csv_table([headings, *rows]),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="figures-{segment(unit)}-{figures["day"]}.csv"'},
    )
