"""A proposal: changes of a pupil's key fields that a file asks for, in a private stream until the leader decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from services.roster.domain.likeness import one_writing
from shared.eventsourcing.decider import Decider
from shared.eventsourcing.event import Fact, NewEvent
from shared.infrastructure.errors import Refused

KEY_FIELDS = ("name", "sex", "birth_date", "pupil_number", "id_type", "id_number")
WAITING, ACCEPTED, REJECTED, WITHDRAWN = "waiting", "accepted", "rejected", "withdrawn"


@dataclass(frozen=True, slots=True)
class Proposal:
    """One at a time for each pupil. fields: names of the fields. content: keyed hash of their new values."""

    pupil: str
    school: str = ""
    fields: tuple[str, ...] = ()
    content: str = ""
    status: str = ""

    @property
    def waits(self) -> bool:
        return self.status == WAITING


@dataclass(frozen=True, slots=True)
class Propose:
    school: str
    fields: tuple[str, ...]
    content: str


@dataclass(frozen=True, slots=True)
class Withdraw:
    """The school's file no longer asks for it, or the pupil is elsewhere."""


@dataclass(frozen=True, slots=True)
class Decide:
    accept: bool


@dataclass(frozen=True, slots=True)
class Restore:
    """The import that made or withdrew it is undone. before: the proposal as it was."""

    before: Proposal


Command = Propose | Withdraw | Decide | Restore


def key_changes(before: Mapping[str, str], wanted: Mapping[str, str]) -> dict[str, str]:
    """The key fields that differ, with their wanted values. Neither an empty cell nor another dot changes anything."""
    changes = {name: wanted[name] for name in KEY_FIELDS if name in wanted and wanted[name] != before.get(name)}
    if one_writing(wanted.get("name", "")) == one_writing(before.get("name", "")):
        changes.pop("name", None)
    return changes


def without_key_changes(before: Mapping[str, str], wanted: Mapping[str, str]) -> dict[str, str]:
    """The wanted fields, with the key fields as they were."""
    return {
        **{name: value for name, value in wanted.items() if name not in KEY_FIELDS},
        **{name: before[name] for name in KEY_FIELDS if name in before},
    }


def decide(command: Command, proposal: Proposal) -> Sequence[NewEvent]:
    if isinstance(command, Propose):
        same = (command.school, command.content) == (proposal.school, proposal.content)
        if same and proposal.status in (WAITING, REJECTED):  # the leader is not asked the same thing twice
            return []
        data = {"school": command.school, "fields": list(command.fields), "content": command.content}
        return [NewEvent("proposal.made", data)]
    if isinstance(command, Withdraw):
        return [NewEvent(f"proposal.{WITHDRAWN}")] if proposal.waits else []
    if isinstance(command, Restore):
        before = command.before
        data = {"school": before.school, "fields": list(before.fields), "content": before.content}
        return [NewEvent("proposal.restored", {**data, "status": before.status})]
    if not proposal.waits:
        raise Refused("answered-already", "This proposal has been decided already.", kind="conflict", where="pupil")
    return [NewEvent(f"proposal.{ACCEPTED if command.accept else REJECTED}")]


def evolve(proposal: Proposal, event: Fact) -> Proposal:
    if event.type in ("proposal.made", "proposal.restored"):
        data = event.data
        status = data.get("status", WAITING)
        return Proposal(proposal.pupil, data["school"], tuple(data["fields"]), data["content"], status)
    if event.type in (f"proposal.{ACCEPTED}", f"proposal.{REJECTED}", f"proposal.{WITHDRAWN}"):
        return replace(proposal, status=event.type.removeprefix("proposal."))
    return proposal


def proposal_decider(pupil: str) -> Decider[Command, Proposal]:
    return Decider(Proposal(pupil), decide, evolve)


def proposal_stream(pupil: str) -> str:
    return f"proposal-{pupil}"
