"""The conditions under which a report may be published: each function returns, or raises Refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from services.stats.domain.reconciliation import PublisherTotals, TotalsByDay, explains, hashes_of_parked, reconcile
from services.stats.domain.totals import Breakdown
from shared.infrastructure.errors import Refused

SHOWN = 50  # differences listed in a refusal


def require_closed(theirs: Sequence[PublisherTotals], day: str) -> None:
    if not all(each.closing.final(day) for each in theirs):
        raise Refused(
            "day-not-closed",
            "The day is not closed at every publisher, or events of it are not on the bus yet: close it first.",
            kind="conflict",
            where="day",
            extra={"publishers": [each.closing for each in theirs]},
        )


def require_accepted(parked: Sequence[Mapping[str, Any]], accepted: Sequence[str]) -> None:
    """Require every parked event to be accepted by its key."""
    if missing := [{"key": item["key"], "reason": item["reason"]} for item in parked if item["key"] not in accepted]:
        raise Refused(
            "parked",
            "Some events are parked and not counted. Fix and replay them, or accept them by their keys.",
            kind="conflict",
            where="accept",
            extra={"parked": missing},
        )


def require_reconciled(
    theirs: Sequence[PublisherTotals], ours: Mapping[str, TotalsByDay], parked: Sequence[Mapping[str, Any]]
) -> None:
    """Require equal control totals. A parked event that its store holds explains its own difference and no other."""
    hashes = hashes_of_parked(bytes(item["value"]) for item in parked)
    found = [
        difference
        for each in theirs
        for difference in reconcile(each.closing.name, each.totals, ours[each.closing.name])
        if not explains(hashes, difference)
    ]
    if found:
        raise Refused(
            "control-totals-differ",
            "Statistics does not hold exactly the events that the stores hold up to this day. "
            "Wait until it has caught up, or see the audit.",
            kind="conflict",
            extra={"differences": found[:SHOWN], "count": len(found)},
        )


def require_publishable(breakdown: Breakdown) -> None:
    if breakdown.unplaced:
        raise Refused(
            "unplaced",
            "Some schools with figures are not in the tree of that day: open or move them first.",
            kind="conflict",
            extra={"schools": list(breakdown.unplaced)},
        )
    if breakdown.level == "class":
        raise Refused("not-a-unit", "A class has no report of its own; it is listed in its school's.", where="unit")
