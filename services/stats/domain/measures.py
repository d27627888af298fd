"""The measures, in the report's words: PURE functions from the states of one pupil to figures of 0 and 1.

Every measure is a set of pupils in a campaign. All but `orphans` are subsets of `expected`, so no rate passes 100 %.
A change of meaning is a new MEASURES_VERSION, a rebuilt projection, and a new edition of published reports.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from services.stats.domain.fold import Figures, States
from shared.eventsourcing.event import Event, category, slot_of, subject
from shared.language.campaign_state import is_over, is_past
from shared.language.contracts import PUBLISHER_OF

MEASURES_VERSION = "1"
BY = ("guardian", "code", "teacher", "school")
HOW = ("single", "stack")  # "stack" is reserved: scans of many forms are not read yet
NAMES = (
    "expected",
    "printed",
    "registered",
    "received",
    "uploaded",
    *(f"by_{by}" for by in BY),
    *(f"how_{how}" for how in HOW),
    "accepted",
    "flagged",
    "returned",
    "paper",
    "late",
    "orphans",
)
PUPIL_STREAMS = ("entry", "binding", "form")
TREE_STREAMS = ("unit", "class", "campaign")
HANDLED = (*PUPIL_STREAMS, *TREE_STREAMS)  # the categories that the control totals cover
IGNORED = ("enrolment",)  # entries carry all that counts
CATEGORIES_OF: Mapping[str, tuple[str, ...]] = {
    p: tuple(c for c in HANDLED if PUBLISHER_OF[c] == p) for p in sorted({PUBLISHER_OF[c] for c in HANDLED})
}


class Unmeasurable(ValueError):
    """A public state without a field that is counted, or with a value that this code does not know."""


class Cell(NamedTuple):
    """The cell of the table in which a pupil counts. Sums above the school are taken when figures are read."""

    campaign: str
    school: str
    class_: str


def history_key(event: Event) -> str:
    """The history to which an event belongs: one per pupil, and one for each unit, class and campaign."""
    return subject(event.stream) if category(event.stream) in PUPIL_STREAMS else event.stream


def control_key(stream: str) -> tuple[int, str]:
    """The group of control totals to which a stream belongs: slot and publisher."""
    return slot_of(stream), PUBLISHER_OF[category(stream)]


def measure(states: States) -> Figures:
    """The figures of one history that are 1, in each campaign in which the pupil has an entry. Raises Unmeasurable."""
    entries: dict[str, Mapping[str, Any]] = {}
    forms: dict[str, Mapping[str, Any]] = {}
    bound = False
    for stream, state in states.items():
        if not state:
            continue
        kind = category(stream)
        _examine(kind, state)
        if kind == "entry":
            entries[campaign_of(stream)] = state
        elif kind == "form":
            forms[campaign_of(stream)] = state
        elif kind == "binding":
            bound = bool(state["guardians"])
    return {
        (Cell(campaign, entry["school"], entry["class"]), name): 1
        for campaign, entry in entries.items()
        for name, is_so in _sets(entry, forms.get(campaign, NO_FORM), bound).items()
        if is_so
    }


NO_FORM: Mapping[str, Any] = {
    "received": False,
    "archive": None,
    "accepted": False,
    "waiting": False,
    "returned": False,
    "paper": False,
}


def _sets(entry: Mapping[str, Any], form: Mapping[str, Any], bound: bool) -> Mapping[str, bool]:
    """Measure -> whether the pupil is in its set: the table of measures."""
    expected, archive = entry["expected"], form["archive"]
    uploaded, nothing_archived = expected and archive is not None, expected and archive is None
    return {
        "expected": expected,
        "printed": expected and entry["sheet"] != "",
        "registered": expected and bound,
        "received": expected and form["received"],
        "uploaded": uploaded,
        **{f"by_{by}": uploaded and archive["by"] == by for by in BY},
        **{f"how_{how}": uploaded and archive["how"] == how for how in HOW},
        "accepted": uploaded and form["accepted"],
        "flagged": nothing_archived and form["waiting"],
        "returned": nothing_archived and form["returned"],
        "paper": nothing_archived and form["paper"],
        # by the day of the photo, not by the day on which it could be counted
        "late": uploaded and is_past(entry["cutoff"], archive["on"]),
        "orphans": not expected and archive is not None,
    }


def campaign_ended(cell: Cell, states: States, day: str) -> bool:
    """True if a cell's campaign ended before this day: its figures are then frozen."""
    entry = next(
        (
            state
            for stream, state in states.items()
            if state and category(stream) == "entry" and campaign_of(stream) == cell.campaign
        ),
        None,
    )
    return entry is not None and is_over(str(entry["last_day"]), day)


def campaign_of(stream: str) -> str:
    """ "form-2026a-3f7.018f2a" -> "2026a"."""
    names = stream.split("-")
    if len(names) != 3:
        raise Unmeasurable(f"{category(stream)}: a stream of a pupil in a campaign is named after both")
    return names[1]


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _flag(value: Any) -> bool:
    return isinstance(value, bool)


def _list(value: Any) -> bool:
    return isinstance(value, list)


def _archive(value: Any) -> bool:
    return value is None or (
        isinstance(value, Mapping) and value.get("by") in BY and value.get("how") in HOW and _text(value.get("on"))
    )


# The fields that are needed of each kind of state, with their tests; further fields are ignored.
NEEDED: Mapping[str, Mapping[str, Callable[[Any], bool]]] = {
    "entry": {"school": _text, "class": _text, "expected": _flag, "sheet": _text, "cutoff": _text, "last_day": _text},
    "binding": {"guardians": _list},
    "form": {
        "received": _flag,
        "archive": _archive,
        "accepted": _flag,
        "waiting": _flag,
        "returned": _flag,
        "paper": _flag,
    },
    "unit": {"code": _text, "name": _text, "level": _text, "parent": _text, "open": _flag, "effective_from": _text},
    "class": {"id": _text, "school": _text, "name": _text, "open": _flag},
    "campaign": {"id": _text, "name": _text, "opens": _text, "cutoff": _text, "last_day": _text},
}


def _examine(kind: str, state: Mapping[str, Any]) -> None:
    if kind not in NEEDED:
        raise Unmeasurable(f"{kind}: statistics handles no such streams")
    wrong = [name for name, is_good in NEEDED[kind].items() if not is_good(state.get(name))]
    if wrong:
        raise Unmeasurable(f"{kind}: cannot be counted by {', '.join(wrong)}")
