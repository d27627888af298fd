"""The campaign that a page shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from services.portal.service_client import Services
from shared.infrastructure.clock import iso
from shared.infrastructure.errors import Refused
from shared.language.campaign_state import ENDED, RUNNING


def all_campaigns(services: Services, token: str) -> list[dict[str, Any]]:
    """All campaigns in roster's order: running, planned, ended; the newest first."""
    items: list[dict[str, Any]] = services.roster.get("/v1/campaigns", token)["items"]
    return items


def coverage(services: Services, token: str, stages: Sequence[str]) -> dict[str, Any]:
    """The coverage of a campaign for these stages; at: the time of the count, "" before the first."""
    found = services.roster.get("/v1/campaign-coverage", token, {"stages": "".join(stages)})
    return {**found, "at": iso(found["counted_at"]) if found["counted_at"] else ""}


def choose_campaign(items: list[dict[str, Any]], id: str) -> dict[str, Any] | None:
    """The campaign with this id; for "" a running and ready one, else a running, else an ended one; None without any.

    items: in roster's order. Raises Refused("not-found") for an unknown id.
    """
    if id:
        found = next((c for c in items if c["id"] == id), None)
        if found is None:
            raise Refused("not-found", "There is no such campaign.")
        return found
    running, ended = running_campaigns(items), [c for c in items if c["state"] == ENDED]
    return next(iter([*filter(is_ready, running), *running, *ended, *items]), None)


def running_campaigns(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Running campaigns: they accept photos, past their cut-off or not."""
    return [campaign for campaign in items if campaign["state"] in RUNNING]


def is_ready(campaign: Mapping[str, Any]) -> bool:
    """True if every pupil has an entry in it."""
    return bool(campaign.get("ready", True))  # a roster of an older release does not send it
