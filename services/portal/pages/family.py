"""For families: register with the code of page 2, see the children and their forms, withdraw a photo."""

from __future__ import annotations

import logging
import re
from datetime import date
from typing import Any

from flask import redirect, request

from services.portal.campaigns import all_of
from services.portal.forms import chosen_in
from services.portal.render import render
from services.portal.request_context import portal, services, signed_in, visit
from services.portal.service_client import name
from shared.infrastructure.errors import Refused
from shared.language import codes

GUARDIANS = ("guardian",)
log = logging.getLogger("portal")
CONSENT = "2026-12"  # version of the text of consent that the page shows
RELATIONS = ("mother", "father", "grandparent", "relative", "guardian", "other")
DATE = re.compile(r"(\d{4})\D*?(\d{1,2})\D+(\d{1,2})\D*\Z|(\d{4})(\d{2})(\d{2})\Z")


def show() -> Any:
    return render("register.html", step="check", child=None, relations=RELATIONS, consent=CONSENT)


def register() -> Any:
    """Two steps: whose child is it; then the account, or the child added to the account that is signed in."""
    step = request.form.get("step", "check")
    try:
        found = _claim()
        if step == "check":
            return render(
                "register.html",
                step="account",
                child=_child(found),
                given={**request.form, **found},
                relations=RELATIONS,
                consent=CONSENT,
            )
        session_state = _add_child(found) if visit().role == "guardian" else _open_account(found)
    except Refused as refused:
        return _again(step, refused)
    return redirect(f"/children?done={session_state}", 303)


def _claim() -> dict[str, str]:
    """The two things that only the family has."""
    text = request.form.get("registration_code", "")
    address = codes.parse_qr(text)
    if isinstance(address, codes.PageOne):
        raise Refused(
            "page-one-code",
            "This is the code of page 1; the registration code is on page 2.",
            where="registration_code",
        )
    code = address.code if address else codes.parse(text, "registration_code")
    return {"registration_code": code, "birth_date": birth_date(request.form.get("birth_date", ""))}


def birth_date(text: str) -> str:
    """20160501, 2016-5-1 or 2016年5月1日 as "2016-05-01"."""
    found = DATE.match(text.strip())
    try:
        return date(*(int(part) for part in found.groups() if part)).isoformat()  # type: ignore[union-attr]
    except (AttributeError, ValueError) as error:
        raise Refused("birth-date-format", "Write the birth date as 8 digits: 20160501.", where="birth_date") from error


def _child(found: dict[str, str]) -> dict[str, Any]:
    child: dict[str, Any] = services().identity.post("/v1/registrations/check", found, key=request.form.get("key", ""))[
        "child"
    ]
    return child


def _add_child(found: dict[str, str]) -> str:
    session = signed_in()
    added = services().identity.post(
        "/v1/me/children",
        {**found, "relation": chosen_in("relation", RELATIONS)},
        session.access,
        request.form.get("key", ""),
    )
    visit().signed_in(portal().sign_in.renew(session))  # the new tokens name the new child
    return str(added["state"])


def _open_account(found: dict[str, str]) -> str:
    form = request.form
    chosen_in("relation", RELATIONS)
    if form.get("password") != form.get("again"):
        raise Refused("passwords-differ", "The two passwords differ.", where="again")
    if form.get("consent") != CONSENT:
        raise Refused(
            "consent-missing", "Without your consent no account is made; the paper can stay at school.", where="consent"
        )
    account = {field: form.get(field, "").strip() for field in ("login", "display_name", "relation")}
    asked = {**found, **account, "password": form.get("password", ""), "consent": CONSENT}
    made = services().identity.post("/v1/registrations", asked, key=form.get("key", ""))
    visit().signed_in(portal().sign_in.from_tokens(made))
    return str(made["state"])


def _again(step: str, refused: Refused) -> Any:
    """The step that was refused, with all that was typed but the password."""
    child = {key: request.form.get(key, "") for key in ("masked_name", "school_name", "class_name")}
    if set(refused.where.split(", ")) & {"registration_code", "birth_date"} or not child["masked_name"]:
        step = "check"
    return render(
        "register.html",
        problem=refused,
        given=request.form,
        step=step,
        child=child,
        relations=RELATIONS,
        consent=CONSENT,
    )


def children() -> Any:
    session = signed_in()
    campaigns = {campaign["id"]: campaign for campaign in all_of(services(), session.access)}
    return render(
        "children.html",
        children=[_of_child(pupil, session.access) for pupil in session.pupils],
        campaigns=campaigns,
        asking=_asking(session.access) if session.pupils else [],
        relations=RELATIONS,
    )


def _asking(token: str) -> list[dict[str, Any]]:
    """Other guardians who wait for this one's yes. The less important part of the page: without it the page stands."""
    try:
        items: list[dict[str, Any]] = services().identity.get("/v1/bindings", token, {"waiting": "true"})["items"]
    except Refused as refused:
        log.warning("the guardians who wait could not be read", extra={"code": refused.code})
        return []
    return items


def _of_child(pupil: str, token: str) -> dict[str, Any]:
    child = services().roster.get(f"/v1/pupils/{name(pupil)}", token)
    forms = services().upload.get(f"/v1/pupils/{name(pupil)}/forms", token)["items"]
    return {
        **child,
        "pupil": pupil,
        "forms": sorted(forms, key=lambda form: str(form.get("campaign", "")), reverse=True),
    }


def accept_guardian() -> Any:
    """The first guardian's yes to another one of the child. A no is left to the teacher, who knows both: the first one may be the wrong one."""
    form = request.form
    asked = {"account": form.get("account", ""), "accept": True}
    services().identity.post(
        f"/v1/bindings/{name(form.get('pupil', ''))}/decisions", asked, signed_in().access, form.get("key", "")
    )
    return redirect("/children?done=guardian-yes", 303)


def replace() -> Any:
    """The guardian's yes to a second photo: it takes the place of the one that is filed."""
    form = request.form
    asked = {"decision": "archive", "photo": form.get("photo", "")}
    services().upload.post(
        f"/v1/forms/{name(form.get('campaign', ''))}/{name(form.get('pupil', ''))}/reviews",
        asked,
        signed_in().access,
        form.get("key", ""),
    )
    return redirect("/children?done=archive", 303)


def withdraw() -> Any:
    campaign, pupil = name(request.form.get("campaign", "")), name(request.form.get("pupil", ""))
    services().upload.post(
        f"/v1/forms/{campaign}/{pupil}/withdrawal", {}, signed_in().access, request.form.get("key", "")
    )
    return redirect("/children?done=withdrawn", 303)
