"""A registry in this process: the stand-in of deploy/registry, and what a hostile one would answer."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
from flask.testing import FlaskClient
from joserfc import jwt
from werkzeug.test import TestResponse

from deploy.registry.app import build
from deploy.registry.provider import Client
from services.identity.app import build as build_identity
from services.identity.registry.provider import CALLBACK, OpenIdRegistry
from services.identity.roster_client import School
from shared.service.app import AppContext
from tests.support.tokens import checker, service_auth
from tests.unit.identity.world import COUNTY, KEY, SCHOOL, World

ISSUER, PORTAL = "http://registry.test", "https://dianming.example.cn"
CODE, CLOSED_CODE, UNKNOWN_CODE = "2111000001", "2111000009", "2111000777"
WANG, LI = "王芳", "李·买买提"


class Standing(httpx.BaseTransport):
    """The stand-in in this process. is_away: it cannot be reached. alter: what a hostile one makes of its answers."""

    def __init__(self, app: Any) -> None:
        self._within, self.is_away = httpx.WSGITransport(app), False
        self.alter: Callable[[str, dict[str, Any]], dict[str, Any]] = lambda path, found: found

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if self.is_away:
            raise httpx.ConnectError("away")
        answered = self._within.handle_request(request)
        found = httpx.Response(answered.status_code, content=answered.read()).json()
        return httpx.Response(answered.status_code, json=self.alter(request.url.path, found))


class Arrivals:
    """Browsers that come from the registry to the identity of a world."""

    def __init__(self, world: World, folder: Path) -> None:
        self._clock = folder / "clock"
        self._clock.write_text(str(world.clock.now() / 1000 - time.time()))
        self.stand_in = build(ISSUER, PORTAL, Client("rollcall", "hush", PORTAL + CALLBACK), f"file:{self._clock}")
        self.world, self.elapsed, self.transport = world, 0.0, Standing(self.stand_in)
        registry = OpenIdRegistry(
            ISSUER, "rollcall", "hush", PORTAL + CALLBACK, world.clock, self.transport, lambda: self.elapsed
        )
        self.deps = replace(world.deps, registry=registry, registry_key=KEY)
        auth = service_auth("identity", world.clock)
        world.app = build_identity(self.deps, AppContext("identity", world.clock, "abc", checker(world.clock), auth))
        world.roster.schools = {CODE: School(SCHOOL, True), CLOSED_CODE: School(f"{COUNTY}{CLOSED_CODE}/", False)}

    @property
    def http(self) -> FlaskClient:
        return self.world.http

    def later(self, seconds: float) -> None:
        """Both clocks move on."""
        self.world.clock.advance(seconds=seconds)
        self._clock.write_text(str(self.world.clock.now() / 1000 - time.time()))

    def begin(self) -> dict[str, str]:
        begun = self.http.post("/v1/registry-sign-ins")
        assert begun.status_code == 201, begun.json
        return begun.json

    def choose(self, begun: dict[str, str], name: str = WANG, school: str = CODE) -> dict[str, str]:
        """The answer of the registry, as the portal hands it on."""
        address, chosen = urlsplit(begun["address"]), {"name": name, "school_code": school}
        answer = self.stand_in.test_client().post(f"{address.path}?{address.query}", data=chosen)
        assert answer.status_code == 302, answer.text
        found = dict(parse_qsl(urlsplit(answer.location).query))
        return {"state": found["state"], "code": found["code"], "answered_by": found["iss"], "secret": begun["secret"]}

    def send(self, answer: dict[str, str], token: str = "") -> TestResponse:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return self.http.post("/v1/registry-sign-ins/arrival", json=answer, headers=headers)

    def arrive(self, name: str = WANG, school: str = CODE, token: str = "") -> TestResponse:
        return self.send(self.choose(self.begin(), name, school), token)

    def alter_id_token(
        self, change: Callable[[dict[str, Any]], dict[str, Any]], key: Any = None, alg: str = ""
    ) -> None:
        """Every further ID token is changed and signed anew. key: other than the stand-in's own."""
        own = self.stand_in.extensions["registry"].key

        def alter(path: str, found: dict[str, Any]) -> dict[str, Any]:
            if path != "/token":
                return found
            claims = change(dict(jwt.decode(found["id_token"], own).claims))
            header = {"alg": alg or "ES256", "kid": own.kid}
            return {**found, "id_token": jwt.encode(header, claims, key or own, algorithms=[header["alg"]])}

        self.transport.alter = alter
