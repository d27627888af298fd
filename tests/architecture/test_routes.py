"""Every route of every service declares who may call it, and is documented with inputs and responses."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local.settings import Local
from shared.language.permissions import CATALOGUE
from shared.service.app import ANYONE, SERVICE, SIGNED_IN

REPO = Path(__file__).resolve().parents[2]
COMMON = {"GET /_status", "GET /_health/live", "GET /_health/ready", "GET /metrics"}
OPEN = {
    "identity": {
        "GET /.well-known/jwks.json",
        "POST /v1/sessions",
        "POST /v1/sessions/refresh",
        "POST /v1/registry-sign-ins",
        "POST /v1/registry-sign-ins/arrival",  # with the registry's answer instead
        "POST /v1/sessions/second-step",  # with a challenge and a code
        "POST /v1/registrations/check",
        "POST /v1/registrations",
        "POST /v1/activation-codes/use",  # with an activation code instead
        "POST /v1/reset-codes/use",  # with a reset code instead
        "POST /v1/withdrawals",
        "POST /v1/public-applications",
        "POST /v1/public-applications/look-up",  # with an answer code
        "POST /v1/misuse-reports",  # with the codes on paper and the birth date
    },
    "roster": {"POST /v1/upload-codes/owner", "GET /v1/regions"},  # with an upload code; names that anybody may know
    "upload": {
        "POST /v1/upload-codes/check",
        "POST /v1/tickets",
        "POST /v1/tickets/<ticket>/complete",
        "POST /v1/photos",
        "GET /v1/photos/<photo>",
    },  # with an upload code or a ticket instead
    "stats": set(),
    "portal": {
        "GET /",
        "GET /sign-in",
        "GET /sign-in/code",
        "GET /registry/start",
        "GET /registry/callback",
        "POST /sign-in",
        "POST /sign-in/code",
        "POST /sign-out",
        "GET /reset",
        "POST /reset",
        "GET /a",
        "POST /a",
        "GET /u",
        "POST /u",
        "POST /u/code",
        "GET /u/<photo>",
        "GET /r",
        "POST /r",
        "GET /r/misuse",
        "POST /r/misuse",
        "GET /apply",
        "POST /apply",
        "GET /apply/answer",
        "POST /apply/answer",
        "GET /withdrawal",
        "POST /withdrawal",
        "GET /static/<path:filename>",
    },
}
SHOW = """
import json, sys, importlib
app = importlib.import_module(f"services.{sys.argv[1]}.app").create_app()
needs = lambda rule: getattr(app.view_functions[rule.endpoint], "needs", None)
routes = [(f"{method} {rule.rule}", getattr(needs(rule), "name", needs(rule)))
          for rule in app.url_map.iter_rules() for method in sorted(rule.methods - {"HEAD", "OPTIONS"})]
sys.stderr.write("ROUTES" + json.dumps(routes))
"""


@pytest.fixture(scope="module")
def environment(document_store, object_store, tmp_path_factory):
    local = Local(tmp_path_factory.mktemp("routes"))
    given = {
        "MONGO_URL": document_store.url,
        "MONGO_USER": "",  # this store has no users
        "KEY_STORE_USER": "",
        "S3_ENDPOINT": object_store.endpoint,
        "S3_ACCESS_KEY": object_store.access_key,
        "S3_SECRET_KEY": object_store.secret_key,
        "REPORTS_ENDPOINT": object_store.endpoint,
        "REPORTS_ACCESS_KEY": object_store.access_key,
        "REPORTS_SECRET_KEY": object_store.secret_key,
    }
    return lambda process: {**os.environ, **local.environment_of(process), **given}


@pytest.fixture(scope="module", params=OPEN)
def service(request):
    return request.param


@pytest.fixture(scope="module")
def routes(service, environment):
    """The routes of the running app with their requirement: {"GET /v1/units/<code>": "signed-in"}."""
    done = subprocess.run(
        [sys.executable, "-c", SHOW, service],
        cwd=REPO,
        env=environment(service),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr + done.stdout
    return dict(json.loads(done.stderr.rpartition("ROUTES")[2]))


def test_every_route_declares_the_permission_that_it_needs(routes):
    assert set(routes) >= COMMON
    assert {r: needs for r, needs in routes.items() if needs not in (ANYONE, SERVICE, SIGNED_IN, *CATALOGUE)} == {}


def test_internal_routes_and_no_others_are_for_services_only(routes):
    assert [
        r for r, needs in routes.items() if (needs == SERVICE) != r.partition(" ")[2].startswith("/internal/")
    ] == []


def test_routes_for_anyone_are_exactly_those_on_the_list(service, routes):
    assert {r for r, needs in routes.items() if needs == ANYONE} - COMMON == OPEN[service]


def test_every_route_is_in_the_openapi_document_with_summary_requirement_and_responses(service, routes):
    if service == "portal":
        return  # pages for people; the APIs behind them are documented by the services
    paths = json.loads((REPO / "docs/openapi" / f"{service}.json").read_text())["paths"]
    documented = {
        f"{method.upper()} {path}": operation
        for path, operations in paths.items()
        for method, operation in operations.items()
    }
    assert documented.keys() == {address(route) for route in routes}
    for route, needs in routes.items():
        operation = documented[address(route)]
        assert operation["summary"].endswith("."), route
        assert needs_of(operation["security"]) == needs, route
        assert [status for status in operation["responses"] if status < "400"] and "503" in operation["responses"], (
            route
        )


def address(route):
    return route.replace("<", "{").replace(">", "}")


def needs_of(security):
    """The requirement of a route, from its security in the document."""
    if {} in security:
        return ANYONE
    if any("service" in one for one in security):
        return SERVICE
    return next((name for one in security for name in one["person"]), SIGNED_IN)
