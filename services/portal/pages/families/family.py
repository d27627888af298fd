"""Pages for families: register with the code on page 2, see the children and their forms, withdraw photo or consent."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from flask import redirect, request

from services.portal.dependencies import deps, services
from services.portal.flash import flash, show_on
from services.portal.pages.form_fields import all_of, born, chosen_option, code, filled, login, new_password, same_twice
from services.portal.pages.offices.campaign_choice import all_campaigns
from services.portal.rendering import errors_of, render
from services.portal.request_context import context, signed_in
from services.portal.service_client import segment
from shared.infrastructure.clock import iso
from shared.infrastructure.errors import Refused
from shared.language import codes, password_lengths
from shared.language.consent import CONSENT_VERSION
from shared.language.permissions import MANAGE_CHILDREN

log = logging.getLogger("portal")
CHILD = ("masked_name", "school_name", "class_name")  # what a parent sees of the child before registering
RELATIONS = ("mother", "father", "grandparent", "relative", "guardian", "other")


def show() -> Any:
    """The first step; the second one once the code has led to a child, and again with what was refused there."""
    kept = flash()
    child = {name: kept.given.get(name, "") for name in CHILD} if kept.given.get("step") == "account" else {}
    wrong_code = kept.problem is not None and {"registration_code", "birth_date"} & set(errors_of(kept.problem))
    child = {} if wrong_code or not child.get("masked_name") else child
    child = kept.result.get("child") or child
    return render(
        "register.html",
        step="account" if child else "check",
        child=child,
        given=kept.result.get("found"),
        relations=RELATIONS,
        consent=CONSENT_VERSION,
    )


def register() -> Any:
    """Two steps: check the code; then open an account, or add the child to the signed-in account."""
    found = all_of(registration_code=lambda: code("registration_code", codes.REGISTRATION), birth_date=born)
    if request.form.get("step", "check") == "check":
        return show_on("/r", child=_child(found), found=found)
    state = _add_child(found) if context().may(MANAGE_CHILDREN) else _open_account(found)
    return redirect(f"/children?done={state}", 303)


def _child(found: dict[str, str]) -> dict[str, Any]:
    child: dict[str, Any] = services().identity.post("/v1/registrations/check", found, key=request.form.get("key", ""))[
        "child"
    ]
    return {name: child[name] for name in CHILD}


def _add_child(found: dict[str, str]) -> str:
    session = signed_in()
    body = {**found, **all_of(relation=_relation, consent=_consent)}
    added = services().identity.post("/v1/me/children", body, session.access, request.form.get("key", ""))
    context().set_session(deps().sign_in.renew(session))  # the new tokens name the new child
    return str(added["state"])


def _open_account(found: dict[str, str]) -> str:
    account = all_of(
        relation=_relation,
        display_name=lambda: filled("display_name"),
        login=login,
        password=lambda: new_password("password", password_lengths.GUARDIAN),
        again=lambda: same_twice("password", "again"),
        consent=_consent,
    )
    account.pop("again")
    made = services().identity.post("/v1/registrations", {**found, **account}, key=request.form.get("key", ""))
    context().set_session(deps().sign_in.from_tokens(made))
    context().keep_device(account["login"], made["device_token"])
    return str(made["state"])


def _relation() -> str:
    return chosen_option("relation", RELATIONS)


def _consent() -> str:
    """The version to which the guardian has consented for this child. Raises Refused("consent-missing")."""
    if request.form.get("consent") != CONSENT_VERSION:
        raise Refused(
            "consent-missing", "Registration requires your consent; the form can also stay on paper.", where="consent"
        )
    return CONSENT_VERSION


def children() -> Any:
    own = _own_children()
    session = signed_in()
    if request.args.get("done") == "waiting" and own and all(child["state"] == "bound" for child in own):
        return redirect("/children?done=bound", 303)  # approved since: the address must not say otherwise
    campaigns = {campaign["id"]: campaign for campaign in all_campaigns(services(), session.access)}
    return render(
        "children.html",
        children=[_with_forms(pupil, session.access, list(campaigns)) for pupil in session.pupils],
        campaigns=campaigns,
        waiting=_waiting_guardians(session.access) if session.pupils else [],
        consents={child["pupil"]: child for child in own if child["state"] == "bound"},
        requests=[child for child in own if child["state"] == "waiting"],
        ended=[child for child in own if child["state"] == "none"],
        relations=RELATIONS,
        held=session.held_children,
    )


def regain() -> Any:
    """Children whom a reset took out of reach come back by their birth date."""
    session = signed_in()
    body = {"birth_date": born()}
    services().identity.post("/v1/me/children/regain", body, session.access, request.form.get("key", ""))
    context().set_session(deps().sign_in.renew(session))  # the new tokens name the children
    return redirect("/children?done=regained", 303)


def _own_children() -> list[dict[str, Any]]:
    """The children, bound or waiting. Where a child was gained or lost since signing in, the session follows.

    Empty if identity is unavailable: the rest of the page matters more.
    """
    session = signed_in()
    try:
        items: list[dict[str, Any]] = services().identity.get("/v1/me/children", session.access)["items"]
        if {item["pupil"] for item in items if item["state"] == "bound"} != set(session.pupils):
            context().set_session(deps().sign_in.renew(session))
    except Refused as refused:
        if refused.status < 500:
            raise
        log.warning("the own children could not be read", extra={"code": refused.code})
        return []
    return [{**item, **{at: iso(item[at]) for at in ("consented_at", "ended_at")}} for item in items]


def _waiting_guardians(token: str) -> list[dict[str, Any]]:
    """Guardians waiting for this one's approval; none if identity is unavailable: the rest of the page matters more."""
    try:
        items: list[dict[str, Any]] = services().identity.get("/v1/bindings", token, {"waiting": "true"})["items"]
    except Refused as refused:
        log.warning("the waiting guardians could not be read", extra={"code": refused.code})
        return []
    return items


def _with_forms(pupil: str, token: str, campaigns: Sequence[str]) -> dict[str, Any]:
    """The child with its forms in the order of the campaigns: of a running one first."""
    child = services().roster.get(f"/v1/pupils/{segment(pupil)}", token)
    forms = services().upload.get(f"/v1/pupils/{segment(pupil)}/forms", token)["items"]
    return {
        **child,
        "pupil": pupil,
        "forms": sorted(forms, key=lambda form: [*campaigns, form["campaign"]].index(form["campaign"])),
    }


def accept_guardian() -> Any:
    """The first guardian approves another one. Only the class teacher refuses: the first may be the wrong one."""
    form = request.form
    body = {"account": form.get("account", ""), "accept": True}
    services().identity.post(
        f"/v1/bindings/{segment(form.get('pupil', ''))}/decisions", body, signed_in().access, form.get("key", "")
    )
    return redirect("/children?done=guardian-yes", 303)


def replace() -> Any:
    """The guardian replaces the archived photo with a second one."""
    form = request.form
    body = {"decision": "archive", "photo": form.get("photo", "")}
    services().upload.post(
        f"/v1/forms/{segment(form.get('campaign', ''))}/{segment(form.get('pupil', ''))}/reviews",
        body,
        signed_in().access,
        form.get("key", ""),
    )
    return redirect("/children?done=archive", 303)


def withdraw() -> Any:
    campaign, pupil = segment(request.form.get("campaign", "")), segment(request.form.get("pupil", ""))
    services().upload.post(
        f"/v1/forms/{campaign}/{pupil}/withdrawal", {}, signed_in().access, request.form.get("key", "")
    )
    return redirect("/children?done=withdrawn", 303)


def leave() -> Any:
    """The guardian leaves a child; photos and other guardians stay."""
    session, form = signed_in(), request.form
    body = {"account": session.account, "accept": False}
    path = f"/v1/bindings/{segment(form.get('pupil', ''))}/decisions"
    services().identity.post(path, body, session.access, form.get("key", ""))
    context().set_session(deps().sign_in.renew(session))  # the new tokens do not name the child
    return redirect("/children?done=left", 303)


def withdraw_consent() -> Any:
    """The consent for a child ends, and with it photos and binding; or somebody who waits takes back the request."""
    session, form = signed_in(), request.form
    path = f"/v1/me/children/{segment(form.get('pupil', ''))}/consent-withdrawal"
    services().identity.post(path, {}, session.access, form.get("key", ""))
    context().set_session(deps().sign_in.renew(session))  # the new tokens do not name the child
    waited = form.get("state") == "waiting"
    return redirect(f"/children?done={'request-taken-back' if waited else 'consent-withdrawn'}", 303)
