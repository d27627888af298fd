"""The binding of guardians to a pupil, with their consent: stream `binding-<pupil>`, public.

The first guardian whom the roster lists is bound at once. Everybody else waits: one whom the roster lists for the first
guardian, the class teacher or the school; one whom it does not list for the class teacher or the school alone.
No more than `most` are bound at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from shared.eventsourcing.decider import Decider
from shared.eventsourcing.event import Fact, NewEvent
from shared.infrastructure.errors import Refused
from shared.language.contracts.identity import UNBINDING

BOUND, WAITING, NONE = "bound", "waiting", "none"
WRONG_CODE, LEFT = "wrong-code", "left"  # of UNBINDING: another family's code was used; the guardian's own decision
MOST = 4  # guardians of one pupil, unless a deployment sets another number


@dataclass(frozen=True, slots=True)
class Binding:
    """guardians and waiting: account ids, oldest first. unlisted: of those who wait, who is not in the roster."""

    pupil: str = ""
    guardians: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    unlisted: frozenset[str] = frozenset()

    def state_of(self, account: str) -> str:
        """BOUND, WAITING or NONE."""
        return BOUND if account in self.guardians else WAITING if account in self.waiting else NONE


@dataclass(frozen=True, slots=True)
class RequestBinding:
    """Request to act for the pupil, by somebody who gave the registration code and the birth date.

    listed: whether the roster lists this name and relation for the pupil. consent: version of the text agreed to.
    most: how many guardians a pupil may have.
    """

    account: str
    listed: bool
    consent: str
    most: int = MOST


@dataclass(frozen=True, slots=True)
class DecideBinding:
    """Accept or reject an account. by: the guardian who decides; "" for the class teacher or the school.

    reason: of UNBINDING; needed where staff end a binding. most: as of RequestBinding.
    """

    account: str
    accept: bool
    by: str = ""
    reason: str = ""
    most: int = MOST


@dataclass(frozen=True, slots=True)
class WithdrawConsent:
    """End of the consent for this child, and with it of the binding or of the request."""

    account: str


Command = RequestBinding | DecideBinding | WithdrawConsent


def binding_decider(pupil: str) -> Decider[Command, Binding]:
    """The decider of one pupil's stream: its public state names the pupil."""
    return Decider(Binding(pupil), decide, evolve, public)


def decide(command: Command, binding: Binding) -> Sequence[NewEvent]:
    match command:
        case RequestBinding():
            return _request(command, binding)
        case DecideBinding():
            _check_may_decide(command, binding)
            return _accept(command, binding) if command.accept else _reject(command, binding)
        case WithdrawConsent(account):
            _require_connected(account, binding)
            return [NewEvent("binding.consent-withdrawn", {"account": account})]


def _request(command: RequestBinding, binding: Binding) -> Sequence[NewEvent]:
    account = command.account
    if binding.state_of(account) != NONE:
        return []
    _check_room(binding, command.most)
    type = "binding.bound" if command.listed and not binding.guardians else "binding.requested"
    return [
        NewEvent("binding.consented", {"account": account, "version": command.consent}),
        NewEvent(type, {"account": account, "listed": command.listed}),
    ]


def _check_may_decide(command: DecideBinding, binding: Binding) -> None:
    """The first guardian decides about listed ones; every guardian may leave; teacher and school may do all of it."""
    leaves = command.by == command.account and not command.accept
    first = command.by in binding.guardians[:1] and (command.accept or binding.state_of(command.account) == WAITING)
    if command.by and not leaves and not first:
        raise Refused("outside-scope", "Only the first guardian, the class teacher or the school decides this.")
    if command.by and command.accept and command.account in binding.unlisted:
        raise Refused(
            "teacher-decides",
            "The registry does not list this person as a guardian: only the class teacher or the school may accept.",
            kind="outside-scope",
            where="account",
        )


def _accept(command: DecideBinding, binding: Binding) -> Sequence[NewEvent]:
    state = binding.state_of(command.account)
    if state == NONE:
        raise Refused("not-waiting", "This account is not waiting for this pupil.", kind="not-found", where="account")
    if state == BOUND:
        return []
    _check_room(binding, command.most)
    return [NewEvent("binding.accepted", {"account": command.account})]


def _check_room(binding: Binding, most: int) -> None:
    """Refuse above the limit. Waiting takes no room: page 2 in strangers' hands must not keep the family out."""
    if len(binding.guardians) >= most:
        raise Refused(
            "guardians-full",
            f"This pupil has {len(binding.guardians)} guardians, as many as there may be; one of them has to leave, "
            "or the class teacher unbinds one.",
            kind="conflict",
            extra={"most": most},
        )


def _reject(command: DecideBinding, binding: Binding) -> Sequence[NewEvent]:
    account = command.account
    _require_connected(account, binding)
    if binding.state_of(account) == WAITING:
        return [NewEvent("binding.declined", {"account": account})]
    reason = LEFT if command.by == account else command.reason
    if reason not in UNBINDING:
        raise Refused("reason-missing", "Say why this guardian is unbound.", where="reason")
    return [NewEvent("binding.dissolved", {"account": account, "reason": reason})]


def _require_connected(account: str, binding: Binding) -> None:
    if binding.state_of(account) == NONE:
        raise Refused(
            "not-waiting", "This account is neither bound to this pupil nor waiting.", kind="not-found", where="account"
        )


def evolve(binding: Binding, event: Fact) -> Binding:
    account = event.data.get("account", "")
    others = replace(
        binding,
        guardians=tuple(a for a in binding.guardians if a != account),
        waiting=tuple(a for a in binding.waiting if a != account),
        unlisted=binding.unlisted - {account},
    )
    match event.type:
        case "binding.bound" | "binding.accepted":
            return replace(others, guardians=(*others.guardians, account))
        case "binding.requested":
            unlisted = others.unlisted if event.data.get("listed") else others.unlisted | {account}
            return replace(others, waiting=(*others.waiting, account), unlisted=unlisted)
        case "binding.declined" | "binding.dissolved" | "binding.consent-withdrawn":
            return others
        case _:
            return binding


def public(binding: Binding) -> Mapping[str, Any]:
    return {"pupil": binding.pupil, "guardians": list(binding.guardians), "waiting": list(binding.waiting)}
