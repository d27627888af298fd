"""Which campaign a page speaks of."""
from __future__ import annotations

from typing import Any

from services.portal.gateway import Services
from shared.errors import Refused


def all_of(services: Services, token: str) -> list[dict[str, Any]]:
    """Newest first."""
    items: list[dict[str, Any]] = services.roster.get("/v1/campaigns", token)["items"]
    return sorted(items, key=lambda c: (str(c.get("opens", "")), str(c["id"])), reverse=True)


def chosen(items: list[dict[str, Any]], asked: str) -> dict[str, Any] | None:
    """The campaign asked for, else the open one, else the newest. None when there is none. Raises Refused("not-found")."""
    if asked:
        found = next((c for c in items if c["id"] == asked), None)
        if found is None:
            raise Refused("not-found", "There is no such campaign.")
        return found
    return next((c for c in items if c.get("open")), items[0] if items else None)
