"""The binding of guardians to a pupil: stream `binding-<pupil>`, public.

The first guardian is bound at once; further ones wait until their request is accepted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from shared.eventsourcing.decider import Decider
from shared.eventsourcing.event import Fact, NewEvent
from shared.infrastructure.errors import Refused

BOUND, WAITING, NONE = "bound", "waiting", "none"


@dataclass(frozen=True, slots=True)
class Binding:
    """guardians and waiting: account ids, oldest first."""

    pupil: str = ""
    guardians: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()

    def state_of(self, account: str) -> str:
        """BOUND, WAITING or NONE."""
        return BOUND if account in self.guardians else WAITING if account in self.waiting else NONE


@dataclass(frozen=True, slots=True)
class RequestBinding:
    """Request to act for the pupil, by somebody who gave the registration code and the birth date."""

    account: str


@dataclass(frozen=True, slots=True)
class DecideBinding:
    """Accept or reject an account. by: the guardian who decides; "" for the class teacher or the school."""

    account: str
    accept: bool
    by: str = ""


Command = RequestBinding | DecideBinding


def binding_decider(pupil: str) -> Decider[Command, Binding]:
    """The decider of one pupil's stream: its public state names the pupil."""
    return Decider(Binding(pupil), decide, evolve, public)


def decide(command: Command, binding: Binding) -> Sequence[NewEvent]:
    match command:
        case RequestBinding(account):
            return _request(account, binding)
        case DecideBinding():
            _check_may_decide(command, binding)
            return _accept(command.account, binding) if command.accept else _reject(command.account, binding)


def _request(account: str, binding: Binding) -> Sequence[NewEvent]:
    if binding.state_of(account) != NONE:
        return []
    return [NewEvent("binding.requested" if binding.guardians else "binding.bound", {"account": account})]


def _check_may_decide(command: DecideBinding, binding: Binding) -> None:
    """The first guardian decides waiting requests; every guardian may leave; teacher and school may do both."""
    leaves = command.by == command.account and not command.accept
    first = command.by in binding.guardians[:1] and (command.accept or binding.state_of(command.account) == WAITING)
    if command.by and not leaves and not first:
        raise Refused("outside-scope", "Only the first guardian, the class teacher or the school decides this.")


def _accept(account: str, binding: Binding) -> Sequence[NewEvent]:
    state = binding.state_of(account)
    if state == NONE:
        raise Refused("not-waiting", "This account is not waiting for this pupil.", kind="not-found", where="account")
    return [] if state == BOUND else [NewEvent("binding.accepted", {"account": account})]


def _reject(account: str, binding: Binding) -> Sequence[NewEvent]:
    state = binding.state_of(account)
    if state == NONE:
        raise Refused(
            "not-waiting", "This account is neither bound to this pupil nor waiting.", kind="not-found", where="account"
        )
    return [NewEvent("binding.declined" if state == WAITING else "binding.dissolved", {"account": account})]


def evolve(binding: Binding, event: Fact) -> Binding:
    account = event.data.get("account", "")
    others = replace(
        binding,
        guardians=tuple(a for a in binding.guardians if a != account),
        waiting=tuple(a for a in binding.waiting if a != account),
    )
    match event.type:
        case "binding.bound" | "binding.accepted":
            return replace(others, guardians=(*others.guardians, account))
        case "binding.requested":
            return replace(others, waiting=(*others.waiting, account))
        case "binding.declined" | "binding.dissolved":
            return others
        case _:
            return binding


def public(binding: Binding) -> Mapping[str, Any]:
    return {"pupil": binding.pupil, "guardians": list(binding.guardians), "waiting": list(binding.waiting)}
