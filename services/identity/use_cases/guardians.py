"""Guardians: they register with the code of page 2 and the child's birth date, and are bound or wait for a yes."""
from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from services.identity.credentials.passwords import check_policy
from services.identity.dependencies import Parts, account_of, account_stream, attempt, binding_of, binding_stream, known, myself
from services.identity.domain.account import ACCOUNT, LinkChild, OpenGuardian
from services.identity.domain.binding import BOUND, WAITING, Answer, Ask, decide_for
from services.identity.personal_data import Details
from services.identity.repositories.protocol import FOR_GOOD, Child, Person
from services.identity.roster_client import Child as RosterChild
from services.identity.use_cases.sessions import LOCKED, open_session
from shared.eventsourcing.decider import Step, handle, handle_together
from shared.eventsourcing.store import Command
from shared.infrastructure.errors import Refused
from shared.language import codes
from shared.service.auth import Caller

CODE_LOCKED = "This code was tried with wrong birth dates too often; wait 15 minutes and try again."
CODE_SPOILED = "This code was tried with wrong birth dates far too often and is no longer taken; ask the class teacher for another one."


def code_actor(parts: Parts, registration_code: str) -> str:
    """Who registers, before there is an account: the holder of this code."""
    return "code:" + codes.code_hash("registering", registration_code, parts.code_key)   # leads to no hash that roster keeps


def child_behind(parts: Parts, registration_code: str, birth_date: str) -> RosterChild:
    """The pupil that code and birth date name together. Every code has few tries; addresses do not count, schools share one."""
    code, found = codes.parse(registration_code, "registration_code"), []
    holder = code_actor(parts, code)

    def try_it() -> bool:
        found.append(parts.roster.child(code, birth_date))
        return found[0] is not None

    def within_all_tries() -> bool:
        """A grade has some 365 birth dates: with a few tries every quarter of an hour one would be guessed within a day."""
        return attempt(parts, f"{holder}:ever", try_it, CODE_SPOILED, FOR_GOOD)
    if not attempt(parts, holder, within_all_tries, CODE_LOCKED) or found[0] is None:
        raise Refused("code-or-birth-date-wrong", "Code and birth date do not belong together; compare both with the paper.",
                      where="registration_code, birth_date")
    return found[0]


def register(parts: Parts, command: Command, given: dict[str, Any]) -> dict[str, Any]:
    """A guardian's account, bound to the child or waiting, and signed in. A repetition gets fresh tokens of the same account."""
    account = account_of(command)
    child = child_behind(parts, given["registration_code"], given["birth_date"])
    person = parts.records.people.get(account)
    if person is None:
        person = _open_guardian(parts, command, account, child, given)
    else:
        _check_repetition(parts, command, person, given["password"])
    return {"account": account, **_child_state(parts, person.account, child), **_only_tokens(open_session(parts, person))}


def _open_guardian(parts: Parts, command: Command, account: str, child: RosterChild, given: dict[str, Any]) -> Person:
    check_policy(given["password"], given["login"])
    login_hash = parts.directory.login_hash(given["login"])
    details = Details(given["login"], given["display_name"])
    linked = _link(parts, account, child, given["display_name"], given["relation"])
    person = Person(account, login_hash, "guardian", parts.directory.seal(account, details), parts.hasher.hash(given["password"]), False, children=(linked,))
    parts.roster.spend(child.pupil)
    steps = [Step(ACCOUNT, account_stream(account), OpenGuardian(child.pupil, linked.known, given["consent"])),
             Step(decide_for(child.pupil), binding_stream(child.pupil), Ask(account))]
    done = handle_together(parts.store, steps, command, lambda session: parts.records.people.add(person, session))
    if done.repeated:   # a twin of this request was faster
        person = known(parts, account)
        _check_repetition(parts, command, person, given["password"])
    return person


def _check_repetition(parts: Parts, command: Command, person: Person, password: str) -> None:
    """Whoever knows code and key but not the password is not the one who registered."""
    first = parts.store.load(account_stream(person.account))[0]
    if first.body_hash != command.body:
        raise Refused("key-reused", "This Idempotency-Key was used for another request; use a fresh key.", where="Idempotency-Key")
    if not attempt(parts, f"sign-in:{person.login}", lambda: parts.hasher.verify(person.password, password), LOCKED):
        raise Refused("wrong-credentials", "This was registered with another password; sign in with it.", kind="not-signed-in")


def add_child(parts: Parts, caller: Caller, command: Command, given: dict[str, Any]) -> dict[str, Any]:
    """A further child for a guardian who has an account."""
    person, child = myself(parts, caller), child_behind(parts, given["registration_code"], given["birth_date"])
    linked = _link(parts, person.account, child, parts.directory.open(person).display_name, given["relation"])
    parts.roster.spend(child.pupil)
    steps = [Step(ACCOUNT, account_stream(person.account), LinkChild(child.pupil, linked.known)),
             Step(decide_for(child.pupil), binding_stream(child.pupil), Ask(person.account))]
    handle_together(parts.store, steps, command, lambda session: parts.records.people.add_child(person.account, linked, session))
    return _child_state(parts, person.account, child)


def _link(parts: Parts, account: str, child: RosterChild, name: str, relation: str) -> Child:
    known_there = parts.roster.knows_guardian(child.pupil, name, relation)
    return Child(child.pupil, known_there, parts.directory.seal_relation(account, child.pupil, relation))


def _child_state(parts: Parts, account: str, child: RosterChild) -> dict[str, Any]:
    return {"pupil": child.pupil, "state": binding_of(parts, child.pupil).state_of(account), "child": child.shown()}


def _only_tokens(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: answer[name] for name in ("access_token", "refresh_token", "expires_in")}


def decide_binding(parts: Parts, caller: Caller, command: Command, pupil: str, account: str, accept: bool) -> dict[str, str]:
    """The first guardian's, the teacher's or the school's yes or no; a guardian's own no means leaving."""
    by = caller.account if caller.role == "guardian" else ""
    if not by and not caller.scope.allows(parts.roster.place(pupil)):
        raise Refused("outside-scope", "This pupil is not in a class of yours.")
    done = handle(parts.store, decide_for(pupil), binding_stream(pupil), Answer(account, accept, by), command)
    return {"pupil": pupil, "account": account, "state": done.state.state_of(account)}


def bindings(parts: Parts, caller: Caller, waiting_only: bool) -> list[dict[str, Any]]:
    """Guardians of who is registered in the caller's classes, with logins: so a teacher can answer those who wait and help those who forgot."""
    items: list[dict[str, Any]] = []
    for pupil in (pupil for path in caller.scope.paths for pupil in parts.roster.pupils(path)):
        binding = binding_of(parts, pupil)
        items += [] if waiting_only else _guardians(parts, pupil, binding.guardians, BOUND)
        items += _guardians(parts, pupil, binding.waiting, WAITING)
    return items


def waiting_for_first(parts: Parts, caller: Caller) -> list[dict[str, Any]]:
    """Who waits for the yes of this guardian, the first one of a child. Without logins, many of which are telephone numbers, and without a word on
    whom the roster lists: the first guardian may be anybody who held the paper."""
    first_of = {pupil: binding for pupil in caller.scope.pupils if (binding := binding_of(parts, pupil)).guardians[:1] == (caller.account,)}
    items = [item for pupil, binding in first_of.items() for item in _guardians(parts, pupil, binding.waiting, WAITING)]
    return [{name: item[name] for name in item.keys() - {"login", "known"}} for item in items]


def _guardians(parts: Parts, pupil: str, accounts: Iterable[str], state: str) -> list[dict[str, Any]]:
    """These guardians of a pupil; one who is only just registering is not known yet."""
    items = []
    for person in filter(None, map(parts.records.people.get, accounts)):
        details = parts.directory.open(person)
        items += [{"pupil": pupil, "account": person.account, "login": details.login, "display_name": details.display_name,
                   "relation": parts.directory.relation(person.account, child), "known": child.known, "state": state}
                  for child in person.children if child.pupil == pupil]
    return items
