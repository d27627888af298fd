"""The current request: its caller, its validated body and query, its identity as a command."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any

import orjson
from flask import g, request
from marshmallow import Schema, ValidationError

from shared.eventsourcing.store import CommandContext
from shared.infrastructure.errors import Refused
from shared.service.auth import Caller, require_fresh, require_recent

KEY = re.compile(r"[A-Za-z0-9_.:\-]{8,100}\Z")


def caller() -> Caller:
    """The caller of the request."""
    return g.caller  # type: ignore[no-any-return]


def require_fresh_sign_in() -> None:
    """Raises Refused: "sign-in-again" without a recent proof, "second-factor-needed" for a password alone."""
    require_fresh(caller(), g.fresh_since, g.second_factor_roles)


def require_recent_sign_in() -> None:
    """Raises Refused("sign-in-again") without a proof in the last minutes, of whatever method the account has."""
    require_recent(caller(), g.fresh_since)


def source() -> str:
    """The network address of the person or program behind the request, past proxy and portal; "unknown" without one."""
    return g.get("source") or "unknown"


def body() -> dict[str, Any]:
    """The JSON object, loaded by the body schema of the route. Raises Refused: bad-request; bad-fields, listing all."""
    try:
        given = orjson.loads(request.get_data() or b"null")
    except orjson.JSONDecodeError as error:
        raise Refused("bad-request", "The body is not JSON.", where="body") from error
    if not isinstance(given, dict):
        raise Refused("bad-request", "The body must be a JSON object.", where="body")
    return checked(g.operation.body(), given)


def query() -> dict[str, Any]:
    """The query string, loaded by the query schema of the route. Raises Refused like `body`."""
    return checked(g.operation.query(), request.args.to_dict())


def checked(schema: Schema, given: Mapping[str, Any]) -> dict[str, Any]:
    """The fields, loaded by a schema. Raises Refused("bad-fields"), which lists every wrong field."""
    try:
        return schema.load(dict(given))  # type: ignore[no-any-return]
    except ValidationError as error:
        wrong = [{"where": where, "what": what} for where, what in _flat(error.messages)]
        where = ", ".join(sorted({w["where"] for w in wrong}))
        raise Refused("bad-fields", f"Fix these fields: {where}.", where=where, extra={"errors": wrong}) from error


def _flat(messages: Any, prefix: str = "") -> list[tuple[str, str]]:
    """(dotted name, message) of every error in marshmallow's nested messages."""
    if isinstance(messages, dict):
        return [
            pair
            for name, inner in messages.items()
            for pair in _flat(inner, f"{prefix}.{name}" if prefix else str(name))
        ]
    return [(prefix, str(message)) for message in (messages if isinstance(messages, list) else [messages])]


def command_context(content: Mapping[str, Any] | bytes = b"", *, actor: str = "") -> CommandContext:
    """The identity of the request as a command. Raises Refused without a usable Idempotency-Key or an actor.

    content  identifies the request beside its address; never a password or another secret
    actor    the caller's account by default
    """
    key = request.headers.get("Idempotency-Key", "")
    if not KEY.match(key):
        raise Refused(
            "bad-request",
            "Send a header Idempotency-Key of 8 to 100 letters, digits or _.:- with every command.",
            where="Idempotency-Key",
        )
    actor = actor or caller().account
    if not actor:
        raise Refused("not-signed-in", "Sign in first.", where="Authorization")
    raw = content if isinstance(content, bytes) else orjson.dumps(content, option=orjson.OPT_SORT_KEYS, default=str)
    seed = f"{request.method} {request.path}\n".encode() + raw
    return CommandContext(f"{actor}:{key}", actor, hashlib.sha256(seed).hexdigest()[:32])
