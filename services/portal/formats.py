"""Numbers, rates and dates as people read them."""

from __future__ import annotations

from datetime import UTC, date, datetime

from services.portal.request_context import context
from shared.infrastructure.clock import BEIJING


def number(value: int) -> str:
    return f"{value:,}"


def percent(count: int, total: int) -> str:
    """Two decimals, rounded half up as in the report; a dash where the total is 0."""
    if not total:
        return "–"
    hundredths = (20_000 * count + total) // (2 * total)
    return f"{hundredths // 100}.{hundredths % 100:02d}%"


def day(iso_day: str) -> str:
    """2026-11-23 as 2026年11月23日 or 23 Nov 2026."""
    when = date.fromisoformat(iso_day[:10])
    return f"{when.year}年{when.month}月{when.day}日" if context().lang == "zh" else f"{when.day} {when:%b} {when.year}"


def moment(iso_time: str) -> str:
    """An ISO time as day, hour and minute in Beijing."""
    when = datetime.fromisoformat(iso_time)
    when = (when if when.tzinfo else when.replace(tzinfo=UTC)).astimezone(BEIJING)
    return f"{day(when.date().isoformat())} {when:%H:%M}"
