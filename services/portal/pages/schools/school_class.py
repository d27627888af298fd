"""The class teacher's list: missing forms, waiting photos, one tap to archive, accept or return."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from flask import redirect, request

from services.portal.dependencies import services
from services.portal.flash import flash, show_slip
from services.portal.pages.accounts.slips import reset_slip
from services.portal.pages.enrolment_history import history
from services.portal.pages.families.family import RELATIONS
from services.portal.pages.form_fields import chosen_option
from services.portal.pages.offices.campaign_choice import all_campaigns, choose_campaign
from services.portal.pages.schools import pupil_changes
from services.portal.qr import drawn
from services.portal.rendering import render
from services.portal.request_context import context, signed_in
from services.portal.service_client import segment
from services.portal.session import Session
from shared.infrastructure.errors import Refused
from shared.language import codes
from shared.language.contracts.upload import RETURNED
from shared.language.path import last
from shared.language.permissions import MAINTAIN_ROSTER

log = logging.getLogger("portal")
HELD = "misused-code"  # of RETURNED: of photos on hold alone
RETURN_REASONS = tuple(reason for reason in RETURNED if reason != HELD)
PAPER_REASONS = ("refused", "impossible")
COUNTED = ("archive", "accept", "return", "paper")  # decisions that change figures while the campaign runs
UNBINDING_REASONS = ("wrong-code", "not-guardian", "family-asks", "other")
# The sections of the list, by urgency.
SECTIONS: Sequence[tuple[str, tuple[str, ...]]] = (
    ("waiting", ("waiting",)),
    ("missing", ("missing", "returned")),
    ("to_review", ("archived",)),
    ("done", ("accepted", "paper")),
)


def choose() -> Any:
    """Redirect to the only class; a list if there are several; the school's own page for a school."""
    session = signed_in()
    if context().may(MAINTAIN_ROSTER):
        return redirect("/school", 303)
    if len(session.codes) == 1:
        return redirect(f"/class/{session.codes[0]}", 303)
    return render("classes.html", classes=session.codes)


def show(class_id: str) -> Any:
    session = signed_in()
    campaign = choose_campaign(all_campaigns(services(), session.access), request.args.get("campaign", ""))
    if campaign is None:
        return render(
            "class.html", class_id=class_id, campaign=None, sections={}, not_expected=[], counts={}, guardians=[]
        )
    query = {"campaign": campaign["id"]}
    pupils = services().roster.get(f"/v1/classes/{segment(class_id)}/pupils", session.access, query)["items"]
    forms = services().upload.get(f"/v1/classes/{segment(class_id)}/forms", session.access, query)["items"]
    rows = join_forms(pupils, forms)
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
        not_expected=[row for row in rows if not row["expected"]],
        counts=counts,
        return_reasons=RETURN_REASONS,
        held_reasons=(HELD, *RETURN_REASONS),
        paper_reasons=PAPER_REASONS,
        relations=RELATIONS,
        guardians=_guardians(session, class_id, rows),
        misuse=_misuse(session, rows),
    )


def join_forms(pupils: Sequence[Mapping[str, Any]], forms: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Names from roster joined with forms from upload. Only here do they meet; both services check the scope."""
    by_pupil = {form["pupil"]: form for form in forms}
    return [
        {**pupil, "expected": pupil.get("expected", True), "form": by_pupil.get(pupil["pupil"], {"state": "missing"})}
        for pupil in pupils
    ]


def waiting_photos(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A row for each waiting photo of a pupil. archived: a second photo waits beside an archived one."""
    form = row["form"]
    photos = form.get("waiting") or ([form] if form["state"] == "waiting" else [])
    return [
        {**row, "form": {**photo, "state": "waiting", "archived": form["state"] in ("archived", "accepted")}}
        for photo in photos
    ]


def _guardians(session: Session, class_id: str, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The class's guardians, waiting or bound; none if identity is unavailable: the rest matters more."""
    names = {row["pupil"]: row["name"] for row in rows}
    own = next((path for path in session.paths if last(path) == class_id), "")
    under = own or f"{session.paths[0]}{segment(class_id)}/"
    try:
        items = services().identity.get("/v1/bindings", session.access, {"under": under})["items"]
    except Refused as refused:
        log.warning("the list of guardians could not be read", extra={"code": refused.code})
        return []
    return [{**item, "name": names[item["pupil"]]} for item in items if item["pupil"] in names]


def _misuse(session: Session, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The pupils of the class whose code was misused and whose case is open; none if identity is unavailable."""
    names = {row["pupil"]: row["name"] for row in rows}
    try:
        items = services().identity.get("/v1/misuse-cases", session.access)["items"]
    except Refused as refused:
        log.warning("the cases of misused codes could not be read", extra={"code": refused.code})
        return []
    return [{**i, "name": names[i["pupil"]]} for i in items if i["pupil"] in names and i["state"] != "closed"]


def review(class_id: str) -> Any:
    """Archive a waiting photo, accept an archived one, or return either with a reason."""
    form = request.form
    decision = form.get("decision", "")
    reason = {"reason": chosen_option("reason", RETURNED)} if decision == "return" else {}
    body = {"decision": decision, "photo": form.get("photo", ""), **reason}
    line = services().upload.post(f"{_form_path()}/reviews", body, signed_in().access, form.get("key", ""))
    return _back(class_id, decision if decision in ("archive", "accept", "return") else "saved", line)


def paper(class_id: str) -> Any:
    reason = chosen_option("reason", PAPER_REASONS)
    form = request.form
    line = services().upload.post(f"{_form_path()}/paper", {"reason": reason}, signed_in().access, form.get("key", ""))
    return _back(class_id, "paper", line)


def show_pupil(class_id: str, pupil: str) -> Any:
    """A pupil's guardians, bound and waiting, with what teacher and school may do about them."""
    token = signed_in().access
    child = services().roster.get(f"/v1/pupils/{segment(pupil)}", token)
    guardians = services().identity.get("/v1/bindings", token, {"pupil": pupil})["items"]
    return render(
        "pupil.html",
        class_id=class_id,
        child={**child, "pupil": pupil},
        guardians=guardians,
        listed=services().roster.get(f"/v1/pupils/{segment(pupil)}/listed-guardians", token)["items"],
        relations=RELATIONS,
        reasons=UNBINDING_REASONS,
        history=history(pupil),
        kinds=pupil_changes.kinds_for(child),
        other_classes=pupil_changes.classes_for(child),
    )


def new_code(class_id: str) -> Any:
    """A new registration code, for the teacher to hand to the family."""
    pupil = request.form.get("pupil", "")
    made = services().roster.post(
        f"/v1/pupils/{segment(pupil)}/registration-code", {}, signed_in().access, request.form.get("key", "")
    )
    return _show_code(class_id, pupil, made["registration_code"])


def _show_code(class_id: str, pupil: str, code: str, *, unbound: bool = False, misused: bool = False) -> Any:
    """unbound, misused: whether a binding has just ended, and whether a case was opened with it."""
    address = f"/class/{segment(class_id)}/pupils/{segment(pupil)}/code"
    return show_slip(address, code=code, unbound=unbound, misused=misused)


def show_code(class_id: str, pupil: str) -> Any:
    """The new code in groups, as QR and address, on a slip to print, for the one who asked for it."""
    child = services().roster.get(f"/v1/pupils/{segment(pupil)}", signed_in().access)
    if not flash().result:
        raise Refused("slip-over", "The slip is not shown any more.", kind="gone")
    code = str(flash().result["code"])
    site = request.host_url.rstrip("/")
    return render(
        "code.html",
        class_id=class_id,
        child=child,
        pupil=pupil,
        code=codes.grouped(code),
        qr=drawn(codes.page_two_address(site, code)),
        address=f"{site}/r".split("://")[-1],
        unbound=flash().result["unbound"],
        misused=flash().result["misused"],
    )


def decide_guardian(class_id: str) -> Any:
    """Accept or refuse somebody who waits. `unbind`: end a binding, with its reason; the new code is shown."""
    form, pupil = request.form, segment(request.form.get("pupil", ""))
    unbind = form.get("accept") == "unbind"
    reason = {"reason": chosen_option("reason", UNBINDING_REASONS)} if unbind else {}
    body = {"account": form.get("account", ""), "accept": form.get("accept") == "yes", **reason}
    made = services().identity.post(f"/v1/bindings/{pupil}/decisions", body, signed_in().access, form.get("key", ""))
    if made.get("registration_code"):
        misused = reason.get("reason") == "wrong-code"
        return _show_code(class_id, pupil, made["registration_code"], unbound=True, misused=misused)
    return _back(class_id, "guardian-yes" if body["accept"] else "guardian-no")


def reset_guardian(class_id: str) -> Any:
    """A reset code for a guardian, on a slip."""
    form = request.form
    address = f"/v1/accounts/{segment(form.get('account', ''))}/password-reset"
    made = services().identity.post(address, {}, signed_in().access, form.get("key", ""))
    return reset_slip(made, form.get("name", ""), form.get("login", ""), "guardian", f"/class/{class_id}")


def _form_path() -> str:
    return f"/v1/forms/{segment(request.form.get('campaign', ''))}/{segment(request.form.get('pupil', ''))}"


def _back(class_id: str, done: str, line: Mapping[str, Any] | None = None) -> Any:
    """A redirect to the section of the tap rather than to the top: a class has some forty-five rows.

    line: of the form after a decision. After the campaign's end the sentence says that nothing of this is counted.
    """
    campaign = request.form.get("campaign", "")
    if line and line.get("over") and done in COUNTED:
        done = f"{done}-ended"
    anchor = (
        f"#{section}" if (section := request.form.get("section", "")) in ("waiting", "to_review", "missing") else ""
    )
    return redirect(f"/class/{segment(class_id)}?campaign={quote(campaign, safe='')}&done={done}{anchor}", 303)
