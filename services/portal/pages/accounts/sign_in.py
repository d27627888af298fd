"""Signing in and out, and changing the password."""

from __future__ import annotations

import logging
from typing import Any

from flask import redirect, request

from services.portal.dependencies import deps, services
from services.portal.flash import ask_on, flash, show_again, show_on
from services.portal.guards import is_fresh
from services.portal.local_address import local
from services.portal.pages.form_fields import all_of, filled, new_password, same_twice
from services.portal.rendering import landing, render
from services.portal.request_context import context, signed_in
from services.portal.session import Session
from shared.infrastructure.errors import Refused
from shared.language import password_lengths

log = logging.getLogger("portal")
SECOND_STEP, CODE_NEEDED = "/sign-in/code", "second-factor-code-needed"
OLD_MOST = 1000  # identity knows the old password; here it only has to be there


def show() -> Any:
    if context().session:
        return redirect(landing(), 303)
    back = flash().given.get("next", "") or request.args.get("next", "/")
    return render("sign_in.html", next=local(back))


def enter() -> Any:
    back = local(request.form.get("next", "/"))
    login = request.form.get("login", "").strip()
    try:
        entered = deps().sign_in.with_password(login, request.form.get("password", ""), context().device_of(login))
    except Refused as refused:
        if refused.code != CODE_NEEDED:
            raise
        return to_second_step(refused, login, back)
    return signed_in_with(login, *entered, back)


def to_second_step(refused: Refused, login: str, back: str) -> Any:
    """A redirect to the page that asks for the code. refused: the answer to the password, with the challenge."""
    return show_on(SECOND_STEP, challenge=refused.extra["challenge"], login=login, next=back)


def signed_in_with(login: str, session: Session, device: str, back: str) -> Any:
    """Keep the session and the device; a redirect to what must be done first, or to where the person wanted to go."""
    context().set_session(session)
    context().keep_device(login, device)
    if session.must_change_password:
        return redirect("/password", 303)
    if session.must_set_up_second_factor:
        return redirect("/second-factor", 303)
    return redirect(landing() if back == "/" else back, 303)


def show_second_step() -> Any:
    if not flash().result:
        return ask_on("/sign-in", flash().problem) if flash().problem else redirect("/sign-in", 303)
    return render("second_step.html", kept=request.args.get("kept", ""))


def second_step() -> Any:
    """Sign in with the code, on the challenge that the page has kept sealed."""
    asked = flash().result
    if not asked:
        raise Refused("challenge-ended", "This sign-in took too long; begin with the password again.", kind="gone")
    login = asked["login"]
    try:
        code = request.form.get("code", "").strip() or "-"
        entered = deps().sign_in.with_code(asked["challenge"], code, context().device_of(login))
    except Refused as refused:
        if refused.code == "challenge-ended":
            return redirect("/sign-in?done=challenge-ended", 303)
        return show_again(SECOND_STEP, refused, **asked)
    return signed_in_with(login, *entered, asked["next"])


def leave() -> Any:
    """Remove the cookie in any case, and end the session at identity if that can be reached."""
    session = context().session
    context().set_session(None)
    context().forget_own()
    if session:
        try:
            deps().sign_in.end(session)
        except Refused as refused:
            log.warning("the session ended here but not at identity", extra={"code": refused.code})
    response = redirect("/?done=signed-out", 303)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'  # the cookies are ended one by one; the language stays
    return response


def show_confirmation() -> Any:
    """The page that asks for the password, and then sends the form that waits with its fields again."""
    kept = flash()
    if not kept.action:
        return redirect(landing(), 303)
    needs_more = kept.problem is not None and kept.problem.code == "second-factor-needed"
    proven = needs_more and signed_in().has_second_factor and is_fresh()  # it was set up on the way
    here = request.full_path.rstrip("?")
    return render("confirmation.html", action=kept.action, fields=kept.fields, here=here, proven=proven)


def confirmed() -> Any:
    """Back to the page that asked for the password; the guard has proved it."""
    return redirect(local(request.form.get("next", "/")), 303)


def show_password() -> Any:
    services().identity.get("/v1/me", signed_in().access)  # a copied cookie shows nothing after the sign-out
    return render("password.html")


def change_password() -> Any:
    session, old, new = signed_in(), request.form.get("old", ""), request.form.get("new", "")
    least = password_lengths.GUARDIAN if session.role == "guardian" else password_lengths.STAFF
    all_of(
        old=lambda: filled("old", OLD_MOST),
        new=lambda: new_password("new", least),
        again=lambda: same_twice("new", "again"),
    )
    try:
        services().identity.post(
            "/v1/me/password", {"old": old, "new": new}, session.access, request.form.get("key", ""), method="PUT"
        )
    except Refused as refused:
        refused.where = "new" if refused.where == "password" else refused.where  # this page's name of the field
        raise
    try:
        context().set_session(deps().sign_in.renew(session))
    except Refused:  # the password has changed but the session could not be renewed: sign in again
        context().set_session(None)
        return redirect("/sign-in?done=password", 303)
    return redirect(f"{landing()}?done=password", 303)
