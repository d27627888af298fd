"""Every page and form of the portal, asked by every role: let in as the catalogue says."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from services.portal.routes import ROUTES
from shared.infrastructure.errors import Refused
from shared.language import roles
from shared.language.permissions import Permission
from shared.service.app import SIGNED_IN, Route
from tests.unit.portal import people
from tests.unit.portal.conftest import Visitor

NAMED = {"pupil": people.PUPIL, "class_id": people.CLASS, "unit": "110101"}
GATED = [route for route in ROUTES if isinstance(route.needs, Permission) or route.needs == SIGNED_IN]


def refusal(app: Flask, route: Route, cookies: str) -> str:
    """The permission that the page misses, or "sign-in", or "" for somebody who is let in."""
    arguments = {name: NAMED.get(name, "p-1") for name in re.findall(r"<(\w+)>", route.rule)}
    path = re.sub(r"<(\w+)>", lambda found: arguments[found[1]], route.rule)
    with app.test_request_context(path, method=route.method, headers={"Cookie": cookies}):
        app.preprocess_request()
        try:
            route.view(**arguments)
        except Refused as refused:
            return str(refused.extra.get("permission", "sign-in" if refused.code == "not-signed-in" else ""))
        except Exception:
            return ""  # a page that lacks its data was reached
    return ""


@pytest.mark.parametrize("role", ["", *people.PATHS])
def test_every_page_lets_in_whom_the_catalogue_lets_in_and_nobody_else(app: Flask, visitor: Visitor, role: str):
    if role:
        visitor.sign_in(role)
    cookies = "; ".join(f"{one.key}={one.value}" for one in visitor.client._cookies.values())
    found = {f"{route.method} {route.rule}": refusal(app, route, cookies) for route in GATED}
    wanted = {f"{route.method} {route.rule}": _missing(route, role) for route in GATED}
    assert found == wanted


def _missing(route: Route, role: str) -> str:
    if not role:
        return "sign-in"
    lacks = isinstance(route.needs, Permission) and not roles.may(role, route.needs)
    return route.needs.name if lacks and isinstance(route.needs, Permission) else ""
