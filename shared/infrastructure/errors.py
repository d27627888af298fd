"""Refusals: code -> HTTP status in one table. Every refusal states what is wrong, where, and how to fix it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

STATUS: Mapping[str, int] = {
    "bad-request": 400,
    "not-signed-in": 401,
    "outside-scope": 403,
    "not-found": 404,
    "method-not-allowed": 405,
    "conflict": 409,
    "gone": 410,
    "too-large": 413,
    "unsupported-media": 415,
    "unprocessable": 422,
    "key-reused": 422,
    "too-many": 429,
    "internal": 500,
    "unavailable": 503,
    "busy": 503,
}


class Refused(Exception):
    """A command or request that cannot be carried out, with all that the caller needs to fix it.

    code   a stable word for programs, in kebab case ("already-accepted")
    detail one English sentence: what is wrong and how to fix it; never personal data
    kind   a key of STATUS, which decides the HTTP status; by default a business rule refuses with 422
    where  the field, header, row or file that is wrong
    extra  further members of the problem document
    """

    def __init__(
        self,
        code: str,
        detail: str = "",
        *,
        kind: str = "unprocessable",
        where: str = "",
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(code, detail)
        self.code, self.detail, self.where, self.extra = (
            code,
            detail or code.replace("-", " ").capitalize() + ".",
            where,
            dict(extra or {}),
        )
        self.kind = code if code in STATUS else kind

    @property
    def status(self) -> int:
        return STATUS[self.kind]


class Conflict(Exception):
    """Another writer appended to the stream first: load again, decide again."""
