"""The drill's own ledger: the true state of every pupil on every day, counted as sets at the end.

It shares nothing with the product: no events, no versions, no measures. When it and statistics differ, one is wrong.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

BY = ("guardian", "code", "teacher", "school")
HOW = ("single", "stack")


@dataclass(frozen=True, slots=True)
class Archive:
    """A photo that counts. on: the day on which it was received, or on which a person confirmed it."""

    by: str
    how: str
    on: str


@dataclass(frozen=True, slots=True)
class PupilState:
    """The current state of one pupil.

    class_     the pupil's class; the stage is the letter in it
    in_school  not suspended, not left; business: a registry business is in progress
    sheet      a valid printed form exists; guardians: how many are bound
    received   some photo concerning this pupil has arrived
    on_hold    the archive that was put on hold
    """

    class_: str
    in_school: bool = True
    business: bool = False
    sheet: bool = False
    guardians: int = 0
    received: bool = False
    archive: Archive | None = None
    accepted: bool = False
    waiting: bool = False
    on_hold: Archive | None = None
    returned: bool = False
    paper: bool = False


@dataclass(frozen=True, slots=True)
class Node:
    """A unit or class of the tree. level: "nation" ... "school", "class". parent: code of the node above."""

    code: str
    name: str
    level: str
    parent: str


@dataclass
class Ledger:
    """stages: the population of the campaign. cutoff, last_day: days of the campaign.

    arrived: school -> account of its admin who came from the registry. handed_over: account -> its successor's.
    acts: (act of the audit trail, account) -> how often.
    pupils: the current states, which the methods below change. days: day -> the states at its end, stored by `end_day`.
    """

    stages: str
    cutoff: str
    last_day: str
    nodes: dict[str, Node] = field(default_factory=dict)
    pupils: dict[str, PupilState] = field(default_factory=dict)
    days: dict[str, Mapping[str, PupilState]] = field(default_factory=dict)
    opened: bool = False
    arrived: dict[str, str] = field(default_factory=dict)
    handed_over: dict[str, str] = field(default_factory=dict)
    acts: Counter[tuple[str, str]] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    # ---- staff
    def did(self, act: str, account: str) -> None:
        """Somebody has done what the audit trail must tell, once however often it was asked for."""
        with self._lock:
            self.acts[act, account] += 1

    # ---- schools
    def enrol(self, pupil: str, class_: str) -> None:
        self.pupils[pupil] = PupilState(class_)

    def moved(self, pupil: str, class_: str) -> None:
        self._change(pupil, class_=class_)

    def suspended(self, pupil: str) -> None:
        self._change(pupil, in_school=False)

    def resumed(self, pupil: str) -> None:
        self._change(pupil, in_school=True)

    def business(self, pupil: str, is_open: bool) -> None:
        self._change(pupil, business=is_open)

    def printed(self, pupil: str) -> None:
        self._change(pupil, sheet=True)

    def bound(self, pupil: str) -> None:
        self._change(pupil, guardians=self.pupils[pupil].guardians + 1)

    # ---- photos
    def archived(self, pupil: str, by: str, on: str, how: str = "single") -> None:
        """A photo counts from here on, and settles what was waiting or returned."""
        self._change(pupil, received=True, archive=Archive(by, how, on), accepted=False, waiting=False, returned=False)

    def flagged(self, pupil: str) -> None:
        """A photo waits for a person; it is newer than one that was returned."""
        self._change(pupil, received=True, waiting=True, returned=False)

    def held(self, pupil: str) -> None:
        """The archive counts no more until a person has decided: it waits."""
        if archive := self.pupils[pupil].archive:
            self._change(pupil, archive=None, accepted=False, waiting=True, on_hold=archive)

    def released(self, pupil: str) -> None:
        self._change(pupil, archive=self.pupils[pupil].on_hold, waiting=False, returned=False)

    def accepted(self, pupil: str) -> None:
        self._change(pupil, accepted=True)

    def archive_returned(self, pupil: str) -> None:
        self._change(pupil, archive=None, accepted=False, waiting=False, returned=True)

    def waiting_returned(self, pupil: str) -> None:
        """The waiting photo is returned; an archive beside it stays."""
        self._change(pupil, waiting=False, returned=self.pupils[pupil].archive is None)

    def withdrawn(self, pupil: str) -> None:
        self._change(pupil, archive=None, accepted=False, waiting=False)

    def on_paper(self, pupil: str) -> None:
        self._change(pupil, paper=True)

    def left_by_guardian(self, pupil: str) -> None:
        self._change(pupil, guardians=self.pupils[pupil].guardians - 1)

    def _change(self, pupil: str, **changes: object) -> None:
        self.pupils[pupil] = replace(self.pupils[pupil], **changes)  # type: ignore[arg-type]

    # ---- days
    def end_day(self, day: str) -> None:
        """Store the states of a day: none before the campaign is open; after its last day nothing changes."""
        if day > self.last_day:
            self.days[day] = self.days[self.last_day]
        else:
            self.days[day] = dict(self.pupils) if self.opened else {}

    # ---- counting
    def path(self, code: str) -> list[str]:
        """A node and all nodes above it, upwards."""
        found = []
        while code:
            found.append(code)
            code = self.nodes[code].parent
        return found

    def measures(self, day: str) -> dict[str, dict[str, int]]:
        """The figures at the end of a day: node -> measure -> number of pupils."""
        states = self.days[day]
        inside: dict[str, set[str]] = {code: set() for code in self.nodes}
        for pupil, state in states.items():
            for code in self.path(state.class_):
                inside[code].add(pupil)
        return {code: self._count(states, pupils) for code, pupils in inside.items()}

    def _count(self, states: Mapping[str, PupilState], pupils: Iterable[str]) -> dict[str, int]:
        here = {pupil: states[pupil] for pupil in pupils}

        def those(of: Iterable[str], test: Callable[[PupilState], bool]) -> set[str]:
            return {pupil for pupil in of if test(here[pupil])}

        expected = those(here, self._is_expected)
        archived = those(here, lambda p: p.archive is not None)
        uploaded, missing = expected & archived, expected - archived
        sets = {
            "expected": expected,
            "printed": those(expected, lambda p: p.sheet),
            "registered": those(expected, lambda p: p.guardians > 0),
            "received": those(expected, lambda p: p.received),
            "uploaded": uploaded,
            **{f"by_{by}": {pupil for pupil in uploaded if _archive(here[pupil]).by == by} for by in BY},
            **{f"how_{how}": {pupil for pupil in uploaded if _archive(here[pupil]).how == how} for how in HOW},
            "accepted": those(uploaded, lambda p: p.accepted),
            "flagged": those(missing, lambda p: p.waiting),
            "returned": those(missing, lambda p: p.returned),
            "paper": those(missing, lambda p: p.paper),
            "late": {pupil for pupil in uploaded if _archive(here[pupil]).on > self.cutoff},
            "orphans": archived - expected,
        }
        return {name: len(members) for name, members in sets.items()}

    def _is_expected(self, state: PupilState) -> bool:
        return state.in_school and not state.business and stage_of(state.class_) in self.stages


def stage_of(class_: str) -> str:
    """ "2111000001p202301" -> "p"."""
    return next(character for character in class_ if character.islower())


def _archive(state: PupilState) -> Archive:
    if state.archive is None:
        raise ValueError("no archive")
    return state.archive
