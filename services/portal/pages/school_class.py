"""The class teacher's list on a phone: who is missing, what waits, the photos, one tap to archive."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from flask import redirect, request

from services.portal.campaigns import all_of, chosen
from services.portal.forms import chosen_in
from services.portal.pages.family import RELATIONS
from services.portal.render import render
from services.portal.request_context import services, signed_in
from services.portal.service_client import name
from shared.infrastructure.errors import Refused

log = logging.getLogger("portal")
STAFF = ("teacher", "school")
RETURN_REASONS = ("blurred", "unsigned", "wrong-page", "wrong-child", "incomplete", "other")
PAPER_REASONS = ("refused", "impossible")
# The sections of the list, in the order in which they need the teacher.
SECTIONS: Sequence[tuple[str, tuple[str, ...]]] = (
    ("waiting", ("waiting",)),
    ("missing", ("missing", "returned")),
    ("look", ("archived",)),
    ("done", ("accepted", "paper")),
)


def choose() -> Any:
    """The only class at once; a list for who has several; the school finds its classes on its own page."""
    session = signed_in()
    if session.role == "school":
        return redirect("/school", 303)
    if len(session.places) == 1:
        return redirect(f"/class/{session.places[0]}", 303)
    return render("classes.html", classes=session.places)


def show(class_id: str) -> Any:
    session = signed_in()
    campaign = chosen(all_of(services(), session.access), request.args.get("campaign", ""))
    if campaign is None:
        return render("class.html", class_id=class_id, campaign=None, sections={}, outside=[], counts={}, guardians=[])
    asked = {"campaign": campaign["id"]}
    pupils = services().roster.get(f"/v1/classes/{name(class_id)}/pupils", session.access, asked)["items"]
    forms = services().upload.get(f"/v1/classes/{name(class_id)}/forms", session.access, asked)["items"]
    rows = together(pupils, forms)
    sections = {
        section: [row for row in rows if row["expected"] and row["form"]["state"] in states]
        for section, states in SECTIONS
    }
    sections["waiting"] = [waiting for row in rows for waiting in waiting_photos(row)]
    counts = {
        "expected": sum(row["expected"] for row in rows),
        "uploaded": sum(row["expected"] and row["form"]["state"] in ("archived", "accepted") for row in rows),
    }
    return render(
        "class.html",
        class_id=class_id,
        campaign=campaign,
        sections=sections,
        outside=[row for row in rows if not row["expected"]],
        counts=counts,
        return_reasons=RETURN_REASONS,
        paper_reasons=PAPER_REASONS,
        relations=RELATIONS,
        guardians=_guardians(session.access, rows) if session.role == "teacher" else [],
    )


def together(pupils: Sequence[Mapping[str, Any]], forms: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Names from roster beside forms from upload: the only place where the two meet, and only for who may see both."""
    by_pupil = {form["pupil"]: form for form in forms}
    return [
        {**pupil, "expected": pupil.get("expected", True), "form": by_pupil.get(pupil["pupil"], {"state": "missing"})}
        for pupil in pupils
    ]


def waiting_photos(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A row for each photo of a pupil that waits for a person; a second photo waits beside one that is filed."""
    form = row["form"]
    photos = form.get("waiting") or ([form] if form["state"] == "waiting" else [])
    return [
        {**row, "form": {**photo, "state": "waiting", "filed": form["state"] in ("archived", "accepted")}}
        for photo in photos
    ]


def _guardians(token: str, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Guardians of the class, who wait or are bound. The less important part of the page: without it the page stands."""
    names = {row["pupil"]: row["name"] for row in rows}
    try:
        items = services().identity.get("/v1/bindings", token)["items"]
    except Refused as refused:
        log.warning("the list of guardians could not be read", extra={"code": refused.code})
        return []
    return [{**item, "name": names[item["pupil"]]} for item in items if item["pupil"] in names]


def review(class_id: str) -> Any:
    """archive: the one tap for a photo that waits; accept; return with a reason."""
    form = request.form
    decision = form.get("decision", "")
    reason = {"reason": chosen_in("reason", RETURN_REASONS)} if decision == "return" else {}
    asked = {"decision": decision, "photo": form.get("photo", ""), **reason}
    services().upload.post(f"{_form_path()}/reviews", asked, signed_in().access, form.get("key", ""))
    return _back(class_id, decision if decision in ("archive", "accept", "return") else "saved")


def paper(class_id: str) -> Any:
    reason = chosen_in("reason", PAPER_REASONS)
    services().upload.post(f"{_form_path()}/paper", {"reason": reason}, signed_in().access, request.form.get("key", ""))
    return _back(class_id, "paper")


def new_code(class_id: str) -> Any:
    """A new registration code, shown once: to be handed to the family on a slip."""
    pupil = request.form.get("pupil", "")
    made = services().roster.post(
        f"/v1/pupils/{name(pupil)}/registration-code", {}, signed_in().access, request.form.get("key", "")
    )
    return render("code.html", class_id=class_id, code=made["registration_code"], child=request.form.get("name", ""))


def decide_guardian(class_id: str) -> Any:
    form = request.form
    asked = {"account": form.get("account", ""), "accept": form.get("accept") == "yes"}
    services().identity.post(
        f"/v1/bindings/{name(form.get('pupil', ''))}/decisions", asked, signed_in().access, form.get("key", "")
    )
    return _back(class_id, "guardian-yes" if asked["accept"] else "guardian-no")


def reset_guardian(class_id: str) -> Any:
    """A new initial password for a guardian who has forgotten the old one."""
    account, key = request.form.get("account", ""), request.form.get("key", "")
    made = services().identity.post(f"/v1/accounts/{name(account)}/password-reset", {}, signed_in().access, key)
    return render(
        "issued.html",
        login=request.form.get("login", ""),
        password=made["initial_password"],
        place=None,
        role="guardian",
        back=f"/class/{class_id}",
    )


def _form_path() -> str:
    return f"/v1/forms/{name(request.form.get('campaign', ''))}/{name(request.form.get('pupil', ''))}"


def _back(class_id: str, done: str) -> Any:
    """To the part of the page in which the tap was, not to its top: a teacher goes through forty-five rows."""
    place = f"#{section}" if (section := request.form.get("section", "")) in ("waiting", "look", "missing") else ""
    return redirect(f"/class/{name(class_id)}?campaign={request.form.get('campaign', '')}&done={done}{place}", 303)
