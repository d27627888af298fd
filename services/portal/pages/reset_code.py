"""The page on which the owner of an account chooses a password with the reset code from the slip."""

from __future__ import annotations

from typing import Any

from flask import redirect, request

from services.portal.dependencies import deps, services
from services.portal.pages.form_fields import all_of, born, code, filled, new_password, same_twice
from services.portal.rendering import render
from services.portal.request_context import context
from shared.infrastructure.errors import Refused
from shared.language import codes, password_lengths


def show() -> Any:
    return render("reset_code.html")


def use() -> Any:
    form = request.form
    given = all_of(
        login=lambda: filled("login", 200),
        reset_code=lambda: code("reset_code", codes.RESET),
        birth_date=lambda: born() if form.get("birth_date", "").strip() else "",
        new=lambda: new_password("new", password_lengths.GUARDIAN),
        again=lambda: same_twice("new", "again"),
    )
    login, new = given["login"], given["new"]
    body = {name: value for name, value in given.items() if name != "again"}
    try:
        services().identity.post("/v1/reset-codes/use", body, key=form.get("key", ""))
        session, device = deps().sign_in.with_password(login, new)
        context().set_session(session)
        context().keep_device(login, device)
    except Refused as refused:
        refused.where = "new" if refused.where == "password" else refused.where  # this page's name of the field
        raise
    return redirect("/account?done=reset", 303)
