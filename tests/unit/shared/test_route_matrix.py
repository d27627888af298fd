"""Every route of every service, asked by every role, with grants and without, by services and by nobody.

The views are left out: only who gets as far as a view is asked here. Where in the tree they act: test_grants.py beside
this file, the tests of the routes, and on a whole copy tests/attacks/test_matrix.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

import pytest
from flask import Response
from werkzeug.test import create_environ

from docs.openapi import APIS
from shared.infrastructure.clock import FixedClock, day_of
from shared.infrastructure.errors import Refused
from shared.language import roles
from shared.language.grants import Grant, as_claim
from shared.language.permissions import Permission
from shared.language.services import SERVICES
from shared.service.app import ANYONE, SERVICE, SIGNED_IN, AppContext, Route, View, create_app
from tests.support.tokens import bearer, checker, service_auth, token_for

REACHED = 299
PLACE = "/000000/110000/110101/"
CLOCK = FixedClock()
TODAY, YESTERDAY = day_of(CLOCK.now()), day_of(CLOCK.now() - 86_400_000)
UNREADY = (roles.NEWCOMER, roles.UNENROLLED)  # something has to be done first
ACCOUNTS = (*roles.ROLES, *UNREADY)


@dataclass(frozen=True)
class Asking:
    """A sender of requests. role: "" for nobody and for services. holds: the permission that a grant of today gives."""

    name: str
    headers: Mapping[str, str]
    role: str = ""
    holds: str = ""


def expected(route: Route, asking: Asking) -> int:
    """REACHED, or the status with which the catalogue refuses."""
    if route.needs == SERVICE:
        return REACHED if asking.name == "service" else 401
    if asking.name in ("service", "another service", "broken"):
        return 401
    if route.needs == ANYONE:
        return REACHED
    if not asking.role:
        return 401
    if isinstance(route.needs, Permission):
        may = roles.may(asking.role, route.needs) or asking.holds == route.needs.name
        return REACHED if may else 403
    assert route.needs == SIGNED_IN
    return 403 if asking.role in UNREADY else REACHED


def senders(service: str, route: Route) -> list[Asking]:
    other = next(name for name in SERVICES if name != service)
    found = [
        Asking("nobody", {}),
        Asking("broken", bearer("e30.e30.e30")),
        Asking("service", _for_service(service)),
        Asking("another service", _for_service(other)),
        *(Asking(role, TOKENS[role], role) for role in ACCOUNTS),
    ]
    if isinstance(route.needs, Permission):
        name = route.needs.name
        for role in roles.ROLES:
            grant, over = Grant(name, PLACE, TODAY), Grant(name, PLACE, YESTERDAY, YESTERDAY)
            found.append(Asking(f"{role} with a grant", _granted(role, grant), role, name))
            found.append(Asking(f"{role} with a grant of yesterday", _granted(role, over), role))
    return found


def _granted(role: str, grant: Grant) -> Mapping[str, str]:
    key = (role, grant)
    if key not in GRANTED:
        GRANTED[key] = bearer(token_for(role, [PLACE], grants=as_claim((grant,))))
    return GRANTED[key]


@cache
def _for_service(name: str) -> Mapping[str, str]:
    return service_auth("stats", CLOCK).headers(name)


TOKENS = {role: bearer(token_for(role, [PLACE])) for role in ACCOUNTS}
GRANTED: dict[tuple[str, Grant], Mapping[str, str]] = {}


@pytest.mark.parametrize("service", APIS)
def test_every_route_is_reached_by_whom_the_catalogue_lets_in_and_by_nobody_else(service):
    routes = [replace(route, view=_reached) for route in APIS[service][0]]
    # Some fifty tokens, each checked once: what follows from a caller is asked for every route.
    context = AppContext(service, CLOCK, "test", cache(checker(CLOCK)), service_auth(service, CLOCK))
    app, wrong, asked, environ = create_app(context, routes), [], 0, create_environ()
    for route in routes:
        serve = app.view_functions[f"{route.method} {route.rule}"]
        for asking in senders(service, route):
            asked += 1
            sent = {"REQUEST_METHOD": route.method, "HTTP_AUTHORIZATION": asking.headers.get("Authorization", "")}
            with app.request_context({**environ, **sent}):
                status, missing = _outcome(serve)
            if status != expected(route, asking):
                wrong.append((route.method, route.rule, asking.name, status))
            elif status == 403 and asking.role not in UNREADY and missing != route.needs.name:
                wrong.append((route.method, route.rule, asking.name, "the refusal does not name what is missing"))
    assert wrong == []
    assert asked > 14 * len(routes)


def _outcome(serve: View) -> tuple[int, str]:
    """The status, and the permission that a refusal names."""
    try:
        return serve().status_code, ""
    except Refused as refused:
        return refused.status, str(refused.extra.get("permission", ""))


def _reached(**arguments: object) -> Response:
    return Response(status=REACHED)
