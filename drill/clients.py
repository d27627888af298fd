"""The drill's clients: they behave like real ones, which lose answers, ask again with the same key, and sign in again when tokens expire."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

import httpx

PATIENCE = httpx.Timeout(120, connect=5)
PERSISTENCE, LONGEST_PAUSE = (
    300.0,
    2.0,
)  # seconds: how long a client tries again, and the longest pause between two tries
AGAIN = (429, 502, 503, 504)
SAME = (
    "id",
    "photo",
    "ticket",
    "print",
    "import",
    "account",
    "pupil",
    "initial_password",
    "registration_code",
)  # what a repetition must answer alike
Json = dict[str, Any]


class Problem(Exception):
    """A problem document: what a service refused."""

    def __init__(self, asked: str, status: int, document: Mapping[str, Any]) -> None:
        self.status, self.code, self.detail = status, str(document.get("title", "")), str(document.get("detail", ""))
        super().__init__(f"{asked}: {status} {self.code} {self.detail}")


@dataclass
class Line:
    """The line to all services, thread-safe. lost: the share of commands whose answer gets lost, so that they are sent twice.

    differences: repetitions that were answered otherwise than the first time.
    """

    addresses: Mapping[str, str]
    lost: float = 0.0
    differences: list[str] = field(default_factory=list)
    sent: int = 0
    repeated: int = 0
    _http: httpx.Client = field(
        default_factory=lambda: httpx.Client(timeout=PATIENCE, limits=httpx.Limits(max_connections=32))
    )
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def ask(
        self, method: str, service: str, path: str, *, random: Random | None = None, **options: Any
    ) -> httpx.Response:
        """One request and its answer. Raises Problem. random: of a command, decides whether its first answer is lost."""
        url = self.addresses[service] + path
        answer = self._persist(method, url, **options)
        if random is not None and answer.is_success and random.random() < self.lost:
            second = self._persist(method, url, **options)
            with self._lock:
                self.repeated += 1
                self._compare(f"{method} {service} {_shape(path)}", answer, second)
            answer = second
        if not answer.is_success:
            raise Problem(f"{method} {service} {_shape(path)}", answer.status_code, _document(answer))
        return answer

    def put(self, url: str, content: bytes, headers: Mapping[str, str]) -> None:
        """Straight to the object store. Raises Problem."""
        answer = self._persist("PUT", url, content=content, headers=dict(headers))
        if not answer.is_success:
            raise Problem("PUT object store", answer.status_code, {"title": "not-stored", "detail": answer.text[:200]})

    def _persist(self, method: str, url: str, **options: Any) -> httpx.Response:
        """Try again, with a pause that grows, while the service cannot be reached or says that it cannot at this moment."""
        until, pause = time.monotonic() + PERSISTENCE, 0.1
        while True:
            with self._lock:
                self.sent += 1
            try:
                answer = self._http.request(method, url, **options)
                if answer.status_code not in AGAIN or time.monotonic() > until:
                    return answer
            except httpx.TransportError:
                if time.monotonic() > until:
                    raise
            time.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    def _compare(self, asked: str, first: httpx.Response, second: httpx.Response) -> None:
        one, two = _document(first), _document(second)
        unequal = [name for name in SAME if one.get(name) != two.get(name)]
        if first.status_code != second.status_code or unequal:
            self.differences.append(
                f"{asked}: the same request again was answered {second.status_code} {two.get('title', '')} instead of "
                f"{first.status_code}; other: {', '.join(unequal) or 'status only'}"
            )


def _document(answer: httpx.Response) -> Json:
    if "json" not in answer.headers.get("Content-Type", ""):
        return {}
    found = answer.json()
    return found if isinstance(found, dict) else {}


def _shape(path: str) -> str:
    """A path for messages: without what follows "?"."""
    return path.partition("?")[0]


@dataclass
class Person:
    """Somebody who uses the services, with or without an account. tag: part of the idempotency keys, never a name.

    Everything random that this person does comes from a stream of its own, so that threads do not disturb each other.
    """

    line: Line
    tag: str
    random: Random
    login: str = ""
    password: str = ""
    account: str = ""
    _access: str = ""
    _refresh: str = ""
    _keys: int = 0
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def sign_in(self) -> Json:
        with self._lock:
            answer: Json = self.line.ask(
                "POST", "identity", "/v1/sessions", json={"login": self.login, "password": self.password}
            ).json()
            self.take_tokens(answer)
            return answer

    def take_tokens(self, answer: Mapping[str, Any]) -> None:
        self._access, self._refresh = answer["access_token"], answer["refresh_token"]

    def change_password(self, new: str) -> None:
        self.command("PUT", "identity", "/v1/me/password", json={"old": self.password, "new": new})
        self.password = new
        self.sign_in()

    def get(self, service: str, path: str, **options: Any) -> Json:
        answer: Json = self._signed("GET", service, path, **options).json()
        return answer

    def fetch(self, service: str, path: str) -> bytes:
        return self._signed("GET", service, path).content

    def command(self, method: str, service: str, path: str, **options: Any) -> Json:
        """A command with a key of its own. An answer without content is {}."""
        with self._lock:
            self._keys += 1
            key = f"drill-{self.tag}-{self._keys:04d}"
        answer = self._signed(method, service, path, command_key=key, **options)
        found: Json = answer.json() if answer.content else {}
        return found

    def post(self, service: str, path: str, body: Mapping[str, Any] | None = None) -> Json:
        return self.command("POST", service, path, json=dict(body or {}))

    def before_sign_in(self, service: str, path: str, body: Mapping[str, Any]) -> Json:
        """A command of somebody who has no account yet; a login may be chosen already."""
        login, self.login = self.login, ""
        try:
            return self.post(service, path, body)
        finally:
            self.login = login

    def _signed(
        self,
        method: str,
        service: str,
        path: str,
        *,
        command_key: str = "",
        headers: Mapping[str, str] | None = None,
        **options: Any,
    ) -> httpx.Response:
        """With the access token; when it has expired, with a fresh one."""
        random = self.random if command_key else None
        given = {**(headers or {}), **({"Idempotency-Key": command_key} if command_key else {})}
        if not self.login:
            return self.line.ask(method, service, path, random=random, headers=given, **options)
        try:
            return self.line.ask(method, service, path, random=random, headers={**given, **self._bearer()}, **options)
        except Problem as problem:
            if problem.status != 401:
                raise
        self.renew()
        return self.line.ask(method, service, path, random=random, headers={**given, **self._bearer()}, **options)

    def _bearer(self) -> dict[str, str]:
        with self._lock:
            if not self._access:
                self.sign_in()
            return {"Authorization": f"Bearer {self._access}"}

    def renew(self) -> None:
        """Refresh, and sign in where the session has ended."""
        with self._lock:
            try:
                self.take_tokens(
                    self.line.ask(
                        "POST", "identity", "/v1/sessions/refresh", json={"refresh_token": self._refresh}
                    ).json()
                )
            except Problem:
                self.sign_in()
