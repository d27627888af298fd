"""The closed admins of one unit: stream `admins-<unit>`, private.

Every closure and hand-over of an admin goes through it: of two who close each other at the same moment one stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from shared.eventsourcing.decider import Decider
from shared.eventsourcing.event import Fact, NewEvent
from shared.infrastructure.errors import Refused


@dataclass(frozen=True, slots=True)
class UnitAdmins:
    """closed: accounts that were closed while they worked."""

    closed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CloseAdmin:
    """Record that an admin is closed. others: further admins of the unit who work, as far as it was known."""

    account: str
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReplaceAdmin:
    """Record that an admin is closed whose place is handed over: nobody else need work, but who counts must know."""

    account: str


def decide(command: CloseAdmin | ReplaceAdmin, unit: UnitAdmins) -> Sequence[NewEvent]:
    if command.account in unit.closed:
        return []
    if isinstance(command, CloseAdmin) and set(command.others) <= {command.account, *unit.closed}:
        raise Refused("last-admin", "This is the unit's last admin; another one must work before.", where="account")
    return [NewEvent("admins.admin-closed", {"account": command.account})]


def evolve(unit: UnitAdmins, event: Fact) -> UnitAdmins:
    if event.type != "admins.admin-closed":
        return unit
    return replace(unit, closed=(*unit.closed, event.data["account"]))


unit_admins_decider: Decider[CloseAdmin | ReplaceAdmin, UnitAdmins] = Decider(UnitAdmins(), decide, evolve)
