"""The portal as a WSGI app: its pages in the common app of all services, with protection for browsers."""

from __future__ import annotations

import logging
from pathlib import Path

from flask import Flask, Response, g, has_request_context, redirect, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.wrappers import Response as AnyResponse

from services.portal import rendering
from services.portal.dependencies import Dependencies, deps
from services.portal.flash import ask_on, send_back
from services.portal.guards import to_sign_in
from services.portal.refusals import confirmation_page, refusal_json, refusal_page, wants_json
from services.portal.request_context import begin, context, finish, has_context
from services.portal.routes import ROUTES
from services.portal.service_client import ConfirmationNeeded, Services
from services.portal.session import SealedCookies, SignIn
from services.portal.settings import Settings
from shared.infrastructure import tracing
from shared.infrastructure.clock import Clock, clock_from
from shared.infrastructure.config import load
from shared.infrastructure.errors import STATUS, Refused
from shared.infrastructure.log_setup import set_up
from shared.infrastructure.metrics import REFUSALS
from shared.service.app import AppContext
from shared.service.app import create_app as create_common_app
from shared.service.auth import ServiceAuth, TokenChecker
from shared.service.entrance import Entrance, Forwarding, hosts_of
from shared.service.key_set import KeySet
from shared.service.problems import problem
from shared.service.request import source

HERE = Path(__file__).parent
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob:",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
log = logging.getLogger("portal")


def create_app() -> Flask:
    """The app for gunicorn, with settings from the environment."""
    settings = load(Settings)
    clock = clock_from(settings.clock)
    set_up("portal", clock, security_folder=settings.security_log)
    tracing.set_up("portal", settings.traces)
    forwarding = Forwarding(settings.forwarding_key, clock)
    services = Services.at(settings, request_id, lambda service: forwarding.headers(service, _source()))
    entrance = Entrance("portal", settings.front_key, forwarding, hosts_of(settings.portal_url))
    return build(settings, clock, services, entrance)


def request_id() -> str:
    """The id of the present request. It is sent on, so that the logs of all services can be searched for it."""
    return g.get("request_id", "") if has_request_context() else ""


def _source() -> str:
    return source() if has_request_context() else ""


def build(settings: Settings, clock: Clock, services: Services, entrance: Entrance | None = None) -> Flask:
    """The app with the given services and clock. entrance: None admits every request, for tests."""
    # The common app checks Authorization headers. Browsers send cookies, so no caller is known by these.
    tokens = TokenChecker(KeySet.at(settings.identity_url, clock), clock)
    service_auth = ServiceAuth(bytes(32), "portal", clock, {})  # it calls as its people, and no service calls it
    app_context = AppContext("portal", clock, settings.commit, tokens, service_auth, entrance=entrance)
    app = create_common_app(
        app_context,
        ROUTES,
        template_folder=str(HERE / "templates"),
        static_folder=str(HERE / "static"),
        static_url_path="/static",
    )
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 365 * 86_400  # an asset's address holds its hash
    app.extensions["portal"] = dependencies(settings, clock, services)
    rendering.install(app)
    app.before_request(begin)
    app.after_request(finish)
    app.after_request(lambda response: _protect(response, settings.secure_cookies))
    app.register_error_handler(Exception, _refusal)
    return app


def dependencies(settings: Settings, clock: Clock, services: Services) -> Dependencies:
    return Dependencies(
        services,
        clock,
        SealedCookies(settings.portal_key),
        SignIn(services.identity, clock),
        settings.secure_cookies,
        settings.fresh_sign_in_seconds,
        settings.registry_issuer,
        settings.download_codes,
    )


def _protect(response: Response, secure: bool) -> Response:
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    return response


def _refusal(error: Exception) -> AnyResponse:
    """Every failure as a sentence with a next step: of a form, on the page where it stands; else on a page of its own.

    Below /_ a problem document.
    """
    is_form = request.method == "POST" and "form_page" in g
    if isinstance(error, ConfirmationNeeded):
        return ask_on("/confirmation", error.problem) if is_form else confirmation_page(error.problem)
    refused = _refused(error)
    if request.path.startswith("/_") or not has_context():  # refused before anything of the request was read
        return problem(refused)
    REFUSALS.labels(refused.code).inc()  # a form is answered with a redirect, whatever has failed
    if refused.code == "token-superseded" and _renewed():
        return redirect(request.full_path.rstrip("?"), 307)  # the browser sends the same request with the new token
    if is_form and not wants_json():
        return send_back(refused)
    if refused.status == 401:
        context().set_session(None)
        if request.method == "GET":
            return to_sign_in()
    return refusal_json(refused) if wants_json() else refusal_page(refused)


def _renewed() -> bool:
    """Renew the session whose scope has changed. Returns False if it cannot be."""
    session = context().session
    try:
        context().set_session(deps().sign_in.renew(session) if session else None)
    except Refused:
        return False
    return session is not None


def _refused(error: Exception) -> Refused:
    if isinstance(error, Refused):
        return error
    if isinstance(error, RequestEntityTooLarge):
        return Refused("too-large", "This is too large.")
    if isinstance(error, HTTPException):
        return Refused(next((name for name, status in STATUS.items() if status == error.code), "bad-request"))
    log.error("unexpected error", exc_info=error)
    return Refused("internal", "Something went wrong here.")
