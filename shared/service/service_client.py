"""Calls between services: JSON over HTTP with a service token. The problems of the other are raised as Refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx

from shared.infrastructure import correlation, tracing
from shared.infrastructure.errors import STATUS, Refused
from shared.service.auth import ServiceAuth

USUAL, QUICK = httpx.Timeout(20, connect=3), httpx.Timeout(2, connect=1)
KIND_OF = {status: code for code, status in reversed(tuple(STATUS.items()))}


class InternalClient:
    """A client of one other service. Raises Refused: the problem of the other, or "unavailable"."""

    def __init__(
        self,
        audience: str,
        base_url: str,
        auth: ServiceAuth,
        transport: httpx.BaseTransport | None = None,
        timeout: httpx.Timeout = USUAL,
    ) -> None:
        self.audience, self._auth = audience, auth
        self._http = httpx.Client(base_url=base_url, timeout=timeout, transport=transport)

    def get(self, path: str, params: Mapping[str, str] | None = None) -> dict[str, Any]:
        return self._request("GET", path, params=params)

    def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        return self._request("POST", path, json=dict(body))

    def _request(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        with tracing.span(tracing.CLIENT, f"{method} {self.audience}", http_request_method=method) as current:
            response = self._send(method, path, **options)
            tracing.answered(current, response.status_code)
        if response.is_success:
            return response.json() if response.content else {}
        raise _refused(self.audience, response)

    def _send(self, method: str, path: str, **options: Any) -> httpx.Response:
        try:
            return self._http.request(method, path, headers=self._headers(), **options)
        except httpx.HTTPError as error:
            raise Refused(
                "unavailable", f"The service {self.audience} cannot be reached at the moment; try again."
            ) from error

    def _headers(self) -> dict[str, str]:
        """The token, and the id of the request for which we ask: one search finds it in all logs."""
        known = correlation.request_id.get()
        of_request = {correlation.HEADER: known, **tracing.headers()} if known else {}
        return {**self._auth.headers(self.audience), **of_request}


def _refused(audience: str, response: httpx.Response) -> Refused:
    if (
        response.headers.get("Content-Type") != "application/problem+json"
        or response.status_code >= 500
        or response.status_code == 401
    ):
        return Refused(
            "unavailable",
            f"The service {audience} failed to respond; try again.",
            extra={"upstream_status": response.status_code},
        )
    document = response.json()
    extra = {k: v for k, v in document.items() if k not in ("type", "title", "status", "detail", "where", "instance")}
    return Refused(
        document["title"],
        document["detail"],
        kind=KIND_OF.get(response.status_code, "unprocessable"),
        where=document.get("where", ""),
        extra=extra,
    )
