"""The misuse of a pupil's registration code: stream `misuse-<pupil>`, private. A pupil has one open case at most.

none -> reported (by a family that was refused) -> opened (by teacher or school, who know the wrong guardian) -> closed.
Staff may open a case without a report. A report alone takes nothing from anybody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from shared.eventsourcing.decider import Decider
from shared.eventsourcing.event import Fact, NewEvent
from shared.infrastructure.errors import Refused

STATES = NONE, REPORTED, OPENED, CLOSED = "none", "reported", "opened", "closed"
OUTCOMES = SETTLED, UNFOUNDED = "settled", "unfounded"


@dataclass(frozen=True, slots=True)
class Case:
    """The newest case. number: of the pupil's cases, from 1. accounts: unbound in it, oldest first.

    photos: how many were put on hold. outcome: of a closed one, else "".
    """

    number: int = 0
    state: str = NONE
    accounts: tuple[str, ...] = ()
    photos: int = 0
    outcome: str = ""

    @property
    def is_open(self) -> bool:
        return self.state in (REPORTED, OPENED)


@dataclass(frozen=True, slots=True)
class Report:
    """Record that somebody with code and birth date says that another family uses the code."""


@dataclass(frozen=True, slots=True)
class Open:
    """Record that an account loses the pupil for having used the code, and how many of its photos are on hold."""

    account: str
    photos: int


@dataclass(frozen=True, slots=True)
class Close:
    """End the case. One that was only reported ends as unfounded."""


Command = Report | Open | Close


def decide(command: Command, case: Case) -> Sequence[NewEvent]:
    number = case.number if case.is_open else case.number + 1
    match command:
        case Report():
            return [] if case.is_open else [NewEvent("misuse.reported", {"case": number})]
        case Open(account, photos):
            return [NewEvent("misuse.opened", {"case": number, "account": account, "photos": photos})]
        case Close():
            if not case.is_open:
                raise Refused("no-misuse-case", "There is no open case for this pupil.", kind="conflict")
            outcome = UNFOUNDED if case.state == REPORTED else SETTLED
            return [NewEvent("misuse.closed", {"case": number, "outcome": outcome})]


def evolve(case: Case, event: Fact) -> Case:
    data, number = event.data, int(event.data.get("case", 0))
    begun = case if case.is_open else Case(number)
    match event.type:
        case "misuse.reported":
            return replace(begun, state=REPORTED)
        case "misuse.opened":
            accounts, photos = (
                (*begun.accounts, str(data.get("account", ""))),
                begun.photos + int(data.get("photos", 0)),
            )
            return replace(begun, state=OPENED, accounts=accounts, photos=photos)
        case "misuse.closed":
            return replace(case, state=CLOSED, outcome=str(data.get("outcome", "")))
        case _:
            return case


misuse_decider: Decider[Command, Case] = Decider(Case(), decide, evolve)


def misuse_stream(pupil: str) -> str:
    return f"misuse-{pupil}"
