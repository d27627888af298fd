"""Correlation: the id of the request at which a thread works, for its log lines, events and calls to other services.

A worker goes on `within` the request that gave it its work: one id leads from the first request to the last event.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
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


@contextmanager
def within(known: str) -> Iterator[None]:
    """Work for an earlier request. known: its id, "" where it is not known."""
    token = request_id.set(known)
    try:
        yield
    finally:
        request_id.reset(token)
