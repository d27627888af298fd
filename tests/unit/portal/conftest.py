"""A portal over faked services, and a visitor."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import unquote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services.portal.app import build, dependencies
from shared.infrastructure.clock import FixedClock
from tests.unit.portal import people
from tests.unit.portal.fakes import SETTINGS, Fakes

FIELD = re.compile(r'name="(form_token|key|page)" value="([^"]+)"')

KEPT = re.compile(r"\A(?!/sign-in\?done)[^?]*\?(.*&)?kept=")


class Browser(FlaskClient):
    """Follows the redirect after a form to the page that shows a refusal or a result, as every browser does."""

    def post(self, *args: Any, **options: Any) -> TestResponse:
        response = super().post(*args, **options)
        location = unquote(response.headers.get("Location", ""))
        is_shown = KEPT.search(location) or location.startswith("/school/print-runs/")
        return self.get(location) if is_shown and location.startswith("/") else response


class Visitor:
    """A browser without scripts: keeps cookies and sends forms with their token, key and page."""

    def __init__(self, app: Flask) -> None:
        self.client = Browser(app, app.response_class)

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.client.get(path, **options)

    def fields(self, path: str) -> dict[str, str]:
        """The hidden token and key of the last form on a page (the first ones belong to the menu)."""
        return dict(FIELD.findall(self.get(path).text))

    def send(self, page: str, data: Mapping[str, Any], to: str = "", **options: Any) -> TestResponse:
        return self.client.post(to or page, data={**self.fields(page), **data}, **options)

    def sign_in(self, login: str) -> TestResponse:
        return self.send("/sign-in", {"login": login, "password": people.PASSWORD})


CLOCK = FixedClock()


@cache
def shared_app() -> Flask:
    """The app of all tests: it has 120 routes, and building it takes longer than most tests of a page."""
    return build(SETTINGS, CLOCK, Fakes(CLOCK).services())


@pytest.fixture
def fakes() -> Fakes:
    CLOCK.ms = FixedClock.ms
    return Fakes(CLOCK)


@pytest.fixture
def app(fakes: Fakes) -> Flask:
    app = shared_app()
    app.extensions["portal"] = dependencies(SETTINGS, fakes.clock, fakes.services())
    return app


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    return Visitor(app)
