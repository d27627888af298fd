"""The case of a misused registration code: reported by a family, followed by teacher and school, counted by bureaus."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import redirect, request

from services.portal.dependencies import services
from services.portal.pages.form_fields import all_of, born, chosen_option, code
from services.portal.rendering import render
from services.portal.request_context import signed_in
from services.portal.service_client import segment
from services.portal.unit_names import unit_names
from shared.infrastructure.clock import iso
from shared.infrastructure.errors import Refused
from shared.language import codes
from shared.language.path import last

LISTED = 30  # each line asks for its pupil's name
DISCARD = "misused-code"
ON_HOLD = "on-hold"


def show_report() -> Any:
    return render("misuse_report.html")


def report() -> Any:
    """The page after it is the same whatever was typed."""
    given = all_of(registration_code=lambda: code("registration_code", codes.REGISTRATION), birth_date=born)
    services().identity.post("/v1/misuse-reports", given, key=request.form.get("key", ""))
    return redirect("/r/misuse?done=misuse-reported", 303)


def cases() -> Any:
    """The cases of the teacher's classes, or of the school."""
    token = signed_in().access
    items = services().identity.get("/v1/misuse-cases", token)["items"]
    lines = [line for item in items[:LISTED] if (line := _line(item))]
    return render("misuse_cases.html", cases=lines, more=len(items) > LISTED)


def _line(item: Mapping[str, Any]) -> dict[str, Any] | None:
    """None for a pupil who has moved since: the case is where the pupil was, the pupil's page is not."""
    try:
        child = services().roster.get(f"/v1/pupils/{segment(item['pupil'])}", signed_in().access)
    except Refused as refused:
        if refused.code != "outside-scope":
            raise
        return None
    return {**item, "at": iso(item["at"]), "name": child["name"], "class_name": child["class_name"]}


def show(pupil: str) -> Any:
    """The steps of the case: those done, and those still to be taken."""
    token = signed_in().access
    case = services().identity.get(f"/v1/misuse-cases/{segment(pupil)}", token)
    child = services().roster.get(f"/v1/pupils/{segment(pupil)}", token)
    forms = services().upload.get(f"/v1/pupils/{segment(pupil)}/forms", token)["items"]
    times = {at: iso(case[at]) if case[at] else "" for at in ("reported_at", "opened_at", "closed_at")}
    return render("misuse.html", case={**case, **times}, child={**child, "pupil": pupil}, held=_held(forms))


def _held(forms: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The photos that are on hold, each with its campaign."""
    waiting = [{**photo, "campaign": form["campaign"]} for form in forms for photo in form.get("waiting") or []]
    return [photo for photo in waiting if photo["reason"] == ON_HOLD]


def decide_photo(pupil: str) -> Any:
    """Release a held photo, or return it: the family then sends its own."""
    form = request.form
    decision = chosen_option("decision", ("archive", "return"))
    body = {
        "decision": decision,
        "photo": form.get("photo", ""),
        **({"reason": DISCARD} if decision == "return" else {}),
    }
    path = f"/v1/forms/{segment(form.get('campaign', ''))}/{segment(pupil)}/reviews"
    services().upload.post(path, body, signed_in().access, form.get("key", ""))
    return redirect(f"/misuse/{segment(pupil)}?done={decision}", 303)


def close(pupil: str) -> Any:
    path = f"/v1/misuse-cases/{segment(pupil)}/closure"
    services().identity.post(path, {}, signed_in().access, request.form.get("key", ""))
    return redirect(f"/misuse/{segment(pupil)}?done=misuse-closed", 303)


def counts() -> Any:
    """Numbers of cases by school of the own unit; nobody is named."""
    session = signed_in()
    items = services().identity.get("/v1/misuse-counts", session.access, {"under": session.paths[0]})["items"]
    names = unit_names([last(item["school"]) for item in items])
    schools = [{**item, "code": last(item["school"]), "name": names[last(item["school"])]} for item in items]
    return render("misuse_counts.html", schools=schools)
