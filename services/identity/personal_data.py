"""Logins and names of people: sealed at rest, found again by keyed hashes, never part of an event, a log or a token."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from services.identity.repositories.protocol import Child, Person
from shared.infrastructure.pii import Sealer, keyed_hash


@dataclass(frozen=True, slots=True)
class Details:
    login: str
    display_name: str


class PersonalData:
    def __init__(self, key: bytes) -> None:
        self._key, self._sealer = key, Sealer(key)

    def login_hash(self, login: str) -> str:
        """The same for full-width, upper-case and padded spellings of a login."""
        return keyed_hash(self._key, "login", unicodedata.normalize("NFKC", login).strip().casefold())

    def seal(self, account: str, details: Details) -> bytes:
        return self._sealer.seal(account, {"login": details.login, "display_name": details.display_name})

    def open(self, person: Person) -> Details:
        return Details(**self._sealer.open(person.account, person.sealed))

    def seal_relation(self, account: str, pupil: str, relation: str) -> bytes:
        return self._sealer.seal(f"{account}/{pupil}", {"relation": relation})

    def relation(self, account: str, child: Child) -> str:
        return str(self._sealer.open(f"{account}/{child.pupil}", child.sealed)["relation"])

    def seal_answer(self, command_id: str, answer: dict[str, str]) -> str:
        """An answer that holds an initial password, kept so that the same request gets it again."""
        return self._sealer.seal(command_id, answer).hex()

    def open_answer(self, command_id: str, sealed: str) -> dict[str, str]:
        return self._sealer.open(command_id, bytes.fromhex(sealed))
