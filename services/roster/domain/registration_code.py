"""A pupil's registration code, in a private stream: issued at enrolment, spent by the first guardian, replaceable.

It ends with the first campaign that ends after its issue; prints of a later campaign carry a new one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from shared.eventsourcing.decider import Decider
from shared.eventsourcing.event import Fact, NewEvent
from shared.language.campaign_state import is_over


@dataclass(frozen=True, slots=True)
class RegistrationCode:
    """code: hash of the valid code. issued: day of its issue. spent: a guardian has registered with it.

    Others may still use a spent one, and wait.
    """

    pupil: str
    code: str = ""
    spent: bool = False
    issued: str = ""


@dataclass(frozen=True, slots=True)
class Issue:
    """code: hash of the new code; the previous one is void. day: today, "2026-11-27"."""

    code: str
    day: str


@dataclass(frozen=True, slots=True)
class Spend:
    pass


Command = Issue | Spend


@dataclass(frozen=True, slots=True)
class Window:
    """First and last day of an opened campaign in which the pupil has an entry."""

    opens: str
    last_day: str


def has_ended(issued: str, windows: Sequence[Window], today: str) -> bool:
    """True once a campaign has ended since the issue of a code, unless one that overlapped it still runs.

    Planned campaigns have no entries. A code outlives the time between campaigns and serves in the next one when it
    was issued in between; a pupil of no campaign keeps it.
    """
    ended = [window.last_day for window in windows if issued <= window.last_day and is_over(window.last_day, today)]
    running = [window.opens for window in windows if not is_over(window.last_day, today)]
    return bool(ended) and not any(opens <= max(ended) for opens in running)


def decide(command: Command, registration_code: RegistrationCode) -> Sequence[NewEvent]:
    if isinstance(command, Issue):
        return [NewEvent("registration.issued", {"code": command.code, "day": command.day})]
    return [] if registration_code.spent or not registration_code.code else [NewEvent("registration.spent")]


def evolve(registration_code: RegistrationCode, event: Fact) -> RegistrationCode:
    if event.type == "registration.issued":
        return RegistrationCode(registration_code.pupil, event.data["code"], issued=event.data.get("day", ""))
    if event.type == "registration.spent":
        return replace(registration_code, spent=True)
    return registration_code


def registration_code_decider(pupil: str) -> Decider[Command, RegistrationCode]:
    return Decider(RegistrationCode(pupil), decide, evolve)


def registration_code_stream(pupil: str) -> str:
    return f"registration-{pupil}"
