"""Errors as responses: RFC 9457 problem documents."""

from __future__ import annotations

import logging
from collections.abc import Callable

import orjson
from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException

from shared.infrastructure.errors import STATUS, Refused
from shared.infrastructure.metrics import REFUSALS, in_advance
from shared.infrastructure.security_log import security_event
from shared.service.request import source

RECORDED = (401, 403, 429)
KEPT_HEADERS = ("Allow", "Retry-After", "Range")
in_advance([(code,) for code in STATUS], REFUSALS)
log = logging.getLogger("web")


def problem(refused: Refused, instance: str = "") -> Response:
    """The problem document of a refusal. instance: a URI of the request."""
    REFUSALS.labels(refused.code).inc()
    document = {
        "type": f"urn:rollcall:problem:{refused.code}",
        "title": refused.code,
        "status": refused.status,
        "detail": refused.detail,
        **({"where": refused.where} if refused.where else {}),
        "instance": instance,
        **refused.extra,
    }
    response = Response(orjson.dumps(document), refused.status, content_type="application/problem+json")
    if "retry_after" in refused.extra:  # seconds
        response.headers["Retry-After"] = str(refused.extra["retry_after"])
    return response


def handle_errors(app: Flask, is_unavailable: Callable[[Exception], bool]) -> None:
    """Answer every error of an app with a problem. is_unavailable: whether an error is an outage of infrastructure."""

    def handle(error: Exception) -> Response:
        request_id = g.get("request_id", "")
        instance = f"urn:rollcall:request:{request_id}"
        if isinstance(error, HTTPException):
            return _problem_of_flask(error, instance)
        if isinstance(error, Refused):
            _record(error)
            return problem(error, instance)
        if is_unavailable(error):
            log.warning("unavailable", extra={"rule": _rule(), "cause": type(error).__name__})
            return problem(Refused("unavailable", "The service is temporarily unavailable; try again."), instance)
        log.error("unexpected error", exc_info=error)
        detail = "An unexpected error occurred; nothing was lost. Try again; if it persists, report the request id."
        return problem(Refused("internal", detail), instance)

    app.register_error_handler(Exception, handle)


def _record(refused: Refused) -> None:
    """A line for a failure, with the request's id that people report; in the security log for a refusal of a person."""
    if refused.status >= 500:
        log.warning("failed", extra={"code": refused.code, "rule": _rule(), "cause": refused.detail})
    if refused.status not in RECORDED:
        return
    caller = g.get("caller")
    account, role = (caller.account, caller.role) if caller else ("", "")
    security_event(
        "refused", account=account, role=role, source=source(), code=refused.code, method=request.method, rule=_rule()
    )


def _rule() -> str:
    return request.url_rule.rule if request.url_rule else "unknown"


def _problem_of_flask(error: HTTPException, instance: str) -> Response:
    """A refusal by Flask itself; a status without a code of its own keeps its number."""
    status = error.code or 500
    code = next((code for code, of_code in STATUS.items() if of_code == status), "bad-request")
    response = problem(Refused(code, str(error.description or error.name), extra={"status": status}), instance)
    response.status_code = status
    response.headers.extend([(name, value) for name, value in error.get_headers() if name in KEPT_HEADERS])
    return response
