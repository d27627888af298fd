"""Stream `binding-<pupil>`, public: the first guardian is bound, further ones wait for a yes."""

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
    """guardians and waiting: accounts, in the order in which they came."""

    pupil: str = ""
    guardians: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()

    def state_of(self, account: str) -> str:
        return BOUND if account in self.guardians else WAITING if account in self.waiting else NONE


@dataclass(frozen=True, slots=True)
class Ask:
    """Somebody with the registration code and the birth date asks to act for the pupil."""

    account: str


@dataclass(frozen=True, slots=True)
class Answer:
    """Yes or no to one account. by: the guardian who answers; "" for the class teacher or the school."""

    account: str
    accept: bool
    by: str = ""


def decide_for(pupil: str) -> Decider[Ask | Answer, Binding]:
    """The decider of one pupil's stream: `now` names the pupil."""
    return Decider(Binding(pupil), decide, evolve, public)


def decide(command: Ask | Answer, binding: Binding) -> Sequence[NewEvent]:
    match command:
        case Ask(account):
            return _ask(account, binding)
        case Answer():
            _check_right(command, binding)
            return _accept(command.account, binding) if command.accept else _refuse(command.account, binding)


def _ask(account: str, binding: Binding) -> Sequence[NewEvent]:
    if binding.state_of(account) != NONE:
        return []
    return [NewEvent("binding.requested" if binding.guardians else "binding.bound", {"account": account})]


def _check_right(command: Answer, binding: Binding) -> None:
    """The first guardian answers those who wait; every guardian may leave; teacher and school may do both."""
    leaves = command.by == command.account and not command.accept
    first = command.by in binding.guardians[:1] and (command.accept or binding.state_of(command.account) == WAITING)
    if command.by and not leaves and not first:
        raise Refused("outside-scope", "Only the first guardian, the class teacher or the school decides this.")


def _accept(account: str, binding: Binding) -> Sequence[NewEvent]:
    state = binding.state_of(account)
    if state == NONE:
        raise Refused("not-waiting", "This account does not wait for this pupil.", kind="not-found", where="account")
    return [] if state == BOUND else [NewEvent("binding.accepted", {"account": account})]


def _refuse(account: str, binding: Binding) -> Sequence[NewEvent]:
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
