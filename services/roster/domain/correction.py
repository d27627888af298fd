"""The corrections of a pupil's record, in a private stream: what the family wrote in the change column of its form.

Key fields go clerk -> leader -> bureau, each another person, with a proof; all other fields take effect at once.

| given                            | when                                            | then                       |
|----------------------------------|-------------------------------------------------|----------------------------|
| nothing                          | other fields are entered                        | made, applied              |
|                                  | key fields are entered with a proof             | made: waits for the leader |
|                                  | key fields are entered without a proof          | refused                    |
| a waiting one                    | one of its fields is entered again              | refused                    |
|                                  | other fields are entered                        | made beside it             |
| one that waits for the leader    | the leader approves                             | approved: the bureau's     |
|                                  | the person who entered it approves              | refused                    |
|                                  | the bureau confirms                             | refused                    |
| one that waits for the bureau    | the bureau confirms                             | applied                    |
|                                  | the person who entered or approved it confirms  | refused                    |
|                                  | the leader decides again                        | refused                    |
| a waiting one                    | the side that it waits for refuses              | refused by it              |
|                                  | the school withdraws it                         | withdrawn                  |
|                                  | the pupil leaves for another school             | lapsed                     |
|                                  | one of its fields changes in another way        | lapsed                     |
| one that is over, or an unknown  | anything is decided or withdrawn                | refused                    |
| MOST of them                     | another one is entered                          | refused                    |
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from services.roster.domain.proposal import KEY_FIELDS as OF_PAPERS
from shared.eventsourcing.decider import Decider
from shared.eventsourcing.event import Fact, NewEvent
from shared.infrastructure.errors import Refused

CLASS = "class"  # a field whose value is the id of a class of the school; the grade goes with it
KEY_FIELDS = (*OF_PAPERS, CLASS)  # a province may add more
LEADER, BUREAU = "leader", "bureau"  # the two sides that a correction waits for, one after the other
APPLIED, REFUSED, WITHDRAWN, LAPSED = "applied", "refused", "withdrawn", "lapsed"
STATUSES = (LEADER, BUREAU, APPLIED, REFUSED, WITHDRAWN, LAPSED)
MOVED, OVERTAKEN = "moved", "overtaken"  # why one has lapsed
MOST = 200  # of one pupil


@dataclass(frozen=True, slots=True)
class Correction:
    """fields: their names. status: one of STATUSES. by, approved_by: accounts. at, ended: ms since 1970, 0 for not yet.

    proof: kind of the file, "" for none. refused_by: LEADER or BUREAU. why: MOVED or OVERTAKEN.
    """

    id: str
    school: str
    fields: tuple[str, ...]
    by: str
    at: int
    status: str
    proof: str = ""
    approved_by: str = ""
    ended: int = 0
    refused_by: str = ""
    why: str = ""

    @property
    def waits(self) -> bool:
        return self.status in (LEADER, BUREAU)


@dataclass(frozen=True, slots=True)
class Corrections:
    """All of a pupil, the oldest first."""

    pupil: str
    all: tuple[Correction, ...] = ()

    @property
    def waiting(self) -> tuple[Correction, ...]:
        return tuple(each for each in self.all if each.waits)

    def get(self, id: str) -> Correction | None:
        return next((each for each in self.all if each.id == id), None)


@dataclass(frozen=True, slots=True)
class Enter:
    """key: whether these are key fields. by: the account. proof: kind of the file, "" for none."""

    id: str
    school: str
    fields: tuple[str, ...]
    key: bool
    by: str
    at: int
    proof: str = ""


@dataclass(frozen=True, slots=True)
class Decide:
    """side: LEADER or BUREAU, as which the account decides."""

    id: str
    side: str
    accept: bool
    by: str
    at: int


@dataclass(frozen=True, slots=True)
class Withdraw:
    id: str
    by: str
    at: int


@dataclass(frozen=True, slots=True)
class Lapse:
    """why: MOVED or OVERTAKEN."""

    id: str
    why: str
    at: int


Command = Enter | Decide | Withdraw | Lapse


def decide(command: Command, corrections: Corrections) -> Sequence[NewEvent]:
    if isinstance(command, Enter):
        return _enter(command, corrections)
    correction = corrections.get(command.id)
    if correction is None:
        raise Refused("not-found", "This pupil has no correction with this id.", where="correction")
    if isinstance(command, Lapse) and not correction.waits:
        return []
    _require_waiting(correction)
    told = {"id": command.id, "at": command.at}
    if isinstance(command, Lapse):
        return [NewEvent("correction.lapsed", {**told, "why": command.why})]
    if isinstance(command, Withdraw):
        return [NewEvent("correction.withdrawn", {**told, "by": command.by})]
    _require_side(command, correction)
    told |= {"by": command.by}
    if not command.accept:
        return [NewEvent("correction.refused", {**told, "side": command.side})]
    return [NewEvent("correction.approved" if command.side == LEADER else "correction.applied", told)]


def _enter(command: Enter, corrections: Corrections) -> Sequence[NewEvent]:
    if waiting := sorted({field for each in corrections.waiting for field in each.fields} & set(command.fields)):
        raise Refused(
            "correction-waits",
            "A correction of the same field waits already; withdraw it first, or await its decision.",
            kind="conflict",
            where=", ".join(waiting),
            extra={"fields": waiting},
        )
    if command.key and not command.proof:
        raise Refused("proof-missing", "Key fields need a proof: a PDF, JPEG or PNG file.", where="proof")
    if len(corrections.all) >= MOST:
        raise Refused(
            "too-many-corrections", f"A pupil has at most {MOST} corrections.", kind="conflict", where="pupil"
        )
    made = NewEvent("correction.entered", {**asdict(command), "fields": list(command.fields)})
    if command.key:
        return [made]
    return [made, NewEvent("correction.applied", {"id": command.id, "at": command.at, "by": command.by})]


def _require_waiting(correction: Correction) -> None:
    if not correction.waits:
        raise Refused(
            "correction-over",
            "This correction waits no longer; its history says why.",
            kind="conflict",
            where="correction",
            extra={"status": correction.status},
        )


def _require_side(command: Decide, correction: Correction) -> None:
    if command.by in (correction.by, correction.approved_by):
        raise Refused("own-correction", "Somebody else decides on what you have entered or approved.", where="account")
    if command.side != correction.status:
        sentence = (
            "The leader has approved this already; it waits for the bureau."
            if correction.status == BUREAU
            else "The school's leader decides first."
        )
        raise Refused("not-your-turn", sentence, kind="conflict", where="correction")


def evolve(corrections: Corrections, event: Fact) -> Corrections:
    data = event.data
    if event.type == "correction.entered":
        status = LEADER if data["key"] else APPLIED
        made = Correction(
            data["id"], data["school"], tuple(data["fields"]), data["by"], data["at"], status, data["proof"]
        )
        return replace(corrections, all=(*corrections.all, made))
    changes: dict[str, Any]
    if event.type == "correction.approved":
        changes = {"status": BUREAU, "approved_by": data["by"]}
    elif event.type == "correction.applied":
        changes = {"status": APPLIED, "ended": data["at"]}
    elif event.type == "correction.refused":
        changes = {"status": REFUSED, "ended": data["at"], "refused_by": data["side"]}
    elif event.type == "correction.withdrawn":
        changes = {"status": WITHDRAWN, "ended": data["at"]}
    elif event.type == "correction.lapsed":
        changes = {"status": LAPSED, "ended": data["at"], "why": data["why"]}
    else:
        return corrections
    changed = [replace(each, **changes) if each.id == data["id"] else each for each in corrections.all]
    return replace(corrections, all=tuple(changed))


def correction_decider(pupil: str) -> Decider[Command, Corrections]:
    return Decider(Corrections(pupil), decide, evolve)


def correction_stream(pupil: str) -> str:
    return f"correction-{pupil}"
