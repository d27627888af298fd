"""The application for a missing county (自定义区县): stream `application-<id>`, private; no name, no contact in it.

none -> waiting at a unit above the county -> ... -> waiting at the ministry -> granted -> completed, or refused.
A level says yes, and it waits one level higher; nobody answers for some days, and it climbs there by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from shared.eventsourcing.decider import Decider
from shared.eventsourcing.event import Fact, NewEvent
from shared.infrastructure.errors import Refused
from shared.language.path import ROOT, above

STATES = NONE, WAITING, GRANTED, COMPLETED, REFUSED = "none", "waiting", "granted", "completed", "refused"
ENDED = (COMPLETED, REFUSED)


@dataclass(frozen=True, slots=True)
class Application:
    """parent: path of the unit below which the county is missing. holder: path of the unit at which it waits.

    by: the account that started it, "" for the public form. since: ms, when it came to the holder. climbs_at: ms, 0 at
    the ministry. unit: code of the granted county. ended_at: ms, 0 before. is_erased: whether the contact is gone.
    """

    state: str = NONE
    parent: str = ""
    holder: str = ""
    by: str = ""
    since: int = 0
    climbs_at: int = 0
    unit: str = ""
    ended_at: int = 0
    is_erased: bool = False


@dataclass(frozen=True, slots=True)
class Start:
    """wait_ms: how long it waits at a level, here and below."""

    parent: str
    holder: str
    by: str
    at: int
    wait_ms: int


@dataclass(frozen=True, slots=True)
class Approve:
    """Pass it on to the level above. holder: for which the account `by` has decided."""

    holder: str
    by: str
    at: int
    wait_ms: int


@dataclass(frozen=True, slots=True)
class Grant:
    """Decide, as the ministry, that the county gets this code and an account."""

    unit: str
    by: str
    at: int


@dataclass(frozen=True, slots=True)
class Refuse:
    holder: str
    by: str
    at: int


@dataclass(frozen=True, slots=True)
class Climb:
    """Pass on what nobody has answered in time."""

    at: int
    wait_ms: int


@dataclass(frozen=True, slots=True)
class Complete:
    """Record that unit and account exist."""

    at: int


@dataclass(frozen=True, slots=True)
class GiveBack:
    """Let the ministry decide again, as the unit cannot be made. reason: the code of a refusal."""

    reason: str
    at: int


@dataclass(frozen=True, slots=True)
class EraseContact:
    """Record that nothing personal of the asker is kept any more."""


Command = Start | Approve | Grant | Refuse | Climb | Complete | GiveBack | EraseContact


def decide(command: Command, application: Application) -> Sequence[NewEvent]:
    match command:
        case Start(parent, holder, by, at, wait_ms):
            if application.state != NONE:
                raise Refused("application-exists", "This application exists already.", kind="conflict")
            return [NewEvent("application.started", {"parent": parent, "by": by, **_arrival(holder, at, wait_ms)})]
        case _ if application.state == NONE:
            raise Refused("not-found", "There is no such application.", where="application")
        case Climb(at, wait_ms):
            is_due = application.state == WAITING and 0 < application.climbs_at <= at
            return [NewEvent("application.climbed", _arrival(above(application.holder), at, wait_ms))] if is_due else []
        case Complete(at):
            return [NewEvent("application.completed", {"at": at})] if application.state == GRANTED else []
        case GiveBack(reason, at):
            data = {"reason": reason, **_arrival(ROOT, at, 0)}
            return [NewEvent("application.given-back", data)] if application.state == GRANTED else []
        case EraseContact():
            is_kept = application.state in ENDED and not application.is_erased
            return [NewEvent("application.contact-erased")] if is_kept else []
        case Approve() | Grant() | Refuse():
            return _answer(command, application)


def _arrival(holder: str, at: int, wait_ms: int) -> dict[str, str | int]:
    """An arrival at a level. At the ministry it waits without an end: there is nobody above."""
    return {"holder": holder, "at": at, "climbs_at": 0 if holder == ROOT else at + wait_ms}


def _answer(command: Approve | Grant | Refuse, application: Application) -> Sequence[NewEvent]:
    if application.state != WAITING:
        raise Refused("application-decided", "This application has been decided.", kind="conflict", where="application")
    holder = ROOT if isinstance(command, Grant) else command.holder
    if holder != application.holder:
        raise Refused("application-elsewhere", "It waits at another level now.", kind="conflict", where="application")
    match command:
        case Approve(by=by, at=at, wait_ms=wait_ms):
            if holder == ROOT:
                raise Refused("unit-code-needed", "The grant gives the county a code.", where="code")
            return [NewEvent("application.approved", {"by": by, **_arrival(above(holder), at, wait_ms)})]
        case Grant(unit, by, at):
            return [NewEvent("application.granted", {"unit": unit, "by": by, "at": at})]
        case Refuse(by=by, at=at):
            return [NewEvent("application.refused", {"by": by, "at": at})]


def evolve(application: Application, event: Fact) -> Application:
    data = event.data
    match event.type:
        case "application.started":
            begun = replace(application, parent=data["parent"], by=data["by"])
            return _waiting(begun, event)
        case "application.approved" | "application.climbed" | "application.given-back":
            return _waiting(application, event)
        case "application.granted":
            return replace(application, state=GRANTED, unit=data["unit"], since=data["at"], climbs_at=0)
        case "application.completed":
            return replace(application, state=COMPLETED, ended_at=data["at"])
        case "application.refused":
            return replace(application, state=REFUSED, climbs_at=0, ended_at=data["at"])
        case "application.contact-erased":
            return replace(application, is_erased=True)
        case _:
            return application


def _waiting(application: Application, event: Fact) -> Application:
    data = event.data
    return replace(
        application, state=WAITING, unit="", holder=data["holder"], since=data["at"], climbs_at=data["climbs_at"]
    )


application_decider: Decider[Command, Application] = Decider(Application(), decide, evolve)


def application_stream(id: str) -> str:
    return f"application-{id}"
