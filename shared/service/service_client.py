"""How one service asks another: JSON over HTTP with a service token; problems come back as what they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx

from shared.infrastructure.errors import STATUS, Refused
from shared.service.auth import ServiceAuth

KIND_OF = {status: code for code, status in reversed(tuple(STATUS.items()))}


class InternalClient:
    """Calls to one other service. Raises Refused: the other's own problem, or "unavailable" when it cannot be reached."""

    def __init__(
        self, audience: str, base_url: str, auth: ServiceAuth, transport: httpx.BaseTransport | None = None
    ) -> None:
        self.audience, self._auth = audience, auth
        self._http = httpx.Client(base_url=base_url, timeout=httpx.Timeout(20, connect=3), transport=transport)

    def get(self, path: str, params: Mapping[str, str] | None = None) -> dict[str, Any]:
        return self._ask("GET", path, params=params)

    def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        return self._ask("POST", path, json=dict(body))

    def _ask(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        try:
            answer = self._http.request(method, path, headers=self._auth.headers(self.audience), **options)
        except httpx.HTTPError as error:
            raise Refused(
                "unavailable", f"The service {self.audience} cannot be reached at this moment; try again."
            ) from error
        if answer.is_success:
            return answer.json() if answer.content else {}
        raise _refused(self.audience, answer)


def _refused(audience: str, answer: httpx.Response) -> Refused:
    if (
        answer.headers.get("Content-Type") != "application/problem+json"
        or answer.status_code >= 500
        or answer.status_code == 401
    ):
        return Refused(
            "unavailable",
            f"The service {audience} could not answer; try again.",
            extra={"upstream_status": answer.status_code},
        )
    document = answer.json()
    extra = {k: v for k, v in document.items() if k not in ("type", "title", "status", "detail", "where", "instance")}
    return Refused(
        document["title"],
        document["detail"],
        kind=KIND_OF.get(answer.status_code, "unprocessable"),
        where=document.get("where", ""),
        extra=extra,
    )
