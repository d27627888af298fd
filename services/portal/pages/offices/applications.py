"""Applications for a county that is missing: those that wait, a new one, the decision, the sheet of a grant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import redirect, request

from services.portal.dependencies import deps, services
from services.portal.flash import flash, show_on
from services.portal.pages.form_fields import all_of, chosen_option, filled
from services.portal.rendering import render
from services.portal.request_context import context, signed_in
from services.portal.service_client import segment
from services.portal.unit_names import unit_names
from shared.infrastructure.clock import iso
from shared.infrastructure.errors import Refused
from shared.language.path import ROOT, child, last
from shared.language.permissions import APPLY_FOR_UNITS

PAGE = "/applications"
DAY_MS = 86_400_000


def show() -> Any:
    """Applications that wait for the own unit with their age, all others, and how many wait where."""
    session = signed_in()
    items = services().identity.get("/v1/applications", session.access)["items"]
    counted = services().identity.get("/v1/application-counts", session.access, {"under": session.paths[0]})["items"]
    names = _names([item[field] for item in items for field in ("parent", "holder")], [c["holder"] for c in counted])
    lines = [_line(item, names) for item in items]
    return render(
        "applications.html",
        mine=[line for line in lines if line["is_mine"]],
        others=[line for line in lines if not line["is_mine"]],
        counts=[{**item, "name": names[item["holder"]], "days": _days(item["since"])} for item in counted],
        may_apply=context().may(APPLY_FOR_UNITS),
    )


def _names(*paths: list[str]) -> dict[str, str]:
    """Path -> name of the unit; its code where the reader may not see the unit."""
    wanted = {path for some in paths for path in some if path}
    names = unit_names(map(last, wanted))
    return {path: names.get(last(path), last(path)) for path in wanted}


def _line(item: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    at = {"parent_name": names[item["parent"]], "holder_name": names[item["holder"]]}
    return {**item, **at, "moment": iso(item["at"]), "days": _days(item["since"])}


def _days(since: int) -> int:
    return int((deps().clock.now() - since) // DAY_MS)


def show_new() -> Any:
    return render("application_new.html", parents=_parents())


def _parents() -> list[tuple[str, str]]:
    """The own unit and the cities below it: code and name."""
    session = signed_in()
    own = services().roster.get(f"/v1/units/{segment(session.home)}", session.access)
    below = services().roster.get(f"/v1/units/{segment(session.home)}/children", session.access)["items"]
    return [(unit["code"], unit["name"]) for unit in (own, *(each for each in below if each["level"] == "city"))]


def start() -> Any:
    given = all_of(
        parent=lambda: chosen_option("parent", [code for code, _ in _parents()]), name=lambda: filled("name")
    )
    more = {"code": request.form.get("code", "").strip(), "note": request.form.get("note", "").strip()}
    made = services().identity.post("/v1/applications", {**given, **more}, signed_in().access, _key())
    return redirect(f"{PAGE}/{segment(made['id'])}?done=applied", 303)


def show_one(application: str) -> Any:
    item = services().identity.get(f"/v1/applications/{segment(application)}", signed_in().access)
    names = _names([item["parent"], item["holder"]], [step["path"] for step in item["steps"]])
    steps = [
        {**step, "moment": iso(step["at"]), "where": names.get(step["path"], ""), "days": _days(step["at"])}
        for step in item["steps"]
    ]
    return render(
        "application.html",
        item=_line(item, names),
        steps=steps,
        grants=item["holder"] == ROOT,
        made=flash().result or None,
    )


def decide(application: str) -> Any:
    accept = chosen_option("decision", ("yes", "no")) == "yes"
    body: dict[str, Any] = {"accept": accept}
    if accept:
        body |= {name: request.form.get(name, "").strip() for name in ("code", "name")}
    else:
        body |= {"reason": filled("reason", 500)}
    path = f"/v1/applications/{segment(application)}/decisions"
    done = services().identity.post(path, body, signed_in().access, _key())
    return redirect(f"{PAGE}/{segment(application)}?done=application-{done['state']}", 303)


def print_sheet(application: str) -> Any:
    """A new activation code for the granted county's account, on a sheet."""
    item = services().identity.get(f"/v1/applications/{segment(application)}", signed_in().access)
    if not item["code"]:
        raise Refused("not-found", "There is no account yet.", where="application")
    body = {"path": child(item["parent"], item["code"]), "confirm": request.form.get("confirm") == "1"}
    made = services().identity.post("/v1/activation-sheets", body, signed_in().access, _key())
    return show_on(f"{PAGE}/{segment(application)}", id=made["id"])


def _key() -> str:
    return request.form.get("key", "")
