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
    """Changes of one class by one file. at: ms since 1970. run: the import, "" before runs were noted.

    ended_by: the import whose yes covered them, so that they count no more
    """

    at: int
    class_: str
    moved: int
    rejoined: int
    run: str = ""
    ended_by: str = ""


@dataclass(frozen=True, slots=True)
class Tally:
    school: str
    changes: tuple[Change, ...] = ()

    def lately(self, now: int) -> Mapping[str, Lately]:
        """The sums of each class, within the window."""
        recent = [change for change in self.changes if change.at > now - WINDOW_MS and not change.ended_by]
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
    run: str = ""


@dataclass(frozen=True, slots=True)
class TakeBack:
    """An import is undone: what it changed counts no more, what its yes had covered counts again."""

    run: str


Command = Count | TakeBack


def decide(command: Command, tally: Tally) -> Sequence[NewEvent]:
    if isinstance(command, TakeBack):
        is_counted = any(command.run in (change.run, change.ended_by) for change in tally.changes)
        return [NewEvent("tally.taken-back", {"run": command.run})] if is_counted else []
    confirmed = {change.class_ for change in command.changes.large}
    counted = [
        {"class": change.class_, "moved": change.moving, "rejoined": change.rejoining}
        for change in command.changes.classes
        if (change.moving or change.rejoining) and change.class_ not in confirmed
    ]
    if not counted and confirmed.isdisjoint(change.class_ for change in tally.changes if not change.ended_by):
        return []
    return [
        NewEvent(
            "tally.counted", {"at": command.at, "run": command.run, "counted": counted, "confirmed": sorted(confirmed)}
        )
    ]


def evolve(tally: Tally, event: Fact) -> Tally:
    data = event.data
    if event.type == "tally.taken-back":
        kept = (each for each in tally.changes if each.run != data["run"])
        again = tuple(replace(each, ended_by="") if each.ended_by == data["run"] else each for each in kept)
        return replace(tally, changes=again)
    if event.type != "tally.counted":
        return tally
    at, confirmed, run = data["at"], data["confirmed"], data.get("run", "")
    recent = (each for each in tally.changes if each.at > at - WINDOW_MS)
    covered = (replace(each, ended_by=each.ended_by or run) if each.class_ in confirmed else each for each in recent)
    kept = (each for each in covered if each.ended_by or each.class_ not in confirmed)
    return replace(tally, changes=(*kept, *(_change(data, each) for each in data["counted"])))


def _change(data: Mapping[str, Any], counted: Mapping[str, Any]) -> Change:
    return Change(data["at"], counted["class"], counted["moved"], counted["rejoined"], data.get("run", ""))


def tally_decider(school: str) -> Decider[Command, Tally]:
    return Decider(Tally(school), decide, evolve)


def tally_stream(school: str) -> str:
    return f"tally-{school}"
