"""The editions of one report: a unit's figures in a campaign at the end of one closed day: PURE.

A report is published once; a second edition is an exception.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.eventsourcing.decider import Decider
from shared.eventsourcing.event import Fact, NewEvent
from shared.infrastructure.errors import Refused

PUBLISHED = "report.published"


@dataclass(frozen=True, slots=True)
class Edition:
    """A published edition.

    id         names campaign, unit, day and version
    substance  hash of the figures and sentences, without edition and code version
    summary    the edition as it is listed
    """

    id: str
    version: int
    substance: str
    summary: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Publish:
    """edition: to be published. replaces, reason: a person's decision, needed after an edition with other substance."""

    edition: Edition
    replaces: str = ""
    reason: str = ""


State = tuple[Edition, ...]


def decide(command: Publish, state: State) -> Sequence[NewEvent]:
    if state and state[-1].substance == command.edition.substance:
        return []  # the same substance is the same edition
    if state and not (command.replaces and command.reason):
        raise Refused(
            "report-exists",
            "The report of this day is already published, with other figures. To publish a new edition, "
            f"send a reason and replaces: {state[-1].id}.",
            kind="conflict",
            where="replaces",
            extra={"current": state[-1].id},
        )
    if command.replaces != (state[-1].id if state else ""):
        raise Refused(
            "wrong-edition",
            "Only the current edition of a report can be replaced.",
            kind="conflict",
            where="replaces",
            extra={"current": state[-1].id if state else None},
        )
    if command.edition.version != len(state) + 1:
        raise Refused("conflict", "Another edition of this report was just published; read it first.")
    return [NewEvent(PUBLISHED, {"substance": command.edition.substance, "summary": dict(command.edition.summary)})]


def evolve(state: State, event: Fact) -> State:
    if event.type != PUBLISHED:
        return state
    summary = event.data["summary"]
    return (*state, Edition(summary["id"], summary["version"], event.data["substance"], summary))


report_decider: Decider[Publish, State] = Decider((), decide, evolve)


def stream_of(campaign: str, unit: str, day: str) -> str:
    return f"report-{campaign}-{unit}-{day.replace('-', '')}"


def edition_id(campaign: str, unit: str, day: str, version: int) -> str:
    return f"{campaign}-{unit}-{day.replace('-', '')}-{version}"
