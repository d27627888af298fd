"""The HTTP shell of every service: routes and who may call them, request ids, metrics, status and health."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cache
from timeit import default_timer
from typing import Any

import orjson
from flask import Flask, Response, g, request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from shared.infrastructure import correlation, tracing
from shared.infrastructure.clock import Clock, iso
from shared.infrastructure.errors import Refused
from shared.infrastructure.metrics import REQUEST_SECONDS, RUNNING_REQUESTS
from shared.language.permissions import Permission
from shared.language.roles import SECOND_FACTOR_ROLES
from shared.service.auth import (
    FRESH_SECONDS,
    NOBODY,
    Caller,
    ServiceAuth,
    TokenChecker,
    require_permission,
    require_signed_in,
)
from shared.service.entrance import INSIDE, PEOPLE, Entrance
from shared.service.health import Health
from shared.service.operations import Live, Operation, Ready, ResponseMismatch, Status
from shared.service.problems import handle_errors
from shared.service.request import require_fresh_sign_in

ANYONE, SERVICE, SIGNED_IN = "anyone", "service", "signed-in"
EVERY_DOOR = (PEOPLE, INSIDE)
JSON_LIMIT = 1 << 20  # bytes
Needs = str | Permission  # ANYONE, SERVICE, SIGNED_IN, or a permission
View = Callable[..., Any]
Check = Callable[[], str]  # "" when all is well, otherwise a sentence


@dataclass(frozen=True, slots=True)
class Route:
    """One use case over HTTP. operation: None for pages for people, whose responses pass unchanged.

    needs: a route that names neither a permission nor one of the three words is refused when the process starts.
    fresh: whether the caller must have proved to be the owner in the last minutes, by a second factor if the role
      needs one.
    doors: of the proxy, through which it can be reached; by default the people's, and the one inside for services.
    by_cookie: a page, whose view knows its caller from a cookie and checks `needs` by itself.
    """

    method: str
    rule: str
    needs: Needs
    view: View
    operation: Operation | None = None
    body_limit: int = JSON_LIMIT
    fresh: bool = False
    doors: Collection[str] = ()
    by_cookie: bool = False

    def __post_init__(self) -> None:
        if not isinstance(self.needs, Permission) and self.needs not in (ANYONE, SERVICE, SIGNED_IN):
            raise TypeError(f"{self.method} {self.rule} names no permission of shared/language/permissions.py.")

    @property
    def reached_by(self) -> Collection[str]:
        return self.doors or ((INSIDE,) if self.needs == SERVICE else (PEOPLE,))


@dataclass(slots=True)
class AppContext:
    """The parts of an app that its shell needs.

    ready           the checks of readiness, by name
    is_unavailable  whether an error is an outage of infrastructure, so that the same request may be sent again
    fresh_seconds   for which a proof counts as fresh
    second_factor_roles  roles whose fresh proof is more than a password
    entrance        admits requests from the proxy; None: every request, with the address of the peer as its source
    health          what the store knows of how far behind the service is
    """

    name: str
    clock: Clock
    commit: str
    tokens: TokenChecker
    services: ServiceAuth
    ready: Mapping[str, Check] = field(default_factory=dict)
    is_unavailable: Callable[[Exception], bool] = lambda error: False
    fresh_seconds: int = FRESH_SECONDS
    second_factor_roles: frozenset[str] = SECOND_FACTOR_ROLES
    entrance: Entrance | None = None
    health: Health = field(default_factory=Health)


def create_app(app_context: AppContext, routes: Sequence[Route], **flask_options: Any) -> Flask:
    """A Flask app with these routes and those of every service."""
    app = Flask(app_context.name, **{"static_folder": None, **flask_options})
    if app.has_static_folder:
        setattr(app.view_functions["static"], "needs", ANYONE)  # noqa: B010   # files for everybody
        setattr(app.view_functions["static"], "doors", (PEOPLE,))  # noqa: B010
    for route in (*common(app_context), *routes):
        add(app, app_context, route)
    handle_errors(app, app_context.is_unavailable)
    app.before_request(lambda: _begin(app, app_context.entrance))
    app.after_request(_finish)
    app.teardown_request(_end)
    return app


def add(app: Flask, app_context: AppContext, route: Route) -> None:
    respond = _responder(route.operation)

    def serve(**arguments: Any) -> Any:
        needs = ANYONE if route.by_cookie else route.needs
        g.operation, g.caller = route.operation, _caller(app_context, needs)
        g.fresh_since = app_context.clock.now() - app_context.fresh_seconds * 1000
        g.second_factor_roles = app_context.second_factor_roles
        _require(g.caller, needs)
        if isinstance(needs, Permission):
            g.caller = g.caller.acting(needs)
        if route.fresh:
            require_fresh_sign_in()
        request.max_content_length = route.body_limit
        return respond(route.view(**arguments))

    serve.needs = route.needs  # type: ignore[attr-defined]   # for the architecture test
    serve.doors = route.reached_by  # type: ignore[attr-defined]
    app.add_url_rule(route.rule, endpoint=f"{route.method} {route.rule}", view_func=serve, methods=[route.method])


def _responder(operation: Operation | None) -> Callable[[Any], Any]:
    """The function that turns the value of a view into a response. A Response (bytes, streams) passes unchanged."""
    if operation is None:
        return lambda value: value
    # Made for the first response: an app has dozens of routes, and a test of it calls a few.
    schema = cache(operation.response) if isinstance(operation.response, type) else None

    def respond(value: Any) -> Any:
        if isinstance(value, Response):
            return value
        if operation.response is None:
            return Response(status=operation.status)
        if schema is None:
            raise ResponseMismatch(f"A view of {operation.response} must return a Response.")
        return Response(orjson.dumps(schema().dump(value)), operation.status, content_type="application/json")

    return respond


def _caller(app_context: AppContext, needs: Needs) -> Caller:
    token = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    if needs == SERVICE:
        return app_context.services.caller(token)
    return app_context.tokens(token) if token else NOBODY


def _require(caller: Caller, needs: Needs) -> None:
    """Raise Refused unless the caller may use the route; the caller is known by now, for the security log."""
    if isinstance(needs, Permission):
        require_permission(caller, needs)
    elif needs == SIGNED_IN:
        require_signed_in(caller)


def _begin(app: Flask, entrance: Entrance | None) -> None:
    g.request_id = correlation.begin(request.headers.get(correlation.HEADER, ""))
    g.began, g.tracing = default_timer(), ExitStack()
    method, rule = _route()
    parent = request.headers.get(tracing.HEADER, "")
    told = tracing.span(tracing.SERVER, f"{method} {rule}", parent, http_request_method=method, http_route=rule)
    g.span = g.tracing.enter_context(told)
    RUNNING_REQUESTS.inc()
    g.source = request.remote_addr or ""
    if entrance:
        view = app.view_functions.get(request.endpoint or "")
        g.source = entrance.admit(dict(request.headers), getattr(view, "doors", EVERY_DOOR))


def _finish(response: Response) -> Response:
    response.headers[correlation.HEADER] = g.request_id
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers["X-Content-Type-Options"] = "nosniff"
    tracing.answered(g.span, response.status_code)
    method, rule = _route()
    status = f"{response.status_code // 100}xx"
    REQUEST_SECONDS.labels(method, rule, status).observe(default_timer() - g.began)
    return response


def _route() -> tuple[str, str]:
    """Method and rule; of a request that meets no route a client may have invented the method, too."""
    return (request.method, request.url_rule.rule) if request.url_rule else ("unknown", "unknown")


def _end(error: BaseException | None) -> None:
    if "began" in g:
        RUNNING_REQUESTS.dec()
        g.tracing.close()
        correlation.end()


def common(app_context: AppContext) -> list[Route]:
    """Routes of every service for its operators: status, health, metrics."""

    def status() -> dict[str, str]:
        return {"service": app_context.name, "commit": app_context.commit, "time": iso(app_context.clock.now())}

    def live() -> dict[str, bool]:
        return {"live": True}

    def ready() -> dict[str, bool]:
        wrong = {name: sentence for name, check in app_context.ready.items() if (sentence := check())}
        if wrong:
            raise Refused("unavailable", "Not ready: " + " ".join(wrong.values()), extra={"checks": wrong})
        return {"ready": True}

    def metrics() -> Response:
        return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)

    return [
        _operators("/_status", status, Operation("The program that runs, and its time.", Status), EVERY_DOOR),
        _operators("/_health/live", live, Operation("Whether the process responds.", Live), EVERY_DOOR),
        _operators("/_health/ready", ready, Operation("Whether the process can serve requests.", Ready), (INSIDE,)),
        _operators("/metrics", metrics, Operation("Metrics for Prometheus.", "text/plain"), (INSIDE,)),
    ]


def _operators(rule: str, view: View, operation: Operation, doors: Collection[str]) -> Route:
    return Route("GET", rule, ANYONE, view, operation, doors=doors)
