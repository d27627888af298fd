"""The state of a campaign on a day, its names, and the order of campaigns, for every service, page and print: PURE."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

T = TypeVar("T")

PLANNED, OPEN, PAST_CUTOFF, ENDED = CAMPAIGN_STATES = ("planned", "open", "past-cutoff", "ended")
RUNNING = (OPEN, PAST_CUTOFF)  # photos are accepted, forms are printed
# The one name of each state, in Chinese and in English.
STATE_NAMES: Mapping[str, tuple[str, str]] = {
    PLANNED: ("未开始", "Planned"),
    OPEN: ("进行中", "Open"),
    PAST_CUTOFF: ("进行中，已过截止日", "Open, past the cut-off"),
    ENDED: ("已结束", "Ended"),
}


def campaign_state(opened: bool, cutoff: str, last_day: str, day: str) -> str:
    """One of CAMPAIGN_STATES. opened: the ministry has opened it. A plan whose last day is over has ended, too."""
    if is_over(last_day, day):
        return ENDED
    if not opened:
        return PLANNED
    return PAST_CUTOFF if is_past(cutoff, day) else OPEN


def is_over(last_day: str, day: str) -> bool:
    """True after a campaign's last day: no photo is accepted, no form is printed, no figure changes."""
    return day > last_day


def is_past(cutoff: str, day: str) -> bool:
    """True after the cut-off: a photo of this day counts as late."""
    return day > cutoff


def in_order(campaigns: Iterable[T], of: Callable[[T], tuple[str, str, str]]) -> list[T]:
    """Running ones first, then planned, then ended; of each kind the newest first. of: (state, first day, id)."""
    newest = sorted(campaigns, key=lambda campaign: of(campaign)[1:], reverse=True)
    return sorted(newest, key=lambda campaign: {PLANNED: 1, ENDED: 2}.get(of(campaign)[0], 0))
