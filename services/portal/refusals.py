"""Refusals on pages: one sentence, one next step, and the form's fields to send again."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import Response, jsonify, request

from services.portal.guards import CONFIRMATION, local
from services.portal.rendering import TRANSIENT, render, sentence
from shared.infrastructure.errors import Refused

SECRET_FIELDS = frozenset({"password", "old", "new"})
NOT_REPEATED = ("form_token", CONFIRMATION)
FIELDS_READABLE = (401, 500, 503)  # the fields of a form that was too large cannot be read


def wants_json() -> bool:
    """True if a page's own script made the request; it shows the sentence itself."""
    return "application/json" in request.headers.get("Accept", "")


def refusal_json(refused: Refused) -> Response:
    """{sentence, code, where} for a page's own script."""
    response = jsonify(sentence=sentence(refused), code=refused.code, where=refused.where)
    response.status_code = refused.status
    return response


def refusal_page(refused: Refused) -> Response:
    """The page of a refusal that no form handled. Its form sends the same fields and the same key again."""
    if wants_json():
        return refusal_json(refused)
    is_readable = request.method == "POST" and refused.status in FIELDS_READABLE
    fields = _fields() if is_readable else []
    return render(
        "problem.html",
        problem=refused,
        fields=fields,
        resend=bool(fields) and not SECRET_FIELDS & {name for name, _ in fields},
        had_file=bool(is_readable and request.files),
        came_from=_came_from(),
    )


def confirmation_page(problem: Refused | None) -> Response:
    """The page that asks for the password. Its form repeats a POST with its fields, a GET by a redirect."""
    if request.method == "POST":
        return render("confirmation.html", problem=problem, action=request.path, fields=_fields())
    fields = [("next", request.full_path.rstrip("?"))]
    return render("confirmation.html", problem=problem, action="/confirmation", fields=fields)


def _fields() -> list[tuple[str, str]]:
    """The fields of the form, to be sent again."""
    return [(name, value) for name, value in request.form.items(multi=True) if name not in NOT_REPEATED]


def _came_from() -> str:
    """The portal's page whose form was sent, without `lang` and `done`; "" if the browser does not send it."""
    try:
        referrer = urlsplit(request.referrer or "")
    except ValueError:
        return ""
    is_other = referrer.netloc != request.host or referrer.path == request.path or local(referrer.path) == "/"
    if request.method != "POST" or is_other:
        return ""
    query = [(name, value) for name, value in parse_qsl(referrer.query) if name not in TRANSIENT]
    return f"{referrer.path}?{urlencode(query)}"
