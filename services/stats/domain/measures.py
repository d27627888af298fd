"""The measures, in the report's words: PURE functions from the states of one pupil to figures of 0 and 1.

Every measure is a set of pupils in a campaign. All but `orphans` are subsets of `expected`, so no rate passes 100 %.
A change of meaning is a new MEASURES_VERSION, a rebuilt projection, and a new edition of published reports.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from services.stats.domain.counted_state import BY, HOW, Binding, Entry, Form, Unmeasurable, shape_of, typed
from services.stats.domain.fold import Figures, States
from shared.eventsourcing.event import Event, category, slot_of, subject
from shared.language.campaign_state import is_over, is_past
from shared.language.contracts import PUBLISHER_OF

MEASURES_VERSION = "1"
MEASURED_AT_ONCE = 1 << 14  # pupils in different states, classes included: some 20 MB
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
    entries: dict[str, Entry] = {}
    forms: dict[str, Form] = {}
    bound = False
    for stream, state in states.items():
        if not state:
            continue
        kind = category(stream)
        if kind == "entry":
            entries[campaign_of(stream)] = typed(state, Entry)
        elif kind == "form":
            forms[campaign_of(stream)] = typed(state, Form)
        elif kind == "binding":
            bound = bool(typed(state, Binding).guardians) or bound
        else:
            typed(state, shape_of(kind))
    figures: Figures = {}
    for campaign, entry in entries.items():
        counted = _figures(campaign, entry, forms.get(campaign, NO_FORM), bound)
        figures = {**figures, **counted} if figures else counted
    return figures


NO_FORM = Form(received=False, archive=None, accepted=False, waiting=False, returned=False, paper=False)


@lru_cache(MEASURED_AT_ONCE)
def _figures(campaign: str, entry: Entry, form: Form, bound: bool) -> Figures:
    """A pupil's figures in a campaign. They are shared: nobody may change them."""
    cell = Cell(campaign, entry.school, entry.class_)
    return {(cell, name): 1 for name, is_so in _sets(entry, form, bound).items() if is_so}


def _sets(entry: Entry, form: Form, bound: bool) -> Mapping[str, bool]:
    """Measure -> whether the pupil is in its set: the table of measures."""
    expected, archive = entry.expected, form.archive
    uploaded, nothing_archived = expected and archive is not None, expected and archive is None
    return {
        "expected": expected,
        "printed": expected and entry.sheet != "",
        "registered": expected and bound,
        "received": expected and form.received,
        "uploaded": uploaded,
        **{f"by_{by}": expected and archive is not None and archive.by == by for by in BY},
        **{f"how_{how}": expected and archive is not None and archive.how == how for how in HOW},
        "accepted": uploaded and form.accepted,
        "flagged": nothing_archived and form.waiting,
        "returned": nothing_archived and form.returned,
        "paper": nothing_archived and form.paper,
        # by the day of the photo, not by the day on which it could be counted
        "late": expected and archive is not None and is_past(entry.cutoff, archive.on),
        "orphans": not expected and archive is not None,
    }


def counted(stream: str, state: Mapping[str, Any]) -> Mapping[str, Any]:
    """The part of a public state that a history keeps: of a pupil's the counted fields, so that nothing else is stored.

    Raises Unmeasurable.
    """
    kind = category(stream)
    if kind not in PUPIL_STREAMS or not state:
        return state
    kept: Mapping[str, Any] = msgspec.to_builtins(typed(state, shape_of(kind)))
    return kept


def campaigns_over(states: States, day: str) -> frozenset[str]:
    """The campaigns for which `campaign_ended` holds."""
    return frozenset(
        campaign_of(stream)
        for stream, state in states.items()
        if stream.startswith("entry-") and state and is_over(str(state["last_day"]), day)
    )


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
