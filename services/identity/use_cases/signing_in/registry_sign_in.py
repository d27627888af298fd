"""Signing in from the registry: a sign-in is begun here, goes on there, and comes back with the person.

Nothing is kept of a sign-in that has begun: its state is a promise of ours to one browser, for some minutes, and is
spent when it comes back. The browser's secret stays in a cookie of the portal: an answer that somebody else has got
from the registry is worth nothing in another browser.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any
from uuid import uuid5

from services.identity.credentials.tokens import same, token_hash
from services.identity.dependencies import Dependencies
from services.identity.domain.account import BindRegistry, OpenStaff, account_decider
from services.identity.domain.registry_arrival import REGISTRY, Bind, Colleague, check_school, decide_arrival
from services.identity.personal_data import Details
from services.identity.registry.provider import Arrival, Secrets
from services.identity.repositories.protocol import Person
from services.identity.roster_client import School
from services.identity.use_cases.signing_in.sessions import SignedIn, open_session
from services.identity.use_cases.staff.staff_accounts import MOST_LISTED, joins, open_staff
from services.identity.use_cases.steps import ACCOUNTS, account_stream, change_account, existing_person
from shared.eventsourcing.store import CommandContext
from shared.infrastructure.errors import Refused
from shared.infrastructure.pii import keyed_hash
from shared.language.codes import ALPHABET
from shared.language.path import last
from shared.language.scope import Scope
from shared.service import authentication_methods as methods
from shared.service.audit_trail.trail import with_act
from shared.service.auth import Caller

ROLE = "school"
STATE_MS = 10 * 60_000  # for signing in at the registry
TAIL = 6  # characters of a login that nobody guesses, so that no stranger locks its owner out


@dataclass(frozen=True, slots=True)
class Begun:
    """address: of the registry, for the browser. secret: for a cookie of this browser alone."""

    address: str
    secret: str


@dataclass(frozen=True, slots=True)
class Arrived(SignedIn):
    """first: whether the person has arrived for the first time."""

    first: bool


def begin(deps: Dependencies) -> Begun:
    """Begin a sign-in. Raises Refused("registry-not-configured", "registry-unavailable")."""
    secret, number, ends_at = secrets.token_hex(16), secrets.token_hex(16), deps.clock.now() + STATE_MS
    state = f"{number}.{ends_at}.{_promise(deps, number, ends_at, secret)}"
    return Begun(deps.registry.sign_in_address(_secrets(deps, state, secret)), secret)


def arrive(
    deps: Dependencies, own: Caller, *, state: str, code: str, answered_by: str, secret: str, source: str
) -> Arrived:
    """Sign in whom the registry sends. own: the caller whose session lives in this browser, if any.

    Raises Refused: "registry-sign-in-ended" for a state that is not of this browser, is over or was used; what
    `Registry.arrival` raises; "registry-school-unknown", "registry-school-closed"; what `decide_arrival`,
    `check_school` and `open_session` raise.
    """
    _spend(deps, state, secret)
    arrival = deps.registry.arrival(code, answered_by, _secrets(deps, state, secret))
    subject = keyed_hash(deps.registry_key, "person", f"{deps.registry.issuer} {arrival.subject}")
    account = deps.records.registry.account_of(subject)
    former = account if account and _has_left(deps, account, arrival.school) else ""
    first = not account or bool(former)
    if first:
        account = _receive(deps, own, arrival, subject, source, former)
    person = existing_person(deps, account)
    check_school(arrival.school, last(person.home))
    opened = open_session(deps, person, (methods.REGISTRY,))
    caller = Caller(person.account, person.role, Scope.of(person.paths))
    deps.trail.record("sign-in", caller, source=source, by=REGISTRY)
    return Arrived(**{f.name: getattr(opened, f.name) for f in fields(opened)}, first=first)


def _secrets(deps: Dependencies, state: str, secret: str) -> Secrets:
    """Nonce and verifier follow from what only this browser and we know; so nothing has to be kept."""
    nonce, *verifier = (
        keyed_hash(deps.registry_key, use, f"{state} {secret}") for use in ("nonce", "verifier", "verifier 2")
    )
    return Secrets(state, nonce, "".join(verifier))


def _promise(deps: Dependencies, number: str, ends_at: int, secret: str) -> str:
    return keyed_hash(deps.registry_key, "state", f"{number} {ends_at} {secret}")


def _spend(deps: Dependencies, state: str, secret: str) -> None:
    """Raises Refused unless the state was made for this browser, is not over, and comes for the first time."""
    number, _, rest = state.partition(".")
    ends_at, _, promise = rest.partition(".")
    now = deps.clock.now()
    # In our own spelling of the number: another one would be another state, not spent yet.
    is_number = ends_at.isascii() and ends_at.isdecimal() and not ends_at.startswith("0")
    is_ours = bool(secret) and is_number and same(promise, _promise(deps, number, int(ends_at), secret))
    if not is_ours or int(ends_at) <= now or not deps.records.registry.spend(token_hash(state), int(ends_at), now):
        raise Refused(
            "registry-sign-in-ended",
            "This sign-in was begun in another browser, is over, or was used; start again from the registry's page.",
            kind="gone",
            where="state",
        )


def _has_left(deps: Dependencies, account: str, school: str) -> bool:
    """True for a closed account at another school than the one for which its owner arrives now."""
    person = existing_person(deps, account)
    return person.validity.closed and last(person.home) != school


def _receive(deps: Dependencies, own: Caller, arrival: Arrival, subject: str, source: str, former: str) -> str:
    """The account of a person who arrives for the first time: one of the school's, or a new one.

    former: the person's closed account at another school, "" without.
    """
    command = f"registry {subject} {former}".rstrip()
    path = _open_school(deps, arrival.school).path
    here = own.account if own.role == ROLE and path in own.scope.paths else ""
    decision = decide_arrival(arrival.name, here, _colleagues(deps, path))
    account = decision.account if isinstance(decision, Bind) else str(uuid5(ACCOUNTS, command))
    caller = Caller(account, ROLE, Scope.of([path]))
    act = deps.trail.act("registry-bound", caller, target=account, source=source)
    context = with_act(CommandContext(command, account), act)
    if isinstance(decision, Bind):
        change_account(
            deps,
            account,
            BindRegistry(subject, decision.is_unused),
            context,
            lambda session: deps.records.registry.bind(subject, account, session, former),
            lambda session: _void_initial_password(deps, account, session),
        )
    else:
        _open(deps, context, account, path, arrival, subject, former)
    act.tell(opened=int(not isinstance(decision, Bind)))
    return account


def _void_initial_password(deps: Dependencies, account: str, session: Any) -> None:
    """An initial password of the release before ends with the code of a slip: its issuer knows it."""
    if existing_person(deps, account).must_change:
        deps.records.people.set_password(account, "", False, session)


def _open_school(deps: Dependencies, code: str) -> School:
    school = deps.roster.school(code)
    if school is None:
        raise Refused(
            "registry-school-unknown",
            "The platform does not know this school yet; ask the county bureau to register it, then come again.",
            kind="not-found",
        )
    if not school.is_open:
        raise Refused(
            "registry-school-closed",
            "This school is closed here; ask the county bureau which school keeps its pupils now.",
            kind="gone",
        )
    return school


def _colleagues(deps: Dependencies, path: str) -> Sequence[Colleague]:
    people = deps.records.people.staff(Scope.of([path]), MOST_LISTED, (ROLE,))
    return [_colleague(deps, person) for person in people if person.home == path and not person.validity.closed]


def _colleague(deps: Dependencies, person: Person) -> Colleague:
    state = account_decider.fold(deps.store.load(account_stream(person.account)))
    name = deps.personal_data.open(person).display_name
    return Colleague(person.account, name, state.validity.activation_ends_at > 0, bool(state.registry))


def _open(
    deps: Dependencies, context: CommandContext, account: str, path: str, arrival: Arrival, subject: str, former: str
) -> None:
    details = Details(_login(deps, arrival.school, subject + former), arrival.name)
    sealed, hashed = deps.personal_data.seal(account, details), deps.personal_data.login_hash(details.login)
    person = Person(account, hashed, ROLE, sealed, password="", must_change=False, paths=(path,))
    open_staff(
        deps,
        context,
        person,
        lambda work: OpenStaff(
            ROLE, path, waiting=joins(deps, work, REGISTRY, path, account), by=REGISTRY, registry=subject
        ),
        lambda session: deps.records.registry.bind(subject, account, session, former),
    )


def _login(deps: Dependencies, school: str, subject: str) -> str:
    """ "2111000001-k7mfx3": the school's code and a tail that only this copy's key makes."""
    number = int(keyed_hash(deps.registry_key, "login", subject), 16)
    return f"{school}-" + "".join(ALPHABET[number // 31**place % 31] for place in range(TAIL)).lower()
