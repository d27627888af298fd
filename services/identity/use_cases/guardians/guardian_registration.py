"""Guardian registration: an account, or a further child, by the registration code on page 2 and the child's birth date.

Bindings follow from it: see domain/binding.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from services.identity.dependencies import Dependencies
from services.identity.domain.account import LinkChild, OpenGuardian, account_decider
from services.identity.domain.binding import RequestBinding, binding_decider
from services.identity.personal_data import Claim, Details
from services.identity.repositories.protocol import PERMANENT_LOCK, ChildLink, Limit, Person
from services.identity.roster_client import Child
from services.identity.use_cases.signing_in.sessions import open_session
from services.identity.use_cases.signing_in.throttle import attempt_password
from services.identity.use_cases.steps import (
    account_stream,
    attempt,
    binding_stream,
    existing_person,
    load_binding,
    new_account_id,
    own_person,
)
from shared.eventsourcing.commands import Handled, Step, handle_all, require_same_request
from shared.eventsourcing.store import CommandContext
from shared.infrastructure.errors import Refused
from shared.language import codes
from shared.language.consent import CONSENT_VERSION
from shared.service.auth import Caller

CODE_LOCKED = "This code was tried with wrong birth dates too often; wait 15 minutes and try again."
CODE_SPOILED = (
    "This code was tried with wrong birth dates far too often and is no longer accepted; "
    "ask the class teacher for another one."
)

NAMES_TRIED = "Several people whom the registry does not list have used this code; ask the class teacher for a new one."
UNLISTED_NAMES = Limit(4, PERMANENT_LOCK.window_ms, "too-many-waiting")


@dataclass(frozen=True, slots=True)
class ChildState:
    """state: how the account relates to the child: "bound" or "waiting"."""

    pupil: str
    state: str
    child: Child


@dataclass(frozen=True, slots=True)
class Registered(ChildState):
    """A new guardian account, signed in."""

    account: str
    access_token: str
    refresh_token: str
    expires_in: int
    device_token: str


def code_holder(deps: Dependencies, registration_code: str) -> str:
    """The actor of a registration, before there is an account: the holder of this code."""
    # A hash with a prefix of its own: it equals none that roster keeps.
    return "code:" + codes.code_hash("registering", registration_code, deps.code_key)


def fingerprinted(deps: Dependencies, given: Mapping[str, str]) -> dict[str, str]:
    """The fields of a registration that tell it from another one under the same key; none of them secret."""
    login_hash = deps.personal_data.login_hash(given["login"])
    return {"login": login_hash, "relation": given["relation"], "consent": given["consent"]}


def find_child(deps: Dependencies, registration_code: str, birth_date: str) -> Child:
    """The pupil that code and birth date identify together. Raises Refused, "too-many" and "code-spoiled" among others.

    Tries are limited by code, not by network address: a whole school shares one address.
    """
    code, found = codes.parse(registration_code, "registration_code", kind=codes.REGISTRATION), []
    holder = code_holder(deps, code)

    def try_it() -> bool:
        found.append(deps.roster.child(code, birth_date))
        return found[0] is not None

    def within_all_tries() -> bool:
        """A grade has some 365 birth dates: with five tries every quarter of an hour one is guessed within a day.

        A right date is no try, and forgets none: the family's own success would give a guesser all tries again.
        """
        key = f"{holder}:ever"
        return attempt(deps, key, try_it, CODE_SPOILED, PERMANENT_LOCK, of="code for good", forgets=False)

    if not attempt(deps, holder, within_all_tries, CODE_LOCKED, of="code") or found[0] is None:
        raise Refused(
            "code-or-birth-date-wrong",
            "Code and birth date do not belong together; compare both with the paper.",
            where="registration_code, birth_date",
        )
    return found[0]


def register(deps: Dependencies, context: CommandContext, given: Mapping[str, str]) -> Registered:
    """Open a guardian's account, request the binding, sign in. A repetition gets fresh tokens of the same account.

    given: the fields of requests.Register. Raises Refused.
    """
    account = new_account_id(context)
    child = find_child(deps, given["registration_code"], given["birth_date"])
    person = deps.records.people.get(account)
    if person is None:
        person = _open_guardian(deps, context, account, child, given)
    else:
        _check_repetition(deps, context, person, given["password"])
    signed_in, state = open_session(deps, person), _state(deps, account, child)
    device = deps.devices.issue(account)
    return Registered(
        child.pupil,
        state,
        child,
        account,
        signed_in.access_token,
        signed_in.refresh_token,
        signed_in.expires_in,
        device,
    )


def _open_guardian(
    deps: Dependencies, context: CommandContext, account: str, child: Child, given: Mapping[str, str]
) -> Person:
    _require_present_consent(given["consent"])
    deps.policy.check(given["password"], given["login"], "guardian")
    login_hash = deps.personal_data.login_hash(given["login"])
    details = Details(given["login"], given["display_name"])
    linked = _link(deps, account, child, Claim(given["display_name"], given["relation"]))
    person = Person(
        account,
        login_hash,
        "guardian",
        deps.personal_data.seal(account, details),
        deps.hasher.hash(given["password"]),
        False,
        children=(linked,),
    )
    steps = [
        Step(account_decider, account_stream(account), OpenGuardian(child.pupil, linked.known)),
        _request_step(deps, account, child, linked, given["consent"]),
    ]

    def open_account() -> Handled:
        deps.roster.spend(child.pupil)
        return handle_all(deps.store, steps, context, lambda session: deps.records.people.add(person, session))

    handled = _counting_name(deps, given["registration_code"], linked.known, open_account)
    if handled.repeated:  # a concurrent copy of this request was faster
        person = existing_person(deps, account)
        _check_repetition(deps, context, person, given["password"])
    return person


def _check_repetition(deps: Dependencies, context: CommandContext, person: Person, password: str) -> None:
    """Code and key alone do not prove that this is the person who registered; the password does."""
    first = deps.store.load(account_stream(person.account))[0]
    require_same_request(first.fingerprint, context)
    if not attempt_password(deps, person, password):
        raise Refused(
            "wrong-credentials",
            "This account was registered with another password; sign in with it.",
            kind="not-signed-in",
        )


def add_child(deps: Dependencies, caller: Caller, context: CommandContext, given: Mapping[str, str]) -> ChildState:
    """Request the binding to a further child for a guardian who has an account.

    given: the fields of requests.AddChild. Raises Refused.
    """
    _require_present_consent(given["consent"])
    person, child = own_person(deps, caller), find_child(deps, given["registration_code"], given["birth_date"])
    claim = Claim(deps.personal_data.open(person).display_name, given["relation"])
    linked = _link(deps, person.account, child, claim)
    steps = [
        Step(account_decider, account_stream(person.account), LinkChild(child.pupil, linked.known)),
        _request_step(deps, person.account, child, linked, given["consent"]),
    ]

    def link() -> Handled:
        deps.roster.spend(child.pupil)
        return handle_all(
            deps.store, steps, context, lambda session: deps.records.people.add_child(person.account, linked, session)
        )

    is_free = linked.known or _has_said(deps, person, child, claim)
    _counting_name(deps, given["registration_code"], is_free, link)
    return ChildState(child.pupil, _state(deps, person.account, child), child)


def _counting_name(
    deps: Dependencies, registration_code: str, is_free: bool, request: Callable[[], Handled]
) -> Handled:
    """Count a name that the roster does not list, unless the request fails or repeats an earlier one.

    Above the limit, refuse a free one alike: no guess is confirmed. is_free: the name is listed, or counted before.
    """
    key, attempts = f"{code_holder(deps, registration_code)}:names", deps.records.attempts
    if not attempts.reserve(key, deps.clock.now(), UNLISTED_NAMES):
        raise Refused(UNLISTED_NAMES.code, NAMES_TRIED, kind="too-many", where="registration_code")
    if is_free:
        attempts.give_back(key)
        return request()
    try:
        handled = request()
    except Exception:
        attempts.give_back(key)
        raise
    if handled.repeated:
        attempts.give_back(key)
    return handled


def _has_said(deps: Dependencies, person: Person, child: Child, claim: Claim) -> bool:
    """True if this account has asked for this child in this name and relation before: it is counted already."""
    links = [link for link in person.children if link.pupil == child.pupil]
    return any(deps.personal_data.claim(person.account, link) == claim for link in links)


def _request_step(deps: Dependencies, account: str, child: Child, linked: ChildLink, consent: str) -> Step:
    request = RequestBinding(account, linked.known, consent, deps.most_guardians)
    return Step(binding_decider(child.pupil), binding_stream(child.pupil), request)


def _require_present_consent(version: str) -> None:
    if version != CONSENT_VERSION:
        raise Refused(
            "consent-outdated",
            f"The text of consent is that of {CONSENT_VERSION}; show it, and send its version with the guardian's yes.",
            where="consent",
        )


def _link(deps: Dependencies, account: str, child: Child, claim: Claim) -> ChildLink:
    known = deps.roster.lists_guardian(child.pupil, claim.name, claim.relation)
    return ChildLink(child.pupil, known, deps.personal_data.seal_claim(account, child.pupil, claim))


def _state(deps: Dependencies, account: str, child: Child) -> str:
    return load_binding(deps, child.pupil).state_of(account)
