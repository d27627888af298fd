"""The private collections in memory, for tests without a database."""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from services.identity.domain.validity import SEALED, Validity, state_of
from services.identity.repositories.account_files import MemoryAccountFiles
from services.identity.repositories.applications import MemoryApplications
from services.identity.repositories.download_codes import MemoryDownloadCodes
from services.identity.repositories.misuse import MisuseRow, SchoolCount, counts_by_school
from services.identity.repositories.protocol import (
    OVERLAP_MS,
    TEMPORARY_LOCK,
    ChildLink,
    Ending,
    Limit,
    Person,
    Position,
    Records,
    Session,
    Wanted,
    login_taken,
    stamped,
)
from services.identity.repositories.second_factors import MemorySecondFactors
from shared.infrastructure.clock import Clock, SystemClock
from shared.infrastructure.errors import Conflict
from shared.language.grants import Grant
from shared.language.scope import Scope


class MemoryEndings:
    def __init__(self, clock: Clock) -> None:
        self._clock, self._endings = clock, dict[str, Ending]()

    def add(self, subject: str, epoch: int = 0) -> None:
        def write(now: int) -> None:
            self._endings[subject] = Ending(subject, epoch, now)

        stamped(self._clock, write)

    def of(self, session_id: str, account: str) -> list[Ending]:
        return [self._endings[subject] for subject in (session_id, account) if subject in self._endings]

    def since(self, cursor: int) -> list[Ending]:
        return [ending for ending in self._endings.values() if ending.seen >= cursor - OVERLAP_MS]


class MemoryPeople:
    def __init__(self, endings: MemoryEndings) -> None:
        self._lock, self._endings = threading.RLock(), endings
        self._people: dict[str, Person] = {}

    def add(self, person: Person, session: Any) -> None:
        self.add_all([person], session)

    def add_all(self, people: Sequence[Person], session: Any) -> None:
        with self._lock:
            logins = {person.login for person in self._people.values()}
            for person in people:
                if person.account in self._people:
                    raise Conflict(person.account)
                if person.login in logins:
                    raise login_taken()
                logins.add(person.login)
            self._people |= {person.account: person for person in people}

    def get(self, account: str) -> Person | None:
        return self._people.get(account)

    def by_login(self, login: str) -> Person | None:
        with self._lock:
            return next((p for p in self._people.values() if p.login == login), None)

    def holders(self, logins: Sequence[str]) -> Mapping[str, str]:
        with self._lock:
            return {p.login: p.account for p in self._people.values() if p.login in set(logins)}

    def staff(self, scope: Scope, limit: int, roles: Collection[str] = ()) -> list[Person]:
        with self._lock:
            found = (p for p in self._people.values() if scope.allows(p.home) and (not roles or p.role in roles))
            return sorted(found, key=lambda p: p.home)[:limit]

    def page(self, wanted: Wanted, after: Position, limit: int) -> list[Person]:
        with self._lock:
            found = [p for p in self._people.values() if (p.home, p.account) > after and _is_wanted(p, wanted)]
            return sorted(found, key=lambda p: (p.home, p.account))[:limit]

    def idle(self, now: int, limit: int) -> list[Person]:
        with self._lock:
            return [p for p in self._people.values() if not p.validity.sealed_at and _state(p, now) == SEALED][:limit]

    def without_terms(self, limit: int) -> list[Person]:
        with self._lock:
            return [p for p in self._people.values() if p.home and not p.terms][:limit]

    def set_terms(self, account: str, terms: Sequence[str]) -> None:
        self._change(account, terms=tuple(terms))

    def set_password(self, account: str, password: str, must_change: bool, session: Any) -> None:
        self._change(account, password=password, must_change=must_change)

    def set_details(self, account: str, login: str, sealed: bytes, children: Sequence[ChildLink], session: Any) -> None:
        with self._lock:
            holder = self.by_login(login)
            if holder and holder.account != account:
                raise login_taken()
            self._change(account, login=login, sealed=sealed, children=tuple(children))

    def remove(self, account: str, session: Any) -> None:
        with self._lock:
            self._people.pop(account, None)

    def rehash(self, account: str, old: str, new: str) -> None:
        with self._lock:
            if self._people[account].password == old:
                self._change(account, password=new)

    def add_path(self, account: str, path: str, session: Any) -> None:
        with self._lock:
            paths = self._people[account].paths
            self._change(account, paths=paths if path in paths else (*paths, path))

    def remove_path(self, account: str, path: str, session: Any) -> None:
        with self._lock:
            self._change(account, paths=tuple(p for p in self._people[account].paths if p != path))

    def waiting(self, scope: Scope, limit: int) -> list[Person]:
        with self._lock:
            found = [p for p in self._people.values() if p.validity.waiting and scope.allows(p.home)]
            return sorted(found, key=lambda p: p.home)[:limit]

    def set_validity(self, account: str, validity: Validity, session: Any) -> None:
        self._change(account, validity=validity)

    def set_grants(self, account: str, grants: Sequence[Grant], session: Any) -> None:
        self._change(account, grants=tuple(grants))

    def set_code(self, account: str, hashed: str, session: Any) -> None:
        self._change(account, code=hashed)

    def set_used(self, account: str, now: int) -> None:
        self._change(account, used_at=now)

    def add_child(self, account: str, child: ChildLink, session: Any) -> None:
        with self._lock:
            person = self._people[account]
            others = tuple(c for c in person.children if c.pupil != child.pupil)
            held = tuple(pupil for pupil in person.validity.held if pupil != child.pupil)
            self._change(account, children=(*others, child), validity=replace(person.validity, held=held))

    def supersede_tokens(self, account: str) -> None:
        with self._lock:
            if account not in self._people:
                return
            epoch = self._people[account].epoch + 1
            self._change(account, epoch=epoch)
            self._endings.add(account, epoch)

    def set_session(self, account: str, session_id: str) -> None:
        self._change(account, session=session_id)

    def _change(self, account: str, **fields: Any) -> None:
        with self._lock:
            self._people[account] = replace(self._people[account], **fields)


def _state(person: Person, now: int) -> str:
    return state_of(person.role, person.validity, person.used_at, now)


def _is_wanted(person: Person, wanted: Wanted) -> bool:
    return (
        wanted.scope.allows(person.home)
        and (not wanted.roles or person.role in wanted.roles)
        and wanted.state in ("", _state(person, wanted.now))
        and (not wanted.term or wanted.term in person.terms)
    )


class MemorySessions:
    def __init__(self, endings: MemoryEndings) -> None:
        self._lock, self._endings = threading.RLock(), endings
        self._sessions: dict[str, Session] = {}

    def open(self, session: Session, now: int) -> None:
        with self._lock:
            for old in [s for s in self._sessions.values() if s.account == session.account and s.expires_at <= now]:
                del self._sessions[old.id]
            self._sessions[session.id] = session

    def get(self, session_id: str) -> Session | None:
        return self._sessions.get(session_id)

    def rotate(self, session_id: str, old: str, new: Session) -> bool:
        with self._lock:
            found = self._sessions.get(session_id)
            if found is None or found.refresh != old:
                return False
            self._sessions[session_id] = replace(new, proved_at=found.proved_at, methods=found.methods)
            return True

    def prove(self, session_id: str, now: int, methods: Sequence[str]) -> Session | None:
        with self._lock:
            if found := self._sessions.get(session_id):
                self._sessions[session_id] = replace(found, proved_at=now, methods=tuple(methods))
            return self._sessions.get(session_id)

    def end(self, session_id: str) -> None:
        with self._lock:
            self._endings.add(session_id)
            self._sessions.pop(session_id, None)

    def end_all(self, account: str, but: str = "") -> int:
        with self._lock:
            found = [k for k, s in self._sessions.items() if s.account == account and k != but]
            for session_id in found:
                self.end(session_id)
            return len(found)


class MemoryAttempts:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: dict[str, tuple[int, int]] = {}  # key -> tries, until when they count

    def reserve(self, key: str, now: int, limit: Limit = TEMPORARY_LOCK) -> bool:
        with self._lock:
            tries, until = self._counts.get(key, (0, 0))
            tries = tries + 1 if until > now else 1
            if tries in (1, limit.most):
                until = now + limit.window_ms
            self._counts[key] = tries, until
            return tries <= limit.most

    def give_back(self, key: str) -> None:
        with self._lock:
            if key in self._counts:
                tries, until = self._counts[key]
                self._counts[key] = tries - 1, until

    def count(self, key: str, now: int, window_ms: int) -> int:
        with self._lock:
            tries, until = self._counts.get(key, (0, 0))
            self._counts[key] = (tries + 1, until) if until > now else (1, now + window_ms)
            return self._counts[key][0]

    def tries(self, key: str, now: int) -> int:
        tries, until = self._counts.get(key, (0, 0))
        return tries if until > now else 0

    def until(self, key: str) -> int:
        return self._counts.get(key, (0, 0))[1]

    def clear_below(self, prefix: str) -> None:
        with self._lock:
            self._counts = {key: count for key, count in self._counts.items() if not key.startswith(prefix)}

    def clear(self, key: str) -> None:
        with self._lock:
            self._counts.pop(key, None)


class MemoryMisuseCases:
    def __init__(self) -> None:
        self._lock, self._rows = threading.Lock(), dict[str, MisuseRow]()

    def put(self, row: MisuseRow, session: Any) -> None:
        with self._lock:
            self._rows[row.id] = row

    def under(self, scope: Scope, limit: int) -> list[MisuseRow]:
        with self._lock:
            found = [row for row in self._rows.values() if scope.allows(row.path)]
        return sorted(found, key=lambda row: (-row.at, row.id))[:limit]

    def counts(self, path: str) -> list[SchoolCount]:
        with self._lock:
            return counts_by_school(
                (row.school, row.state) for row in self._rows.values() if row.school.startswith(path)
            )


class MemoryRegistryRecords:
    def __init__(self) -> None:
        self._lock, self._states, self._people = threading.Lock(), dict[str, int](), dict[str, str]()

    def spend(self, state: str, until: int, now: int) -> bool:
        with self._lock:
            self._states = {each: end for each, end in self._states.items() if end > now}
            is_new = state not in self._states
            self._states[state] = until
            return is_new

    def account_of(self, subject: str) -> str:
        return self._people.get(subject, "")

    def bind(self, subject: str, account: str, session: Any, former: str = "") -> None:
        with self._lock:
            if self._people.get(subject, "") != former:
                raise Conflict(subject)
            self._people[subject] = account


def memory_records(clock: Clock | None = None) -> Records:
    endings = MemoryEndings(clock or SystemClock())
    people, sessions, attempts = MemoryPeople(endings), MemorySessions(endings), MemoryAttempts()
    misuse, registry, applications = MemoryMisuseCases(), MemoryRegistryRecords(), MemoryApplications()
    factors, downloads, files = MemorySecondFactors(), MemoryDownloadCodes(), MemoryAccountFiles()
    return Records(people, sessions, attempts, endings, misuse, registry, applications, factors, downloads, files)
