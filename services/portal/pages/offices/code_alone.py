"""凭码上传开关: whether the upload code alone is enough in a region; each region decides for itself and those below."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import redirect, request

from services.portal.dependencies import services
from services.portal.pages.form_fields import chosen_option
from services.portal.rendering import render, t
from services.portal.request_context import signed_in
from services.portal.service_client import segment
from shared.infrastructure.errors import Refused

DECISIONS: Mapping[str, str] = {"on": "on", "off": "off", "above": ""}  # of the form -> of roster


def show() -> Any:
    session = signed_in()
    unit = request.args.get("unit", "") or session.home
    found = services().roster.get(f"/v1/units/{segment(unit)}/code-alone", session.access)
    is_own = found["code"] == session.home
    own = next(word for word, decision in DECISIONS.items() if decision == found["code_alone"])
    return render(
        "code_alone.html",
        region=found,
        is_own=is_own,
        choices_left=[word for word in DECISIONS if word != own] if is_own else [],
        decided_by=_name_of(found["decided_by"]),
    )


def _name_of(account: str) -> str:
    """The name of the account of one's own unit or of one below; its id where identity does not list it now."""
    session = signed_in()
    if account in ("", session.account):
        return session.display_name or t(f"role.{session.role}") if account else ""
    try:
        items = services().identity.get("/v1/accounts", session.access)["items"]
    except Refused:
        items = []
    return next((str(item["display_name"]) for item in items if item["id"] == account), account)


def decide() -> Any:
    """Only for the own region: roster refuses any other."""
    session, form = signed_in(), request.form
    body = {"code_alone": DECISIONS[chosen_option("decision", DECISIONS)]}
    path = f"/v1/units/{segment(session.home)}/code-alone"
    services().roster.post(path, body, session.access, form.get("key", ""))
    return redirect("/code-alone?done=code-alone", 303)
