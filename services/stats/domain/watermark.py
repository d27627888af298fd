"""The watermark of the figures: how far they are final, as read together with them. PURE."""

from __future__ import annotations

from typing import NamedTuple


class Watermark(NamedTuple):
    """closed_through: the last day closed at every publisher. settled_through: the last final one. parked: events."""

    closed_through: str = ""
    settled_through: str = ""
    parked: int = 0
