"""Bindings of guardians to pupils: list them, accept or reject a waiting guardian, end a binding."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from services.identity.dependencies import Dependencies
from services.identity.domain.binding import BOUND, WAITING, DecideBinding, binding_decider
from services.identity.use_cases.steps import binding_stream, load_binding, refuse_held
from shared.eventsourcing.commands import handle
from shared.eventsourcing.store import CommandContext
from shared.infrastructure.errors import Refused
from shared.service.auth import Caller


@dataclass(frozen=True, slots=True)
class Guardian:
    """One account's relation to one pupil. state: "bound" or "waiting"."""

    pupil: str
    account: str
    display_name: str
    relation: str
    state: str


@dataclass(frozen=True, slots=True)
class GuardianForTeacher(Guardian):
    """known: whether the roster lists this name as a guardian of the pupil."""

    login: str
    known: bool


@dataclass(frozen=True, slots=True)
class Decided:
    """state: of the account after the decision: "bound" or "none"."""

    pupil: str
    account: str
    state: str


def list_bindings(
    deps: Dependencies, caller: Caller, waiting_only: bool, source: str
) -> list[GuardianForTeacher] | list[Guardian]:
    """The guardians of a class teacher's classes; for a guardian, the requests that this guardian may decide."""
    if caller.role == "guardian":
        return _waiting_for_first(deps, caller)
    return _of_classes(deps, caller, waiting_only, source)


def _of_classes(deps: Dependencies, caller: Caller, waiting_only: bool, source: str) -> list[GuardianForTeacher]:
    """The guardians of the caller's classes, with logins, so that a teacher can help those who forgot theirs."""
    items: list[GuardianForTeacher] = []
    for path in caller.scope.paths:
        of_class: list[GuardianForTeacher] = []
        for pupil in deps.roster.pupils(path):
            binding = load_binding(deps, pupil)
            of_class += [] if waiting_only else _guardians(deps, pupil, binding.guardians, BOUND)
            of_class += _guardians(deps, pupil, binding.waiting, WAITING)
        deps.views.record(caller, "guardians", sorted({item.pupil for item in of_class}), path, source)
        items += of_class
    return items


def _waiting_for_first(deps: Dependencies, caller: Caller) -> list[Guardian]:
    """Waiting requests for the pupils whose first guardian is the caller.

    Without logins, many of which are telephone numbers, and without `known`: anybody who held the paper may be the
    first guardian.
    """
    items: list[Guardian] = []
    for pupil in caller.scope.pupils:
        binding = load_binding(deps, pupil)
        if binding.guardians[:1] == (caller.account,):
            waiting = _guardians(deps, pupil, binding.waiting, WAITING)
            items += [Guardian(g.pupil, g.account, g.display_name, g.relation, g.state) for g in waiting]
    return items


def _guardians(deps: Dependencies, pupil: str, accounts: Iterable[str], state: str) -> list[GuardianForTeacher]:
    """The accounts as guardians of a pupil; one whose registration is not committed yet is left out."""
    items = []
    for person in filter(None, map(deps.records.people.get, accounts)):
        details = deps.personal_data.open(person)
        for child in person.children:
            if child.pupil == pupil:
                relation = deps.personal_data.relation(person.account, child)
                items.append(
                    GuardianForTeacher(
                        pupil, person.account, details.display_name, relation, state, details.login, child.known
                    )
                )
    return items


def decide_binding(
    deps: Dependencies, caller: Caller, context: CommandContext, pupil: str, account: str, accept: bool
) -> Decided:
    """Accept or reject an account, as first guardian, class teacher or school; every guardian may leave.

    Raises Refused("outside-scope", "not-waiting", "not-found").
    """
    by = caller.account if caller.role == "guardian" else ""
    if by:
        refuse_held(deps, caller, pupil)
    if not by and not caller.scope.allows(deps.roster.class_path(pupil)):
        raise Refused("outside-scope", "This pupil is not in a class of yours.")
    handled = handle(
        deps.store, binding_decider(pupil), binding_stream(pupil), DecideBinding(account, accept, by), context
    )
    deps.records.people.supersede_tokens(account)
    return Decided(pupil, account, handled.state.state_of(account))
