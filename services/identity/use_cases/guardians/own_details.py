"""A guardian's own account: name and login changed by the owner, and the whole account erased."""

from __future__ import annotations

from dataclasses import dataclass, replace

from services.identity.dependencies import Dependencies
from services.identity.domain.account import Account, ChangeDetails, EraseAccount, account_decider
from services.identity.domain.binding import BOUND, LEFT, NONE, WAITING, DecideBinding, binding_decider
from services.identity.personal_data import Details
from services.identity.repositories.protocol import ChildLink, Person
from services.identity.use_cases.guardians.bindings import decide_binding
from services.identity.use_cases.guardians.misuse_cases import is_reported
from services.identity.use_cases.steps import (
    account_stream,
    binding_stream,
    bound_children,
    change_account,
    end_sessions,
    load_binding,
    own_person,
    renew_code,
)
from shared.eventsourcing.commands import UnitOfWork, events_of, transact
from shared.eventsourcing.store import CommandContext
from shared.infrastructure.errors import Refused
from shared.service.auth import Caller


@dataclass(frozen=True, slots=True)
class OwnDetails:
    """Details that a guardian may change of the own account. login: often the telephone number."""

    login: str
    display_name: str


def own_details(deps: Dependencies, caller: Caller) -> OwnDetails:
    details = deps.personal_data.open(own_person(deps, caller))
    return OwnDetails(details.login, details.display_name)


def change_details(deps: Dependencies, caller: Caller, context: CommandContext, wanted: OwnDetails) -> None:
    """Change name and login. For each child the new name is compared with the roster, which the teacher sees.

    A binding stays: who was bound is known to school or family. Raises Refused("login-taken", "name-while-waiting").
    """
    person = own_person(deps, caller)
    before, login = own_details(deps, caller), deps.personal_data.login_hash(wanted.login)
    renamed = wanted.display_name != before.display_name
    if renamed and any(_states(deps, person)[child.pupil] == WAITING for child in person.children):
        raise Refused(
            "name-while-waiting",
            "Somebody decides on your request by this name; take the request back first, then change the name.",
            kind="conflict",
            where="display_name",
        )
    children = _renamed(deps, person, wanted.display_name) if renamed else person.children
    sealed = deps.personal_data.seal(person.account, Details(wanted.login, wanted.display_name))
    change_account(
        deps,
        person.account,
        ChangeDetails(renamed, wanted.login != before.login),
        context,
        lambda session: deps.records.people.set_details(person.account, login, sealed, children, session),
    )


def _states(deps: Dependencies, person: Person) -> dict[str, str]:
    """Pupil -> how the account relates to it."""
    return {child.pupil: load_binding(deps, child.pupil).state_of(person.account) for child in person.children}


def _renamed(deps: Dependencies, person: Person, name: str) -> list[ChildLink]:
    """The links to children under the new name. Those that have ended keep what was said then."""
    states = _states(deps, person)
    return [_link(deps, person, child, name) if states[child.pupil] == BOUND else child for child in person.children]


def _link(deps: Dependencies, person: Person, child: ChildLink, name: str) -> ChildLink:
    claim = replace(deps.personal_data.claim(person.account, child), name=name)
    known = deps.roster.lists_guardian(child.pupil, claim.name, claim.relation)
    return ChildLink(child.pupil, known, deps.personal_data.seal_claim(person.account, child.pupil, claim))


def erase_account(deps: Dependencies, caller: Caller, context: CommandContext) -> None:
    """Erase the caller's account: nothing personal of it is kept, its children are left, its sessions end.

    A child of whose code a misuse was reported is left first, with all that follows from it (bindings.decide_binding).

    Photos stay with the form, as after leaving a child: their withdrawal is a decision of its own. Codes are void
    first, as wherever a binding ends. The act stands in the audit trail of the school of a child, if there is one.
    """
    person = own_person(deps, caller)
    account = person.account
    for pupil in account_decider.fold(deps.store.load(account_stream(account))).children:
        if is_reported(deps, pupil) and load_binding(deps, pupil).state_of(account) == BOUND:
            leaving = replace(context, id=f"{context.id}:leave:{pupil}")
            decide_binding(deps, caller, leaving, pupil, account, False, LEFT, "")

    def plan(work: UnitOfWork) -> None:
        # The children are read with the account at every attempt: one that is added meanwhile is left, too.
        history = deps.store.load(account_stream(account))
        state: Account = account_decider.fold(history)
        if events_of(context, history):
            return
        work.decide(account_decider, account_stream(account), len(history), state, EraseAccount())
        for pupil in dict.fromkeys(state.children):
            _leave(deps, work, replace(context, id=f"{context.id}:{pupil}"), pupil, account)
        work.also(lambda session: deps.records.people.remove(account, session))

    bound = bound_children(deps, person)
    path = deps.roster.class_path(bound[0]) if bound else ""
    with deps.trail.acting("account-erased", context, caller, target=account, path=path) as acting:
        transact(deps.store, acting, plan)
    end_sessions(deps, account, "erased")


def _leave(deps: Dependencies, work: UnitOfWork, renewal: CommandContext, pupil: str, account: str) -> None:
    """Decide that the account leaves the pupil. renewal: the command that voids the code of one who was bound."""
    decider, stream = binding_decider(pupil), binding_stream(pupil)
    history = deps.store.load(stream)
    binding = decider.fold(history)
    if binding.state_of(account) == NONE:
        return
    if binding.state_of(account) == BOUND:
        renew_code(deps, renewal, pupil)
    work.decide(decider, stream, len(history), binding, DecideBinding(account, False, account))
