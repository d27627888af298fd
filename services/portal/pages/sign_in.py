"""Sign in, sign out, change the password."""

from __future__ import annotations

import logging
from typing import Any

from flask import redirect, request

from services.portal.render import landing, render
from services.portal.request_context import local, portal, services, signed_in, visit
from shared.infrastructure.errors import Refused

log = logging.getLogger("portal")


def show() -> Any:
    if visit().session:
        return redirect(landing(visit().role), 303)
    return render("sign_in.html", next=local(request.args.get("next", "/")))


def enter() -> Any:
    back = local(request.form.get("next", "/"))
    try:
        session = portal().sign_in.with_password(
            request.form.get("login", "").strip(), request.form.get("password", "")
        )
    except Refused as refused:
        return render("sign_in.html", problem=refused, given=request.form, next=back)
    visit().signed_in(session)
    if session.must_change_password:
        return redirect("/password", 303)
    return redirect(landing(session.role) if back == "/" else back, 303)


def leave() -> Any:
    """The cookie goes in any case; identity is told when it can be reached."""
    session = visit().session
    visit().signed_in(None)
    visit().forget_photos()
    if session:
        try:
            portal().sign_in.end(session)
        except Refused as refused:
            log.warning("a session ended here but not at identity", extra={"code": refused.code})
    return redirect("/?done=signed-out", 303)


def show_password() -> Any:
    return render("password.html")


def change_password() -> Any:
    session, old, new = signed_in(), request.form.get("old", ""), request.form.get("new", "")
    try:
        if new != request.form.get("again", ""):
            raise Refused("passwords-differ", "The new password was not repeated alike.", where="again")
        services().identity.post(
            "/v1/me/password", {"old": old, "new": new}, session.access, request.form.get("key", ""), method="PUT"
        )
    except Refused as refused:
        refused.where = "new" if refused.where == "password" else refused.where  # this page's name of the field
        return render("password.html", problem=refused)
    try:
        visit().signed_in(portal().sign_in.renew(session))
    except Refused:  # the password is changed; a session that did not survive it begins anew
        visit().signed_in(None)
        return redirect("/sign-in?done=password", 303)
    return redirect(f"{landing(session.role)}?done=password", 303)
