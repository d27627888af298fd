"""Pages on which the owner of an account chooses a password: with the activation code, or with a reset code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import redirect, request

from services.portal.dependencies import deps, services
from services.portal.pages.accounts.sign_in import CODE_NEEDED, to_second_step
from services.portal.pages.form_fields import all_of, born, code, filled, new_password, same_twice
from services.portal.rendering import landing, render
from services.portal.request_context import context
from shared.infrastructure.errors import Refused
from shared.language import codes, password_lengths


def show_activation() -> Any:
    return render("activation.html")


def activate() -> Any:
    given = all_of(
        login=lambda: filled("login", 200),
        activation_code=lambda: code("activation_code", codes.ACTIVATION),
        new=lambda: new_password("new", password_lengths.STAFF),
        again=lambda: same_twice("new", "again"),
        display_name=_own_name,
    )
    return _choose("/v1/activation-codes/use", given) or redirect(f"{landing()}?done=activated", 303)


def show_reset() -> Any:
    return render("reset_code.html")


def use_reset_code() -> Any:
    given = all_of(
        login=lambda: filled("login", 200),
        reset_code=lambda: code("reset_code", codes.RESET),
        birth_date=lambda: born() if request.form.get("birth_date", "").strip() else "",
        new=lambda: new_password("new", password_lengths.GUARDIAN),
        again=lambda: same_twice("new", "again"),
        display_name=_own_name,
    )
    return _choose("/v1/reset-codes/use", given) or redirect("/account?done=reset", 303)


def _own_name() -> str:
    """The owner's real name; "" where it is left out, which identity takes of accounts that were issued to a name."""
    return filled("display_name") if request.form.get("display_name", "").strip() else ""


def _choose(route: str, given: Mapping[str, str]) -> Any:
    """Use the code and sign in with the password chosen; where the account still waits for a yes, a page to say so."""
    login, new = given["login"], given["new"]
    body = {name: value for name, value in given.items() if name != "again"}
    try:
        services().identity.post(route, body, key=request.form.get("key", ""))
        session, device = deps().sign_in.with_password(login, new)
    except Refused as refused:
        if refused.code == CODE_NEEDED:  # the password is chosen; the second factor stays
            return to_second_step(refused, login, "/account?done=reset")
        if refused.code == "account-waiting":  # the password is chosen, and the code is used up
            return redirect("/sign-in?done=chosen-waiting", 303)
        refused.where = "new" if refused.where == "password" else refused.where  # this page's name of the field
        raise
    context().set_session(session)
    context().keep_device(login, device)
    return redirect("/second-factor", 303) if session.must_set_up_second_factor else None
