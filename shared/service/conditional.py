"""Conditional requests (RFC 9110, section 13): a holder of what has not changed is told so with 304 and no body."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple

import orjson
from flask import Response, request
from marshmallow import Schema

# A browser or a program may keep the answer, nobody between; it asks each time whether it still holds.
CACHING = "private, no-cache"
DIGITS = 32  # of a hash in hexadecimal digits: 128 bits


class Answer(NamedTuple):
    """A serialised JSON object with its ETag, to be sent any number of times."""

    body: bytes
    etag: str


def answer_of(value: Mapping[str, Any], schema: Schema) -> Answer:
    """value: of a view, after permission and scope were checked. schema: excludes what differs in each answer."""
    body = orjson.dumps(schema.dump({name: each for name, each in value.items() if name not in schema.exclude}))
    return Answer(body, hashlib.sha256(body).hexdigest()[:DIGITS])


def send(answer: Answer, **told: int) -> Response:
    """The answer with a weak ETag, or 304. told: numbers that change nothing of it, such as the moment of reading."""
    held = request.if_none_match.contains_weak(answer.etag)
    response = Response(status=304) if held else Response(_with(answer.body, told), content_type="application/json")
    response.set_etag(answer.etag, weak=True)
    response.headers["Cache-Control"] = CACHING
    return response


def is_forced() -> bool:
    """True if the client wants nothing kept: Cache-Control: no-cache (RFC 9111, section 5.2.1.4)."""
    return bool(request.cache_control.no_cache)


def _with(body: bytes, told: Mapping[str, int]) -> bytes:
    return b"%s,%s" % (body[:-1], orjson.dumps(told)[1:]) if told else body


def unless_same(content: bytes, digest: str, media_type: str) -> Response:
    """Content that never changes under its digest, or 304."""
    response = Response(content, content_type=media_type, headers={"Cache-Control": CACHING})
    response.set_etag(digest)
    response.make_conditional(request.environ)
    return response
