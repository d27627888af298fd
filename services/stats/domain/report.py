"""The editions of one report: a unit's figures in a campaign at the end of one closed day: PURE.

An edition is frozen when it is drafted, and published once, to everybody below the unit. A second one is an exception.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from shared.eventsourcing.decider import Decider
from shared.eventsourcing.event import Fact, NewEvent
from shared.infrastructure.errors import Refused

DRAFTED, PUBLISHED = "report.drafted", "report.published"


@dataclass(frozen=True, slots=True)
class Edition:
    """An edition, drafted or published.

    id         names campaign, unit, day and version
    substance  hash of the figures and sentences, without edition and code version
    summary    the edition as it is listed
    """

    id: str
    version: int
    substance: str
    summary: Mapping[str, Any]
    published: bool = False


@dataclass(frozen=True, slots=True)
class Make:
    """edition: the new one. draft: not published yet.

    replaces, reason: a person's decision, needed after an edition with other substance.
    """

    edition: Edition
    replaces: str = ""
    reason: str = ""
    draft: bool = False


@dataclass(frozen=True, slots=True)
class Publish:
    """Publish the drafted edition with this id. summary: with the number that it gets, and files that name it."""

    id: str
    summary: Mapping[str, Any]


Command = Make | Publish
State = tuple[Edition, ...]


def decide(command: Command, state: State) -> Sequence[NewEvent]:
    return _publish(command, state) if isinstance(command, Publish) else _make(command, state)


def _publish(command: Publish, state: State) -> Sequence[NewEvent]:
    if not state or state[-1].id != command.id:
        raise Refused(
            "wrong-edition",
            "Only the current edition of a report can be published.",
            kind="conflict",
            where="id",
            extra={"current": state[-1].id if state else None},
        )
    return [] if state[-1].published else [_published(command.id, command.summary)]


def _published(id: str, summary: Mapping[str, Any]) -> NewEvent:
    return NewEvent(PUBLISHED, {"id": id, "summary": dict(summary)})


def _make(command: Make, state: State) -> Sequence[NewEvent]:
    published = [] if command.draft else [_published(command.edition.id, command.edition.summary)]
    if state and state[-1].substance == command.edition.substance:  # the same substance is the same edition
        return [] if command.draft else _publish(Publish(state[-1].id, command.edition.summary), state)
    if state and not (command.replaces and command.reason):
        raise Refused(
            "report-exists",
            "There is a report of this day, with other figures. For a new edition, "
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
    if command.edition.version != len(state) + 1 or command.edition.summary["replaces"] != last_published(state):
        raise Refused("conflict", "Another edition of this report was just made; read it first.")
    drafted = NewEvent(DRAFTED, {"substance": command.edition.substance, "summary": dict(command.edition.summary)})
    return [drafted, *published]


def evolve(state: State, event: Fact) -> State:
    if event.type == PUBLISHED:
        id, summary = event.data["id"], event.data["summary"]
        return tuple(replace(each, summary=summary, published=True) if each.id == id else each for each in state)
    if event.type != DRAFTED:
        return state
    summary = event.data["summary"]
    return (*state, Edition(summary["id"], summary["version"], event.data["substance"], summary))


report_decider: Decider[Command, State] = Decider((), decide, evolve)


def last_published(state: State) -> str:
    """The id of the last published edition, "" if none."""
    return next((each.id for each in reversed(state) if each.published), "")


def stream_of(campaign: str, unit: str, day: str) -> str:
    return f"report-{campaign}-{unit}-{day.replace('-', '')}"


def edition_id(campaign: str, unit: str, day: str, version: int) -> str:
    return f"{campaign}-{unit}-{day.replace('-', '')}-{version}"
