"""The drill's clients. Like real ones they lose responses, repeat with the same key, and renew expired tokens."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

import httpx

PATIENCE = httpx.Timeout(120, connect=5)
NOTHING_KEPT = {"Cache-Control": "no-cache"}  # figures of now: what is compared must not be half a second old
PERSISTENCE, LONGEST_PAUSE = 300.0, 2.0  # seconds: how long a client retries, and the longest pause between two tries
UNAUTHORIZED, AGAIN = 401, (429, 502, 503, 504)
# Fields that a repetition must return unchanged.
SAME = (
    *("id", "photo", "ticket", "print", "import", "account", "pupil"),
    *("activation_code", "reset_code", "registration_code", "answer_code", "recovery_codes", "key"),
)
Json = dict[str, Any]


class Problem(Exception):
    """A refusal of a service: its problem document."""

    def __init__(self, asked: str, status: int, document: Mapping[str, Any]) -> None:
        self.status, self.code, self.detail = status, str(document.get("title", "")), str(document.get("detail", ""))
        self.document = document
        super().__init__(f"{asked}: {status} {self.code} {self.detail}")


@dataclass
class Line:
    """Requests to all services, thread-safe. lost: share of commands whose response is lost and which are repeated.

    differences: repetitions whose response differed from the first one.
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
        self,
        method: str,
        service: str,
        path: str,
        *,
        random: Random | None = None,
        renewed: Callable[[], Mapping[str, str]] = dict,
        **options: Any,
    ) -> httpx.Response:
        """Send one request. Raises Problem. random: for a command, decides whether its first response is lost.

        renewed: headers with a fresh token, for a command that has superseded the token it was sent with.
        """
        url = self.addresses[service] + path
        response = self._persist(method, url, **options)
        if random is not None and response.is_success and random.random() < self.lost:
            second = self._persist(method, url, **options)
            if second.status_code == UNAUTHORIZED and (fresh := renewed()):
                second = self._persist(method, url, **{**options, "headers": {**options["headers"], **fresh}})
            with self._lock:
                self.repeated += 1
                self._compare(f"{method} {service} {_shape(path)}", response, second)
            response = second
        if not response.is_success:
            raise Problem(f"{method} {service} {_shape(path)}", response.status_code, _document(response))
        return response

    def send_form(self, url: str, fields: Mapping[str, str]) -> str:
        """Send a form to another site. Returns the address to which it sends on. Raises Problem."""
        response = self._persist("POST", url, data=dict(fields))
        if not response.is_redirect:
            raise Problem("POST another site", response.status_code, {"title": "not-sent-on"})
        return response.headers["Location"]

    def reaches(self, url: str) -> bool:
        """True if somebody answers at this address; "" is nobody's."""
        try:
            return bool(url) and self._http.get(url).is_success
        except httpx.TransportError:
            return False

    def put(self, url: str, content: bytes, headers: Mapping[str, str]) -> None:
        """Send to the object store. Raises Problem."""
        response = self._persist("PUT", url, content=content, headers=dict(headers))
        if not response.is_success:
            raise Problem(
                "PUT object store", response.status_code, {"title": "not-stored", "detail": response.text[:200]}
            )

    def _persist(self, method: str, url: str, **options: Any) -> httpx.Response:
        """Retry with a growing pause while the service is unreachable or temporarily unavailable."""
        until, pause = time.monotonic() + PERSISTENCE, 0.1
        while True:
            with self._lock:
                self.sent += 1
            try:
                response = self._http.request(method, url, **options)
                if response.status_code not in AGAIN or time.monotonic() > until:
                    return response
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
                f"{asked}: repeated, it got {second.status_code} {two.get('title', '')} instead of "
                f"{first.status_code}; different: {', '.join(unequal) or 'status only'}"
            )


def _document(response: httpx.Response) -> Json:
    if "json" not in response.headers.get("Content-Type", ""):
        return {}
    found = response.json()
    return found if isinstance(found, dict) else {}


def _shape(path: str) -> str:
    """A path for messages, without its query."""
    return path.partition("?")[0]


@dataclass
class Person:
    """A user of the services, with or without an account. tag: part of the idempotency keys, never a name.

    Each person has a source of randomness of its own, so that threads do not influence each other.
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
            response: Json = self.line.ask(
                "POST", "identity", "/v1/sessions", json={"login": self.login, "password": self.password}
            ).json()
            self.take_tokens(response)
            return response

    def take_tokens(self, response: Mapping[str, Any]) -> None:
        self._access, self._refresh = response["access_token"], response["refresh_token"]

    def confirm(self) -> None:
        """Prove the password again, as printing, exporting and resetting ask for."""
        with self._lock:
            self._access = self.line.ask(
                "POST",
                "identity",
                "/v1/sessions/confirmation",
                json=self._proof(),
                headers={"Authorization": f"Bearer {self._access}"},
            ).json()["access_token"]

    def _proof(self) -> dict[str, str]:
        return {"password": self.password}

    def change_password(self, new: str) -> None:
        self.command("PUT", "identity", "/v1/me/password", json={"old": self.password, "new": new})
        self.password = new
        self.sign_in()

    def get(self, service: str, path: str, **options: Any) -> Json:
        response: Json = self._signed("GET", service, path, **options).json()
        return response

    def fetch(self, service: str, path: str) -> bytes:
        return self._signed("GET", service, path).content

    def command(self, method: str, service: str, path: str, **options: Any) -> Json:
        """Send a command with a key of its own. Returns {} for a response without content."""
        with self._lock:
            self._keys += 1
            key = f"drill-{self.tag}-{self._keys:04d}"
        response = self._signed(method, service, path, command_key=key, **options)
        found: Json = response.json() if response.content else {}
        return found

    def post(self, service: str, path: str, body: Mapping[str, Any] | None = None) -> Json:
        return self.command("POST", service, path, json=dict(body or {}))

    def before_sign_in(self, service: str, path: str, body: Mapping[str, Any]) -> Json:
        """Send a command without signing in, for a person who has no account yet."""
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
        """Send with the access token, with a fresh one when it has expired, and prove the password when asked to."""
        random = self.random if command_key else None
        key = {"Idempotency-Key": command_key} if command_key else NOTHING_KEPT
        given = {**key, **(headers or {})}
        if not self.login:
            return self.line.ask(method, service, path, random=random, headers=given, **options)
        for remedy in ({401: self.renew, 403: self.confirm}, {403: self.confirm}):
            try:
                return self.line.ask(
                    method,
                    service,
                    path,
                    random=random,
                    renewed=self._renewed,
                    headers={**given, **self._bearer()},
                    **options,
                )
            except Problem as problem:
                if problem.status not in remedy or (problem.status == 403 and problem.code != "sign-in-again"):
                    raise
                remedy[problem.status]()
        return self.line.ask(method, service, path, random=random, headers={**given, **self._bearer()}, **options)

    def _renewed(self) -> dict[str, str]:
        self.renew()
        return self._bearer()

    def _bearer(self) -> dict[str, str]:
        with self._lock:
            if not self._access:
                self.sign_in()
            return {"Authorization": f"Bearer {self._access}"}

    def renew(self) -> None:
        """Refresh the tokens; sign in if the session has ended."""
        with self._lock:
            try:
                self.take_tokens(
                    self.line.ask(
                        "POST", "identity", "/v1/sessions/refresh", json={"refresh_token": self._refresh}
                    ).json()
                )
            except Problem:
                self.sign_in()
