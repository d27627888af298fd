"""Sign in, refresh, sign out. Staff have one session at a time, guardians one per device."""
from __future__ import annotations

import secrets
from dataclasses import replace
from typing import Any

from services.identity.credentials.tokens import ACCESS_SECONDS, fingerprint, same, session_of
from services.identity.dependencies import Parts, attempt, binding_stream
from services.identity.domain.binding import BOUND, decide_for
from services.identity.repositories.protocol import Person, Session
from shared.infrastructure.errors import Refused
from shared.service.auth import NEWCOMER, Caller

STAFF_MS, GUARDIAN_MS = 12 * 3_600_000, 30 * 86_400_000
REPEAT_MS = 60_000   # so long a refresh whose answer was lost may be asked again
LOCKED = "Too many wrong passwords; wait 15 minutes and try again."


def sign_in(parts: Parts, login: str, password: str) -> dict[str, Any]:
    """A new session. An unknown login and a wrong password are answered alike, and take alike."""
    login_hash = parts.directory.login_hash(login)
    person = parts.records.people.by_login(login_hash)
    if not attempt(parts, f"sign-in:{login_hash}", lambda: parts.hasher.verify(person.password if person else None, password), LOCKED) or person is None:
        raise Refused("wrong-credentials", "Login or password is wrong.", kind="not-signed-in")
    if parts.hasher.outdated(person.password):
        parts.records.people.rehash(person.account, person.password, parts.hasher.hash(password))
    return open_session(parts, person)


def open_session(parts: Parts, person: Person) -> dict[str, Any]:
    now, session_id = parts.clock.now(), secrets.token_hex(16)
    token = parts.refresh.first(session_id)
    if person.role != "guardian":
        parts.records.sessions.end_all(person.account)
        parts.records.people.set_session(person.account, session_id)
    parts.records.sessions.open(Session(session_id, person.account, fingerprint(token), now + _lifetime(person)), now)
    return _tokens(parts, person, session_id, token)


def refresh(parts: Parts, token: str) -> dict[str, Any]:
    """Fresh tokens for a refresh token. One that was replaced longer ago than REPEAT_MS ends the session: somebody else has a copy."""
    now, session = parts.clock.now(), parts.records.sessions.get(session_of(token))
    person = parts.records.people.get(session.account) if session else None
    if session is None or person is None or session.expires_at <= now or (person.role != "guardian" and person.session != session.id):
        raise Refused("session-ended", "This session has ended; sign in again.", kind="not-signed-in", where="refresh_token")
    given, fresh = fingerprint(token), parts.refresh.next(token)
    if same(given, session.refresh):
        expires_at = now + GUARDIAN_MS if person.role == "guardian" else session.expires_at
        rotated = replace(session, refresh=fingerprint(fresh), previous=given, rotated_at=now, expires_at=expires_at)
        if parts.records.sessions.rotate(session.id, given, rotated):
            return _tokens(parts, person, session.id, fresh)
        return refresh(parts, token)   # a twin of this request was faster; its answer is given again below
    if same(given, session.previous) and now - session.rotated_at <= REPEAT_MS:
        return _tokens(parts, person, session.id, fresh)
    parts.records.sessions.end(session.id)
    raise Refused("session-ended", "This refresh token was used before, so the session was ended; sign in again.", kind="not-signed-in", where="refresh_token")


def sign_out(parts: Parts, caller: Caller) -> None:
    parts.records.sessions.end(caller.session)


def about(parts: Parts, person: Person) -> dict[str, Any]:
    """An account as its owner sees it."""
    return {"id": person.account, "role": person.role, "paths": list(person.paths), "pupils": pupils_of(parts, person),
            "display_name": parts.directory.open(person).display_name, "must_change_password": person.must_change}


def pupils_of(parts: Parts, person: Person) -> list[str]:
    """The pupils a guardian is bound to at this moment; those who wait see nothing."""
    return [child.pupil for child in person.children
            if decide_for(child.pupil).fold(parts.store.load(binding_stream(child.pupil))).state_of(person.account) == BOUND]


def _lifetime(person: Person) -> int:
    return GUARDIAN_MS if person.role == "guardian" else STAFF_MS


def _tokens(parts: Parts, person: Person, session_id: str, refresh_token: str) -> dict[str, Any]:
    """Whoever has not chosen a password yet can do that and nothing else: who handed it out knows it too."""
    account = about(parts, person)
    if person.must_change:
        access = parts.issuer.access(person.account, NEWCOMER, (), (), session_id)
    else:
        access = parts.issuer.access(person.account, person.role, person.paths, account["pupils"], session_id)
    return {"access_token": access, "refresh_token": refresh_token, "expires_in": ACCESS_SECONDS, "account": account}
