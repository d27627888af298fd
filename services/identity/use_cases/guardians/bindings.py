"""Bindings of guardians to pupils: list them, accept or reject a waiting guardian, end a binding."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from services.identity.dependencies import Dependencies
from services.identity.domain.binding import BOUND, WAITING, WRONG_CODE, Binding, DecideBinding, binding_decider
from services.identity.domain.misuse import Open
from services.identity.use_cases.guardians.misuse_cases import hold_photos, is_reported, record_case
from services.identity.use_cases.steps import binding_stream, load_binding, path_in_scope, refuse_held, renew_code
from shared.eventsourcing.commands import Step, events_of, handle_all
from shared.eventsourcing.store import CommandContext
from shared.infrastructure.errors import Refused
from shared.language.permissions import CHECK_GUARDIANS
from shared.service.auth import Caller


@dataclass(frozen=True, slots=True)
class Guardian:
    """One account's relation to one pupil. state: "bound" or "waiting".

    teacher_decides: waiting, and only the class teacher or the school may accept.
    """

    pupil: str
    account: str
    display_name: str
    relation: str
    state: str
    teacher_decides: bool


@dataclass(frozen=True, slots=True)
class GuardianForTeacher(Guardian):
    """known: whether the roster lists this name and relation for the pupil."""

    login: str
    known: bool


@dataclass(frozen=True, slots=True)
class Decided:
    """state: of the account after the decision: "bound" or "none".

    registration_code: the new one where a binding ended, for the staff who ended it; else "".
    """

    pupil: str
    account: str
    state: str
    registration_code: str = ""


def list_bindings(
    deps: Dependencies, caller: Caller, source: str, *, waiting: bool, under: str, pupil: str
) -> list[GuardianForTeacher] | list[Guardian]:
    """Guardians that the caller may see: those who wait for a guardian's children; those of staff's classes or pupil.

    under: path of a class; "" for all classes of a teacher. Raises Refused("outside-scope").
    """
    if not caller.may(CHECK_GUARDIANS):
        return _waiting_for_first(deps, caller)
    if pupil:
        path = path_in_scope(deps, caller, pupil)
        return _recorded(deps, caller, path, source, _of_pupil(deps, pupil, waiting))
    if under and not caller.scope.allows(under):
        raise Refused("outside-scope", "This class is not one of yours.", where="under")
    items: list[GuardianForTeacher] = []
    for path in [under] if under else caller.scope.paths:
        of_class = [guardian for found in deps.roster.pupils(path) for guardian in _of_pupil(deps, found, waiting)]
        items += _recorded(deps, caller, path, source, of_class)
    return items


def _of_pupil(deps: Dependencies, pupil: str, waiting_only: bool) -> list[GuardianForTeacher]:
    """The guardians of a pupil, with logins, so that a teacher can help those who forgot theirs."""
    binding = load_binding(deps, pupil)
    bound = [] if waiting_only else _guardians(deps, binding, binding.guardians, BOUND)
    return [*bound, *_guardians(deps, binding, binding.waiting, WAITING)]


def _recorded(
    deps: Dependencies, caller: Caller, path: str, source: str, items: list[GuardianForTeacher]
) -> list[GuardianForTeacher]:
    """The guardians, once the view of them has been recorded."""
    deps.views.record(caller, "guardians", sorted({item.pupil for item in items}), path, source)
    return items


def _waiting_for_first(deps: Dependencies, caller: Caller) -> list[Guardian]:
    """Waiting requests for the pupils whose first guardian is the caller.

    Without logins, many of which are telephone numbers.
    """
    items: list[Guardian] = []
    for pupil in caller.scope.pupils:
        binding = load_binding(deps, pupil)
        if binding.guardians[:1] == (caller.account,):
            waiting = _guardians(deps, binding, binding.waiting, WAITING)
            items += [
                Guardian(g.pupil, g.account, g.display_name, g.relation, g.state, g.teacher_decides) for g in waiting
            ]
    return items


def _guardians(deps: Dependencies, binding: Binding, accounts: Iterable[str], state: str) -> list[GuardianForTeacher]:
    """The accounts as guardians of the pupil; one whose registration is not committed yet is left out."""
    items = []
    for person in filter(None, map(deps.records.people.get, accounts)):
        details, unlisted = deps.personal_data.open(person), person.account in binding.unlisted
        for child in person.children:
            if child.pupil == binding.pupil:
                relation = deps.personal_data.claim(person.account, child).relation
                items.append(
                    GuardianForTeacher(
                        child.pupil,
                        person.account,
                        details.display_name,
                        relation,
                        state,
                        unlisted,
                        details.login,
                        child.known,
                    )
                )
    return items


def decide_binding(
    deps: Dependencies,
    caller: Caller,
    context: CommandContext,
    pupil: str,
    account: str,
    accept: bool,
    reason: str,
    source: str,
) -> Decided:
    """Accept or reject an account, as first guardian, class teacher or school; every guardian may leave.

    source: the network address; of staff it is recorded, of a family it is not.

    Where a binding ends, the registration code is void before: the same code brings nobody back. Where it ends because
    another family's code was used, a case is opened, and what this account has sent for this pupil is put on hold; so
    it is where a guardian leaves after a report: nobody escapes a case by leaving first. A failure in between is
    completed by the same request.
    Raises Refused("outside-scope", "teacher-decides", "not-waiting", "reason-missing", "guardians-full", "not-found").
    """
    by = "" if caller.may(CHECK_GUARDIANS) else caller.account
    path = "" if by else path_in_scope(deps, caller, pupil)
    if by:
        refuse_held(deps, caller, pupil)
    command = DecideBinding(account, accept, by, reason, deps.most_guardians)
    ends = _ends_binding(deps, context, pupil, command)
    misused = ends and (is_reported(deps, pupil) if by else reason == WRONG_CODE)
    held = hold_photos(deps, context, pupil, account) if misused else 0
    code = renew_code(deps, context, pupil) if ends else ""
    unbind = Step(binding_decider(pupil), binding_stream(pupil), command)
    name, where = "guardian-unbound" if ends else "guardian-decided", path or deps.roster.class_path(pupil)
    whence = "" if by else source
    with deps.trail.acting(
        name, context, caller, target=account, source=whence, path=where, misuse=int(misused)
    ) as acting:
        if misused:
            state = record_case(deps, acting, pupil, where, Open(account, held), unbind).states[-1]
        else:
            state = handle_all(deps.store, [unbind], acting).state
    deps.records.people.supersede_tokens(account)
    if misused:  # and what was sent with a token that was still believed
        hold_photos(deps, replace(context, id=f"{context.id}:after"), pupil, account)
    return Decided(pupil, account, state.state_of(account), "" if by else code)


def _ends_binding(deps: Dependencies, context: CommandContext, pupil: str, command: DecideBinding) -> bool:
    """True if the command ends a binding, or is the repetition of one that did. Raises what deciding raises."""
    history, decider = deps.store.load(binding_stream(pupil)), binding_decider(pupil)
    events = events_of(context, history) or decider.decide(command, decider.fold(history))
    return any(event.type == "binding.dissolved" for event in events)
