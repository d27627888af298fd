"""The page on which the owner of an account chooses a password with the reset code from the slip."""

from __future__ import annotations

from typing import Any

from flask import redirect, request

from services.portal.dependencies import deps, services
from services.portal.pages.form_fields import birth_date
from services.portal.rendering import render
from services.portal.request_context import context
from shared.infrastructure.errors import Refused


def show() -> Any:
    return render("reset_code.html")


def use() -> Any:
    form = request.form
    login, new = form.get("login", "").strip(), form.get("new", "")
    try:
        if new != form.get("again", ""):
            raise Refused("passwords-differ", "The two passwords differ.", where="again")
        born = birth_date(form.get("birth_date", "")) if form.get("birth_date", "").strip() else ""
        body = {"login": login, "reset_code": form.get("reset_code", ""), "birth_date": born, "new": new}
        services().identity.post("/v1/reset-codes/use", body, key=form.get("key", ""))
        session, device = deps().sign_in.with_password(login, new)
        context().set_session(session)
        context().keep_device(login, device)
    except Refused as refused:
        refused.where = "new" if refused.where == "password" else refused.where  # this page's name of the field
        return render("reset_code.html", problem=refused, given=form)
    return redirect("/account?done=reset", 303)
