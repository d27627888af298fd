"""What forms bring, looked at before a service is asked."""

from __future__ import annotations

from collections.abc import Container

from flask import request

from shared.infrastructure.errors import Refused


def chosen_in(field: str, allowed: Container[str]) -> str:
    """The chosen option. Nothing is chosen for people: an untouched select is refused, not taken for its first option."""
    value = request.form.get(field, "")
    if value not in allowed:
        raise Refused("not-chosen", "Choose one of the options.", where=field)
    return value
