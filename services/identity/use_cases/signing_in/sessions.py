"""Sign in, refresh, sign out, see one's own account. Staff have one session at a time, guardians one per device."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from services.identity.credentials.tokens import ACCESS_SECONDS, same, session_of, token_hash
from services.identity.dependencies import Dependencies
from services.identity.domain.validity import DAY_MS, refusal
from services.identity.repositories.protocol import Person, Session
from services.identity.use_cases.signing_in.second_step import (
    challenged,
    code_needed,
    has_second_factor,
    must_set_up,
    require_code,
    use_up,
)
from services.identity.use_cases.signing_in.throttle import From, attempt_password, attempt_sign_in, refuse_flood
from services.identity.use_cases.staff.grants import live_grants
from services.identity.use_cases.steps import bound_children, end_sessions, own_person
from shared.infrastructure.clock import day_of
from shared.infrastructure.errors import Refused
from shared.infrastructure.security_log import security_event
from shared.language.grants import Grant
from shared.language.roles import NEWCOMER, UNENROLLED
from shared.language.scope import Scope
from shared.service.auth import Caller
from shared.service.authentication_methods import ONE_TIME_CODE, PASSWORD

REPEAT_MS = 60_000  # for this long a refresh whose response was lost may be repeated


@dataclass(frozen=True, slots=True)
class OwnAccount:
    """An account as its owner sees it. pupils: those a guardian is bound to, not those the guardian waits for.

    held_children: number of those that a reset took out of reach. grants: those that are not over.
    """

    id: str
    role: str
    paths: Sequence[str]
    pupils: Sequence[str]
    display_name: str
    must_change_password: bool
    held_children: int
    has_second_factor: bool = False
    must_set_up_second_factor: bool = False
    grants: Sequence[Grant] = ()


@dataclass(frozen=True, slots=True)
class SignedIn:
    """expires_in: seconds for which the access token is valid."""

    access_token: str
    refresh_token: str
    expires_in: int
    account: OwnAccount


@dataclass(frozen=True, slots=True)
class SignedInHere(SignedIn):
    """device_token: a token by which this device is known at its next sign-in."""

    device_token: str


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A fresh access token of the same session; its refresh token stays."""

    access_token: str
    expires_in: int


def public_keys(deps: Dependencies) -> Mapping[str, Any]:
    """The key set (RFC 7517) that checks access tokens."""
    return deps.issuer.jwks()


def sign_in(deps: Dependencies, login: str, password: str, origin: From) -> SignedInHere:
    """Open a session. An unknown login and a wrong password get the same response after the same time.

    Raises Refused("wrong-credentials", "too-many") or what `refusal` gives; "second-factor-code-needed", with a
    challenge, for an account that has a second factor.
    """
    login_hash = deps.personal_data.login_hash(login)
    refuse_flood(deps, login_hash, origin)
    person = deps.records.people.by_login(login_hash)

    def verify(known: bool) -> bool:
        return deps.hasher.verify(person.password if person else None, password, known=known)

    if not attempt_sign_in(deps, login_hash, person, origin, verify) or person is None:
        security_event("sign-in-failed", account=person.account if person else "", source=origin.source)
        raise Refused("wrong-credentials", "Login or password is wrong.", kind="not-signed-in")
    if deps.hasher.outdated(person.password):
        deps.records.people.rehash(person.account, person.password, deps.hasher.hash(password))
    if reason := _refusal(person, deps.clock.now()):
        raise reason
    if has_second_factor(deps, person):
        raise code_needed(deps, person)
    return _sign_in_here(deps, person, origin, (PASSWORD,))


def second_step(deps: Dependencies, challenge: str, code: str, origin: From) -> SignedInHere:
    """Open a session after the password was right, with a code of the second factor.

    Raises Refused: "challenge-ended", what `require_code` raises, or what `refusal` gives.
    """
    person, challenge_id = challenged(deps, challenge)
    require_code(deps, person, code, origin.source)
    use_up(deps, challenge_id)
    return _sign_in_here(deps, person, origin, (PASSWORD, ONE_TIME_CODE))


def _sign_in_here(deps: Dependencies, person: Person, origin: From, methods: Sequence[str]) -> SignedInHere:
    opened = open_session(deps, person, methods)
    deps.trail.record("sign-in", Caller(person.account, person.role, Scope.of(person.paths)), source=origin.source)
    device = deps.devices.issue(person.account, deps.devices.device(person.account, origin.device))
    return SignedInHere(**{f.name: getattr(opened, f.name) for f in fields(opened)}, device_token=device)


def open_session(deps: Dependencies, person: Person, methods: Sequence[str] = (PASSWORD,)) -> SignedIn:
    """Open a session for a person whose identity is proven; a further session of staff ends the one before.

    methods: by which it is proven.

    Raises what `refusal` gives.
    """
    now, session_id = deps.clock.now(), secrets.token_hex(16)
    if reason := _refusal(person, now):
        raise reason
    deps.records.people.set_used(person.account, now)
    token = deps.refresh.first(session_id)
    if person.role != "guardian":
        deps.records.people.set_session(person.account, session_id)
    session = Session(
        session_id,
        person.account,
        token_hash(token),
        now + _lifetime(deps, person),
        proved_at=now,
        methods=tuple(methods),
    )
    deps.records.sessions.open(session, now)
    if person.role != "guardian":
        _end_others(deps, person.account)
    _check_again(deps, session, now)
    return _signed_in(deps, person, session, token)


def _refusal(person: Person, now: int) -> Refused | None:
    """The reason for which the person may not sign in. Initial passwords of the release before work until their end."""
    validity = person.validity
    if person.must_change and person.password and now < validity.activation_ends_at:
        validity = replace(validity, activation_ends_at=0)
    return refusal(person.role, validity, person.used_at, now)


def _check_again(deps: Dependencies, session: Session, now: int) -> None:
    """End the session if its account was reset or closed since it was read: that ended the earlier sessions only."""
    person = deps.records.people.get(session.account)
    if person and (reason := _refusal(person, now)):
        deps.records.sessions.end(session.id)
        raise reason


def _end_others(deps: Dependencies, account: str) -> None:
    """End every session but the latest: of two sign-ins at once the same one stays for both."""
    person = deps.records.people.get(account)
    end_sessions(deps, account, "another sign-in", but=person.session if person else "")


def confirm(deps: Dependencies, caller: Caller, password: str, code: str = "") -> Confirmed:
    """Prove again within the session that it is the owner, for what asks for a fresh sign-in.

    By a code, of an account with a second factor; otherwise by the password.
    Raises Refused("wrong-password", "too-many", "session-ended", "second-factor-code-needed", "second-factor-wrong").
    """
    person = own_person(deps, caller)
    method = _confirm(deps, person, password, code)
    session = deps.records.sessions.get(caller.session)
    # Before the proof is recorded: it counts as use, so no session would be idle after it.
    lives = session and session.account == person.account and not _has_ended(deps, session, person, deps.clock.now())
    proved = deps.records.sessions.prove(caller.session, deps.clock.now(), (method,)) if lives else None
    if proved is None:
        raise Refused("session-ended", "This session has ended; sign in again.", kind="not-signed-in")
    return Confirmed(_access_token(deps, person, proved, _bound_pupils(deps, person)), ACCESS_SECONDS)


def _confirm(deps: Dependencies, person: Person, password: str, code: str) -> str:
    """The method by which the person is proved."""
    if has_second_factor(deps, person):
        if not code:
            raise Refused("second-factor-code-needed", "Give a code of your authenticator app.", where="code")
        require_code(deps, person, code)
        return ONE_TIME_CODE
    if not attempt_password(deps, person, password):
        raise Refused("wrong-password", "The password is wrong.", where="password")
    return PASSWORD


def refresh(deps: Dependencies, token: str) -> SignedIn:
    """Exchange a refresh token for fresh tokens. Raises Refused("session-ended").

    A token that was replaced longer ago than REPEAT_MS ends the session: somebody else holds a copy.
    """
    now, session = deps.clock.now(), deps.records.sessions.get(session_of(token))
    person = deps.records.people.get(session.account) if session else None
    if session is None or person is None or _has_ended(deps, session, person, now):
        raise _session_ended("This session has ended; sign in again.")
    if now - person.used_at >= DAY_MS:
        deps.records.people.set_used(person.account, now)
    given, fresh = token_hash(token), deps.refresh.next(token)
    if same(given, session.refresh):
        expires_at = now + _lifetime(deps, person) if person.role == "guardian" else session.expires_at
        rotated = replace(session, refresh=token_hash(fresh), previous=given, rotated_at=now, expires_at=expires_at)
        if deps.records.sessions.rotate(session.id, given, rotated):
            return _signed_in(deps, person, rotated, fresh)
        return refresh(deps, token)  # a concurrent copy of this request was faster; below it is a repetition
    if same(given, session.previous) and now - session.rotated_at <= REPEAT_MS:
        return _signed_in(deps, person, session, fresh)
    deps.records.sessions.end(session.id)
    security_event("session-ended", account=person.account, role=person.role, why="refresh token used again")
    raise _session_ended("This refresh token was used before, so the session was ended; sign in again.")


def _has_ended(deps: Dependencies, session: Session, person: Person, now: int) -> bool:
    """True after its lifetime and when the account may not be used; for staff also after a pause or another sign-in.

    The pause counts from the last refresh.
    """
    if session.expires_at <= now or _refusal(person, now):
        return True
    used_at = max(session.rotated_at, session.proved_at)
    is_idle = used_at + deps.limits.staff_idle_ms <= now
    return person.role != "guardian" and (person.session != session.id or is_idle)


def _session_ended(detail: str) -> Refused:
    return Refused("session-ended", detail, kind="not-signed-in", where="refresh_token")


def sign_out(deps: Dependencies, caller: Caller) -> None:
    deps.records.sessions.end(caller.session)
    security_event("session-ended", account=caller.account, role=caller.role, why="signed out")


def ended_since(deps: Dependencies, cursor: int) -> Mapping[str, Any]:
    """The changes that tokens still alive do not show: ended sessions, and the first valid epochs."""
    endings = deps.records.endings.since(cursor)
    return {
        "sessions": [ending.subject for ending in endings if not ending.epoch],
        "accounts": [{"account": ending.subject, "epoch": ending.epoch} for ending in endings if ending.epoch],
        "cursor": max((ending.seen for ending in endings), default=cursor),
    }


def own_account(deps: Dependencies, caller: Caller) -> OwnAccount:
    """Raises Refused("not-signed-in") for an account that does not exist here."""
    return _own_account(deps, own_person(deps, caller))


def _own_account(deps: Dependencies, person: Person) -> OwnAccount:
    name = deps.personal_data.open(person).display_name
    pupils, held = _bound_pupils(deps, person), len(person.validity.held)
    return OwnAccount(
        person.account,
        person.role,
        person.paths,
        pupils,
        name,
        person.must_change,
        held,
        has_second_factor(deps, person),
        must_set_up(deps, person),
        _grants(deps, person),
    )


def _grants(deps: Dependencies, person: Person) -> list[Grant]:
    return live_grants(person.grants, day_of(deps.clock.now()))


def _bound_pupils(deps: Dependencies, person: Person) -> list[str]:
    return [pupil for pupil in bound_children(deps, person) if pupil not in person.validity.held]


def _lifetime(deps: Dependencies, person: Person) -> int:
    return deps.limits.guardian_idle_ms if person.role == "guardian" else deps.limits.staff_ms


def _signed_in(deps: Dependencies, person: Person, session: Session, refresh_token: str) -> SignedIn:
    account = _own_account(deps, person)
    access = _access_token(deps, person, session, account.pupils)
    return SignedIn(access, refresh_token, ACCESS_SECONDS, account)


def _access_token(deps: Dependencies, person: Person, session: Session, pupils: Sequence[str]) -> str:
    """The token. Before an initial password is changed or a due second factor set up, it allows nothing but that."""
    role, paths, of, grants = person.role, person.paths, pupils, _grants(deps, person)
    if person.must_change or must_set_up(deps, person):
        role, paths, of, grants = NEWCOMER if person.must_change else UNENROLLED, (), (), []
    return deps.issuer.access(
        person.account, role, paths, of, session.id, session.proved_at, person.epoch, grants, session.methods
    )
