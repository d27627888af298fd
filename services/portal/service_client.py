"""The services as the portal sees them: JSON over HTTP with time limits. What they refuse comes back as Refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import IO, Any

import httpx

from services.portal.settings import Settings
from shared.infrastructure.errors import Refused
from shared.service.service_client import KIND_OF

ORDINARY = httpx.Timeout(20, connect=3)
PATIENT = httpx.Timeout(110, connect=3)  # imports, prints, reports and photos: below gunicorn's own limit
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._\-]{0,119}\Z")
PROBLEM_MEMBERS = frozenset({"type", "title", "status", "detail", "where", "instance"})

File = tuple[str, IO[bytes], str]  # name, bytes, content type


def name(text: str) -> str:
    """A name that may stand in a service's path. Raises Refused("not-found") for anything that could lead elsewhere."""
    if not NAME.match(text) or ".." in text:
        raise Refused("not-found", "There is no such page.")
    return text


class Service:
    """One service. Every call may carry a person's access token; commands carry an Idempotency-Key.

    Raises Refused: the service's own problem, or "unavailable" when it cannot be reached or cannot answer.
    """

    def __init__(
        self,
        title: str,
        base_url: str,
        *,
        transport: httpx.BaseTransport | None = None,
        request_id: Callable[[], str] = str,
    ) -> None:
        self._title, self._request_id = title, request_id
        self._http = httpx.Client(base_url=base_url, timeout=ORDINARY, transport=transport)

    def get(
        self,
        path: str,
        token: str = "",
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        given = {key: value for key, value in (params or {}).items() if value}
        return _json(self._ask("GET", path, token, headers=headers, params=given))

    def post(
        self, path: str, body: Mapping[str, Any], token: str = "", key: str = "", *, method: str = "POST"
    ) -> dict[str, Any]:
        return _json(self._ask(method, path, token, key, json=dict(body), timeout=PATIENT))

    def send_file(
        self,
        path: str,
        field: str,
        file: File,
        fields: Mapping[str, str],
        token: str = "",
        key: str = "",
        params: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """One multipart command with one file."""
        return _json(
            self._ask(
                "POST",
                path,
                token,
                key,
                files={field: file},
                data=dict(fields),
                params=dict(params or {}),
                timeout=PATIENT,
            )
        )

    def fetch(self, path: str, token: str = "") -> tuple[bytes, str]:
        """A document or picture, and its content type."""
        answer = self._ask("GET", path, token, timeout=PATIENT)
        return answer.content, answer.headers.get("Content-Type", "application/octet-stream")

    def _ask(
        self,
        method: str,
        path: str,
        token: str,
        key: str = "",
        headers: Mapping[str, str] | None = None,
        **options: Any,
    ) -> httpx.Response:
        sent = {"X-Request-Id": self._request_id(), **(headers or {})}
        if token:
            sent["Authorization"] = f"Bearer {token}"
        if key:
            sent["Idempotency-Key"] = key
        try:
            answer = self._http.request(method, path, headers={k: v for k, v in sent.items() if v}, **options)
        except httpx.HTTPError as error:
            raise Refused(
                "unavailable", f"The service {self._title} cannot be reached at this moment; try again."
            ) from error
        if answer.is_success:
            return answer
        raise _refused(self._title, answer)


def _json(answer: httpx.Response) -> dict[str, Any]:
    return answer.json() if answer.content else {}


def _refused(title: str, answer: httpx.Response) -> Refused:
    if not answer.headers.get("Content-Type", "").startswith("application/problem+json"):
        return Refused(
            "unavailable",
            f"The service {title} could not answer; try again.",
            extra={"upstream_status": answer.status_code},
        )
    document = answer.json()
    extra = {k: v for k, v in document.items() if k not in PROBLEM_MEMBERS}
    kind = KIND_OF.get(answer.status_code, "unavailable" if answer.status_code >= 500 else "unprocessable")
    return Refused(
        document["title"], document.get("detail", ""), kind=kind, where=document.get("where", ""), extra=extra
    )


@dataclass(frozen=True, slots=True)
class Services:
    """All that the portal knows of the world."""

    identity: Service
    roster: Service
    upload: Service
    stats: Service

    @classmethod
    def at(
        cls, settings: Settings, request_id: Callable[[], str], transport: httpx.BaseTransport | None = None
    ) -> Services:
        addresses = {
            "identity": settings.identity_url,
            "roster": settings.roster_url,
            "upload": settings.upload_url,
            "stats": settings.stats_url,
        }
        return cls(
            **{
                title: Service(title, address, transport=transport, request_id=request_id)
                for title, address in addresses.items()
            }
        )
