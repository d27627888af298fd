"""Clients of the services: JSON over HTTP with time limits. A service's problem document is raised as Refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any

import httpx

from services.portal.settings import Settings
from shared.infrastructure import tracing
from shared.infrastructure.errors import Refused
from shared.service.service_client import KIND_OF

DEFAULT_TIMEOUT = httpx.Timeout(20, connect=3)
LONG_TIMEOUT = httpx.Timeout(110, connect=3)  # imports, prints, reports, photos; below gunicorn's own limit
SEGMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._\-]{0,119}\Z")
PROBLEM_MEMBERS = frozenset({"type", "title", "status", "detail", "where", "instance"})

File = tuple[str, IO[bytes], str]  # name, bytes, content type
Person = Callable[[str], Mapping[str, str]]  # service -> headers that name the person on whose behalf it is called


class ConfirmationNeeded(Exception):
    """The request asks for a fresh sign-in. No Refused: no page shows it as a problem of its form.

    problem: why the proof that came with it, or a password at all, does not serve.
    """

    def __init__(self, problem: Refused | None = None) -> None:
        super().__init__()
        self.problem = problem


def segment(text: str) -> str:
    """A text that is safe as one segment of a service's path. Raises Refused("not-found") for any other."""
    if not SEGMENT.match(text) or ".." in text:
        raise Refused("not-found", "There is no such page.")
    return text


class Stream:
    """The content of a response as it comes. A server closes it at the end of its own response, begun or not."""

    def __init__(self, response: httpx.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        return self._response.iter_bytes()

    def close(self) -> None:
        self._response.close()


class Service:
    """A client of one service. token: the person's access token. key: the Idempotency-Key of a command.

    Raises Refused: the service's own problem, or "unavailable" if it cannot be reached or fails; ConfirmationNeeded.
    """

    def __init__(
        self,
        title: str,
        base_url: str,
        *,
        transport: httpx.BaseTransport | None = None,
        request_id: Callable[[], str] = str,
        person: Person = lambda service: {},
    ) -> None:
        self._title, self._request_id, self._person = title, request_id, person
        self._http = httpx.Client(base_url=base_url, timeout=DEFAULT_TIMEOUT, transport=transport)

    def get(
        self,
        path: str,
        token: str = "",
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: httpx.Timeout = DEFAULT_TIMEOUT,
    ) -> dict[str, Any]:
        present = {key: value for key, value in (params or {}).items() if value}
        return self._json(self._send("GET", path, token, headers=headers, params=present, timeout=timeout))

    def post(
        self, path: str, body: Mapping[str, Any], token: str = "", key: str = "", *, method: str = "POST"
    ) -> dict[str, Any]:
        return self._json(self._send(method, path, token, key, json=dict(body), timeout=LONG_TIMEOUT))

    def send_file(
        self,
        path: str,
        field: str,
        file: File,
        fields: Mapping[str, str],
        token: str = "",
        key: str = "",
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """A multipart command with one file."""
        return self._json(
            self._send(
                "POST",
                path,
                token,
                key,
                files={field: file},
                data=dict(fields),
                headers=headers,
                params=dict(params or {}),
                timeout=LONG_TIMEOUT,
            )
        )

    def send_fields(self, path: str, fields: Mapping[str, str], token: str = "", key: str = "") -> dict[str, Any]:
        """A multipart command without its file."""
        parts: dict[str, Any] = {name: (None, value) for name, value in fields.items()}
        return self._json(self._send("POST", path, token, key, files=parts))

    def fetch(self, path: str, token: str = "") -> tuple[bytes, str]:
        """The bytes of a document or picture, and its content type."""
        response = self._send("GET", path, token, timeout=LONG_TIMEOUT)
        return response.content, response.headers.get("Content-Type", "application/octet-stream")

    def stream(self, path: str, token: str = "") -> tuple[Stream, str]:
        """A large document as it comes, and its content type. To be closed, read or not."""
        response = self._send("GET", path, token, timeout=LONG_TIMEOUT, stream=True)
        return Stream(response), response.headers.get("Content-Type", "application/octet-stream")

    def _send(
        self,
        method: str,
        path: str,
        token: str,
        key: str = "",
        headers: Mapping[str, str] | None = None,
        *,
        stream: bool = False,
        **options: Any,
    ) -> httpx.Response:
        """stream: the content is left to be read by the caller, unless the service refuses."""
        all_headers = {"X-Request-Id": self._request_id(), **self._person(self._title), **(headers or {})}
        if token:
            all_headers["Authorization"] = f"Bearer {token}"
        if key:
            all_headers["Idempotency-Key"] = key
        with tracing.span(tracing.CLIENT, f"{method} {self._title}", http_request_method=method) as current:
            all_headers |= tracing.headers()
            try:
                present = {k: v for k, v in all_headers.items() if v}
                response = self._http.send(
                    self._http.build_request(method, path, headers=present, **options), stream=stream
                )
                if not response.is_success:
                    response.read()
            except httpx.HTTPError as error:
                raise Refused("unavailable", f"The service {self._title} cannot be reached; try again.") from error
            tracing.answered(current, response.status_code)
        if response.is_success:
            return response
        refused = _refused(self._title, response)
        if refused.code == "second-factor-needed":
            raise ConfirmationNeeded(refused)
        raise ConfirmationNeeded() if refused.code == "sign-in-again" else refused

    def _json(self, response: httpx.Response) -> dict[str, Any]:
        found = _object(response)
        if found is None:
            raise _failed(self._title, response)
        return found


def is_unreadable(refused: Refused) -> bool:
    """True if a service has answered, with what is no JSON object."""
    return refused.extra.get("upstream_status") in range(200, 300)


def _object(response: httpx.Response) -> dict[str, Any] | None:
    """The JSON object of a response; None if it is none."""
    try:
        found = response.json() if response.content else {}
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _failed(title: str, response: httpx.Response) -> Refused:
    return Refused(
        "unavailable", f"The service {title} failed; try again.", extra={"upstream_status": response.status_code}
    )


def _refused(title: str, response: httpx.Response) -> Refused:
    is_problem = response.headers.get("Content-Type", "").startswith("application/problem+json")
    document = _object(response) if is_problem else None
    if document is None or not isinstance(document.get("title"), str):
        return _failed(title, response)
    extra = {k: v for k, v in document.items() if k not in PROBLEM_MEMBERS}
    kind = KIND_OF.get(response.status_code, "unavailable" if response.status_code >= 500 else "unprocessable")
    return Refused(
        document["title"], document.get("detail", ""), kind=kind, where=document.get("where", ""), extra=extra
    )


@dataclass(frozen=True, slots=True)
class Services:
    """The clients of all services."""

    identity: Service
    roster: Service
    upload: Service
    stats: Service

    @classmethod
    def at(
        cls,
        settings: Settings,
        request_id: Callable[[], str],
        person: Person,
        transport: httpx.BaseTransport | None = None,
    ) -> Services:
        addresses = {
            "identity": settings.identity_url,
            "roster": settings.roster_url,
            "upload": settings.upload_url,
            "stats": settings.stats_url,
        }
        return cls(
            **{
                title: Service(title, address, transport=transport, request_id=request_id, person=person)
                for title, address in addresses.items()
            }
        )
