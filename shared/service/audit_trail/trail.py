"""Recording an act: the entry of the audit trail first, then a line of the security log that names its place there.

An act that cannot be recorded is not done. A command carries its act along (`CommandContext.act`): the entry is written
in the transaction of its first events, and a repeated command leaves no second one. An act without a command, such as
an export, is recorded before its response is given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from uuid_utils import uuid7

from shared.eventsourcing.store import CommandContext
from shared.infrastructure.acts import ACTS
from shared.infrastructure.clock import Clock
from shared.infrastructure.security_log import security_event
from shared.service.audit_trail.chains import Chains
from shared.service.audit_trail.entry import Entry, unit_path
from shared.service.auth import Caller

GUARDIAN = "guardian"


@dataclass(slots=True)
class Act:
    """One act of one request. Its transaction may be tried several times; the last attempt counts.

    is_kept: whether it belongs to the trail, or to the security log alone.
    """

    chains: Chains
    entry: Entry
    is_kept: bool = True
    recorded: bool = False

    def write(self, session: Any) -> None:
        """Write the entry, unless the act is recorded already. Raises as Chains.append."""
        if self.is_kept and not self.recorded:
            self.entry = self.chains.append(self.entry, session)

    def note(self, **facts: str | int) -> None:
        """Add facts that were not known before, as long as the entry is not written."""
        self.entry = replace(self.entry, facts={**self.entry.facts, **facts})

    def confirm(self) -> None:
        """The transaction has been committed."""
        self.recorded = self.is_kept

    def tell(self, **facts: str | int) -> None:
        """Write the line. It names unit, number and hash, so that the log proves what the trail must hold.

        Without them for a repeated command. facts: more than the entry holds; never personal.
        """
        entry = self.entry
        told = {**entry.facts, **facts}
        if self.recorded:
            told |= {"unit": entry.unit, "number": entry.number, "hash": entry.hash}
        security_event(
            entry.act, account=entry.account, role=entry.role, target=entry.target, source=entry.source, **told
        )


@dataclass(frozen=True, slots=True)
class AuditTrail:
    """The trail of a service. log: folder of the security log's files, "" without. new_id: ordered by a time in ms."""

    service: str
    chains: Chains
    clock: Clock
    log: str = ""
    new_id: Callable[[int], str] = lambda at: str(uuid7(nanoseconds=at * 1_000_000))

    def act(
        self, name: str, caller: Caller, *, target: str = "", source: str = "", path: str = "", **facts: str | int
    ) -> Act:
        """An act that is going to be recorded. Raises KeyError for a name that ACTS does not list.

        path: of the unit whose chain it belongs to: by default the caller's own. A guardian has none, so a guardian's
        act belongs to the trail only where it concerns a unit.
        """
        if name not in ACTS:
            raise KeyError(name)
        at = self.clock.now()
        place = unit_path(path or next(iter((caller.own or caller.scope).paths), ""))
        entry = Entry(
            self.new_id(at), at, self.service, place, name, caller.account, caller.role, target, source, facts
        )
        return Act(self.chains, entry, is_kept=bool(path) or caller.role != GUARDIAN)

    def record(self, name: str, caller: Caller, **of: Any) -> None:
        """Record an act without a command: the arguments of `act`. Raises Refused("unavailable")."""
        act = self.act(name, caller, **of)
        act.write(None)
        act.confirm()
        act.tell()

    @contextmanager
    def acting(self, name: str, context: CommandContext, caller: Caller, **of: Any) -> Iterator[CommandContext]:
        """The command with its act, which is told once the command is done. of: the arguments of `act`."""
        act = self.act(name, caller, **of)
        yield with_act(context, act)
        act.tell()


def with_act(context: CommandContext, act: Act) -> CommandContext:
    """The command with its act, which is recorded in the transaction of the command's first events."""
    return replace(context, act=act)
