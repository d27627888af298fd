"""Which campaign a page speaks of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.portal.service_client import Services
from shared.infrastructure.errors import Refused


def all_of(services: Services, token: str) -> list[dict[str, Any]]:
    """Newest first."""
    items: list[dict[str, Any]] = services.roster.get("/v1/campaigns", token)["items"]
    return sorted(items, key=lambda c: (str(c.get("opens", "")), str(c["id"])), reverse=True)


def chosen(items: list[dict[str, Any]], asked: str) -> dict[str, Any] | None:
    """The campaign asked for, else one that is open and ready, else an open one, else the newest. None when there is none. Raises Refused("not-found")."""
    if asked:
        found = next((c for c in items if c["id"] == asked), None)
        if found is None:
            raise Refused("not-found", "There is no such campaign.")
        return found
    opened = [c for c in items if c.get("open")]
    return next(iter([*filter(is_ready, opened), *opened, *items]), None)


def is_ready(campaign: Mapping[str, Any]) -> bool:
    """Whether every pupil has an entry in it by now."""
    return bool(campaign.get("ready", True))  # a roster of an older release does not say
