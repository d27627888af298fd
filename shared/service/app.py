"""Every service's HTTP shell: routes with their requirement, RFC 9457 problems, request ids, status, health, metrics."""

from __future__ import annotations

import hashlib
import logging
import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from timeit import default_timer
from typing import Any

import orjson
from flask import Flask, Request, Response, current_app, g, request
from marshmallow import Schema, ValidationError
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from werkzeug.exceptions import HTTPException

from shared.eventsourcing.store import CommandContext
from shared.infrastructure.clock import Clock, iso
from shared.infrastructure.errors import STATUS, Refused
from shared.infrastructure.metrics import REQUEST_SECONDS
from shared.service.auth import NOBODY, ROLES, Caller, ServiceAuth, TokenChecker, require_role
from shared.service.operations import Live, Operation, Ready, ResponseMismatch, Status

KEY = re.compile(r"[A-Za-z0-9_.:\-]{8,100}\Z")
JSON_LIMIT = 1 << 20
log = logging.getLogger("web")

Needs = Callable[[], Caller]
View = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Route:
    """One use case: method, rule, who may call it, the function that does it, and what it says of itself (pages for people say nothing)."""

    method: str
    rule: str
    needs: str | Sequence[str]  # ANYONE, SERVICE, SIGNED_IN, or the roles
    view: View
    operation: Operation | None = None
    body_limit: int = JSON_LIMIT


ANYONE, SERVICE, SIGNED_IN = "anyone", "service", "signed-in"
Check = Callable[[], str]  # "" when good, else a sentence


@dataclass(slots=True)
class AppContext:
    """What an app needs to know who calls and whether it is ready."""

    name: str
    clock: Clock
    commit: str
    tokens: TokenChecker
    services: ServiceAuth
    ready: Mapping[str, Check] = field(default_factory=dict)
    is_unavailable: Callable[[Exception], bool] = lambda error: (
        False
    )  # whether an error only says that something we stand on is away for a moment


def create_app(app_context: AppContext, routes: Sequence[Route], **flask_options: Any) -> Flask:
    """A Flask app that serves these routes and nothing without a requirement."""
    app = Flask(app_context.name, **{"static_folder": None, **flask_options})
    if app.has_static_folder:
        setattr(app.view_functions["static"], "needs", ANYONE)  # noqa: B010   # files that everybody may read
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.extensions["rollcall"] = app_context
    for route in (*common(app_context), *routes):
        add(app, app_context, route)
    app.register_error_handler(Exception, _problem_of)
    app.before_request(_begin)
    app.after_request(_finish)
    return app


def add(app: Flask, app_context: AppContext, route: Route) -> None:
    respond = _responder(route.operation)

    def serve(**arguments: Any) -> Any:
        g.operation, g.caller = route.operation, _caller(app_context, route.needs)
        request.max_content_length = route.body_limit
        return respond(route.view(**arguments))

    serve.needs = route.needs  # type: ignore[attr-defined]   # the architecture test reads it
    app.add_url_rule(route.rule, endpoint=f"{route.method} {route.rule}", view_func=serve, methods=[route.method])


def _responder(operation: Operation | None) -> Callable[[Any], Any]:
    """Turns what a view returns into a response. A Response (bytes, streams) and pages for people pass unchanged."""
    if operation is None:
        return lambda value: value
    schema = operation.response() if isinstance(operation.response, type) else None

    def respond(value: Any) -> Any:
        if isinstance(value, tuple):  # (value, status): the form of views that are not converted yet
            value = value[0]
        if isinstance(value, Response):
            return value
        if operation.response is None:
            return Response(status=operation.status)
        if schema is None:
            raise ResponseMismatch(f"A view of {operation.response} must return a Response.")
        return Response(orjson.dumps(schema.dump(value)), operation.status, content_type="application/json")

    return respond


def _caller(app_context: AppContext, needs: str | Sequence[str]) -> Caller:
    token = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    if needs == SERVICE:
        return app_context.services.caller(token)
    caller = app_context.tokens(token) if token else NOBODY
    if needs == SIGNED_IN:
        require_role(caller, ROLES)
    elif needs != ANYONE:
        require_role(caller, needs)
    return caller


def caller() -> Caller:
    """Who makes the present request."""
    return g.caller  # type: ignore[no-any-return]


def body() -> dict[str, Any]:
    """The request's JSON object after the schema of its route. Refuses with one problem that lists every wrong field."""
    try:
        given = orjson.loads(request.get_data() or b"null")
    except orjson.JSONDecodeError as error:
        raise Refused("bad-request", "The body is not JSON.", where="body") from error
    if not isinstance(given, dict):
        raise Refused("bad-request", "The body must be a JSON object.", where="body")
    return checked(g.operation.body(), given)


def query() -> dict[str, Any]:
    """What follows "?" after the schema of the route. Refuses like `body`."""
    return checked(g.operation.query(), request.args.to_dict())


def checked(schema: Schema, given: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return schema.load(dict(given))  # type: ignore[no-any-return]
    except ValidationError as error:
        wrong = [{"where": where, "what": what} for where, what in _flat(error.messages)]
        where = ", ".join(sorted({w["where"] for w in wrong}))
        raise Refused("bad-fields", f"Mend these fields: {where}.", where=where, extra={"errors": wrong}) from error


def _flat(messages: Any, prefix: str = "") -> list[tuple[str, str]]:
    if isinstance(messages, dict):
        return [
            pair
            for name, inner in messages.items()
            for pair in _flat(inner, f"{prefix}.{name}" if prefix else str(name))
        ]
    return [(prefix, str(message)) for message in (messages if isinstance(messages, list) else [messages])]


def command_context(asked: Mapping[str, Any] | bytes = b"", *, actor: str = "") -> CommandContext:
    """The command of the present request: actor + Idempotency-Key, and a hash of what is asked for.

    asked: what identifies the request, never a password or another secret. Refuses without a usable Idempotency-Key.
    """
    key = request.headers.get("Idempotency-Key", "")
    if not KEY.match(key):
        raise Refused(
            "bad-request",
            "Send a header Idempotency-Key of 8 to 100 letters, digits or _.:- with every command.",
            where="Idempotency-Key",
        )
    actor = actor or caller().account
    if not actor:
        raise Refused("not-signed-in", "Sign in first.", where="Authorization")
    raw = asked if isinstance(asked, bytes) else orjson.dumps(asked, option=orjson.OPT_SORT_KEYS, default=str)
    seed = f"{request.method} {request.path}\n".encode() + raw
    return CommandContext(f"{actor}:{key}", actor, hashlib.sha256(seed).hexdigest()[:32])


def problem(refused: Refused, instance: str = "") -> Response:
    """RFC 9457."""
    document = {
        "type": f"urn:rollcall:problem:{refused.code}",
        "title": refused.code,
        "status": refused.status,
        "detail": refused.detail,
        **({"where": refused.where} if refused.where else {}),
        "instance": instance,
        **refused.extra,
    }
    return Response(orjson.dumps(document), refused.status, content_type="application/problem+json")


def _problem_of(error: Exception) -> Response:
    instance = f"urn:rollcall:request:{g.get('request_id', '')}"
    if isinstance(error, Refused):
        return problem(error, instance)
    if isinstance(error, HTTPException):
        return _problem_of_http(error, instance)
    if current_app.extensions["rollcall"].is_unavailable(error):
        return problem(
            Refused(
                "unavailable", "Something that this service stands on cannot be reached at this moment; try again."
            ),
            instance,
        )
    log.error("unexpected error", exc_info=error, extra={"request_id": g.get("request_id", "")})
    return problem(
        Refused(
            "internal", "Something went wrong here; nothing was lost. Try again, and name the request id if it stays."
        ),
        instance,
    )


def _problem_of_http(error: HTTPException, instance: str) -> Response:
    """What Flask itself refuses; a status without a word of its own keeps its number."""
    status = error.code or 500
    code = next((name for name, known in STATUS.items() if known == status), "bad-request")
    answer = problem(Refused(code, str(error.description or error.name), extra={"status": status}), instance)
    answer.status_code = status
    answer.headers.extend([(k, v) for k, v in error.get_headers() if k in ("Allow", "Retry-After", "Range")])
    return answer


def _begin() -> None:
    given = request.headers.get("X-Request-Id", "")
    g.request_id = given if KEY.match(given) else uuid.uuid4().hex
    g.began = _perf(request)


def _perf(_: Request) -> float:
    return default_timer()  # a stopwatch for metrics, never a date


def _finish(answer: Response) -> Response:
    answer.headers["X-Request-Id"] = g.request_id
    answer.headers.setdefault("Cache-Control", "no-store")
    answer.headers["X-Content-Type-Options"] = "nosniff"
    rule = request.url_rule.rule if request.url_rule else "unknown"
    REQUEST_SECONDS.labels(request.method, rule, str(answer.status_code)).observe(_perf(request) - g.began)
    return answer


def common(app_context: AppContext) -> list[Route]:
    """Routes of every service for its operators: status, health, metrics."""

    def status() -> dict[str, str]:
        return {"service": app_context.name, "commit": app_context.commit, "time": iso(app_context.clock.now())}

    def ready() -> dict[str, bool]:
        wrong = {name: sentence for name, check in app_context.ready.items() if (sentence := check())}
        if wrong:
            raise Refused("unavailable", "Not ready: " + " ".join(wrong.values()), extra={"checks": wrong})
        return {"ready": True}

    def metrics() -> Response:
        return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)

    return [
        Route("GET", "/_status", ANYONE, status, Operation("Which program runs.", Status)),
        Route("GET", "/_health/live", ANYONE, lambda: {"live": True}, Operation("Whether the process answers.", Live)),
        Route("GET", "/_health/ready", ANYONE, ready, Operation("Whether everything that it needs is there.", Ready)),
        Route("GET", "/metrics", ANYONE, metrics, Operation("Metrics for Prometheus.", "text/plain")),
    ]
