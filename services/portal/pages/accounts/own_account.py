"""The own account: its history for everybody; name, account name and erasure for guardians."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import redirect, request

from services.portal.dependencies import deps, services
from services.portal.pages.accounts.changes import named
from services.portal.pages.form_fields import all_of, filled, login
from services.portal.rendering import render
from services.portal.request_context import context, signed_in
from shared.infrastructure.errors import Refused
from shared.language.permissions import CHANGE_OWN_DETAILS


def show() -> Any:
    session = signed_in()
    items = services().identity.get("/v1/me/history", session.access)["items"]
    details = services().identity.get("/v1/me/details", session.access) if context().may(CHANGE_OWN_DETAILS) else None
    grants = named([asdict(grant) for grant in context().grants])
    return render("account.html", items=named(items), details=details, grants=grants)


def change() -> Any:
    session = signed_in()
    body = all_of(display_name=lambda: filled("display_name"), login=login)
    services().identity.post("/v1/me/details", body, session.access, request.form.get("key", ""), method="PUT")
    context().set_session(deps().sign_in.renew(session))  # the session holds the name
    return redirect("/account?done=details", 303)


def erase() -> Any:
    if request.form.get("sure") != "yes":
        raise Refused("not-confirmed", "Confirm that the account cannot be restored.", where="sure")
    services().identity.post("/v1/me/erasure", {}, signed_in().access, request.form.get("key", ""))
    context().set_session(None)
    return redirect("/?done=erased", 303)
