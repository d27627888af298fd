"""Sign in, refresh, sign out. Staff have one session at a time, guardians one per device."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import Any

from services.identity.credentials.tokens import ACCESS_SECONDS, same, session_of, token_hash
from services.identity.dependencies import Dependencies, attempt, binding_stream
from services.identity.domain.binding import BOUND, decide_for
from services.identity.repositories.protocol import Person, Session
from shared.infrastructure.errors import Refused
from shared.service.auth import NEWCOMER, Caller

STAFF_MS, GUARDIAN_MS = 12 * 3_600_000, 30 * 86_400_000
REPEAT_MS = 60_000  # so long a refresh whose answer was lost may be asked again
LOCKED = "Too many wrong passwords; wait 15 minutes and try again."


def sign_in(deps: Dependencies, login: str, password: str) -> dict[str, Any]:
    """A new session. An unknown login and a wrong password are answered alike, and take alike."""
    login_hash = deps.personal_data.login_hash(login)
    person = deps.records.people.by_login(login_hash)
    if (
        not attempt(
            deps,
            f"sign-in:{login_hash}",
            lambda: deps.hasher.verify(person.password if person else None, password),
            LOCKED,
        )
        or person is None
    ):
        raise Refused("wrong-credentials", "Login or password is wrong.", kind="not-signed-in")
    if deps.hasher.outdated(person.password):
        deps.records.people.rehash(person.account, person.password, deps.hasher.hash(password))
    return open_session(deps, person)


def open_session(deps: Dependencies, person: Person) -> dict[str, Any]:
    now, session_id = deps.clock.now(), secrets.token_hex(16)
    token = deps.refresh.first(session_id)
    if person.role != "guardian":
        deps.records.sessions.end_all(person.account)
        deps.records.people.set_session(person.account, session_id)
    deps.records.sessions.open(Session(session_id, person.account, token_hash(token), now + _lifetime(person)), now)
    return _tokens(deps, person, session_id, token)


def refresh(deps: Dependencies, token: str) -> dict[str, Any]:
    """Fresh tokens for a refresh token. One that was replaced longer ago than REPEAT_MS ends the session: somebody else has a copy."""
    now, session = deps.clock.now(), deps.records.sessions.get(session_of(token))
    person = deps.records.people.get(session.account) if session else None
    if (
        session is None
        or person is None
        or session.expires_at <= now
        or (person.role != "guardian" and person.session != session.id)
    ):
        raise Refused(
            "session-ended", "This session has ended; sign in again.", kind="not-signed-in", where="refresh_token"
        )
    given, fresh = token_hash(token), deps.refresh.next(token)
    if same(given, session.refresh):
        expires_at = now + GUARDIAN_MS if person.role == "guardian" else session.expires_at
        rotated = replace(session, refresh=token_hash(fresh), previous=given, rotated_at=now, expires_at=expires_at)
        if deps.records.sessions.rotate(session.id, given, rotated):
            return _tokens(deps, person, session.id, fresh)
        return refresh(deps, token)  # a twin of this request was faster; its answer is given again below
    if same(given, session.previous) and now - session.rotated_at <= REPEAT_MS:
        return _tokens(deps, person, session.id, fresh)
    deps.records.sessions.end(session.id)
    raise Refused(
        "session-ended",
        "This refresh token was used before, so the session was ended; sign in again.",
        kind="not-signed-in",
        where="refresh_token",
    )


def sign_out(deps: Dependencies, caller: Caller) -> None:
    deps.records.sessions.end(caller.session)


def operation(deps: Dependencies, person: Person) -> dict[str, Any]:
    """An account as its owner sees it."""
    return {
        "id": person.account,
        "role": person.role,
        "paths": list(person.paths),
        "pupils": pupils_of(deps, person),
        "display_name": deps.personal_data.open(person).display_name,
        "must_change_password": person.must_change,
    }


def pupils_of(deps: Dependencies, person: Person) -> list[str]:
    """The pupils a guardian is bound to at this moment; those who wait see nothing."""
    return [
        child.pupil
        for child in person.children
        if decide_for(child.pupil).fold(deps.store.load(binding_stream(child.pupil))).state_of(person.account) == BOUND
    ]


def _lifetime(person: Person) -> int:
    return GUARDIAN_MS if person.role == "guardian" else STAFF_MS


def _tokens(deps: Dependencies, person: Person, session_id: str, refresh_token: str) -> dict[str, Any]:
    """Whoever has not chosen a password yet can do that and nothing else: who handed it out knows it too."""
    account = operation(deps, person)
    if person.must_change:
        access = deps.issuer.access(person.account, NEWCOMER, (), (), session_id)
    else:
        access = deps.issuer.access(person.account, person.role, person.paths, account["pupils"], session_id)
    return {"access_token": access, "refresh_token": refresh_token, "expires_in": ACCESS_SECONDS, "account": account}
