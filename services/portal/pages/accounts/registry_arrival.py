"""Signing in from the registry: the browser goes there, and comes back with the registry's answer.

The link on the registry's page leads to the start, too: whatever it carries, the sign-in begins here, in this browser.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import redirect, request

from services.portal.dependencies import deps, services
from services.portal.rendering import landing
from services.portal.request_context import context
from shared.infrastructure.errors import Refused


def start() -> Any:
    issuer = deps().registry_issuer
    if not issuer:
        raise Refused("registry-not-configured", "This copy is connected to no registry.", kind="not-found")
    if request.args.get("iss", issuer) != issuer:
        raise Refused("registry-answer-wrong", "This link is of another registry.", kind="outside-scope")
    begun = services().identity.post("/v1/registry-sign-ins", {})
    context().keep_registry_secret(str(begun["secret"]))
    return redirect(str(begun["address"]), 303)


def come_back() -> Any:
    """The registry's answer is spent by identity, which knows whether it belongs to this browser."""
    given = request.args
    if given.get("error"):
        raise Refused("registry-sign-in-refused", "The registry has not signed you in.", kind="outside-scope")
    answer = {
        "state": given.get("state", ""),
        "code": given.get("code", ""),
        "answered_by": given.get("iss", ""),
        "secret": context().registry_secret,
    }
    if not (answer["state"] and answer["code"]):
        raise Refused("registry-sign-in-ended", "This address belongs to no sign-in that has begun.", kind="gone")
    arrived = _arrived(answer)
    context().set_session(deps().sign_in.from_tokens(arrived))
    context().keep_registry_secret("")
    return redirect(f"{landing()}?done=registry" if arrived["first"] else landing(), 303)


def _arrived(answer: Mapping[str, str]) -> dict[str, Any]:
    """Identity's response. A session that has ended elsewhere keeps nobody out: of it nothing was spent yet."""
    identity, token = services().identity, context().token
    try:
        return identity.post("/v1/registry-sign-ins/arrival", answer, token)
    except Refused as refused:
        if refused.status != 401 or not token:
            raise
    context().set_session(None)
    return identity.post("/v1/registry-sign-ins/arrival", answer)
