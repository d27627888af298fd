"""Signing in and out, and changing the password."""

from __future__ import annotations

import logging
from typing import Any

from flask import redirect, request

from services.portal.dependencies import deps, services
from services.portal.guards import local
from services.portal.rendering import landing, render
from services.portal.request_context import context, signed_in
from shared.infrastructure.errors import Refused

log = logging.getLogger("portal")


def show() -> Any:
    if context().session:
        return redirect(landing(context().role), 303)
    return render("sign_in.html", next=local(request.args.get("next", "/")))


def enter() -> Any:
    back = local(request.form.get("next", "/"))
    login = request.form.get("login", "").strip()
    try:
        session, device = deps().sign_in.with_password(
            login, request.form.get("password", ""), context().device_of(login)
        )
    except Refused as refused:
        return render("sign_in.html", problem=refused, given=request.form, next=back)
    context().set_session(session)
    context().keep_device(login, device)
    if session.must_change_password:
        return redirect("/password", 303)
    return redirect(landing(session.role) if back == "/" else back, 303)


def leave() -> Any:
    """Remove the cookie in any case, and end the session at identity if that can be reached."""
    session = context().session
    context().set_session(None)
    context().forget_photos()
    if session:
        try:
            deps().sign_in.end(session)
        except Refused as refused:
            log.warning("the session ended here but not at identity", extra={"code": refused.code})
    response = redirect("/?done=signed-out", 303)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'  # the cookies are ended one by one; the language stays
    return response


def confirmed() -> Any:
    """Back to the page that asked for the password; the guard has proved it."""
    return redirect(local(request.form.get("next", "/")), 303)


def show_password() -> Any:
    services().identity.get("/v1/me", signed_in().access)  # a copied cookie shows nothing after the sign-out
    return render("password.html")


def change_password() -> Any:
    session, old, new = signed_in(), request.form.get("old", ""), request.form.get("new", "")
    try:
        if new != request.form.get("again", ""):
            raise Refused("passwords-differ", "The two passwords differ.", where="again")
        services().identity.post(
            "/v1/me/password", {"old": old, "new": new}, session.access, request.form.get("key", ""), method="PUT"
        )
    except Refused as refused:
        refused.where = "new" if refused.where == "password" else refused.where  # this page's name of the field
        return render("password.html", problem=refused)
    try:
        context().set_session(deps().sign_in.renew(session))
    except Refused:  # the password has changed but the session could not be renewed: sign in again
        context().set_session(None)
        return redirect("/sign-in?done=password", 303)
    return redirect(f"{landing(session.role)}?done=password", 303)
