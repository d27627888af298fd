"""A school's tally: what its files have moved and brought back lately without a yes.

The next file is judged together with it, so that several small files need the yes that one large file needs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from services.roster.domain.list_changes import Lately, ListChanges
from shared.eventsourcing.decider import Decider
from shared.eventsourcing.event import Fact, NewEvent

WINDOW_DAYS = 7
WINDOW_MS = WINDOW_DAYS * 24 * 60 * 60_000


@dataclass(frozen=True, slots=True)
class Change:
    """Changes of one class by one file. at: ms since 1970."""

    at: int
    class_: str
    moved: int
    rejoined: int


@dataclass(frozen=True, slots=True)
class Tally:
    school: str
    changes: tuple[Change, ...] = ()

    def lately(self, now: int) -> Mapping[str, Lately]:
        """The sums of each class, within the window."""
        recent = [change for change in self.changes if change.at > now - WINDOW_MS]
        moved, rejoined = Counter[str](), Counter[str]()
        for change in recent:
            moved[change.class_] += change.moved
            rejoined[change.class_] += change.rejoined
        return {each.class_: Lately(moved[each.class_], rejoined[each.class_]) for each in recent}


@dataclass(frozen=True, slots=True)
class Count:
    """A file is taken. Its large changes have got their yes, with everything that counted to them: that starts anew."""

    at: int
    changes: ListChanges


def decide(command: Count, tally: Tally) -> Sequence[NewEvent]:
    confirmed = {change.class_ for change in command.changes.large}
    counted = [
        {"class": change.class_, "moved": change.moving, "rejoined": change.rejoining}
        for change in command.changes.classes
        if (change.moving or change.rejoining) and change.class_ not in confirmed
    ]
    if not counted and confirmed.isdisjoint(change.class_ for change in tally.changes):
        return []
    return [NewEvent("tally.counted", {"at": command.at, "counted": counted, "confirmed": sorted(confirmed)})]


def evolve(tally: Tally, event: Fact) -> Tally:
    if event.type != "tally.counted":
        return tally
    at, confirmed = event.data["at"], event.data["confirmed"]
    kept = (each for each in tally.changes if each.at > at - WINDOW_MS and each.class_ not in confirmed)
    return replace(tally, changes=(*kept, *(_change(at, each) for each in event.data["counted"])))


def _change(at: int, counted: Mapping[str, Any]) -> Change:
    return Change(at, counted["class"], counted["moved"], counted["rejoined"])


def tally_decider(school: str) -> Decider[Count, Tally]:
    return Decider(Tally(school), decide, evolve)


def tally_stream(school: str) -> str:
    return f"tally-{school}"
