"""Guards around pages: a valid form token, a fresh session, the permission that the page needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from flask import g, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from services.portal.dependencies import deps
from services.portal.flash import CONFIRMATION, forget_done
from services.portal.request_context import context, is_form_token, signed_in
from services.portal.service_client import ConfirmationNeeded
from shared.infrastructure.errors import Refused
from shared.language.permissions import Permission
from shared.service.app import ANYONE, Needs, Route
from shared.service.auth import permission_missing

FORM_LIMIT = 64 << 10
GUARDIAN = "guardian"
SETTING_UP = ("/second-factor", "/password", "/confirmation")  # pages for an account that must set one up

View = Callable[..., Any]


def get(rule: str, view: View, needs: Needs, *, fresh: bool = False, child: bool = False) -> Route:
    """A page to read. needs: ANYONE, SIGNED_IN or a permission. fresh: asks for a fresh sign-in.

    child: a page for anyone that shows an account its child. The services check the access token again.
    """

    def checked(**arguments: Any) -> Any:
        if not is_fresh():
            raise ConfirmationNeeded()
        return view(**arguments)

    return Route("GET", rule, needs, _guarded(checked if fresh else view, needs, child), by_cookie=True)


def is_fresh() -> bool:
    """True if the owner was proved in the last minutes."""
    return signed_in().proved_at >= deps().clock.now() - deps().fresh_seconds * 1000


def post(
    rule: str, view: View, needs: Needs, limit: int = FORM_LIMIT, *, page: str = "/", child: bool = False
) -> Route:
    """A form. Refused unless this portal gave the form to this visitor. limit: bytes of the body.

    page: where the form stands, with the arguments of the rule in braces; a refusal leads back there.
    child: a form for anyone that an account may send for its child.
    A form that was held back for a fresh sign-in comes with the password.
    """

    def checked(**arguments: Any) -> Any:
        if not is_form_token(request.form.get("form_token", "")):
            raise Refused(
                "form-expired", "This form is too old or not from this site; reload the page.", kind="bad-request"
            )
        if password := request.form.get(CONFIRMATION, ""):
            _confirm(password)
        earlier = set(context().flashes)
        response = view(**arguments)
        forget_done(earlier)
        return response

    guarded = _guarded(checked, needs, child)

    def on_page(**arguments: Any) -> Any:
        g.form_page = page.format(**{name: quote(str(value), safe="") for name, value in arguments.items()})
        return guarded(**arguments)

    return Route("POST", rule, needs, on_page, body_limit=limit, by_cookie=True)


def _confirm(password: str) -> None:
    """Prove the password at identity and keep the fresh token. Raises ConfirmationNeeded, Refused."""
    try:
        context().set_session(deps().sign_in.confirm(signed_in(), password))
    except Refused as refused:
        if refused.status in (401, 503):
            raise
        refused.where = CONFIRMATION  # the name of the field here
        raise ConfirmationNeeded(refused) from refused


def _guarded(view: View, needs: Needs, child: bool) -> View:
    def guarded(**arguments: Any) -> Any:
        _keep_fresh()
        if needs != ANYONE:
            session = signed_in()
            if session.must_change_password and request.path != "/password":
                return redirect("/password", 303)
            if session.must_set_up_second_factor and not request.path.startswith(SETTING_UP):
                return redirect("/second-factor", 303)
        if isinstance(needs, Permission) and not context().may(needs):
            raise permission_missing(needs)
        if context().role == GUARDIAN and (isinstance(needs, Permission) or child):
            _require_present_children()
        return view(**arguments)

    return guarded


def _require_present_children() -> None:
    """Have a lost child out of sight at once: the other services hear of it some seconds later.

    Raises Refused("token-superseded"). While identity is unavailable they decide alone.
    """
    try:
        deps().services.identity.get("/v1/me", signed_in().access)
    except Refused as refused:
        if refused.status < 500:
            raise


def _keep_fresh() -> None:
    """Renew tokens that are about to expire. While identity is unavailable, a valid token stays in use."""
    current, sign_in = context(), deps().sign_in
    if current.session is None or not sign_in.is_due(current.session):
        return
    try:
        current.set_session(sign_in.renew(current.session))
    except Refused as refused:
        if refused.status < 500:
            current.set_session(None)
        elif current.session.expires_at <= deps().clock.now():
            raise


def to_sign_in() -> AnyResponse:
    """A redirect to the sign-in page, which leads back here."""
    back = request.full_path.rstrip("?") if request.method == "GET" else "/"
    return redirect(f"/sign-in?next={quote(back, safe='')}", 303)
