"""Correlation: the id of the request at which a thread works, for its log lines and its calls to other services."""

from __future__ import annotations

import re
import uuid
from contextvars import ContextVar

HEADER = "X-Request-Id"
OURS = re.compile(r"[0-9a-f]{32}\Z")
request_id: ContextVar[str] = ContextVar("request_id", default="")  # "" outside of requests


def begin(given: str) -> str:
    """Begin a request with the id that the caller gave, or with one of our own where it is none of ours.

    An id is in every line of a request, so that nothing that a person can be known by may be one.
    """
    known = given if OURS.match(given) else uuid.uuid4().hex
    request_id.set(known)
    return known


def end() -> None:
    request_id.set("")
