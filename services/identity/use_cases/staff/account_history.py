"""The history of an account: who issued, reset, accepted or closed it, and when. For its owner and those over it.

It names no pupil: a teacher who may reset a guardian learns nothing of that guardian's other children.
"""

from __future__ import annotations

from dataclasses import dataclass

from services.identity.dependencies import Dependencies
from services.identity.domain.issuing_rules import check_over
from services.identity.use_cases.signing_in.passwords import held_by_reset
from services.identity.use_cases.steps import account_stream, existing_person, own_person
from shared.eventsourcing.event import Event
from shared.infrastructure.clock import iso
from shared.service.auth import Caller

TOLD = {
    f"account.{name}": name
    for name in (
        "opened",
        "activated",
        "activation-renewed",
        "named",
        "accepted",
        "rejected",
        "name-changed",
        "login-changed",
        "password-changed",
        "password-reset",
        "reset-code-used",
        "registry-bound",
        "lock-lifted",
        "sealed",
        "path-granted",
        "path-revoked",
        "permission-granted",
        "permission-revoked",
        "handed-over",
        "second-factor-confirmed",
        "second-factor-reset",
        "recovery-code-used",
        "recovery-codes-renewed",
        "closed",
    )
}
BY_OWNER = frozenset(
    {
        "activated",
        "named",
        "name-changed",
        "login-changed",
        "password-changed",
        "reset-code-used",
        "registry-bound",
        "second-factor-confirmed",
        "recovery-code-used",
        "recovery-codes-renewed",
    }
)


@dataclass(frozen=True, slots=True)
class Entry:
    """by_role, by_name: of the account that did it; "" for the owner, or where it is unknown.

    path: of a class or a permission given or taken. permission: its name.
    """

    at: str
    event: str
    by_role: str
    by_name: str
    path: str
    permission: str


def own_history(deps: Dependencies, caller: Caller) -> list[Entry]:
    """The history of the caller's own account, newest first."""
    return _history(deps, own_person(deps, caller).account)


def history_of(deps: Dependencies, caller: Caller, account: str) -> list[Entry]:
    """The history of an account for the level above, admins of its unit, and who may reset it; newest first.

    Raises Refused("not-found", "outside-scope").
    """
    person = existing_person(deps, account)
    if person.role == "guardian":
        held_by_reset(deps, caller, person)
    else:
        check_over(caller.role, caller.scope, person.role, person.paths)
    return _history(deps, account)


def _history(deps: Dependencies, account: str) -> list[Entry]:
    events = [event for event in deps.store.load(account_stream(account)) if event.type in TOLD]
    return [_entry(deps, account, event) for event in reversed(events)]


def _entry(deps: Dependencies, account: str, event: Event) -> Entry:
    name = TOLD[event.type]
    actor = None if name in BY_OWNER or event.actor == account else deps.records.people.get(event.actor)
    return Entry(
        iso(event.at),
        name,
        actor.role if actor else "",
        deps.personal_data.open(actor).display_name if actor else "",
        event.data.get("path", ""),
        event.data.get("permission", ""),
    )
