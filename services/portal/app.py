"""The portal as a WSGI app: pages over the common shell, with a browser's protections."""

from __future__ import annotations

import logging
from pathlib import Path

from flask import Flask, Response, g, has_request_context, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.wrappers import Response as AnyResponse

from services.portal import render
from services.portal.pages import ROUTES
from services.portal.request_context import Portal, begin, finish, to_sign_in, visit
from services.portal.service_client import Services
from services.portal.session import SignIn, Vault
from services.portal.settings import Settings
from shared.infrastructure.clock import Clock, clock_from
from shared.infrastructure.config import load
from shared.infrastructure.errors import STATUS, Refused
from shared.infrastructure.log_setup import set_up
from shared.service.app import AppContext, problem
from shared.service.app import create_app as create_shell_app
from shared.service.auth import KeySet, ServiceAuth, TokenChecker

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
    """For gunicorn: settings from the environment."""
    settings = load(Settings)
    clock = clock_from(settings.clock)
    set_up("portal", clock)
    return build(settings, clock, Services.at(settings, request_id))


def request_id() -> str:
    """The present request's id, so that one line of a page's story can be found in every service's log."""
    return g.get("request_id", "") if has_request_context() else ""


def build(settings: Settings, clock: Clock, services: Services) -> Flask:
    """The app on given services and clock."""
    # The shell's own tokens are for callers with an Authorization header; people bring cookies, so nobody is one here.
    tokens, nobody = (
        TokenChecker(KeySet.at(settings.identity_url, clock), clock),
        ServiceAuth(settings.portal_key, "portal", clock),
    )
    app_context = AppContext("portal", clock, settings.commit, tokens, nobody)
    app = create_shell_app(
        app_context,
        ROUTES,
        template_folder=str(HERE / "templates"),
        static_folder=str(HERE / "static"),
        static_url_path="/static",
    )
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 365 * 86_400  # addresses of assets carry the hash of their content
    app.extensions["portal"] = Portal(
        services, clock, Vault(settings.portal_key), SignIn(services.identity, clock), settings.secure_cookies
    )
    render.install(app)
    app.before_request(begin)
    app.after_request(finish)
    app.after_request(lambda answer: _protect(answer, settings.secure_cookies))
    app.register_error_handler(Exception, _page_of)
    return app


def _protect(answer: Response, secure: bool) -> Response:
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["Referrer-Policy"] = "same-origin"
    answer.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if secure:
        answer.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    return answer


def _page_of(error: Exception) -> AnyResponse:
    """Every failure as a page with one sentence and one next step; machines asking below /_ get a problem document."""
    refused = _refused(error)
    if request.path.startswith("/_"):
        return problem(refused)
    if refused.status == 401:
        visit().signed_in(None)
        if request.method == "GET":
            return to_sign_in()
    return render.refused_page(refused)


def _refused(error: Exception) -> Refused:
    if isinstance(error, Refused):
        return error
    if isinstance(error, RequestEntityTooLarge):
        return Refused("too-large", "This is too large.")
    if isinstance(error, HTTPException):
        return Refused(next((name for name, status in STATUS.items() if status == error.code), "bad-request"))
    log.error("unexpected error", exc_info=error, extra={"request_id": request_id()})
    return Refused("internal", "Something went wrong here.")
