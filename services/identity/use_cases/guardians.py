"""Guardians: they register with the code of page 2 and the child's birth date, and are bound or wait for a yes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from services.identity.credentials.passwords import check_policy
from services.identity.dependencies import (
    Dependencies,
    account_of,
    account_stream,
    attempt,
    binding_of,
    binding_stream,
    known,
    myself,
)
from services.identity.domain.account import ACCOUNT, LinkChild, OpenGuardian
from services.identity.domain.binding import BOUND, WAITING, Answer, Ask, decide_for
from services.identity.personal_data import Details
from services.identity.repositories.protocol import FOR_GOOD, Child, Person
from services.identity.roster_client import Child as RosterChild
from services.identity.use_cases.sessions import LOCKED, open_session
from shared.eventsourcing.commands import Step, handle, handle_all, require_same_request
from shared.eventsourcing.store import CommandContext
from shared.infrastructure.errors import Refused
from shared.language import codes
from shared.service.auth import Caller

CODE_LOCKED = "This code was tried with wrong birth dates too often; wait 15 minutes and try again."
CODE_SPOILED = "This code was tried with wrong birth dates far too often and is no longer taken; ask the class teacher for another one."


def code_actor(deps: Dependencies, registration_code: str) -> str:
    """Who registers, before there is an account: the holder of this code."""
    return "code:" + codes.code_hash(
        "registering", registration_code, deps.code_key
    )  # leads to no hash that roster keeps


def child_behind(deps: Dependencies, registration_code: str, birth_date: str) -> RosterChild:
    """The pupil that code and birth date name together. Every code has few tries; addresses do not count, schools share one."""
    code, found = codes.parse(registration_code, "registration_code"), []
    holder = code_actor(deps, code)

    def try_it() -> bool:
        found.append(deps.roster.child(code, birth_date))
        return found[0] is not None

    def within_all_tries() -> bool:
        """A grade has some 365 birth dates: with a few tries every quarter of an hour one would be guessed within a day."""
        return attempt(deps, f"{holder}:ever", try_it, CODE_SPOILED, FOR_GOOD)

    if not attempt(deps, holder, within_all_tries, CODE_LOCKED) or found[0] is None:
        raise Refused(
            "code-or-birth-date-wrong",
            "Code and birth date do not belong together; compare both with the paper.",
            where="registration_code, birth_date",
        )
    return found[0]


def register(deps: Dependencies, context: CommandContext, given: dict[str, Any]) -> dict[str, Any]:
    """A guardian's account, bound to the child or waiting, and signed in. A repetition gets fresh tokens of the same account."""
    account = account_of(context)
    child = child_behind(deps, given["registration_code"], given["birth_date"])
    person = deps.records.people.get(account)
    if person is None:
        person = _open_guardian(deps, context, account, child, given)
    else:
        _check_repetition(deps, context, person, given["password"])
    return {"account": account, **_child_state(deps, person.account, child), **_only_tokens(open_session(deps, person))}


def _open_guardian(
    deps: Dependencies, context: CommandContext, account: str, child: RosterChild, given: dict[str, Any]
) -> Person:
    check_policy(given["password"], given["login"])
    login_hash = deps.personal_data.login_hash(given["login"])
    details = Details(given["login"], given["display_name"])
    linked = _link(deps, account, child, given["display_name"], given["relation"])
    person = Person(
        account,
        login_hash,
        "guardian",
        deps.personal_data.seal(account, details),
        deps.hasher.hash(given["password"]),
        False,
        children=(linked,),
    )
    deps.roster.spend(child.pupil)
    steps = [
        Step(ACCOUNT, account_stream(account), OpenGuardian(child.pupil, linked.known, given["consent"])),
        Step(decide_for(child.pupil), binding_stream(child.pupil), Ask(account)),
    ]
    done = handle_all(deps.store, steps, context, lambda session: deps.records.people.add(person, session))
    if done.repeated:  # a twin of this request was faster
        person = known(deps, account)
        _check_repetition(deps, context, person, given["password"])
    return person


def _check_repetition(deps: Dependencies, context: CommandContext, person: Person, password: str) -> None:
    """Whoever knows code and key but not the password is not the one who registered."""
    first = deps.store.load(account_stream(person.account))[0]
    require_same_request(first.fingerprint, context)
    if not attempt(deps, f"sign-in:{person.login}", lambda: deps.hasher.verify(person.password, password), LOCKED):
        raise Refused(
            "wrong-credentials", "This was registered with another password; sign in with it.", kind="not-signed-in"
        )


def add_child(deps: Dependencies, caller: Caller, context: CommandContext, given: dict[str, Any]) -> dict[str, Any]:
    """A further child for a guardian who has an account."""
    person, child = myself(deps, caller), child_behind(deps, given["registration_code"], given["birth_date"])
    linked = _link(deps, person.account, child, deps.personal_data.open(person).display_name, given["relation"])
    deps.roster.spend(child.pupil)
    steps = [
        Step(ACCOUNT, account_stream(person.account), LinkChild(child.pupil, linked.known)),
        Step(decide_for(child.pupil), binding_stream(child.pupil), Ask(person.account)),
    ]
    handle_all(
        deps.store, steps, context, lambda session: deps.records.people.add_child(person.account, linked, session)
    )
    return _child_state(deps, person.account, child)


def _link(deps: Dependencies, account: str, child: RosterChild, name: str, relation: str) -> Child:
    known_there = deps.roster.knows_guardian(child.pupil, name, relation)
    return Child(child.pupil, known_there, deps.personal_data.seal_relation(account, child.pupil, relation))


def _child_state(deps: Dependencies, account: str, child: RosterChild) -> dict[str, Any]:
    return {"pupil": child.pupil, "state": binding_of(deps, child.pupil).state_of(account), "child": child.shown()}


def _only_tokens(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: answer[name] for name in ("access_token", "refresh_token", "expires_in")}


def decide_binding(
    deps: Dependencies, caller: Caller, context: CommandContext, pupil: str, account: str, accept: bool
) -> dict[str, str]:
    """The first guardian's, the teacher's or the school's yes or no; a guardian's own no means leaving."""
    by = caller.account if caller.role == "guardian" else ""
    if not by and not caller.scope.allows(deps.roster.place(pupil)):
        raise Refused("outside-scope", "This pupil is not in a class of yours.")
    done = handle(deps.store, decide_for(pupil), binding_stream(pupil), Answer(account, accept, by), context)
    return {"pupil": pupil, "account": account, "state": done.state.state_of(account)}


def bindings(deps: Dependencies, caller: Caller, waiting_only: bool) -> list[dict[str, Any]]:
    """Guardians of who is registered in the caller's classes, with logins: so a teacher can answer those who wait and help those who forgot."""
    items: list[dict[str, Any]] = []
    for pupil in (pupil for path in caller.scope.paths for pupil in deps.roster.pupils(path)):
        binding = binding_of(deps, pupil)
        items += [] if waiting_only else _guardians(deps, pupil, binding.guardians, BOUND)
        items += _guardians(deps, pupil, binding.waiting, WAITING)
    return items


def waiting_for_first(deps: Dependencies, caller: Caller) -> list[dict[str, Any]]:
    """Who waits for the yes of this guardian, the first one of a child. Without logins, many of which are telephone numbers, and without a word on
    whom the roster lists: the first guardian may be anybody who held the paper."""
    first_of = {
        pupil: binding
        for pupil in caller.scope.pupils
        if (binding := binding_of(deps, pupil)).guardians[:1] == (caller.account,)
    }
    items = [item for pupil, binding in first_of.items() for item in _guardians(deps, pupil, binding.waiting, WAITING)]
    return [{name: item[name] for name in item.keys() - {"login", "known"}} for item in items]


def _guardians(deps: Dependencies, pupil: str, accounts: Iterable[str], state: str) -> list[dict[str, Any]]:
    """These guardians of a pupil; one who is only just registering is not known yet."""
    items = []
    for person in filter(None, map(deps.records.people.get, accounts)):
        details = deps.personal_data.open(person)
        items += [
            {
                "pupil": pupil,
                "account": person.account,
                "login": details.login,
                "display_name": details.display_name,
                "relation": deps.personal_data.relation(person.account, child),
                "known": child.known,
                "state": state,
            }
            for child in person.children
            if child.pupil == pupil
        ]
    return items
