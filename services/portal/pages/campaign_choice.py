"""The campaign that a page shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.portal.service_client import Services
from shared.infrastructure.errors import Refused


def all_campaigns(services: Services, token: str) -> list[dict[str, Any]]:
    """All campaigns, newest first."""
    items: list[dict[str, Any]] = services.roster.get("/v1/campaigns", token)["items"]
    return sorted(items, key=lambda c: (str(c.get("opens", "")), str(c["id"])), reverse=True)


def choose_campaign(items: list[dict[str, Any]], id: str) -> dict[str, Any] | None:
    """The campaign with this id; for "" an open and ready one, else an open one, else the newest; None without any.

    items: newest first. Raises Refused("not-found") for an unknown id.
    """
    if id:
        found = next((c for c in items if c["id"] == id), None)
        if found is None:
            raise Refused("not-found", "There is no such campaign.")
        return found
    opened = [c for c in items if c.get("open")]
    return next(iter([*filter(is_ready, opened), *opened, *items]), None)


def is_ready(campaign: Mapping[str, Any]) -> bool:
    """True if every pupil has an entry in it."""
    return bool(campaign.get("ready", True))  # a roster of an older release does not send it
