"""转入与更改: requests for pupils that wait for this unit, those that this school has made, changes of key fields."""

from __future__ import annotations

from typing import Any

from flask import redirect, request

from services.portal.dependencies import services
from services.portal.pages.form_fields import chosen_option
from services.portal.rendering import render
from services.portal.request_context import context, signed_in
from services.portal.service_client import segment
from shared.infrastructure.errors import Refused
from shared.language.permissions import APPROVE_CORRECTIONS, VIEW_SCHOOL_REQUESTS

YES_OR_NO = ("yes", "no")
AT_ONCE = 200  # as many as one list shows


def show() -> Any:
    session = signed_in()
    unit, is_school = segment(session.home), context().may(VIEW_SCHOOL_REQUESTS)
    lists = {"waiting": f"/v1/units/{unit}/waiting-arrivals"}
    if is_school:
        lists |= {"proposals": f"/v1/units/{unit}/proposals", "asked": f"/v1/units/{unit}/arrivals"}
    read = {name: services().roster.get(path, session.access) for name, path in lists.items()}
    items = {name: each["items"] for name, each in read.items()}
    transfers = [item for item in items["waiting"] if item["kind"] == "transfer"]
    return render(
        "arrivals.html",
        transfers=transfers,
        more=read["waiting"]["more"],
        newcomers=_by_school([item for item in items["waiting"] if item["kind"] == "new"]),
        proposals=items.get("proposals", []),
        asked=items.get("asked", []),
        is_school=is_school,
        decides=context().may(APPROVE_CORRECTIONS),
    )


def _by_school(items: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """The new pupils of each school: its bureau mostly knows of all of them at once."""
    schools: dict[str, list[dict[str, Any]]] = {}
    for item in items:
        schools.setdefault(item["school"], []).append(item)
    return list(schools.values())


def answer() -> Any:
    """Answer one request, or say yes to several. A repeated form repeats the same commands."""
    session, form = signed_in(), request.form
    body = decision()
    for arrival in form.getlist("arrival")[:AT_ONCE]:
        services().roster.post(
            f"/v1/arrivals/{segment(arrival)}/answers", body, session.access, f"{form.get('key', '')}-{arrival}"
        )
    return redirect("/arrivals?done=" + ("arrival-yes" if body["accept"] else "arrival-no"), 303)


def decision() -> dict[str, Any]:
    """A yes, or a no with its reason. Raises Refused("not-chosen", "reason-missing")."""
    accept, reason = chosen_option("accept", YES_OR_NO) == "yes", request.form.get("reason", "").strip()
    if not accept and not reason:
        raise Refused("reason-missing", "Give a reason.", where="reason")
    return {"accept": accept, "reason": reason}


def decide() -> Any:
    """The leader's decision on changes of a pupil's key fields."""
    session, form = signed_in(), request.form
    body = decision()
    path = f"/v1/pupils/{segment(form.get('pupil', ''))}/proposal/decisions"
    services().roster.post(path, body, session.access, form.get("key", ""))
    return redirect("/arrivals?done=" + ("proposal-yes" if body["accept"] else "proposal-no"), 303)
