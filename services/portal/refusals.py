"""Refusals outside of forms: a page with one sentence and one next step; JSON for a page's own script."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, request

from services.portal.rendering import link_of, page, sentence
from shared.infrastructure.errors import Refused


def wants_json() -> bool:
    """True if a page's own script made the request; it shows the sentence itself."""
    return "application/json" in request.headers.get("Accept", "")


def told(refused: Refused) -> dict[str, Any]:
    """{sentence, code, where, link}, for a page's own script. link: {href, text} or None."""
    link = link_of(refused, request.form)
    return {
        "sentence": sentence(refused),
        "code": refused.code,
        "where": refused.where,
        "link": {"href": link[0], "text": link[1]} if link else None,
    }


def refusal_json(refused: Refused) -> Response:
    response = jsonify(told(refused))
    response.status_code = refused.status
    return response


def refusal_page(refused: Refused) -> Response:
    """The page of a refusal that is not of a form."""
    return page("problem.html", status=refused.status, problem=refused)


def confirmation_page(problem: Refused | None) -> Response:
    """The page that asks for a proof before it shows another one. problem: as of ConfirmationNeeded."""
    here = request.full_path.rstrip("?")
    return page(
        "confirmation.html", problem=problem, action="/confirmation", fields=[("next", here)], here=here, proven=False
    )
