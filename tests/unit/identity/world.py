"""Identity with everything injected: memory, a clock that is told, a roster that is made up. No network."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services.identity.app import build
from services.identity.credentials.passwords import Hasher
from services.identity.credentials.tokens import Issuer, RefreshTokens
from services.identity.dependencies import Dependencies
from services.identity.personal_data import PersonalData
from services.identity.repositories.protocol import Records
from services.identity.roster_client import Child
from shared.eventsourcing.store import EventStore
from shared.infrastructure.clock import FixedClock
from shared.infrastructure.errors import Refused
from shared.language import codes
from shared.language.path import ROOT
from shared.service.app import AppContext
from tests.support.tokens import bearer, checker, service_auth

KEY = bytes(range(32))
COUNTY, SCHOOL = "/000000/110000/110101/", "/000000/110000/110101/2111000001/"
CLASS, CLASS_2, OTHER_CLASS = (
    f"{SCHOOL}2111000001p202301/",
    f"{SCHOOL}2111000001p202302/",
    "/000000/110000/110102/2111000002/2111000002p202301/",
)
PUPIL, SISTER = "3f7.018f2ab47c9d01e5f6a7", "3f7.018f2ab47c9d01e5f6a8"
BORN = "2016-05-04"
STEADY = "steady horses 42"  # a good password that nothing else here contains


def code(n: int) -> str:
    """The n-th registration code of the tests: a real one, with check characters."""
    return codes.make(lambda below: (n * 7 + 3) % below)


@dataclass
class MadeUpRoster:
    """children: by code and birth date. places: pupil -> path of the class. guardians: (pupil, name, relation) it lists."""

    children: dict[tuple[str, str], Child] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    guardians: set[tuple[str, str, str]] = field(default_factory=set)
    spent: list[str] = field(default_factory=list)
    asked: int = 0
    away: bool = False

    def enrol(self, pupil: str, registration_code: str, path: str, born: str = BORN) -> None:
        self.children[registration_code, born] = Child(pupil, "王*", "第一小学", "三年级1班")
        self.places[pupil] = path

    def _answer(self) -> None:
        self.asked += 1
        if self.away:
            raise Refused("unavailable", "The service roster cannot be reached at this moment; try again.")

    def child(self, registration_code: str, birth_date: str) -> Child | None:
        self._answer()
        return self.children.get((registration_code, birth_date))

    def spend(self, pupil: str) -> None:
        self._answer()
        self.spent.append(pupil)

    def knows_guardian(self, pupil: str, name: str, relation: str) -> bool:
        self._answer()
        return (pupil, name, relation) in self.guardians

    def place(self, pupil: str) -> str:
        self._answer()
        if pupil not in self.places:
            raise Refused("not-found", "There is no such pupil.")
        return self.places[pupil]

    def pupils(self, path: str) -> list[str]:
        self._answer()
        return sorted(pupil for pupil, place in self.places.items() if place == path)


class World:
    """One identity, and people who talk to it over HTTP."""

    def __init__(self, store: EventStore, records: Records, clock: FixedClock) -> None:
        self.store, self.records, self.clock, self.roster = store, records, clock, MadeUpRoster()
        self.deps = Dependencies(
            store,
            records,
            clock,
            PersonalData(KEY),
            Hasher(memory_kib=8, passes=1, at_once=8),
            Issuer(KEY, clock),
            RefreshTokens(KEY),
            self.roster,
            KEY,
        )
        self.app = build(
            self.deps, AppContext("identity", clock, "abc123", checker(clock), service_auth("identity", clock))
        )
        self._keys = itertools.count(1)
        self.roster.enrol(PUPIL, code(1), CLASS)
        self.roster.enrol(SISTER, code(2), CLASS_2)

    @property
    def http(self) -> FlaskClient:
        return self.app.test_client()

    def ask(self, method: str, path: str, body: object = None, token: str = "", key: str | None = None) -> TestResponse:
        """A request; a command gets a fresh Idempotency-Key unless one is given."""
        headers = bearer(token) if token else {}
        if method != "GET":
            headers["Idempotency-Key"] = key or f"key-{next(self._keys):06}"
        return self.http.open(path, method=method, json=body, headers=headers)

    def sign_in(self, login: str, password: str) -> TestResponse:
        return self.http.post("/v1/sessions", json={"login": login, "password": password})

    def token(
        self,
        role: str,
        *paths: str,
        pupils: tuple[str, ...] = (),
        account: str = "00000000-0000-7000-8000-000000000000",
    ) -> str:
        """A token of identity itself for an account that need not exist: for what is checked by role and scope alone."""
        return self.deps.issuer.access(account, role, paths or (ROOT,), pupils, "no-session")

    def issue(
        self, role: str, path: str, login: str, by: str, name: str = "李老师", key: str | None = None
    ) -> TestResponse:
        return self.ask(
            "POST", "/v1/accounts", {"role": role, "path": path, "login": login, "display_name": name}, by, key
        )

    def staff(self, role: str, path: str, login: str, by: tuple[str, str]) -> tuple[str, str]:
        """Issue an account: (id, initial password)."""
        answer = self.issue(role, path, login, self.token(*by))
        assert answer.status_code == 201, answer.json
        return answer.json["id"], answer.json["initial_password"]

    def settle_in(self, login: str, initial: str, password: str = STEADY) -> dict[str, object]:
        """Choose a password of one's own: the tokens of a sign-in with it."""
        first = self.sign_in(login, initial).json["access_token"]
        assert self.ask("PUT", "/v1/me/password", {"old": initial, "new": password}, first).status_code == 204
        tokens: dict[str, object] = self.sign_in(login, password).json
        return tokens

    def register(
        self,
        login: str = "mum-2016",
        *,
        registration_code: str = "",
        born: str = BORN,
        password: str = STEADY,
        key: str | None = None,
        **fields: str,
    ) -> TestResponse:
        body = {
            "registration_code": registration_code or code(1),
            "birth_date": born,
            "login": login,
            "password": password,
            "display_name": "王小明妈妈",
            "relation": "mother",
            "consent": "2026-11",
            **fields,
        }
        return self.ask("POST", "/v1/registrations", body, key=key)


def problem(answer: TestResponse, status: int, code: str) -> dict[str, object]:
    """The problem document of a refusal; fails unless status and code are these."""
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json"), answer.text
    assert answer.json["title"] == code, answer.json
    return answer.json
