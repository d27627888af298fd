"""Conditional requests (RFC 9110, section 13): who holds what has not changed is told so with 304 and no body."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from typing import Any

import orjson
from flask import Response, after_this_request, request

# A browser or a program may keep the answer, nobody between; it asks each time whether it still holds.
CACHING = "private, no-cache"
DIGITS = 32  # of a hash in hexadecimal digits: 128 bits


def unless_held(value: Mapping[str, Any], apart_from: Collection[str] = ()) -> Mapping[str, Any] | Response:
    """The value with a weak ETag, or 304 without serialising it.

    value: of a view, after permission and scope were checked. apart_from: fields that differ in each answer and change
    nothing, such as the moment of reading.
    """
    told = {name: each for name, each in value.items() if name not in apart_from}
    etag = hashlib.sha256(orjson.dumps(told, option=orjson.OPT_NON_STR_KEYS)).hexdigest()[:DIGITS]

    @after_this_request
    def tell(response: Response) -> Response:
        response.set_etag(etag, weak=True)
        response.headers["Cache-Control"] = CACHING
        return response

    return Response(status=304) if request.if_none_match.contains_weak(etag) else value


def unless_same(content: bytes, digest: str, media_type: str) -> Response:
    """Content that never changes under its digest, or 304."""
    response = Response(content, content_type=media_type, headers={"Cache-Control": CACHING})
    response.set_etag(digest)
    response.make_conditional(request.environ)
    return response
