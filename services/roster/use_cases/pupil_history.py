"""The history of a pupil's enrolment: what changed on which day, for school, teacher and family."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.roster.authorization import pupil_in_scope
from services.roster.dependencies import Dependencies
from shared.eventsourcing.event import Event
from shared.language.class_names import class_name
from shared.service.auth import Caller

NEWEST = 100  # changes


def read_history(deps: Dependencies, caller: Caller, pupil: str, source: str) -> Mapping[str, Any]:
    """{"items": changes, the newest first}. The view is recorded; who made a change stands in the audit trail."""
    row = pupil_in_scope(deps, caller, pupil)
    deps.views.record(caller, "pupil", [row.id], deps.tree.pupil_path(row.state), source)
    events = deps.store.load(f"enrolment-{row.id}")[-NEWEST:]
    schools = {code: deps.tree.unit(code).name for code in {event.state["school"] for event in events}}
    return {"items": [_change(event, schools) for event in reversed(events)]}


def _change(event: Event, schools: Mapping[str, str]) -> Mapping[str, Any]:
    """The class by the name that it had on that day."""
    state = event.state
    return {
        "day": event.day,
        "kind": event.type.removeprefix("enrolment."),
        "state": state["state"],
        "business": state["business"],
        "school_name": schools[state["school"]],
        "class_name": class_name(state["class"], event.day),
    }
