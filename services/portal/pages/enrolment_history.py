"""The history of a pupil's class and state, on the pages of its school and its family."""

from __future__ import annotations

from typing import Any

from services.portal.dependencies import services
from services.portal.request_context import signed_in
from services.portal.service_client import segment


def history(pupil: str) -> list[dict[str, Any]]:
    read: dict[str, Any] = services().roster.get(f"/v1/pupils/{segment(pupil)}/changes", signed_in().access)
    items: list[dict[str, Any]] = read["items"]
    return items
